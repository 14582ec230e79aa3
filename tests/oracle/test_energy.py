"""Golden cases for docs/TARIFFS.md, 'Measures' to 'Formulas': every amount is worked by hand."""
import unittest
from fractions import Fraction

from rate import Counter, Given
from small import FLAT, JANUARY, amounts, cause, day, lines, rate, span, version

FACTS = "facts:\n  persons: {unit: none}\n  contract_kw: {unit: kW, default: '5'}\n"


def flat(more, name="energy", price="1"):
    return f"  - {{clause: {name}, kind: energy_flat, account: sales, price: '{price}', {more}}}\n"


def tiered(more="", kind="energy_tiered", tiers="{upto: '100', price: '0.10'}, {price: '0.40'}"):
    return f"  - {{clause: energy, kind: {kind}, account: sales, tiers: [{tiers}], {more}}}\n"


def quantities(rated):
    return [(line.part, line.quantity, line.amount) for line in rated.lines]


class Measures(unittest.TestCase):
    def test_each_by_its_name_and_sums_of_lists(self):
        clauses = (flat("of: export", "fed", "-0.5") + flat("of: [reactive, reactive_export]", "kvarh")
                   + flat("of: [peak, export.low]", "mixed"))
        pieces = [(stream, *JANUARY, use) for stream, use in
                  (("total", 100), ("export", 10), ("reactive", 7), ("reactive_export", 2), ("peak", 3),
                   ("export.low", 4))]
        # a register of export beside one of export.low: the bare name takes the former alone
        self.assertEqual(amounts(rate([version(clauses)], [span(*JANUARY)], *pieces)),
                         [("fed", -5.0), ("kvarh", 9.0), ("mixed", 7.0)])

    def test_a_bare_name_is_the_sum_of_its_periods(self):
        rated = rate([version(flat("of: export"))], [span(*JANUARY)], ("export.peak", *JANUARY, 3),
                     ("export.low", *JANUARY, 4), ("peak", *JANUARY, 50))
        self.assertEqual(amounts(rated), [("energy", 7.0)])

    def test_energy_and_other_measures_do_not_mix(self):
        rated = rate([version(FLAT)], [span(*JANUARY)], ("peak", *JANUARY, 30), ("export", *JANUARY, 4))
        self.assertEqual((rated.lines[0].quantity, rated.quantities.whole_total()), (30, 30))

    def test_no_register_of_the_measure(self):
        used = ("total", *JANUARY, 1)
        month = [span(*JANUARY)]
        self.assertEqual(cause([version(flat("of: export"))], month, used), "register_missing")
        self.assertEqual(cause([version(flat("of: export.peak"))], month, used, ("export", *JANUARY, 1)),
                         "register_missing")
        self.assertIsNone(cause([version(flat("of: export.peak"))], month, used, ("export.low", *JANUARY, 1)))
        # where it does not apply, nothing is needed
        self.assertIsNone(cause([version(flat("of: export, for: {classes: [commercial]}"))], month, used))
        self.assertEqual(cause([version(flat("when: {of: export, above: '3'}"))], month, used), "register_missing")
        self.assertEqual(cause([version(flat("less: {of: export}"))], month, used), "register_missing")
        self.assertEqual(cause([version(flat("of: [total, export]"))], month, used), "register_missing")

    def test_a_measure_that_stops_half_way(self):
        clause = flat("of: export, from: 2026-01-16")
        pieces = [("total", *JANUARY, 1), ("export", "2026-01-01", "2026-01-16", 5)]
        self.assertEqual(cause([version(clause)], [span(*JANUARY)], *pieces), "register_missing")
        # a bare register in the segment, periods only after it
        late = [("export", "2026-01-01", "2026-02-11", 5), ("export.peak", "2026-02-01", "2026-03-01", 5)]
        clause = flat("of: export.peak, until: 2026-01-16")
        self.assertEqual(cause([version(clause)], [span("2026-01-01", "2026-03-01")], *late), "register_missing")


class FactsAndConditions(unittest.TestCase):
    def test_times_a_fact(self):
        clauses = ("  - {clause: a, kind: fixed_per_day, account: sales, price: '0.1', times: contract_kw}\n"
                   "  - {clause: b, kind: fixed_per_period, account: sales, price: '2', times: persons}\n")
        self.assertEqual(amounts(rate([version(clauses, more=FACTS)], [span(*JANUARY, persons="2.5")])),
                         [("a", 15.5), ("b", 5.0)])      # 31 × 5 (the default) × 0.1; 2 × 2.5
        self.assertEqual(cause([version(clauses, more=FACTS)], [span(*JANUARY, contract_kw="3")]), "fact_missing")

    def test_a_fact_of_zero_leaves_a_line(self):
        clause = "  - {clause: a, kind: fixed_per_day, account: sales, price: '0.1', times: persons}\n"
        self.assertEqual(amounts(rate([version(clause, more=FACTS)], [span(*JANUARY, persons="0")])), [("a", 0.0)])

    def test_limits_of_facts(self):
        def applied(limits, **facts):
            clause = ("  - {clause: a, kind: fixed_per_day, account: sales, price: '1', for: {facts: {contract_kw: "
                      + limits + "}}}\n")
            return len(rate([version(clause, more=FACTS)], [span(*JANUARY, **facts)]).lines)

        self.assertEqual([applied("{from: '5'}"), applied("{above: '5'}"), applied("{upto: '5'}"),
                          applied("{below: '5'}")], [1, 0, 1, 0])
        between = "{above: '100', upto: '315'}"
        self.assertEqual([applied(between, contract_kw=kw) for kw in ("100", "100.5", "315", "316")], [0, 1, 1, 0])

    def test_a_fact_that_a_limit_needs(self):
        clause = flat("for: {classes: [commercial], facts: {persons: {above: '2'}}}")
        self.assertIsNone(cause([version(clause, more=FACTS)], [span(*JANUARY)]))
        self.assertEqual(cause([version(clause, more=FACTS)], [span(*JANUARY, "commercial")]), "fact_missing")
        # a fact that the clause needs only where its limits fit
        clause = tiered("times: persons, for: {facts: {contract_kw: {above: '9'}}}")
        self.assertIsNone(cause([version(clause, more=FACTS)], [span(*JANUARY)]))
        self.assertEqual(cause([version(clause, more=FACTS)], [span(*JANUARY, contract_kw="10")]), "fact_missing")

    def test_fact_missing_comes_before_register_missing(self):
        clauses = flat("of: export") + "  - {clause: a, kind: fixed_per_day, account: x, price: '1', times: persons}\n"
        self.assertEqual(cause([version(clauses, more=FACTS)], [span(*JANUARY)]), "fact_missing")
        self.assertEqual(cause([version(clauses, more=FACTS)], [span(*JANUARY, persons="1")]), "register_missing")

    def test_section_wide_periods(self):
        # a total before an exchange, periods after it: the condition and the bands look at the whole section
        used = (("total", "2026-01-01", "2026-01-16", 5), ("peak", "2026-01-16", "2026-02-01", 5))
        late = "  - {clause: a, kind: fixed_per_day, account: x, price: '1', from: 2026-01-16%s}\n"
        bands = late.replace("price: '1'", "bands: {of: peak, tiers: [{price: '1'}]}") % ""
        for clause in (late % ", when: {of: peak, above: '9'}", bands):
            self.assertEqual(cause([version(clause)], [span(*JANUARY)], *used), "register_missing")
            self.assertIsNone(cause([version(clause)], [span("2026-01-16", "2026-02-01")], used[1]))

    def when(self, use, limits, end="2026-02-01"):
        clause = "  - {clause: a, kind: fixed_per_period, account: sales, price: '1', when: {%s}}\n" % limits
        return len(rate([version(clause)], [span("2026-01-01", end)], ("total", "2026-01-01", end, use)).lines)

    def test_when_is_above_and_upto(self):
        limits = "above: '600', upto: '1500'"
        self.assertEqual([self.when(use, limits) for use in ("600", "600.000001", "1500", "1500.000001")],
                         [0, 1, 1, 0])

    def test_when_scaled(self):
        # 15 of 31 days: 100 × 15/31 = 48.387096…, rounded 48.387097
        limits = "above: '100', bounds: month_days"
        self.assertEqual([self.when(use, limits, "2026-01-16") for use in ("48.387097", "48.387098")], [0, 1])
        self.assertEqual([self.when(use, "above: '2', bounds: day") for use in ("62", "62.1")], [0, 1])
        self.assertEqual([self.when(use, "upto: '30', bounds: days_30") for use in ("31", "31.1")], [1, 0])

    def test_when_limits_a_percentage_as_for_does(self):
        tax = "  - {clause: levy, kind: tax, account: tax, percent: '10', of: [energy], when: {above: '100'}}\n"
        for use, wanted in ((100, [("energy", 10.0)]), (101, [("energy", 10.1), ("levy", 1.01)])):
            self.assertEqual(amounts(rate([version(FLAT + tax)], [span(*JANUARY)], ("total", *JANUARY, use))), wanted)


class QuantityKeys(unittest.TestCase):
    def quantity(self, more, use=100, kind=flat, export=20, more_facts=""):
        rated = rate([version(kind(more), more=FACTS)], [span("2026-01-01", "2026-01-31", persons="3")],
                     ("total", "2026-01-01", "2026-01-31", use), ("export", "2026-01-01", "2026-01-31", export))
        return sum((line.quantity for line in rated.lines), Fraction(0))

    def test_share(self):
        self.assertEqual(self.quantity("share: '90'"), 90)
        self.assertEqual(self.quantity("share: '33.333333'", "0.000005"), Fraction("0.000002"))    # 1.66… millionths

    def test_less_another_quantity(self):
        self.assertEqual(self.quantity("less: {of: export}"), 80)
        self.assertEqual(self.quantity("less: {of: export, percent: '30'}"), 94)
        self.assertEqual(self.quantity("less: {of: export}", 15), 0)

    def test_limits(self):
        self.assertEqual(self.quantity("at_least: '4', limits: day"), 120)
        self.assertEqual(self.quantity("at_most: '30', limits: days_30"), 30)
        self.assertEqual(self.quantity("at_most: '62', limits: month_days"), 60)           # 62 × 30/31
        self.assertEqual(self.quantity("at_least: '100', limits: month_days", 50), Fraction("96.774194"))

    def test_in_order(self):
        # 200 × 50 % = 100, less 20 = 80, at least 90 = 90
        keys = "share: '50', less: {of: export}, at_least: '90', at_most: '95', limits: days_30"
        self.assertEqual(self.quantity(keys, 200), 90)

    def test_times_multiplies_limits_of_tiers_only(self):
        tiers = "times: persons, at_least: '50', limits: days_30"
        self.assertEqual(self.quantity(tiers, kind=tiered), 150)
        self.assertEqual(self.quantity(tiers, kind=lambda more: tiered(more, "energy_slab")), 150)


class Slabs(unittest.TestCase):
    def slab(self, use, more="", spans=None):
        end = "2026-01-31"
        return quantities(rate([version(tiered(more, "energy_slab"), more=FACTS)],
                               spans or [span("2026-01-01", end)], ("total", "2026-01-01", end, use)))

    def test_all_at_the_price_of_the_tier(self):
        self.assertEqual(self.slab(100), [(1, 100, 10)])
        self.assertEqual(self.slab("100.5"), [(2, Fraction("100.5"), Fraction("40.2"))])
        self.assertEqual(self.slab(-5), [(1, -5, Fraction("-0.5"))])
        self.assertEqual(self.slab(0), [(1, 0, 0)])

    def test_of_the_section_or_of_the_segment(self):
        halves = [span("2026-01-01", "2026-01-16"), span("2026-01-16", "2026-01-31", dwellings=2)]
        # 60 in each half: the section reaches 120, beyond 100 and not beyond 2 × 100
        self.assertEqual(self.slab(120, "times: dwellings", halves), [(2, 60, 24), (1, 60, 6)])
        # by half a month: 60 beyond 50, and not beyond 2 × 50
        self.assertEqual(self.slab(120, "times: dwellings, bounds: days_30", halves), [(2, 60, 24), (1, 60, 6)])
        self.assertEqual(self.slab(120, "bounds: day", halves), [(1, 60, 6), (1, 60, 6)])

    def test_only_where_it_applies(self):
        # 60 from the 16th on: not beyond 100, though the section is
        self.assertEqual(self.slab(120, "from: 2026-01-16"), [(1, 60, 6)])


class Bands(unittest.TestCase):
    def price(self, bands, use=0, kind="fixed_per_period", **facts):
        clause = "  - {clause: a, kind: %s, account: x, bands: {%s, tiers: [{upto: '30', price: '4'}, {price: '7'}]}}\n"
        rated = rate([version(clause % (kind, bands), more=FACTS)], [span("2026-01-01", "2026-01-16", **facts)],
                     ("total", "2026-01-01", "2026-01-16", use), ("export", "2026-01-01", "2026-01-16", 40))
        return rated.lines[0].amount

    def test_by_the_use_of_the_section(self):
        self.assertEqual([self.price("bounds: bill", use) for use in (30, "30.1")], [4, 7])
        self.assertEqual(self.price("of: export"), 7)
        self.assertEqual([self.price("bounds: days_30", use) for use in (15, "15.1")], [4, 7])
        # 30 × 15/31 = 14.516129…
        self.assertEqual([self.price("bounds: month_days", use) for use in ("14.516129", "14.516130")], [4, 7])
        self.assertEqual([self.price("bounds: day", use) for use in (450, 451)], [4, 7])
        self.assertEqual(self.price("bounds: bill", 31, "fixed_per_day"), 7 * 15)

    def test_by_a_fact(self):
        self.assertEqual([self.price("fact: persons", persons=count) for count in ("30", "31")], [4, 7])


class Counting(unittest.TestCase):
    def count(self, version_texts, spans, *pieces, counters=None):
        rated = rate(version_texts, spans, *pieces, given=Given(counters=counters or {}))
        return [(str(line.segment.first), line.part, line.quantity) for line in rated.lines], rated.counters

    def test_months_begin_at_zero(self):
        # 31 days of January, 28 of February at 4 a day: 124 and 112
        made, left = self.count([version(tiered("bounds: month"))], [span("2026-01-01", "2026-03-01")],
                                ("total", "2026-01-01", "2026-03-01", 236))
        self.assertEqual(made, [("2026-01-01", 1, 100), ("2026-01-01", 2, 24), ("2026-02-01", 1, 100),
                                ("2026-02-01", 2, 12)])
        self.assertEqual(left["energy"], Counter(112, day("2026-02-01"), ("t", "1")))

    def test_goes_on_in_the_year_it_began(self):
        counters = {"energy": Counter(Fraction(90), day("2025-07-01"), ("t", "1"))}
        clause = tiered("bounds: year, year_from: 07-01")
        made, left = self.count([version(clause)], [span("2026-06-21", "2026-07-11")],
                                ("total", "2026-06-21", "2026-07-11", 300), counters=counters)
        # 150 to the end of June: 10 to the bound; 150 from July: 100
        self.assertEqual(made, [("2026-06-21", 1, 10), ("2026-06-21", 2, 140), ("2026-07-01", 1, 100),
                                ("2026-07-01", 2, 50)])
        self.assertEqual(left["energy"].value, 150)

    def test_a_counter_of_another_year_does_not_count(self):
        counters = {"energy": Counter(Fraction(90), day("2025-01-01"), ("t", "1"))}
        made, _ = self.count([version(tiered("bounds: year"))], [span(*JANUARY)], ("total", *JANUARY, 100),
                             counters=counters)
        self.assertEqual(made, [("2026-01-01", 1, 100)])

    def test_a_counter_left_by_an_example(self):
        made, _ = self.count([version(tiered("bounds: year, on_version: restart"))], [span(*JANUARY)],
                             ("total", *JANUARY, 100), counters={"energy": Counter(Fraction(95))})
        self.assertEqual(made, [("2026-01-01", 1, 5), ("2026-01-01", 2, 95)])

    def test_versions(self):
        for rule, wanted in (("continue", [(1, 60), (1, 40), (2, 20)]), ("restart", [(1, 60), (1, 60)])):
            clause = tiered(f"bounds: month, on_version: {rule}")
            made, _ = self.count([version(clause), version(clause, "2", "2026-01-16")],
                                 [span("2026-01-01", "2026-01-31")], ("total", "2026-01-01", "2026-01-31", 120))
            self.assertEqual([entry[1:] for entry in made], wanted)

    def test_restart_goes_on_with_the_version_of_the_last_section(self):
        clause = tiered("bounds: month, on_version: restart")
        for label, wanted in (("1", [(1, 10), (2, 50)]), ("0", [(1, 60)])):
            counters = {"energy": Counter(Fraction(90), day("2026-01-01"), ("t", label))}
            made, _ = self.count([version(clause)], [span("2026-01-16", "2026-01-31")],
                                 ("total", "2026-01-16", "2026-01-31", 60), counters=counters)
            self.assertEqual([entry[1:] for entry in made], wanted)

    def test_a_month_that_becomes_a_year(self):
        # January has counted what the year has counted; a year from July has not
        for clause, wanted in ((tiered("bounds: year"), [(1, 90), (1, 10), (2, 80)]),
                               (tiered("bounds: year, year_from: 07-01"), [(1, 90), (1, 90)])):
            made, _ = self.count([version(tiered("bounds: month")), version(clause, "2", "2026-01-16")],
                                 [span("2026-01-01", "2026-01-31")], ("total", "2026-01-01", "2026-01-31", 180))
            self.assertEqual([entry[1:] for entry in made], wanted)

    def test_counts_only_where_it_applies_and_times_a_fact(self):
        clause = tiered("bounds: year, times: dwellings, from: 2026-01-16")
        made, left = self.count([version(clause)], [span("2026-01-01", "2026-01-31", dwellings=2)],
                                ("total", "2026-01-01", "2026-01-31", 600))
        self.assertEqual(made, [("2026-01-16", 1, 200), ("2026-01-16", 2, 100)])
        self.assertEqual(left["energy"].value, 300)


class Splits(unittest.TestCase):
    TIERS = "{upto: '100', prices: {peak: '2', low: '1'}}, {prices: {low: '3', peak: '4'}}"

    def split(self, *pieces, more="split: proportional"):
        rated = rate([version(tiered(more, tiers=self.TIERS))], [span(*JANUARY)], *pieces)
        return quantities(rated)

    def test_in_proportion(self):
        # 150 of 50 peak and 100 low: 100 is 33.333333 and 66.666667, 50 is 16.666667 and 33.333333
        wanted = [("1.peak", Fraction("33.333333"), Fraction("66.67")),
                  ("1.low", Fraction("66.666667"), Fraction("66.67")),
                  ("2.peak", Fraction("16.666667"), Fraction("66.67")),
                  ("2.low", Fraction("33.333333"), Fraction(100))]
        self.assertEqual(self.split(("peak", *JANUARY, 50), ("low", *JANUARY, 100)), wanted)

    def test_a_total_register_beside_them(self):
        self.assertEqual([part[:2] for part in self.split(("total", *JANUARY, 90), ("peak", *JANUARY, 20),
                                                          ("low", *JANUARY, 40))], [("1.peak", 30), ("1.low", 60)])
        self.assertEqual(self.split(("total", *JANUARY, 90), ("peak", *JANUARY, 0)), [("1.peak", 0, 0)])

    def test_needs_periods(self):
        clause = version(tiered("split: proportional", tiers=self.TIERS))
        self.assertEqual(cause([clause], [span(*JANUARY)], ("total", *JANUARY, 9)), "register_missing")


class Formulas(unittest.TestCase):
    CLAUSE = ("  - {clause: energy, kind: energy_flat, account: sales, formula: {text: '%s', inputs: [fuel, fx], "
              "decimals: 4%s}}\n")

    def price(self, text="(fuel - 52.10) * 0.00031 * fx", more="", fuel="61.20", fx="7.1"):
        given = Given(inputs={"fuel": {(2026, 1): Fraction(fuel)}, "fx": {(2026, 1): Fraction(fx)}})
        rated = rate([version(self.CLAUSE % (text, more))], [span(*JANUARY)], ("total", *JANUARY, 10000), given=given)
        return rated.lines[0].price, rated.lines[0].amount

    def test_rounded_once(self):
        # 9.10 × 0.00031 × 7.1 = 0.0200291
        self.assertEqual(self.price(), (Fraction("0.0200"), 200))
        self.assertEqual(self.price(more=", mode: up"), (Fraction("0.0201"), 201))

    def test_order_of_operations(self):
        self.assertEqual(self.price("fuel - fx - 1")[0], Fraction("53.1"))
        self.assertEqual(self.price("fuel + fx * 2 / 4")[0], Fraction("64.75"))
        self.assertEqual(self.price("fuel / (fx - 5) / 2")[0], Fraction("14.5714"))   # 61.2 ÷ 2.1 ÷ 2 = 14.571428…
        self.assertEqual(self.price("fx - fuel")[0], Fraction("-54.1"))

    def test_missing_inputs_and_division_by_zero(self):
        one = version(self.CLAUSE % ("fuel / fx", ""))
        for known in ({}, {"fuel": {(2026, 1): Fraction(1)}}, {"fuel": {(2026, 1): Fraction(1)}, "fx": {(2025, 1): 1}},
                      {"fuel": {(2026, 1): Fraction(1)}, "fx": {(2026, 1): Fraction(0)}}):
            found = cause([one], [span(*JANUARY)], ("total", *JANUARY, 0), given=Given(inputs=known))
            self.assertEqual(found, "input_missing")

    def test_months_cut_and_lag(self):
        clause = self.CLAUSE.replace("[fuel, fx]", "[fuel], lag: 2") % ("fuel", "")
        given = Given(inputs={"fuel": {(2025, 11): Fraction(1), (2025, 12): Fraction(2)}})
        rated = rate([version(clause)], [span("2026-01-22", "2026-02-11")], ("total", "2026-01-22", "2026-02-11", 20),
                     given=given)
        self.assertEqual(lines(rated), [("energy", "1", "2026-01-22", None, 10.0, 10.0),
                                        ("energy", "1", "2026-02-01", None, 10.0, 20.0)])


if __name__ == "__main__":
    unittest.main()
