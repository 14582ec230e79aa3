"""Cases with published results, of which the data folder tells the sources. Skipped where that folder is absent."""
import csv
import json
import os
import unittest
from datetime import date
from fractions import Fraction
from pathlib import Path

from rate import Counter, Given, PastPeak, Peak, Series
from rate_derived import percent_of
from small import JANUARY, cause, day, rate, span, version
from usage import classified

FOLDER = Path(os.environ.get("MAINSPRING_RATING_DATA", Path(__file__).resolve().parents[3] / "shared/data/rating"))
CASES = FOLDER / "cases.json"
TABLES = {
    "0.90": ((".95", "-.75", "0"), (".90", "-.60", ".15"), (".70", ".5", ".5"), (".65", "11", "1"), ("0", "17", "2")),
    "0.85": ((".94", "-1.10", "0"), (".90", "-.95", ".15"), (".85", "-.40", ".1"), (".65", ".5", ".5"),
             (".60", "11", "1"), ("0", "17", "2")),
    "0.80": ((".92", "-1.3", "0"), (".90", "-1.15", ".15"), (".80", "-.90", ".1"), (".60", ".5", ".5"),
             (".55", "11", "1"), ("0", "17", "2")),
}


def table(standard):
    rows = ", ".join("{from: '%s', percent: '%s', each: '%s'}" % row for row in TABLES[standard])
    return "  - {clause: pf, kind: power_factor, account: sales, of: [all], table: [%s]}\n" % rows


@unittest.skipUnless(CASES.exists(), f"no published cases in {FOLDER}")
class Published(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        listed = json.loads(CASES.read_text(encoding="utf-8"), parse_float=Fraction, parse_int=Fraction)["cases"]
        cls.cases = {case["id"]: case for case in listed}

    def of(self, prefix):
        found = [case for name, case in self.cases.items() if name.startswith(prefix)]
        self.assertTrue(found, prefix)
        for case in found:
            with self.subTest(case["id"]):
                yield case["input"], case["expected"], case["tariff"]

    def total(self, clauses, *pieces, spans=None, **more):
        return rate([version(clauses)], spans or [span(*JANUARY)], *pieces, **more).total

    def test_every_row_of_the_power_factor_tables(self):
        with (FOLDER / "china/power_factor_adjustment_1983.csv").open(encoding="utf-8") as lines:
            rows = list(csv.DictReader(lines))
        self.assertGreater(len(rows), 100)
        powers = {standard: version("  - {clause: a, kind: fixed_per_day, account: x, price: '1'}\n" + table(standard))
                  .by_clause["pf"].power for standard in TABLES}
        for row in rows:
            with self.subTest(row):
                self.assertEqual(percent_of(powers[row["standard"]], Fraction(row["actual_pf"])),
                                 Fraction(row["adjust_percent"]))

    def test_power_factor_bills(self):
        for given, wanted, tariff in self.of("cn-pf-bill-"):
            base = given["basic_charge"] + given["energy_charge_without_government_funds"]
            clauses = f"  - {{clause: a, kind: fixed_per_period, account: x, price: '{float(base)}'}}\n"
            rated = rate([version(clauses + table(f"{float(tariff['standard']):.2f}"))], [span(*JANUARY)],
                         ("total", *JANUARY, given["active_kWh"]), ("reactive", *JANUARY, given["reactive_kvarh"]))
            line = rated.lines[-1]
            self.assertEqual((line.factor, line.price, line.amount),
                             (wanted["pf"], wanted["adjust_percent"], wanted["adjust_charge"]))

    def test_ratchet_of_the_months_of_peaks(self):
        case = self.cases["ssc-eq-ratchet-60-95"]
        clause = ("  - {clause: power, kind: demand, account: x, of: md, price: '1', current: '60', "
                  "current_months: [1, 2, 3, 4, 5, 10, 11, 12], at_least: [{amount: '500'}, "
                  "{past: 11, percent: '95', months: [6, 7, 8, 9]}, "
                  "{past: 11, percent: '60', months: [1, 2, 3, 4, 5, 10, 11, 12]}]}\n")
        one = version(clause, more="demands: {md: {unit: kW, window: 60}}\n")
        months = [date(2025 + n // 12, n % 12 + 1, 1) for n in range(25)]
        peaks = case["input"]["peak_kW_previous_year"] + case["input"]["peak_kW_this_year"]
        past = [PastPeak("power", a, b, value) for a, b, value in zip(months, months[1:], peaks)]
        billed = [rate([one], [span(str(months[n]), str(months[n + 1]))],
                       given=Given(peaks=[Peak("md", months[n], months[n + 1], peaks[n])], past_peaks=past[:n])).total
                  for n in range(12, 24)]
        self.assertEqual(billed, case["expected"]["billing_demand_kW"])

    def test_tax_above_and_waived_charges(self):
        for given, wanted, tariff in self.of("tnb-service-tax-"):
            clauses = ("  - {clause: a, kind: fixed_per_period, account: x, price: '%s'}\n" % given["base"] +
                       "  - {clause: t, kind: tax, account: t, percent: '%s', of: [a], above: '600'}\n"
                       % tariff["body"]["percent"])
            self.assertEqual(self.total(clauses, ("total", *JANUARY, given["kWh"])) - given["base"], wanted["tax"])
        for given, wanted, _ in self.of("tnb-retail-waiver-"):
            clause = "  - {clause: a, kind: fixed_per_period, account: x, price: '10', when: {above: '600'}}\n"
            self.assertEqual(self.total(clause, ("total", *JANUARY, given["kWh"])), wanted["charge"])

    def test_all_at_the_price_of_the_tier_reached(self):
        clause = ("  - {clause: a, kind: energy_slab, account: x, tiers: [{upto: '200', price: '21.8'}, "
                  "{upto: '1500', price: '33.4'}, {price: '51.6'}]}\n")
        for given, wanted, _ in self.of("tnb-tier-select-"):
            rated = rate([version(clause)], [span(*JANUARY)], ("total", *JANUARY, given["kWh"]))
            self.assertEqual([line.price for line in rated.lines], [wanted["rate_on_all_kWh"]])

    def test_reduced_tax_of_small_use(self):
        clauses = "  - {clause: a, kind: fixed_per_period, account: x, price: '100'}\n" + "".join(
            "  - {clause: %s, kind: tax, account: t, percent: '%s', of: [a], when: {%s: '33', bounds: day}}\n" % parts
            for parts in (("low", "5", "upto"), ("high", "20", "above")))
        for given, wanted, _ in self.of("uk-vat-de-minimis-elec-"):
            period = ("2026-01-01", "2026-01-31" if given["days"] == 30 else "2026-02-01")
            self.assertEqual(self.total(clauses, ("total", *period, given["kWh"]), spans=[span(*period)]) - 100,
                             wanted["vat_percent"])

    def test_steps_of_a_year(self):
        clause = ("  - {clause: a, kind: energy_tiered, account: x, bounds: year, "
                  "tiers: [{upto: '2760', price: '0.538'}, {upto: '4800', price: '0.588'}, {price: '0.838'}]}\n")
        for given, wanted, _ in self.of("cn-step-zhejiang-"):
            left = Counter(given["year_to_date_kWh_before"], day("2026-01-01"), ("t", "1"))
            self.assertEqual(self.total(clause, ("total", "2026-07-01", "2026-08-01", given["kWh"]),
                                        spans=[span("2026-07-01", "2026-08-01")], given=Given(counters={"a": left})),
                             wanted["energy"])

    def test_an_hour_with_a_price(self):
        clause = "  - {clause: a, kind: energy_indexed, account: x, series: s}\n"
        one = version(clause)
        found = [interval for n in range(1, 32) for interval in
                 classified(one, date(2026, 1, n), "total", 60, [2_000_000] * 24)]
        prices = {(interval.day, interval.elapsed // 60): Fraction(0) for interval in found}
        prices[(date(2026, 1, 3), 2)] = Fraction(5)
        pieces = [("total", str(date(2026, 1, n)), str(date.fromordinal(date(2026, 1, n).toordinal() + 1)), 48)
                  for n in range(1, 32)]
        given = Given(intervals=found, series={"s": Series(60, prices)})
        self.assertEqual(self.total(clause, *pieces, given=given),
                         self.cases["ere-hourly-price"]["expected"]["cost_by_month"][0])
        self.assertEqual(cause([one], [span(*JANUARY)], *pieces), "intervals_missing")


if __name__ == "__main__":
    unittest.main()
