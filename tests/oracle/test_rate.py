"""Golden cases for docs/TARIFFS.md, 'Calendar' to 'Rounding', with small tariffs made for each rule."""
import unittest
from datetime import date
from fractions import Fraction

import calendars
from exact import Rounding, round_units
from rate import MICRO, Refusal
from small import FLAT, HEAD, JANUARY, amounts, day, lines, rate, span, version
from tariff_text import parse


class Roundings(unittest.TestCase):
    def test_modes(self):
        wanted = {"half_up": (3, -3, 4), "half_even": (2, -2, 4), "half_down": (2, -2, 3), "up": (3, -3, 4),
                  "down": (2, -2, 3),
                  "ceiling": (3, -2, 4), "floor": (2, -3, 3)}
        for mode, values in wanted.items():
            self.assertEqual((round_units(5, 2, mode), round_units(-5, 2, mode), round_units(7, 2, mode)), values, mode)
        self.assertEqual(Rounding(Fraction("0.05"), "half_up").apply(Fraction("1.025")), Fraction("1.05"))

    def test_parts_add_up_to_the_rounded_whole(self):
        # 1 kWh over 3 days, cut after each: 0.333333, 0.333334, 0.333333
        rated = rate([version(FLAT), version(FLAT, "2", "2026-01-02"), version(FLAT, "3", "2026-01-03")],
                     [span("2026-01-01", "2026-01-04")], ("total", "2026-01-01", "2026-01-04", 1))
        self.assertEqual([line.quantity * MICRO for line in rated.lines], [333333, 333334, 333333])

    def test_quantities_to_whole_units_by_the_last_version(self):
        whole = "rounding: {quantity: {decimals: 0, mode: half_up}}\n"
        rated = rate([version(FLAT), version(FLAT, "2", "2026-01-02", more=whole)], [span("2026-01-01", "2026-01-04")],
                     ("total", "2026-01-01", "2026-01-04", 5))
        self.assertEqual([line.quantity for line in rated.lines], [2, 3])

    def test_a_line_of_its_own_rounding_and_the_bill_to_five_cents(self):
        clause = "  - {clause: a, kind: fixed_per_day, account: sales, price: '0.333', round: {mode: up}}\n"
        rated = rate([version(clause, more="rounding: {bill: {step: '0.05', mode: down}}\n")],
                     [span("2026-01-01", "2026-01-02")])
        self.assertEqual(amounts(rated), [("a", 0.34), ("rounding", -0.04)])
        self.assertEqual((rated.total, rated.lines[1].account), (Fraction("0.3"), "rounding"))


class Fixed(unittest.TestCase):
    def test_proration(self):
        for proration, wanted in (("none", [50.0]), ("month_days", [50.0 + 25.0]), ("days_30", [75.0])):
            clause = f"  - {{clause: a, kind: fixed_per_period, account: sales, price: '50', proration: {proration}}}\n"
            rated = rate([version(clause)], [span("2026-04-01", "2026-05-16")])
            # April whole and 15 of 31 days of May: 50 + 24.193… for month_days; 45 ÷ 30 for days_30
            wanted = [74.19] if proration == "month_days" else wanted
            self.assertEqual([amount for _, amount in amounts(rated)], wanted)

    def test_none_stands_at_the_last_version_or_the_first_that_has_it(self):
        a = "  - {clause: a, kind: fixed_per_period, account: sales, price: '%s', times: dwellings}\n"
        spans = [span("2026-01-01", "2026-01-10", dwellings=2), span("2026-01-10", "2026-01-20", dwellings=3)]
        self.assertEqual(lines(rate([version(a % 5), version(a % 7, "2", "2026-01-15")], spans)),
                         [("a", "2", None, None, None, 21.0)])
        self.assertEqual(lines(rate([version(a % 5), version(FLAT, "2", "2026-01-15")], spans,
                                    ("total", "2026-01-15", "2026-01-20", 0))),
                         [("a", "1", None, None, None, 10.0), ("energy", "2", "2026-01-15", None, 0.0, 0.0)])

    def test_from_and_until_cut(self):
        a = "  - {clause: a, kind: fixed_per_day, account: sales, price: '1', from: 2026-01-05, until: 2026-01-20}\n"
        self.assertEqual(lines(rate([version(a)], [span(*JANUARY)])), [("a", "1", "2026-01-05", None, 15.0, 15.0)])
        both = rate([version(a + FLAT)], [span(*JANUARY)], ("total", *JANUARY, 31))
        self.assertEqual([line[2:5] for line in lines(both)[1:]],
                         [("2026-01-01", None, 4.0), ("2026-01-05", None, 15.0), ("2026-01-20", None, 12.0)])

    def test_classes_and_entitlements(self):
        clauses = ("  - {clause: a, kind: fixed_per_day, account: sales, price: '1', for: {classes: [commercial]}}\n"
                   "  - {clause: b, kind: fixed_per_day, account: sales, price: '1', for: {entitlement: solar}}\n")
        spans = [span("2026-01-01", "2026-01-11", "commercial"),
                 span("2026-01-11", "2026-01-31", entitlements=["solar"])]
        self.assertEqual(amounts(rate([version(clauses)], spans)), [("a", 10.0), ("b", 20.0)])


class Energy(unittest.TestCase):
    def tiers(self, bounds, more=""):
        return (f"  - clause: energy\n    kind: energy_tiered\n    account: sales\n    bounds: {bounds}\n{more}"
                "    tiers: [{upto: '100', price: '0.10'}, {upto: '200', price: '0.20'}, {price: '0.40'}]\n")

    def test_a_bound_belongs_to_the_lower_tier(self):
        self.assertEqual(amounts(rate([version(self.tiers("bill"))], [span(*JANUARY)], ("total", *JANUARY, 100))),
                         [("energy", 10.0)])

    def test_bill_bounds_go_on_with_the_next_version(self):
        dearer = self.tiers("bill").replace("'0.20'", "'0.30'").replace("'100'", "'120'")
        rated = rate([version(self.tiers("bill")), version(dearer, "2", "2026-01-16")],
                     [span("2026-01-01", "2026-01-31")],
                     ("total", "2026-01-01", "2026-01-31", 220))
        # 110 in each half: 100 + 10, then 10 to the new bound of 120, 80 and 20
        self.assertEqual([line[1:2] + line[3:] for line in lines(rated)],
                         [("1", 1, 100.0, 10.0), ("1", 2, 10.0, 2.0), ("2", 1, 10.0, 1.0), ("2", 2, 80.0, 24.0),
                          ("2", 3, 20.0, 8.0)])

    def test_scaled_bounds_start_again_in_each_segment(self):
        for bounds, first, second in (("days_30", 50, 50), ("month_days", 100 * 15 / 31, 100 * 15 / 31),
                                      ("day", 1500, 1500)):
            rated = rate([version(self.tiers(bounds)), version(self.tiers(bounds), "2", "2026-01-16")],
                         [span("2026-01-01", "2026-01-31")],
                         ("total", "2026-01-01", "2026-01-31", 8000))
            inside = [line[4] for line in lines(rated) if line[3] == 1]
            self.assertEqual(inside, [round(first, 6), round(second, 6)])

    def test_dwellings_and_rounding_of_bounds(self):
        clause = self.tiers("month_days", "    times: dwellings\n    round_bounds: {decimals: 0, mode: up}\n")
        rated = rate([version(clause)], [span("2026-01-01", "2026-01-16", dwellings=2)],
                     ("total", "2026-01-01", "2026-01-16", 300))
        self.assertEqual([line[4] for line in lines(rated)],
                         [97.0, 97.0, 106.0])   # 200 × 15/31 = 96.77…, 193.54… = 194

    def test_a_negative_quantity_is_credited_in_the_first_tier(self):
        rated = rate([version(self.tiers("bill"))], [span(*JANUARY)], ("total", *JANUARY, -10))
        self.assertEqual(lines(rated), [("energy", "1", "2026-01-01", 1, -10.0, -1.0)])

    def test_lines_of_no_use(self):
        periods = "  - {clause: tou, kind: energy_time_of_use, account: sales, prices: {peak: '1', low: '0.5'}}\n"
        both = [version(self.tiers("bill") + periods), version(self.tiers("bill") + periods, "2", "2026-01-10")]
        self.assertEqual([line[:5] for line in lines(rate(both, [span(*JANUARY)], ("peak", *JANUARY, 0)))],
                         [("energy", "1", "2026-01-01", 1, 0.0), ("tou", "1", "2026-01-01", "peak", 0.0)])
        used = rate(both, [span(*JANUARY)], ("low", "2026-01-01", "2026-01-20", 0),
                    ("low", "2026-01-20", "2026-01-25", 3), ("low", "2026-01-25", "2026-02-01", 0))
        self.assertEqual([line[:5] for line in lines(used)],
                         [("energy", "2", "2026-01-10", 1, 3.0), ("tou", "2", "2026-01-10", "low", 3.0)])

    def test_total_is_the_total_register_or_the_sum_of_periods(self):
        first, second = ("2026-01-01", "2026-01-11"), ("2026-01-11", "2026-02-01")
        sums = rate([version(FLAT)], [span(*JANUARY)], ("peak", *JANUARY, 3), ("low", *JANUARY, 4))
        self.assertEqual(sums.lines[0].quantity, 7)
        beside = rate([version(FLAT)], [span(*JANUARY)], ("peak", *JANUARY, 3), ("low", *JANUARY, 4),
                      ("total", *JANUARY, 9))
        self.assertEqual((beside.lines[0].quantity, beside.quantities.whole_total()), (9, 9))
        exchange = rate([version(FLAT)], [span(*JANUARY)], ("total", *first, 10), ("peak", *second, 3),
                        ("low", *second, 4))
        self.assertEqual(exchange.lines[0].quantity, 17)

    def test_periods_need_their_registers(self):
        clause = "  - {clause: a, kind: energy_flat, account: sales, price: '1', of: peak}\n"
        with self.assertRaises(Refusal) as caught:
            rate([version(clause)], [span(*JANUARY)], ("total", *JANUARY, 10))
        self.assertEqual(caught.exception.cause, "register_missing")
        self.assertEqual(amounts(rate([version(clause)], [span(*JANUARY)], ("low", *JANUARY, 10))), [("a", 0.0)])

    def test_no_period_is_for_nothing(self):
        clause = "  - {clause: a, kind: energy_flat, account: sales, price: '1', of: peak}\n"
        calendar = "calendar: {periods: [{period: peak, hours: ['08:00-22:00']}, {period: low}]}\n"
        pieces = ("peak", *JANUARY, 10), ("sharp", *JANUARY, 10)
        with self.assertRaises(Refusal) as caught:
            rate([version(clause, more=calendar)], [span(*JANUARY)], *pieces)
        self.assertEqual(caught.exception.cause, "register_missing")
        self.assertEqual(amounts(rate([version(FLAT, more=calendar)], [span(*JANUARY)], *pieces)), [("energy", 2.0)])


class Percentages(unittest.TestCase):
    VAT = "  - {clause: vat, kind: tax, account: tax.vat, percent: '%s', of: [all]}\n"

    def test_each_version_on_its_own_lines(self):
        rated = rate([version(FLAT + self.VAT % 10), version(FLAT + self.VAT % 20, "2", "2026-01-16")],
                     [span("2026-01-01", "2026-01-31")],
                     ("total", "2026-01-01", "2026-01-31", 300))
        self.assertEqual(lines(rated)[2:], [("vat", "1", None, None, None, 1.5), ("vat", "2", None, None, None, 3.0)])

    def test_a_tax_on_a_discount_on_a_fixed_charge(self):
        clauses = ("  - {clause: fixed, kind: fixed_per_period, account: sales, price: '8'}\n" + FLAT +
                   "  - {clause: less, kind: discount, account: less, percent: '25', of: [energy]}\n" +
                   self.VAT % 10)
        rated = rate([version(clauses)], [span(*JANUARY)], ("total", *JANUARY, 401))
        # 40.10 less 10.025 = 10.03 is 30.07, with 8.00 38.07; tax 3.807
        self.assertEqual(amounts(rated), [("fixed", 8.0), ("energy", 40.1), ("less", -10.03), ("vat", 3.81)])

    def test_limited_by_date(self):
        tax = "  - {clause: vat, kind: tax, account: tax.vat, percent: '10', of: [energy], from: 2026-01-16}\n"
        rated = rate([version(FLAT + tax)], [span("2026-01-01", "2026-01-31")],
                     ("total", "2026-01-01", "2026-01-31", 300))
        self.assertEqual(amounts(rated), [("energy", 15.0), ("energy", 15.0), ("vat", 1.5)])

    def test_no_base_no_line(self):
        self.assertEqual(amounts(rate([version(FLAT + self.VAT % 10)], [span(*JANUARY)], ("total", *JANUARY, 0))),
                         [("energy", 0.0)])

    def test_a_later_clause_stands_below(self):
        levy = "  - {clause: levy, kind: fixed_per_day, account: tax.duty, price: '1'}\n"
        rated = rate([version(FLAT + self.VAT % 10), version(FLAT + levy + self.VAT % 10, "2", "2026-01-16")],
                     [span("2026-01-01", "2026-01-31")], ("total", "2026-01-01", "2026-01-31", 300))
        self.assertEqual(amounts(rated),
                         [("energy", 15.0), ("energy", 15.0), ("vat", 1.5), ("vat", 3.0), ("levy", 15.0)])

    def test_discount_of_an_amount(self):
        clause = "  - {clause: less, kind: discount, account: discount, price: '0.5', per: day}\n"
        self.assertEqual(amounts(rate([version(FLAT + clause)], [span(*JANUARY)], ("total", *JANUARY, 0))),
                         [("energy", 0.0), ("less", -15.5)])

    def test_days_that_nothing_counted(self):
        for pieces in ((), (("total", "2026-01-01", "2026-01-11", 5),),
                       (("total", "2026-01-01", "2026-01-11", 5), ("total", "2026-01-12", "2026-02-01", 5))):
            with self.assertRaises(Refusal) as caught:
                rate([version(FLAT)], [span(*JANUARY)], *pieces)
            self.assertEqual(caught.exception.cause, "usage_missing")
        early = FLAT.replace("price: '0.10'", "price: '0.10', until: 2026-01-11")
        one = ("total", "2026-01-01", "2026-01-11", 5)
        self.assertEqual(amounts(rate([version(early)], [span(*JANUARY)], one)), [("energy", 0.5)])
        asking = early.replace("until:", "when: {above: '1'}, until:")
        with self.assertRaises(Refusal) as caught:
            rate([version(asking)], [span(*JANUARY)], one)
        self.assertEqual(caught.exception.cause, "usage_missing")

    def test_minimum(self):
        minimum = "  - {clause: least, kind: minimum, account: sales, amount: '%s', of: [energy]%s}\n"
        month = (span(*JANUARY),)
        use = ("total", *JANUARY, 50)
        self.assertEqual(amounts(rate([version(FLAT + minimum % (5, ""))], month, use)), [("energy", 5.0)])
        self.assertEqual(amounts(rate([version(FLAT + minimum % ("5.01", ""))], month, use)),
                         [("energy", 5.0), ("least", 0.01)])
        self.assertEqual(amounts(rate([version(FLAT + minimum % (6, ", proration: days_30"))], month, use)),
                         [("energy", 5.0), ("least", 1.2)])
        both = [version(FLAT + minimum % (31, ", proration: month_days")),
                version(FLAT + minimum % (62, ", proration: month_days"), "2", "2026-01-11")]
        # 10/31 × 31 + 21/31 × 62 = 52.00
        self.assertEqual(lines(rate(both, month, use))[-1], ("least", "2", None, None, None, 47.0))


class Segments(unittest.TestCase):
    SEASONS = "calendar:\n  seasons:\n    summer: [{from: 03-01, to: 10-31}]\n    winter: [{from: 11-01, to: 02-28}]\n"

    def test_seasons_cut_and_the_leap_day_is_winter(self):
        rated = rate([version(FLAT, effective="2024-01-01", more=self.SEASONS)], [span("2024-02-25", "2024-03-05")],
                     ("total", "2024-02-25", "2024-03-05", 9))
        self.assertEqual([line[2:5:2] for line in lines(rated)], [("2024-02-25", 5.0), ("2024-03-01", 4.0)])
        self.assertEqual(calendars.season(version(FLAT, more=self.SEASONS), date(2024, 2, 29)), "winter")

    def test_refusals_in_their_order(self):
        cases = [("no_tariff_version", [version(FLAT, effective="2026-01-02")], [span(*JANUARY, "public")]),
                 ("class_not_allowed", [version(FLAT)], [span(*JANUARY, "public")])]
        other = parse((HEAD + "charges:\n").format(label="1", zone="UTC", effective="2026-01-01")
                      .replace("tariff: t", "tariff: u").replace("EUR", "USD").replace("kWh", "m3")
                      + FLAT.replace("{clause:", "{name: {en: x}, clause:"))
        cases.append(("currency_changed", [version(FLAT), other],
                      [span("2026-01-01", "2026-01-05"), span("2026-01-05", "2026-01-09", tariff="u")]))
        for cause, versions, spans in cases:
            with self.assertRaises(Refusal) as caught:
                rate(versions, spans)
            self.assertEqual(caught.exception.cause, cause)


class Calendar(unittest.TestCase):
    TEXT = ("calendar:\n  holidays: [2026-05-01]\n"
            "  day_types: {weekday: [mon, tue, wed, thu, fri], weekend: [sat, sun], holiday: weekend}\n"
            "  periods:\n    - {period: peak, day_types: [weekday], hours: ['08:00-12:00', '22:00-06:00']}\n"
            "    - {period: low}\n")

    def setUp(self):
        self.version = version(FLAT, more=self.TEXT)

    def period(self, text, minute):
        return calendars.periods_of_day(self.version, day(text))[minute]

    def test_hours_that_wrap_are_two_parts_of_one_day(self):
        wanted = [("peak", 0), ("peak", 359), ("low", 360), ("peak", 480), ("peak", 719), ("low", 720), ("low", 1319),
                  ("peak", 1320), ("peak", 1439)]
        self.assertEqual([(self.period("2026-04-30", minute), minute) for _, minute in wanted], wanted)

    def test_weekends_and_holidays(self):
        self.assertEqual({self.period(text, 480) for text in ("2026-05-01", "2026-05-02", "2026-05-03")}, {"low"})
        self.assertEqual(self.period("2026-05-04", 480), "peak")

    def test_day_lengths(self):
        def hours(zone, text):
            end = calendars.day_start(zone, day(text) + calendars.ONE_DAY)
            return (end - calendars.day_start(zone, day(text))) // 3600

        self.assertEqual([hours("Europe/London", text) for text in ("2026-03-28", "2026-03-29", "2026-10-25")],
                         [24, 23, 25])
        self.assertEqual([hours("Australia/Sydney", text) for text in ("2026-04-05", "2026-10-04")], [25, 23])
        self.assertEqual(hours("Asia/Shanghai", "2026-07-01"), 24)

    def test_months(self):
        self.assertEqual(calendars.months(date(2024, 2, 1), date(2024, 3, 1)), 1)
        self.assertEqual(calendars.months(date(2024, 2, 15), date(2024, 4, 11)),
                         Fraction(15, 29) + 1 + Fraction(10, 30))
        self.assertEqual(calendars.months(date(2026, 1, 1), date(2027, 1, 1)), 12)


if __name__ == "__main__":
    unittest.main()
