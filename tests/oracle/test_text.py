"""What a tariff text may not say: docs/TARIFFS.md, 'Head' to 'Power factor'. Each refusal names line and column."""
import unittest
from fractions import Fraction

import formula
from small import HEAD
from tariff_text import TariffError, parse

MORE = ("calendar:\n  periods:\n    - {period: peak, hours: ['08:00-20:00']}\n    - {period: low}\n"
        "facts:\n  persons: {unit: none, default: '1'}\n  contract_kw: {unit: kW}\n"
        "demands:\n  md: {unit: kW, window: 30, step: 15}\n  other: {unit: kVA, window: 60}\n")
START = "  - {clause: energy, name: {en: x}, account: a, kind: energy_flat, price: '1'}\n"
TIERS = "tiers: [{upto: '1', price: '1'}, {price: '2'}]"
SPLIT = "tiers: [{upto: '1', prices: {peak: '1', low: '1'}}, {prices: {peak: '1', low: '2'}}]"
TABLE = "table: [{from: '0.9', percent: '-1'}, {from: '0', percent: '2', each: '0.1'}]"
TEXT = "formula: {text: 'a + b', inputs: [a, b], decimals: 4}"

# What stands in the clause `x` and is read
GOOD = [
    "kind: fixed_per_day, bands: {of: [export, peak], bounds: day, %s}" % TIERS,
    "kind: fixed_per_period, bands: {fact: persons, %s}, times: contract_kw" % TIERS,
    "kind: energy_flat, price: '-0.00000001', of: [total, export, export.peak]",
    "kind: energy_flat, " + TEXT,
    "kind: energy_flat, price: '1', share: '90', less: {of: export, percent: '30'}, at_least: '1', "
    "at_most: '1', limits: day",
    "kind: energy_tiered, bounds: year, year_from: 07-01, on_version: restart, times: dwellings, " + TIERS,
    "kind: energy_tiered, bounds: month, split: proportional, " + SPLIT,
    "kind: energy_slab, bounds: days_30, round_bounds: {decimals: 0, mode: up}, times: persons, " + TIERS,
    "kind: energy_indexed, series: day_ahead, factor: '1.05', adder: '-0.02', of: export.peak",
    "kind: demand, of: [md, md.peak], %s, times: persons, average_of: 3, current: '95', current_months: [1, 12], "
    "at_least: [{amount: '5'}, {fact: contract_kw, percent: '80'}, {past: 11, percent: '60', months: [6]}], "
    "tolerance: {fact: contract_kw, percent: '105'}, round_demand: {decimals: 0}, proration: days_30" % TIERS,
    "kind: power_factor, of: [energy], active: [peak, low], reactive: reactive, decimals: 1, " + TABLE,
    "kind: maximum, amount: '5', of: [energy], proration: month_days",
    "kind: tax, percent: '5', of: [energy], above: '600'",
    "kind: fixed_per_day, price: '1', when: {of: export, above: '-1', upto: '5', bounds: days_30}, "
    "for: {facts: {persons: {above: '1', upto: '5'}, dwellings: {from: '2', upto: '2'}}}",
    "kind: discount, price: '1', per: day, times: persons",
]

# (what stands in the clause, what the refusal says)
BAD = [
    ("kind: fixed_per_day, price: '1', bands: {%s}" % TIERS, "either 'price' or 'bands'"),
    ("kind: fixed_per_day", "either 'price' or 'bands'"),
    ("kind: fixed_per_day, price: '-1'", "must not be negative"),
    ("kind: fixed_per_day, price: '1.123456789'", "more than 8 decimals"),
    ("kind: fixed_per_day, price: '1', times: people", "'people' is not one of the facts"),
    ("kind: fixed_per_day, bands: {fact: people, %s}" % TIERS, "'people' is not one of the facts"),
    ("kind: fixed_per_day, bands: {fact: persons, of: total, %s}" % TIERS, "neither 'of' nor 'bounds'"),
    ("kind: fixed_per_day, bands: {bounds: month, %s}" % TIERS, "'bounds' of 'bands' is one of"),
    ("kind: fixed_per_day, bands: {of: total}", "'tiers' is missing in 'bands'"),
    ("kind: discount, per: day, bands: {%s}" % TIERS, "unknown key 'bands'"),
    ("kind: energy_flat, price: '1', " + TEXT, "either 'price' or 'formula'"),
    ("kind: energy_flat, price: '1', of: mid", "'mid' is no period of the calendar"),
    ("kind: energy_flat, price: '1', of: md", "'md' is no period"),
    ("kind: energy_flat, price: '1', of: low.peak", "'low' is no measure"),
    ("kind: energy_flat, price: '1', of: export.total", "'total' is no period"),
    ("kind: energy_flat, price: '1', of: [total, reactive.peak]", "'reactive.peak' is not in the unit of 'total'"),
    ("kind: demand, price: '1', of: [md, other]", "'other' is not in the unit of 'md'"),
    ("kind: energy_flat, price: '1', of: []", "list that is not empty"),
    ("kind: energy_flat, price: '1', of: [peak, peak]", "'peak' stands twice"),
    ("kind: energy_flat, price: '1', at_least: '1'", "'limits' stands beside"),
    ("kind: energy_flat, price: '1', limits: day", "'limits' stands beside"),
    ("kind: energy_flat, price: '1', at_least: '1', limits: bill", "'limits' is one of"),
    ("kind: energy_flat, price: '1', at_least: '2', at_most: '1', limits: day", "'at_most' is below"),
    ("kind: energy_flat, price: '1', share: '-5'", "must not be negative"),
    ("kind: energy_flat, price: '1', share: 5", "must be quoted"),
    ("kind: energy_flat, price: '1', less: {percent: '5'}", "'of' is missing in 'less'"),
    ("kind: energy_flat, price: '1', times: persons", "unknown key 'times'"),
    ("kind: energy_flat, formula: {text: 'a +', inputs: [a], decimals: 2}", "a value is missing at the end"),
    ("kind: energy_flat, formula: {text: 'a + b', inputs: [a], decimals: 2}", "exactly the names"),
    ("kind: energy_flat, formula: {text: 'a', inputs: [a, b], decimals: 2}", "exactly the names"),
    ("kind: energy_flat, formula: {text: a, inputs: [a], lag: 25}", "from 0 to 24"),
    ("kind: energy_flat, formula: {text: a, inputs: [a], decimals: 9}", "from 0 to 8"),
    ("kind: energy_flat, formula: {text: a, inputs: [a], decimals: 2, lag: -1}", "'lag' is a whole number"),
    ("kind: energy_flat, formula: {text: a, inputs: [a], decimals: 2, mode: odd}", "the rounding mode is one of"),
    ("kind: energy_time_of_use, prices: {export: '1'}", "'export' is no period"),
    ("kind: energy_time_of_use, prices: {}", "names no period"),
    ("kind: energy_tiered, bounds: week, " + TIERS, "'bounds' is one of"),
    ("kind: energy_slab, bounds: year, " + TIERS, "'bounds' is one of"),
    ("kind: energy_tiered, year_from: 07-01, " + TIERS, "'year_from' belongs to"),
    ("kind: energy_tiered, bounds: year, year_from: 02-29, " + TIERS, "no month and day"),
    ("kind: energy_tiered, bounds: day, on_version: restart, " + TIERS, "'on_version' belongs to"),
    ("kind: energy_tiered, bounds: month, on_version: stop, " + TIERS, "'on_version' is one of"),
    ("kind: energy_tiered, split: proportional, " + TIERS, "'split: proportional' stands beside"),
    ("kind: energy_tiered, " + SPLIT, "'split: proportional' stands beside"),
    ("kind: energy_tiered, split: proportional, of: export, " + SPLIT, "'of' is total"),
    ("kind: energy_tiered, split: proportional, " + SPLIT.replace(", low: '2'", ""), "the same periods"),
    ("kind: energy_slab, " + SPLIT, "unknown key 'prices'"),
    ("kind: energy_tiered, tiers: [{upto: '2', price: '1'}, {upto: '2', price: '1'}, {price: '1'}]", "not above"),
    ("kind: energy_tiered, tiers: [{price: '1'}, {price: '1'}]", "every tier but the last"),
    ("kind: energy_indexed", "'series' is missing"),
    ("kind: energy_indexed, series: Day", "no name of a series"),
    ("kind: energy_indexed, series: s, factor: '-1'", "must not be negative"),
    ("kind: energy_indexed, series: s, share: '5'", "unknown key 'share'"),
    ("kind: demand, price: '1'", "'of' is missing"),
    ("kind: demand, price: '1', of: mx", "'mx' is not one of the demands"),
    ("kind: demand, price: '1', of: md.mid", "'mid' is no period"),
    ("kind: demand, of: md", "either 'price' or 'tiers'"),
    ("kind: demand, price: '1', of: md, times: persons", "belongs to its tiers"),
    ("kind: demand, price: '1', of: md, at_least: [{percent: '5'}]", "has one of 'amount', 'fact' and 'past'"),
    ("kind: demand, price: '1', of: md, at_least: [{amount: '5', percent: '5'}]", "unknown key 'percent'"),
    ("kind: demand, price: '1', of: md, at_least: [{fact: persons, months: [1]}]", "unknown key 'months'"),
    ("kind: demand, price: '1', of: md, at_least: [{past: 0}]", "'past' is a whole number"),
    ("kind: demand, price: '1', of: md, at_least: [{past: 1, months: [13]}]", "a month is a whole number"),
    ("kind: demand, price: '1', of: md, current_months: [1]", "'current_months' belongs to"),
    ("kind: demand, price: '1', of: md, average_of: 0", "'average_of' is a whole number"),
    ("kind: demand, price: '1', of: md, average_of: '3'", "without quotes"),
    ("kind: demand, price: '1', of: md, tolerance: {percent: '5'}", "'fact' is missing in 'tolerance'"),
    ("kind: demand, price: '1', of: md, round_demand: {step: '1'}", "unknown key 'step'"),
    ("kind: power_factor, of: [energy]", "'table' is missing"),
    ("kind: power_factor, table: [{from: '0', percent: '1'}]", "'of' is missing"),
    ("kind: power_factor, of: [energy], table: [{from: '0.1', percent: '1'}]", "not from 0"),
    ("kind: power_factor, of: [energy], table: [{from: '0', percent: '1'}, {from: '0', percent: '1'}]", "not below"),
    ("kind: power_factor, of: [energy], decimals: 1, table: [{from: '0.95', percent: '1'}]", "more than 1 decimals"),
    ("kind: maximum, of: [energy]", "'amount' is missing"),
    ("kind: tax, percent: '5', of: [energy], above: '0'", "'above' is above zero"),
    ("kind: tax, percent: '5', of: [energy], inclusive: true", "'contained_in' stands beside"),
    ("kind: tax, percent: '5', of: [energy], inclusive: 'true', contained_in: b", "without quotes"),
    ("kind: tax, percent: '5', of: [energy], contained_in: b", "'contained_in' stands beside"),
    ("kind: tax, percent: '5', of: [energy], inclusive: true, contained_in: b, above: '5'", "does not stand beside"),
    ("kind: maximum, amount: '5'", "'of' is missing"),
    ("kind: percentage, percent: '5', of: [energy], above: '5'", "unknown key 'above'"),
    ("kind: fixed_per_day, price: '1', when: {of: total}", "neither 'above' nor 'upto'"),
    ("kind: fixed_per_day, price: '1', when: {above: '5', upto: '5'}", "'upto' is not above"),
    ("kind: fixed_per_day, price: '1', when: {above: '5', bounds: year}", "'bounds' of 'when' is one of"),
    ("kind: fixed_per_day, price: '1', for: {facts: {people: {above: '1'}}}", "'people' is not one of the facts"),
    ("kind: fixed_per_day, price: '1', for: {facts: {persons: {from: '1', above: '1'}}}", "the limits of 'persons'"),
    ("kind: fixed_per_day, price: '1', for: {facts: {persons: {below: '0'}}}", "no number is within"),
    ("kind: fixed_per_day, price: '1', for: {facts: {persons: {above: '5', upto: '5'}}}", "no number is within"),
    ("kind: fixed_per_day, price: '1', for: {facts: {persons: {from: '5', upto: '4'}}}", "no number is within"),
    ("kind: fixed_per_day, price: '1', for: {facts: {persons: {}}}", "the limits of 'persons'"),
    ("kind: fixed_per_day, price: '1', for: {facts: {}}", "names no fact"),
    ("kind: fixed_per_period, price: '1', proration: weekly", "'proration' is one of"),
]

# (old, new, what the refusal says) in the head
HEADS = [
    ("{unit: none, default: '1'}", "{unit: none, default: 1}", "must be quoted"),
    ("{unit: none, default: '1'}", "{unit: none, default: '-1'}", "must not be negative"),
    ("{unit: none, default: '1'}", "{unit: litre}", "the unit is one of"),
    ("{unit: none, default: '1'}", "{default: '1'}", "'unit' is missing"),
    ("{unit: none, default: '1'}", "{unit: none, minimum: '1'}", "unknown key 'minimum'"),
    ("  persons:", "  Persons:", "no name of a fact"),
    ("  persons:", "  dwellings:", "every agreement has"),
    ("  persons:", "  class:", "every agreement has"),
    ("  md:", "  reactive:", "the name of a measure or a period"),
    ("  md:", "  peak:", "the name of a measure or a period"),
    ("unit: kW, window", "unit: kWh, window", "the unit is one of"),
    ("window: 30", "window: 20", "'window' is one of"),
    ("window: 30, ", "", "'window' is missing"),
    ("step: 15", "step: 20", "'step' does not divide"),
    ("{period: low}", "{period: export}", "a reserved name or that of a measure"),
    ("{period: low}", "{period: total}", "a reserved name or that of a measure"),
    ("demands:", "demand:", "unknown key 'demand'"),
    ("clause: energy", "clause: rounding", "reserved"),
    ("clause: energy", "clause: Energy", "no name of a clause"),
]


def text(clause):
    return (HEAD.format(label="1", zone="UTC", effective="2026-01-01") + MORE + "charges:\n" + START
            + "  - {clause: x, name: {en: x}, account: a, " + clause + "}\n")


class Texts(unittest.TestCase):
    def refused(self, document, message):
        with self.assertRaises(TariffError) as caught:
            parse(document)
        self.assertIn(message, str(caught.exception))
        self.assertRegex(str(caught.exception), r"^line \d+, column \d+: ")

    def test_what_is_read(self):
        for clause in GOOD:
            with self.subTest(clause):
                self.assertEqual(len(parse(text(clause)).charges), 2)

    def test_what_is_refused(self):
        for clause, message in BAD:
            with self.subTest(clause):
                self.refused(text(clause), message)

    def test_heads(self):
        good = text(GOOD[0])
        for old, new, message in HEADS:
            with self.subTest(new):
                self.assertIn(old, good)
                self.refused(good.replace(old, new, 1), message)

    def test_defaults(self):
        version = parse(text("kind: demand, price: '1', of: md"))
        power = version.by_clause["x"]
        self.assertEqual((power.demand.current, power.demand.at_least, power.demand.tolerance, power.proration),
                         (100, [], None, "none"))
        self.assertEqual(version.facts["persons"].default, 1)
        self.assertIsNone(version.facts["contract_kw"].default)
        whole = parse(text("kind: energy_flat, price: '1'").replace(", step: 15", ""))
        self.assertEqual((whole.demands["md"].step, whole.by_clause["x"].of), (30, ("total",)))


class Formulas(unittest.TestCase):
    def test_values(self):
        for body, wanted in (("1 + 2 * 3", 7), ("(1 + 2) * 3", 9), ("10 - 4 - 3", 3), ("12 / 4 / 3", 1), ("1.5*a", 3),
                             ("a/(a+1)", Fraction(2, 3)), (" ((a)) ", 2),
                             ("-a + 5", 3), ("3 * -a", -6), ("2 - -(a)", 4), ("+a - +1", 1), ("-a * 3 - 1", -7)):
            self.assertEqual(formula.value(formula.parse(body), {"a": Fraction(2)}), wanted, body)

    def test_what_is_not_understood(self):
        for body in ("", "a -", "a b", "a +* b", "(a", "a)", "a ^ 2",
                     "1.", ".5", "1.123456789", "1.2.3", "A", "a − b", "1e3"):
            with self.subTest(body), self.assertRaises(formula.FormulaError):
                formula.parse(body)

    def test_length_and_depth(self):
        for good, bad in (("(" * 20 + "a" + ")" * 20, "(" * 21 + "a" + ")" * 21), ("-" * 20 + "a", "-" * 21 + "a"),
                          ("a" + " " * 499, "a" + " " * 500)):
            self.assertEqual(formula.value(formula.parse(good), {"a": 1}), 1)
            with self.assertRaises(formula.FormulaError):
                formula.parse(bad)


if __name__ == "__main__":
    unittest.main()
