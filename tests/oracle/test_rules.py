"""What counts over quarters and days, hours of use, credit, demands by month and at named hours, agreed prices."""
import unittest
from datetime import timedelta
from fractions import Fraction

import usage
from rate import MICRO, Counter, Given, PastPeak, Peak
from small import JANUARY, cause, day, lines, rate, span, version
from tariff_text import TariffError

DEMANDS = "demands:\n  md: {unit: kW, window: 60}\n"
POWER = "  - {clause: power, kind: demand, account: sales, of: md, price: '1'%s}\n"
TIERED = ("  - {clause: energy, kind: energy_tiered, account: sales, %s, "
          "tiers: [{upto: '100', price: '1'}, {price: '2'}]}\n")
NET = "  - {clause: net, kind: energy_flat, account: sales, price: '1', less: {of: export, credit_until: 04-01}}\n"


def peak(first, end, value, stream="md"):
    return Peak(stream, day(first), day(end), Fraction(value))


def amounts(rated):
    """(clause, part, quantity, amount) of each line."""
    return [(line[0], line[3], line[4], line[5]) for line in lines(rated)]


class Counting(unittest.TestCase):
    def test_a_quarter(self):
        given = Given(counters={"energy": Counter(Fraction(90), day("2026-01-01"))})
        rated = rate([version(TIERED % "bounds: quarter")], [span("2026-03-22", "2026-04-11")],
                     ("total", "2026-03-22", "2026-04-11", 40), given=given)
        self.assertEqual(amounts(rated), [("energy", 1, 10, 10), ("energy", 2, 10, 20), ("energy", 1, 20, 20)])
        self.assertEqual((rated.counters["energy"].value, rated.counters["energy"].began), (20, day("2026-04-01")))

    def test_blocks_of_each_day(self):
        rated = rate([version(TIERED % "bounds: each_day")], [span("2026-01-01", "2026-01-04")],
                     ("total", "2026-01-01", "2026-01-02", 150), ("total", "2026-01-02", "2026-01-04", 180))
        self.assertEqual(amounts(rated), [("energy", 1, 280, 280), ("energy", 2, 50, 100)])

    def test_credit(self):
        one = version(NET)
        over = rate([one], [span(*JANUARY)], ("total", *JANUARY, 100), ("export", *JANUARY, 130))
        self.assertEqual((amounts(over), over.counters["net"].value), ([("net", None, 0, 0)], 30))
        given = Given(counters={"net": Counter(Fraction(30), day("2025-04-01"))})
        used = rate([one], [span("2026-03-22", "2026-04-11")], ("total", "2026-03-22", "2026-04-11", 40),
                    ("export", "2026-03-22", "2026-04-11", 0), given=given)
        # 20 of March by 30 of credit, of which 10 are lost in April
        self.assertEqual(amounts(used), [("net", None, 20, 20)])

    def test_a_tax_above_a_bound_of_days(self):
        text = ("  - {clause: energy, kind: energy_flat, account: sales, price: '1'}\n"
                "  - {clause: vat, kind: tax, account: tax, percent: '10', of: [energy], above: '2', bounds: day}\n")
        rated = rate([version(text)], [span(*JANUARY)], ("total", *JANUARY, 124))
        self.assertEqual(amounts(rated)[1][3], 6.2)


class Demands(unittest.TestCase):
    def test_hours_of_use(self):
        one = version(POWER % "" + TIERED % "hours_of: power", more=DEMANDS)
        rated = rate([one], [span(*JANUARY)], ("total", *JANUARY, 700), given=Given(peaks=[peak(*JANUARY, 5)]))
        self.assertEqual(amounts(rated)[1:], [("energy", 1, 500, 500), ("energy", 2, 200, 400)])
        nobody = version(POWER % ", for: {classes: [commercial]}" + TIERED % "hours_of: power", more=DEMANDS)
        self.assertEqual(cause([nobody], [span(*JANUARY)], ("total", *JANUARY, 700)), "register_missing")

    def test_each_month(self):
        one = version(POWER % ", each_month: true, proration: days_30, at_least: [{past: 1, percent: '50'}]",
                      more=DEMANDS)
        given = Given(peaks=[peak("2026-01-20", "2026-01-21", 30), peak("2026-02-03", "2026-02-04", 10)],
                      past_peaks=[PastPeak("power", day("2025-11-16"), day("2025-12-16"), Fraction(80))])
        days = ("2026-01-16", "2026-02-11")
        rated = rate([one], [span(*days)], ("total", *days, 1), given=given)
        # half of December's 80, then half of January's 30
        self.assertEqual(amounts(rated), [("power", None, 40, 21.33), ("power", None, 15, 5)])
        self.assertEqual([(str(past.end), past.value) for past in rated.past_peaks],
                         [("2026-02-01", 30), ("2026-02-11", 10)])
        self.assertEqual(cause([one], [span(*days)], ("total", *days, 1), given=Given(peaks=given.peaks[:1])),
                         "register_missing")

    def test_named_hours(self):
        one = version(POWER % "", more="demands:\n  md: {unit: kW, window: 60, step: 30, at: "
                                       "[{date: 2026-01-05, hours: ['08:00-09:30']}]}\n")
        values = [int(MICRO * Fraction(value)) for value in [9] * 16 + [1, 2, 4] + [9] * 29]
        found = [(found.stream, found.value) for number in (0, 1)
                 for found in usage.peaks_of(one, day("2026-01-05") + timedelta(days=number), usage.classified(
                     one, day("2026-01-05") + timedelta(days=number), "total", 30, values))]
        self.assertEqual(found, [("md", 6)])
        self.assertEqual(amounts(rate([one], [span("2026-02-01", "2026-03-01")],
                                      ("total", "2026-02-01", "2026-03-01", 1))), [])
        self.assertEqual(cause([one], [span(*JANUARY)], ("total", *JANUARY, 1)), "register_missing")

    def test_an_agreed_price(self):
        one = version("  - {clause: energy, kind: energy_flat, account: sales, price: '1', agreed: own}\n",
                      more="facts:\n  own: {unit: none}\n")
        for stated, wanted in (({}, 10), ({"own": "0.25"}, 2.5)):
            rated = rate([one], [span(*JANUARY, **stated)], ("total", *JANUARY, 10))
            self.assertEqual(amounts(rated), [("energy", None, 10, wanted)])

    def test_what_the_text_must_not_say(self):
        for text in (POWER % ", each_month: true, proration: days_30" + TIERED % "hours_of: power",
                     POWER % "" + TIERED % "hours_of: power, bounds: day", TIERED % "hours_of: energy",
                     TIERED % "bounds: each_day, share: '50'",
                     TIERED % "bounds: month, less: {of: export, credit_until: 04-01}",
                     "  - {clause: c, kind: energy_flat, account: sales, formula: {text: a, inputs: [a]}, "
                     "agreed: dwellings}\n"):
            with self.assertRaises(TariffError):
                version(text, more=DEMANDS)


if __name__ == "__main__":
    unittest.main()
