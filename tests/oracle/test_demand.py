"""Golden cases for docs/TARIFFS.md, 'Demand', 'Power factor' and the limits on sums: all worked by hand."""
import unittest
from fractions import Fraction

from charge_parts import PowerFactor, Row
from exact import root_half_up
from rate import Given, PastPeak, Peak
from rate_derived import percent_of
from small import FLAT, JANUARY, amounts, cause, day, lines, rate, span, version

HEAD = ("facts:\n  contract_kw: {unit: kW, default: '200'}\n  units: {unit: none}\n"
        "demands:\n  md: {unit: kW, window: 30}\n  other: {unit: kW, window: 15, step: 5}\n")


def demand(more="price: '2'", of="md"):
    return f"  - {{clause: power, kind: demand, account: sales, of: {of}, {more}}}\n"


def peak(value, stream="md", first="2026-01-01", end="2026-02-01"):
    return Peak(stream, day(first), day(end), Fraction(value))


def past(value, first, end, clause="power"):
    return PastPeak(clause, day(first), day(end), Fraction(value))


class Demands(unittest.TestCase):
    def rated(self, more="price: '2'", peaks=(), before=(), **section):
        of = section.pop("of", "md")
        spans = section.pop("spans", None) or [span(*JANUARY, **section)]
        return rate([version(demand(more, of), more=HEAD)], spans,
                    given=Given(peaks=list(peaks), past_peaks=list(before)))

    def billed(self, more, measured, **others):
        """The billed demand, by its price of 1."""
        rated = self.rated("price: '1', " + more, [peak(measured)], **others)
        return rated.lines[0].quantity

    def test_price_of_the_highest_peak(self):
        rated = self.rated(peaks=[peak(100, end="2026-01-10"), peak("120.5", first="2026-01-10"),
                                  peak(300, first="2026-02-01", end="2026-02-02"), peak(400, "other")])
        self.assertEqual([(line.segment, line.part, line.quantity, line.price, line.amount) for line in rated.lines],
                         [(None, None, Fraction("120.5"), 2, 241)])
        self.assertEqual(rated.past_peaks, [past("120.5", *JANUARY)])

    def test_periods_and_lists(self):
        peaks = [peak(100, "md.peak"), peak(120, "md.low"), peak(90, end="2026-01-10"), peak(130, "other")]
        self.assertEqual(self.rated(peaks=peaks, of="md.peak").lines[0].quantity, 100)
        # the peaks of periods share days with that of the bare name
        self.assertEqual(self.rated(peaks=peaks).lines[0].quantity, 90)
        self.assertEqual(self.rated(peaks=peaks[:2]).lines[0].quantity, 120)
        self.assertEqual(self.rated(peaks=peaks, of="[md.peak, other]").lines[0].quantity, 130)

    def test_no_peak(self):
        self.assertEqual(cause([version(demand(), more=HEAD)], [span(*JANUARY)]), "register_missing")
        late = Given(peaks=[peak(1)])
        clause = version(demand("price: '2', from: 2026-01-16"), more=HEAD)
        self.assertIsNone(cause([clause], [span(*JANUARY)], given=late))
        self.assertEqual(cause([clause], [span(*JANUARY)], given=Given(peaks=[peak(1, end="2026-01-16")])),
                         "register_missing")
        self.assertIsNone(cause([version(demand("price: '2', for: {classes: [commercial]}"), more=HEAD)],
                                [span(*JANUARY)]))

    def test_proration(self):
        spans = [span("2026-01-01", "2026-01-11"), span("2026-01-11", "2026-02-01")]
        for rule, wanted in (("month_days", [20.0, 42.0]), ("days_30", [20.67, 43.4]), ("none", [62.0])):
            # 31 × 2 × 10/31 and 21/31, or 10/30 and 21/30
            rated = self.rated(f"price: '2', proration: {rule}", [peak(31)], spans=spans)
            self.assertEqual([float(line.amount) for line in rated.lines], wanted)

    def test_mean_of_days(self):
        days = [peak(value, first=f"2026-01-{n:02}", end=f"2026-01-{n + 1:02}") for n, value in
                enumerate((10, 30, 20, 25), 1)]
        same = peak(29, "md.low", "2026-01-02", "2026-01-03")
        self.assertEqual(self.rated("price: '1', average_of: 3", [*days, same]).lines[0].quantity, 25)
        self.assertEqual(self.rated("price: '1', average_of: 3", days[:3] + [peak(5, "other")]).lines[0].quantity, 20)
        self.assertEqual(self.rated("price: '1', average_of: 3", [days[0], days[2]]).lines[0].quantity, 15)
        thirds = [days[0], peak(10, first="2026-01-05", end="2026-01-06"),
                  peak(11, first="2026-01-07", end="2026-01-08")]
        self.assertEqual(self.rated("price: '1', average_of: 3", thirds).lines[0].quantity, Fraction("10.333333"))
        # two periods of one day are one day
        both = [peak(10, "md.low", "2026-01-02", "2026-01-03"), peak(30, "md.peak", "2026-01-02", "2026-01-03"),
                peak(20, "md.low", "2026-01-03", "2026-01-04")]
        self.assertEqual(self.rated("price: '1', average_of: 2", both).lines[0].quantity, 25)
        # only single days count
        longer = peak(90, first="2026-01-10", end="2026-01-12")
        self.assertEqual(self.rated("price: '1', average_of: 2", [*both, longer]).lines[0].quantity, 25)
        self.assertEqual(self.rated("price: '1', average_of: 1", [*both, longer]).lines[0].quantity, 90)
        self.assertEqual(cause([version(demand("price: '1', average_of: 2"), more=HEAD)], [span(*JANUARY)],
                               given=Given(peaks=[longer])), "register_missing")

    def test_at_least(self):
        self.assertEqual([self.billed("at_least: [{amount: '50'}]", value) for value in (49, 51)], [50, 51])
        self.assertEqual([self.billed("at_least: [{fact: contract_kw, percent: '80'}]", value) for value in (159, 161)],
                         [160, 161])
        self.assertEqual(self.billed("at_least: [{fact: contract_kw}, {amount: '250'}]", 3), 250)
        self.assertEqual(cause([version(demand("price: '1', at_least: [{fact: units}]"), more=HEAD)], [span(*JANUARY)],
                               given=Given(peaks=[peak(1)])), "fact_missing")

    def test_ratchet(self):
        before = [past(1000, "2024-12-01", "2025-01-01"), past(500, "2025-01-01", "2025-02-01"),
                  past(400, "2025-07-01", "2025-08-01"), past(900, "2025-07-01", "2025-08-01", "another"),
                  past(700, "2026-01-01", "2026-02-01")]
        # this section's last day is in January 2026. Eleven months back: February 2025 and later; twelve: January
        rule = "at_least: [{past: %d, percent: '60'%s}]"
        self.assertEqual(self.billed(rule % (11, ""), 5, before=before), 240)
        self.assertEqual(self.billed(rule % (12, ""), 5, before=before), 300)
        self.assertEqual(self.billed(rule % (13, ""), 5, before=before), 600)
        self.assertEqual(self.billed(rule % (13, ", months: [1, 7]"), 5, before=before), 300)
        self.assertEqual([self.billed(rule % (past, ""), 5, before=before) for past in (5, 6)], [5, 240])
        self.assertEqual(self.billed("at_least: [{past: 6}]", 5, before=before), 400)

    def test_current_and_its_months(self):
        self.assertEqual(self.billed("current: '95'", 100), 95)
        self.assertEqual(self.billed("current: '95', current_months: [1]", 100), 95)
        self.assertEqual(self.billed("current: '95', current_months: [2, 12]", 100), 100)

    def test_tolerance(self):
        rule = "tolerance: {fact: contract_kw, percent: '105'}"
        self.assertEqual([self.billed(rule, value) for value in (10, 210, "210.000001")],
                         [200, 200, Fraction("210.000001")])
        self.assertEqual(self.billed(rule + ", at_least: [{amount: '220'}]", 10), 220)
        self.assertEqual(self.billed(rule + ", at_least: [{amount: '150'}]", 10), 200)

    def test_rounded_once(self):
        self.assertEqual(self.billed("round_demand: {decimals: 0}", "10.5"), 11)
        self.assertEqual(self.billed("round_demand: {decimals: 0, mode: down}, current: '95'", "10"), 9)

    def test_tiers(self):
        tiers = "tiers: [{upto: '100', price: '1'}, {upto: '250', price: '2'}, {price: '3'}]"
        made = self.rated(tiers, [peak(130)])
        self.assertEqual([(line.part, line.quantity, line.amount) for line in made.lines], [(1, 100, 100), (2, 30, 60)])
        made = self.rated(tiers + ", times: dwellings", [peak(510)], dwellings=2)
        self.assertEqual([(line.part, line.quantity, line.amount) for line in made.lines],
                         [(1, 200, 200), (2, 300, 600), (3, 10, 30)])
        self.assertEqual(self.rated(tiers, [peak(0)]).lines, [])

    def test_facts_of_the_last_segment(self):
        spans = [span("2026-01-01", "2026-01-16", contract_kw="300"),
                 span("2026-01-16", "2026-02-01", contract_kw="100")]
        self.assertEqual(self.billed("at_least: [{fact: contract_kw}]", 5, spans=spans), 100)


class Factors(unittest.TestCase):
    TABLE = ("[{from: '0.95', percent: '-0.75'}, {from: '0.90', percent: '-0.60', each: '0.15'}, "
             "{from: '0.60', percent: '0.5', each: '0.5'}, {from: '0.00', percent: '17', each: '2'}]")

    def rated(self, active, reactive, more="", versions=None):
        clause = (f"  - {{clause: pf, kind: power_factor, account: sales, of: [energy], table: {self.TABLE}{more}}}\n")
        return rate(versions or [version(FLAT + clause)], [span(*JANUARY)], ("total", *JANUARY, active),
                    ("reactive", *JANUARY, reactive))

    def test_the_factor_and_its_percent(self):
        # 800, 600: 0.80, nine below 0.89: 0.5 + 9 × 0.5 = 5 %
        rated = self.rated(800, 600)
        line = rated.lines[-1]
        self.assertEqual((line.clause, line.price, line.factor, line.amount, line.segment),
                         ("pf", 5, Fraction("0.8"), 4, None))
        # 300, 400: 0.60: 0.5 + 29 × 0.5 = 15 %
        self.assertEqual(self.rated(300, 400).lines[-1].amount, Fraction("4.5"))
        # -600 counts as 600; of less than nothing the factor is 0: 17 + 59 × 2 = 135 %
        self.assertEqual((self.rated(-800, 600).lines[-1].factor, self.rated(-800, 600).lines[-1].price), (0, 135))
        self.assertEqual(self.rated(800, -600).lines[-1].price, 5)
        self.assertEqual(self.rated(1000, 0).lines[-1].price, Fraction("-0.75"))
        # 280, 960: 0.28, 31 below 0.59: 17 + 62 = 79 %
        self.assertEqual(self.rated(280, 960).lines[-1].price, 79)

    def test_a_percent_of_zero_gives_no_line(self):
        # 900 ÷ √(900² + 435.889894²) = 0.90: -0.60 + 4 × 0.15 = 0
        self.assertEqual(amounts(self.rated(900, "435.889894")), [("energy", 90.0)])
        self.assertEqual(amounts(self.rated(0, 5)), [("energy", 0.0)])

    def test_rows(self):
        rows = [Row(Fraction(a), Fraction(b), Fraction(c)) for a, b, c in
                (("0.9", "1", "3"), ("0.5", "-2", "0.5"), ("0", "7", "0"))]
        power = PowerFactor((), (), 1, rows)
        self.assertEqual([percent_of(power, Fraction(f)) for f in ("1", "0.9", "0.8", "0.5", "0.4", "0")],
                         [1, 4, -2, Fraction("-0.5"), 7, 7])

    def test_rounding_of_roots(self):
        self.assertEqual(root_half_up(Fraction("0.5625"), 2), Fraction("0.75"))
        self.assertEqual(root_half_up(Fraction("0.755") ** 2, 2), Fraction("0.76"))
        self.assertEqual(root_half_up(Fraction("0.755") ** 2 - Fraction(1, 10 ** 9), 2), Fraction("0.75"))
        self.assertEqual((root_half_up(Fraction(2), 6), root_half_up(Fraction(0), 3)), (Fraction("1.414214"), 0))

    def test_other_quantities_and_decimals(self):
        clause = ("  - {clause: pf, kind: power_factor, account: sales, of: [energy], active: [peak, low], "
                  "decimals: 1, reactive: [reactive, reactive_export], "
                  "table: [{from: '0.9', percent: '1'}, {from: '0', percent: '10'}]}\n")
        rated = rate([version(FLAT + clause)], [span(*JANUARY)], ("peak", *JANUARY, 500), ("low", *JANUARY, 300),
                     ("reactive", *JANUARY, 200), ("reactive_export", *JANUARY, 400))
        self.assertEqual((rated.lines[-1].factor, rated.lines[-1].amount), (Fraction("0.8"), 8))

    def test_by_version(self):
        clause = f"  - {{clause: pf, kind: power_factor, account: sales, of: [energy], table: {self.TABLE}}}\n"
        rated = self.rated(620, 465, versions=[version(FLAT + clause), version(FLAT + clause, "2", "2026-01-11")])
        # 0.80 in both: 5 % of 20 and of 42
        self.assertEqual(lines(rated)[2:], [("pf", "1", None, None, None, 1.0), ("pf", "2", None, None, None, 2.1)])

    def test_needs_reactive(self):
        clause = f"  - {{clause: pf, kind: power_factor, account: sales, of: [energy], table: {self.TABLE}}}\n"
        self.assertEqual(cause([version(FLAT + clause)], [span(*JANUARY)], ("total", *JANUARY, 5)), "register_missing")


class Sums(unittest.TestCase):
    def test_contained_tax(self):
        tax = ("  - {clause: vat, kind: tax, account: tax.vat, percent: '5', of: [energy], inclusive: true, "
               "contained_in: sales}\n"
               "  - {clause: levy, kind: percentage, account: levy, percent: '10', of: [all]}\n")
        rated = rate([version(FLAT + tax)], [span(*JANUARY)], ("total", *JANUARY, 100))
        # 10.00 × 5/105 = 0.47619…
        self.assertEqual([(line.account, float(line.amount)) for line in rated.lines],
                         [("sales", 10.0), ("tax.vat", 0.48), ("sales", -0.48), ("levy", 1.0)])

    def test_what_rounding_leaves_is_carried(self):
        clause = "  - {clause: a, kind: fixed_per_period, account: sales, price: '%s'}\n"
        for carry, left, price, wanted in ((True, "0", "1.03", (1, "-0.03", "0.03")),
                                           (True, "0.03", "1.03", ("1.05", "0.02", "0.01")),
                                           (True, "0.03", "0.97", (1, "0.03", "0")),
                                           (False, "0.03", "1.03", ("1.05", "0.02", "0"))):
            bill = "rounding: {bill: {step: '0.05', mode: down, carry: %s}}\n" % str(carry).lower()
            rated = rate([version(clause % price, more=bill)], [span(*JANUARY)], given=Given(carried=Fraction(left)))
            self.assertEqual((rated.total, rated.lines[-1].amount, rated.carried), tuple(map(Fraction, wanted)))

    def test_maximum(self):
        limit = "  - {clause: most, kind: maximum, account: sales, amount: '%s', of: [energy]%s}\n"
        used = ("total", *JANUARY, 50)
        for amount, more, wanted in (("5", "", []), ("4.99", "", [-0.01]), ("3", ", proration: days_30", [-1.9])):
            rated = rate([version(FLAT + limit % (amount, more))], [span(*JANUARY)], used)     # 3 × 31/30 = 3.10
            self.assertEqual([line[-1] for line in lines(rated)[1:]], wanted)

    def test_a_minimum_that_becomes_a_maximum(self):
        limit = "  - {clause: most, kind: %s, account: sales, amount: '%s', of: [energy], proration: month_days}\n"
        both = [version(FLAT + limit % ("minimum", "62")),
                version(FLAT + limit % ("maximum", "15.5"), "2", "2026-01-11")]
        # 62 × 10/31 = 20.00 at least, 15.50 × 21/31 = 10.50 at most
        for use, wanted in ((50, [15.0]), (150, [5.0, -4.5]), (300, [-19.5])):
            made = lines(rate(both, [span(*JANUARY)], ("total", *JANUARY, use)))
            self.assertEqual([line[-1] for line in made if line[0] == "most"], wanted)

    def test_tax_above(self):
        tax = "  - {clause: vat, kind: tax, account: tax, percent: '12', of: [energy], above: '600'}\n"
        for use, wanted in ((600, []), (601, [0.01]), (1000, [4.8])):
            # 100.00 × 400/1000 × 12 %; 60.10 × 1/601 × 12 % = 0.012
            rated = rate([version(FLAT + tax)], [span(*JANUARY)], ("total", *JANUARY, use))
            self.assertEqual([line[-1] for line in lines(rated)[1:]], wanted)


if __name__ == "__main__":
    unittest.main()
