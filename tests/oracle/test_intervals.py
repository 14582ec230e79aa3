"""Golden cases for docs/TARIFFS.md, 'Demands' from intervals, 'Indexed' and 'Examples': worked by hand."""
import unittest
from fractions import Fraction

import examples
import usage
import yaml_text
from rate import MICRO, Given, Rater, Refusal, Series, Tariffs
from small import cause, day, span, version
from tariff_text import TariffError, parse

DAY = "2026-01-05"
PERIODS = ("calendar:\n  periods:\n    - {period: peak, hours: ['08:00-20:00']}\n    - {period: low}\n")
DEMANDS = "demands:\n  md: {unit: kW, window: %d, step: %d}\n"
FLAT = "  - {clause: energy, kind: energy_flat, account: sales, price: '1'}\n"
INDEXED = ("  - {clause: spot, kind: energy_indexed, account: sales, series: day_ahead%s}\n")


def intervals(one, first, values, minutes=60, stream="total"):
    return usage.classified(one, day(first), stream, minutes, [int(Fraction(value) * MICRO) for value in values])


def made(version_of, *arguments, **more):
    return [(peak.stream, str(peak.first), float(peak.value))
            for peak in usage.peaks_of(version_of, day(arguments[0]), intervals(version_of, *arguments, **more))]


def blocks(window, step, values, minutes):
    """The peaks of a day of a tariff without periods."""
    return made(version(FLAT, more=DEMANDS % (window, step)), DAY, values, minutes)


class Peaks(unittest.TestCase):
    def test_blocks_and_sliding_windows(self):
        values = ["1", "1", "4", "5", "1", "1"] + ["1"] * 90
        self.assertEqual(blocks(15, 15, values, 15), [("md", DAY, 20.0)])
        # half hours: 2, 9, 2 of kWh; sliding by a quarter the same 9 is found
        self.assertEqual(blocks(30, 30, values, 15), [("md", DAY, 18.0)])
        shifted = ["1", *values[:-1]]
        # 2, 5, 6, 2 in blocks; 9 from 00:45 to 01:15
        self.assertEqual(blocks(30, 30, shifted, 15), [("md", DAY, 12.0)])
        self.assertEqual(blocks(30, 15, shifted, 15), [("md", DAY, 18.0)])

    def test_intervals_must_divide_the_step(self):
        self.assertEqual(blocks(30, 15, ["1"] * 48, 30), [])
        self.assertEqual(blocks(60, 60, ["1"] * 48, 30), [("md", DAY, 2.0)])

    def test_a_window_of_a_period_lies_in_it_and_one_of_the_bare_name_anywhere(self):
        values = ["1"] * 15 + ["9", "9"] + ["2"] * 31
        # 07:30 to 08:30 has both nines, but lies in two periods: only the bare name sees it; low: 9 + 1, peak: 9 + 2
        self.assertEqual(made(version(FLAT, more=PERIODS + DEMANDS % (60, 30)), DAY, values, 30),
                         [("md", DAY, 18.0), ("md.low", DAY, 10.0), ("md.peak", DAY, 11.0)])
        self.assertEqual(blocks(60, 30, ["1"] * 47 + ["9"], 30),
                         [("md", DAY, 10.0)])

    def test_a_window_over_midnight_belongs_to_the_day_in_which_it_begins(self):
        one = version(FLAT, more=PERIODS + DEMANDS % (60, 30))
        both = intervals(one, DAY, ["0"] * 47 + ["5"], 30) + intervals(one, "2026-01-06", ["6"] + ["0"] * 47, 30)
        found = {peak.stream: peak.value for peak in usage.peaks_of(one, day(DAY), both)}
        self.assertEqual(found, {"md": 11, "md.low": 11, "md.peak": 0})
        found = {peak.stream: peak.value for peak in usage.peaks_of(one, day("2026-01-06"), both)}
        self.assertEqual(found["md"], 6)

    def test_apparent_power(self):
        one = version(FLAT, more="demands:\n  s: {unit: kVA, window: 30}\n")
        active, reactive = ["1"] * 46 + ["4", "2"], ["1"] * 46 + ["3", "3"]
        both = intervals(one, DAY, active, 30) + intervals(one, DAY, reactive, 30, "reactive")
        self.assertEqual([(peak.stream, peak.value) for peak in usage.peaks_of(one, day(DAY), both)], [("s", 10)])
        # √2 × 2 = 2.8284271…
        both = intervals(one, DAY, ["1"] * 48, 30) + intervals(one, DAY, ["-1"] * 48, 30, "reactive")
        self.assertEqual(usage.peaks_of(one, day(DAY), both)[0].value, Fraction("2.828427"))
        self.assertEqual(usage.peaks_of(one, day(DAY), intervals(one, DAY, active, 30)), [])

    def test_days_on_which_clocks_change(self):
        one = version(FLAT, more=PERIODS + DEMANDS % (60, 60))
        # Berlin: 29 March has 23 hours, so 08:00 is the 8th value; 25 October has 25, so it is the 10th
        for text, count, first in (("2026-03-29", 23, 7), ("2026-10-25", 25, 9)):
            self.assertEqual(usage.day_minutes("Europe/Berlin", day(text)), count * 60)
            values = [str(position) for position in range(count)]
            low = count - 1
            self.assertEqual(made(one, text, values), [("md", text, float(low)), ("md.low", text, float(low)),
                                                       ("md.peak", text, first + 11.0)])
            pieces = usage.pieces_of(intervals(one, text, values))
            peak_sum = sum(range(first, first + 12))
            self.assertEqual({piece.stream: piece.micro for piece in pieces},
                             {"low": (sum(range(count)) - peak_sum) * MICRO, "peak": peak_sum * MICRO})

    def test_pieces_of_measures(self):
        one = version(FLAT, more=PERIODS)
        self.assertEqual({piece.stream for piece in usage.pieces_of(intervals(one, DAY, ["1"] * 24, stream="export"))},
                         {"export.peak", "export.low"})
        plain = version(FLAT)
        self.assertEqual([(piece.stream, piece.micro) for piece in
                          usage.pieces_of(intervals(plain, DAY, ["1"] * 24))], [("total", 24 * MICRO)])


class Indexed(unittest.TestCase):
    def spot(self, values, resolution, prices, more="", **others):
        minutes, text = others.get("minutes", 60), others.get("day", "2026-01-05")
        one = version(INDEXED % more, more=others.get("head", ""))
        found = intervals(one, text, values, minutes)
        slots = prices if isinstance(prices, dict) else {(day(text), n): Fraction(p) for n, p in enumerate(prices)}
        given = Given(intervals=found, series={"day_ahead": Series(resolution, slots)})
        end = str(day(text).replace(day=day(text).day + 1))
        try:
            rated = Rater([span(text, end)], Tariffs([one]), usage.pieces_of(found), given).run()
        except Refusal as refusal:
            return refusal.cause
        return rated.lines[0].quantity, rated.lines[0].price, rated.lines[0].amount

    def test_sum_of_products(self):
        # 2 × 0.1 + 3 × 0.3 = 1.1; 1.1 ÷ 5
        self.assertEqual(self.spot(["2", "3"] + ["0"] * 22, 60, ["0.1", "0.3"] + ["0"] * 22),
                         (5, Fraction("0.22"), Fraction("1.1")))
        # factor and adder: (0.1 × 1.05 + 0.02) × 2 + (0.3 × 1.05 + 0.02) × 3 = 0.25 + 1.005 = 1.255, rounded once
        self.assertEqual(self.spot(["2", "3"] + ["0"] * 22, 60, ["0.1", "0.3"] + ["0"] * 22,
                                   ", factor: '1.05', adder: '0.02'"), (5, Fraction("0.251"), Fraction("1.26")))

    def test_shorter_and_longer_intervals(self):
        # quarter hours in hours: 4 × 1 at 0.1, 4 × 1 at 0.2
        self.assertEqual(self.spot(["1"] * 8 + ["0"] * 88, 60, ["0.1", "0.2"] + ["0"] * 22, minutes=15)[2],
                         Fraction("1.2"))
        # hours over half hours: 3 × (0.1 + 0.4) ÷ 2
        self.assertEqual(self.spot(["3"] + ["0"] * 23, 30, ["0.1", "0.4"] + ["0"] * 46)[2], Fraction("0.75"))
        # days, one of them of 25 hours
        self.assertEqual(self.spot(["1"] * 25, 1440, ["0.1"], day="2026-10-25")[2], Fraction("2.5"))

    def test_what_is_named_twice_counts_twice(self):
        # 3 + 5 in all hours, and the 5 of peak hours once more: 3 × 0.1 + 2 × 5 × 0.2
        values, prices = ["3"] + ["0"] * 8 + ["5"] + ["0"] * 14, ["0.1"] + ["0"] * 8 + ["0.2"] + ["0"] * 14
        self.assertEqual(self.spot(values, 60, prices, ", of: [total, peak]", head=PERIODS)[::2],
                         (13, Fraction("2.3")))

    def test_an_interval_that_cuts_a_price(self):
        self.assertEqual(self.spot(["1"] * 144, 15, ["0.1"] * 96, minutes=10), "price_missing")
        self.assertEqual(self.spot(["1"] * 144, 30, ["0.1"] * 48, minutes=10)[2], Fraction("14.4"))

    def test_a_sum_without_a_quantity(self):
        self.assertEqual(self.spot(["-1", "1"] + ["0"] * 22, 60, ["0.1", "0.3"] + ["0"] * 22), (0, 0, Fraction("0.2")))
        self.assertEqual(self.spot(["-1", "1"] + ["0"] * 22, 60, ["0.1"] * 24), (0, 0, 0))

    def test_price_to_eight_decimals_and_zero(self):
        self.assertEqual(self.spot(["1", "2"] + ["0"] * 22, 60, ["0.1"] + ["0"] * 23),
                         (3, Fraction("0.03333333"), Fraction("0.1")))
        self.assertEqual(self.spot(["0"] * 24, 60, ["0.1"] * 24), (0, 0, 0))

    def test_of_a_period(self):
        # 1 kWh an hour; 12 hours of peak at 0.5
        prices = ["0.1"] * 8 + ["0.5"] * 12 + ["0.1"] * 4
        self.assertEqual(self.spot(["1"] * 24, 60, prices, ", of: peak", head=PERIODS), (12, Fraction("0.5"), 6))
        self.assertEqual(self.spot(["1"] * 24, 60, prices, head=PERIODS)[2], Fraction("7.2"))

    def test_holes(self):
        self.assertEqual(self.spot(["1"] * 24, 60, ["0.1"] * 23), "price_missing")
        self.assertEqual(self.spot(["1"] * 24, 30, {(day("2026-01-05"), n): Fraction(1) for n in range(48) if n != 9}),
                         "price_missing")

    def test_usage_without_intervals(self):
        one = version(INDEXED % "")
        found = intervals(one, DAY, ["1"] * 24)
        series = {"day_ahead": Series(60, {(day("2026-01-05"), n): Fraction(1) for n in range(24)})}
        month = [span(DAY, "2026-01-07")]
        self.assertEqual(cause([one], month, ("total", DAY, "2026-01-07", 5)), "intervals_missing")
        self.assertEqual(cause([one], month, ("total", DAY, "2026-01-07", 5), given=Given(intervals=found)),
                         "intervals_missing")
        both = [("total", DAY, "2026-01-06", 24)]
        self.assertEqual(cause([one], month, *both, given=Given(intervals=found)), "usage_missing")
        month = [span(DAY, "2026-01-06")]
        self.assertEqual(cause([one], month, *both, given=Given(intervals=found)), "price_missing")
        self.assertIsNone(cause([one], month, *both, given=Given(intervals=found, series=series)))


EXAMPLE = """
tariff: t
version: "1"
name: {en: T}
commodity: electricity
unit: kWh
currency: EUR
zone: Europe/Berlin
effective: 2026-01-01
classes: [commercial]
source: {document: none}
facts: {contract_kw: {unit: kW}}
demands: {md: {unit: kW, window: 60}}
charges:
  - {clause: energy, kind: energy_tiered, name: {en: x}, account: a, bounds: month,
     tiers: [{upto: "100", price: "1"}, {price: "2"}]}
  - {clause: fuel, kind: energy_flat, name: {en: x}, account: a, formula: {text: f, inputs: [f], decimals: 2}}
  - {clause: power, kind: demand, name: {en: x}, account: a, price: "1", of: md,
     at_least: [{fact: contract_kw, percent: "50"}, {past: 2}]}
examples:
  - name: one
    origin: hand
    working: "60 + 2 × 20; 80 × 0.10; 30"
    from: 2026-02-01
    to: 2026-02-03
    usage: {total: "80"}
    facts: {class: commercial, contract_kw: "60"}
    peaks: {md: "20"}
    before: {counters: {energy: "40"}, peaks: [{clause: power, from: 2025-12-01, to: 2026-01-01, value: "25"}]}
    inputs: {f: {2026-02: "0.1"}}
    lines: {energy: "100", fuel: "8", power: "30"}
    total: "138"
"""


class Examples(unittest.TestCase):
    def differences(self, *changes):
        body = EXAMPLE
        for old, new in changes:
            self.assertIn(old, body)
            body = body.replace(old, new)
        one = parse(body)
        return examples.differences(one, one.examples[0])

    def test_facts_peaks_counters_and_inputs(self):
        self.assertEqual(self.differences(), [])
        # 60 in the first tier and 20 in the second: had nothing been counted, all 80 in the first
        self.assertEqual(self.differences(('counters: {energy: "40"}, ', ""), ('energy: "100"', 'energy: "80"'),
                                          ('total: "138"', 'total: "118"')), [])
        # December and two months is February; November is too early
        self.assertEqual(self.differences(('value: "25"', 'value: "35"'), ('power: "30"', 'power: "35"'),
                                          ('total: "138"', 'total: "143"')), [])
        self.assertEqual(self.differences(('value: "25"', 'value: "35"'), ("to: 2026-01-01", "to: 2025-11-30"),
                                          ("from: 2025-12-01", "from: 2025-11-01")), [])

    def test_lists_of_parts(self):
        self.assertEqual(self.differences(
            ('usage: {total: "80"}', 'usage: [{from: 2026-02-01, to: 2026-02-02, total: "50"}, '
                                     '{from: 2026-02-02, to: 2026-02-03, total: "30"}]'),
            ('peaks: {md: "20"}', 'peaks: [{from: 2026-02-01, to: 2026-02-02, md.peak: "40"}, '
                                  '{from: 2026-02-03, to: 2026-02-04, md: "90"}]'),
            ('power: "30"', 'power: "40"'), ('total: "138"', 'total: "148"')), [])

    def test_intervals(self):
        values = ", ".join(['"1"'] * 20 + ['"30"'] + ['"1"'] * 25 + ['"2.5"', '"2.5"'])
        self.assertEqual(self.differences(
            ('usage: {total: "80"}', "intervals: {minutes: 60, total: [" + values + "]}"), ('peaks: {md: "20"}', ""),
            ('total: "138"', 'total: "138"')), [])
        with self.assertRaisesRegex(TariffError, "end within 2026-02-02"):
            self.differences(('usage: {total: "80"}', "intervals: {minutes: 60, total: [" + values[5:] + "]}"))
        with self.assertRaisesRegex(TariffError, "has 49 values, its days have 48"):
            self.differences(('usage: {total: "80"}', "intervals: {minutes: 60, total: [" + values + ', "1"]}'))

    def test_series(self):
        body = EXAMPLE[:EXAMPLE.index("charges:")] + (
            "charges:\n  - {clause: spot, kind: energy_indexed, name: {en: x}, account: a, series: s}\nexamples:\n"
            "  - {name: one, origin: hand, working: x, from: 2026-03-29, to: 2026-03-31,\n"
            "     lines: {spot: \"%s\"}, total: \"%s\",\n"
            "     intervals: {minutes: 60, total: [%s]}, series: {s: {resolution: %d, prices: [%s]}}}\n")
        # the last hour of 29 March, which has 23, and the first of the 30th
        counts = ", ".join(['"0"'] * 22 + ['"1"', '"10"'] + ['"0"'] * 23)
        for resolution, prices, wanted in ((60, ['"0"'] * 22 + ['"2"', '"3"'] + ['"0"'] * 23, "32"),
                                           (30, ['"0"'] * 44 + ['"2"', '"4"', '"3"', '"0"'] + ['"0"'] * 46, "18"),
                                           (1440, ['"2"', '"3"'], "32")):
            one = parse(body % (wanted, wanted, counts, resolution, ", ".join(prices)))
            self.assertEqual(examples.differences(one, one.examples[0]), [])

    def test_days_are_counted_once(self):
        values = ", ".join(['"1"'] * 24)
        for usage_of, refused in (("total: '1'", True), ("reactive: '1'", False)):
            one = version(FLAT)
            example = yaml_text.load(
                "{name: one, from: 2026-01-05, to: 2026-01-06, usage: {%s}, intervals: {minutes: 60, total: [%s]}}"
                % (usage_of, values))
            if refused:
                with self.assertRaisesRegex(TariffError, "days on which 'total' of the usage counts"):
                    examples.rate_example(one, example)
            else:
                self.assertEqual(examples.rate_example(one, example).total, 24)

    def test_what_is_missing(self):
        for old, new, found in (('peaks: {md: "20"}', "", "register_missing"),
                                (', contract_kw: "60"', "", "fact_missing"),
                                ("{2026-02:", "{2026-01:", "input_missing")):
            self.assertIn(found, self.differences((old, new))[0])

    def test_what_is_unknown(self):
        for old, new, found in (("peaks: {md:", "peaks: {mx:", "'mx' is not one of the demands"),
                                ("contract_kw: \"60\"", "contract_kv: \"60\"", "'contract_kv' is not one of the facts"),
                                ("{counters:", "{counter:", "unknown key 'counter' in 'before'"),
                                ("clause: power, from", "claus: power, from", "unknown key 'claus'"),
                                ("{2026-02:", "{2026-2:", "'2026-2' is no month"),
                                ("    peaks:", "    peak:", "unknown key 'peak' in an example")):
            with self.assertRaisesRegex(TariffError, found):
                self.differences((old, new))


if __name__ == "__main__":
    unittest.main()
