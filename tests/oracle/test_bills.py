"""Hand-made facts with bills calculated by hand: the checker must agree, and disagree once a digit is changed."""
import copy
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from world import EARLY, FEBRUARY, JANUARY, MARCH, World, household, january, line, severn


class Case(unittest.TestCase):
    def agrees(self, world, bills):
        self.assertEqual(world.check(), [f"{bills} bills checked, 0 differ"])

    def differs(self, world, *words):
        said = world.check()
        self.assertRegex(said[-1], r"^\d+ bills checked, [1-9]\d* differ$")
        for word in words:
            self.assertIn(word, "\n".join(said))


class OneBill(Case):
    def setUp(self):
        self.world = household()
        self.bill = january(self.world)

    def test_agrees(self):
        self.agrees(self.world, 1)

    def test_a_digit_of_a_read(self):
        self.world.rows("register_read")[-1]["value_micro"] = [1311_000_000]
        self.differs(self.world,
                     "account 100, bill 501: line energy 2026-01 from 2026-01-01, quantity: program 310, checker 311")

    def test_a_digit_of_a_price(self):
        row = self.world.rows("tariff_version")[0]
        row["document"] = row["document"].replace('"0.2635"', '"0.2636"')
        self.differs(self.world, "line energy 2026-01 from 2026-01-01, amount: program 8169, checker 8172")

    def test_a_digit_of_a_line(self):
        self.bill["sections"][0]["lines"][0]["amount_minor"] += 1
        self.differs(self.world, "line standing 2026-01 from 2026-01-01, amount: program 1698, checker 1697")

    def test_a_digit_of_the_total(self):
        self.bill["total_minor"] += 1
        self.differs(self.world, "total: program 10360, checker 10359")

    def test_a_digit_of_the_entry(self):
        self.world.rows("entry")[0]["amounts"] = [9865, 494, -493, -8169, -1697]
        self.differs(self.world, "entry: program 1110:+9865 1150:+494", "checker 1110:+9866 1150:+493")

    def test_a_leg_on_another_account(self):
        self.world.rows("entry")[0]["accounts"][3] = 4120
        self.differs(self.world, "entry: program")

    def test_no_entry(self):
        self.world.rows("entry")[0]["source"] = 7
        self.differs(self.world, "entry: program none")

    def test_no_entries_at_all(self):
        self.world.tables["entry"] = []
        self.differs(self.world, "entry: program none, checker 1110:+9866")

    def test_a_line_too_many_and_one_too_few(self):
        self.bill["sections"][0]["lines"].append(line("levy", "2026-01", None, 5))
        del self.bill["sections"][0]["lines"][2]
        self.differs(self.world, "line vat 2026-01: program none, checker 493",
                     "line levy 2026-01: program 5, checker none")

    def test_lines_in_another_order(self):
        self.bill["sections"][0]["lines"].reverse()
        self.differs(self.world, "order of lines")

    def test_a_bill_that_is_missing(self):
        del self.world.tables["bill"], self.world.tables["entry"]
        self.differs(self.world, "account 100, run 1: program: no bill, checker: a bill of 103.59")

    def test_an_exception_that_nothing_gives(self):
        self.world.refuse(1, 100, "use_high")
        self.differs(self.world, "exceptions: program use_high (1), checker none")

    def test_flags_and_days(self):
        self.bill["flags"] = 1
        self.bill["sections"][0]["to"] = "2026-02-02"
        self.differs(self.world, "flags: program 1, checker 0", "days: program 2026-01-01 to 2026-02-02")

    def test_a_bill_of_an_account_that_is_not_there(self):
        other = copy.deepcopy(self.bill)
        other.update(account_id=101, number=502)
        self.world.tables["bill"].append(other)
        self.differs(self.world, "account 101, bill 502: the account is not among the facts")

    def test_a_second_bill_of_the_same_run(self):
        other = copy.deepcopy(self.bill)
        other.update(bill_seq=2, number=502)
        self.world.tables["bill"].insert(0, other)
        self.differs(self.world, "no run of this account's cycle gives this bill")

    def test_facts_recorded_after_the_clock_do_not_count(self):
        self.world.read(1, "2026-02-01", 1320, version=2, recorded_at="2026-02-20T00:00:00Z")
        self.agrees(self.world, 1)
        self.world.rows("register_read")[-1]["recorded_at"] = "2026-02-05T00:00:00Z"
        self.differs(self.world, "quantity: program 310, checker 320")


class CommandLine(Case):
    def run_on(self, world, prepare=None):
        with tempfile.TemporaryDirectory() as folder:
            world.write(folder)
            if prepare:
                prepare(Path(folder))
            done = subprocess.run([sys.executable, "-B", Path(__file__).with_name("check.py"), folder],
                                  capture_output=True, text=True)
        return done.returncode, done.stdout.splitlines(), done.stderr

    def test_exit_codes(self):
        world = household()
        bill = january(world)
        self.assertEqual(self.run_on(world), (0, ["1 bills checked, 0 differ"], ""))
        bill["total_minor"] = 1
        self.assertEqual(self.run_on(world)[:2], (1, ["account 100, bill 501: total: program 1, checker 10359",
                                                      "1 bills checked, 1 differ"]))

    def test_facts_that_cannot_be_read(self):
        world = household()
        code, _, said = self.run_on(world, lambda folder: (folder / "agreement.jsonl").unlink())
        self.assertEqual(code, 2)
        self.assertIn("agreement.jsonl", said)
        code, _, said = self.run_on(world, lambda folder: (folder / "bill.jsonl").write_text("{}\n{"))
        self.assertEqual(code, 2)
        self.assertIn("bill.jsonl, line 2", said)


class Numbers(Case):
    def test_consecutive_by_account(self):
        world = household()
        january(world)
        world.account(99)
        world.agree(99, 1, "gb-severn-electricity", "2026-01-01", service_point_id=11)
        world.add("service_point", cell_id=1, service_point_id=11, commodity=1, gas_zone=None)
        world.install(2, "2026-01-01", service_point_id=11)
        world.read(2, "2026-01-01", 0, service_point_id=11)
        world.read(2, "2026-02-01", 310, service_point_id=11)
        bill = world.bill(1, 99, 500, JANUARY, severn(JANUARY, (31, 1697), 8169, 493, "310"))
        del world.tables["entry"]
        self.agrees(world, 2)
        bill["number"] = 502
        self.differs(world, "numbers: run 1, account 100: program 501, checker 503")
        bill["number"] = 501
        self.differs(world, "number 501 of kind 1 in legal entity 1 comes 2 times")


class Life(Case):
    """Chains of bills; entries are left out."""

    def setUp(self):
        self.world = household()
        january(self.world)
        del self.world.tables["entry"]

    def february(self, lines, **more):
        self.world.run(2, *FEBRUARY)
        return self.world.bill(2, 100, 601, FEBRUARY, lines, **more)

    def test_exchange_inside_the_period(self):
        # 1450 − 1310 = 140 on the old meter, 150 − 20 = 130 on the new: 270 kWh.
        # 28 × 0.5475 = 15.33; 270 × 0.2635 = 71.145 = 71.15; 5 % of 86.48 = 4.324 = 4.32
        self.world.read(1, "2026-02-15", 1450)
        self.world.install(2, "2026-02-15")
        self.world.read(2, "2026-02-15", 20)
        self.world.read(2, "2026-03-01", 150)
        self.february(severn(FEBRUARY, (28, 1533), 7115, 432, "270"))
        self.agrees(self.world, 2)
        self.world.rows("register_read")[-3]["value_micro"] = [1451_000_000]
        self.differs(self.world, "quantity: program 270, checker 271")

    def test_rollover(self):
        # January as before on a meter near its end: 99,640 → 99,950; February 99,950 → 00,050 is 100 kWh.
        # 100 × 0.2635 = 26.35; 5 % of 41.68 = 2.084 = 2.08
        for row, value in zip(self.world.rows("register_read"), (99640, 99950)):
            row["value_micro"] = [value * 1_000_000]
        self.world.read(1, "2026-03-01", 50)
        self.february(severn(FEBRUARY, (28, 1533), 2635, 208, "100"))
        self.agrees(self.world, 2)

    def test_estimate_and_correction(self):
        # February: 310 ÷ 31 × 28 = 280 kWh, 1590 on the dials. 280 × 0.2635 = 73.78; 5 % of 89.11 = 4.4555 = 4.46
        # March: 1870 − 1590 = 280 kWh; 31 × 0.5475 = 16.97; 5 % of 90.75 = 4.5375 = 4.54
        self.february(severn(FEBRUARY, (28, 1533), 7378, 446, "280"), estimated=True)
        self.world.run(3, *MARCH)
        read = self.world.read(1, "2026-04-01", 1870)
        self.world.bill(3, 100, 701, MARCH, severn(MARCH, (31, 1697), 7378, 454, "280"))
        self.agrees(self.world, 3)
        read["value_micro"] = [1589_000_000]
        self.differs(self.world, "account 100, bill 701: program: a bill, checker: below_estimate")

    def test_a_read_some_days_off(self):
        # The read of 27 February ends the bill: 26 days, 260 kWh. 26 × 0.5475 = 14.235 = 14.24; 260 × 0.2635 = 68.51;
        # 5 % of 82.75 = 4.1375 = 4.14. One of 22 February would be too far away.
        self.world.read(1, "2026-02-27", 1570)
        days = ("2026-02-01", "2026-02-27")
        self.world.run(2, *FEBRUARY)
        self.world.bill(2, 100, 601, days, severn(days, (26, 1424), 6851, 414, "260"))
        self.agrees(self.world, 2)
        self.world.rows("register_read")[-1].update(read_on="2026-02-22", read_at="2026-02-22T00:00:00Z")
        self.differs(self.world, "estimated: program False, checker True", "days: program 2026-02-01 to 2026-02-27")

    def test_move_out_and_in(self):
        # Out on 11 February: 10 × 0.5475 = 5.475 = 5.48; 100 × 0.2635 = 26.35; 5 % of 31.83 = 1.5915 = 1.59
        # In on that day: 18 × 0.5475 = 9.855 = 9.86; 180 × 0.2635 = 47.43; 5 % of 57.29 = 2.8645 = 2.86
        self.world.agree(100, 1, "gb-severn-electricity", "2026-02-11", ended=True)
        self.world.account(200)
        self.world.agree(200, 2, "gb-severn-electricity", "2026-02-11")
        self.world.read(1, "2026-02-11", 1410)
        self.world.read(1, "2026-03-01", 1590)
        out, into = ("2026-02-01", "2026-02-11"), ("2026-02-11", "2026-03-01")
        self.world.run(2, *FEBRUARY)
        self.world.bill(2, 100, 601, out, severn(out, (10, 548), 2635, 159, "100"))
        self.world.bill(2, 200, 602, into, severn(into, (18, 986), 4743, 286, "180"), agreement=2)
        self.world.run(3, *MARCH)
        # March has nothing left for the first; the second goes on:
        # 31 × 0.5475 = 16.97; 310 × 0.2635 = 81.685 = 81.69; VAT 4.93
        self.world.read(1, "2026-04-01", 1900)
        self.world.bill(3, 200, 701, MARCH, severn(MARCH, (31, 1697), 8169, 493, "310"), agreement=2)
        self.agrees(self.world, 4)

    def test_cancel_and_rebill_after_a_corrected_read(self):
        # 300 instead of 310 kWh: 300 × 0.2635 = 79.05; 5 % of 96.02 = 4.801 = 4.80
        self.world.read(1, "2026-02-01", 1300, version=2, recorded_at="2026-02-20T00:00:00Z")
        self.world.bill(1, 100, 1, JANUARY, [], kind=2, cancels_seq=1, total_minor=-10359,
                        recorded_at="2026-02-21T00:00:00Z")
        new = self.world.bill(1, 100, 502, JANUARY, severn(JANUARY, (31, 1697), 7905, 480, "300"), replaces_seq=1,
                              flags=4,
                              recorded_at="2026-02-21T00:00:00Z")
        self.agrees(self.world, 3)
        # February goes on from the corrected read: 1600 − 1300 = 300 kWh; 79.05; 5 % of 94.38 = 4.719 = 4.72
        self.world.read(1, "2026-03-01", 1600)
        self.february(severn(FEBRUARY, (28, 1533), 7905, 472, "300"))
        self.agrees(self.world, 4)
        new["sections"][0]["lines"][1]["amount_minor"] = 7906
        self.differs(self.world,
                     "account 100, bill 502: line energy 2026-01 from 2026-01-01, amount: program 7906, checker 7905")

    def test_a_held_bill_is_made_up_later(self):
        # February 2026 jumps by 2,000 kWh: 71 a day against 10. March, after the acceptance, bills 59 days at once.
        # 59 × 0.5475 = 32.3025 = 32.30; 2310 × 0.2635 = 608.685 = 608.69; 5 % of 640.99 = 32.0495 = 32.05
        self.world.read(1, "2026-03-01", 3310)
        self.world.run(2, *FEBRUARY)
        self.world.refuse(2, 100, "use_high")
        self.world.run(3, *MARCH)
        self.world.read(1, "2026-04-01", 3620)
        self.world.add("acceptance", cell_id=1, account_id=100, agreement_id=1, cause="use_high", upto="2026-04-01",
                       recorded_at="2026-03-20T00:00:00Z")
        days = ("2026-02-01", "2026-04-01")
        self.world.bill(3, 100, 701, days, severn(days, (59, 3230), 60869, 3205, "2310"))
        self.agrees(self.world, 2)
        self.world.rows("acceptance")[0]["upto"] = "2026-03-31"
        self.differs(self.world, "checker use_high (1)", "held back by use_high")


class PriceChange(Case):
    def test_inside_the_period(self):
        # The second example of gb-severn-electricity 2026-04: 310 kWh over 31 days, 170 before 1 April, 140 after.
        world = household()
        world.rows("agreement")[0]["valid_from"] = "2026-03-15"
        world.rows("register_read")[0].update(read_on="2026-03-15", read_at="2026-03-15T00:00:00Z")
        world.read(1, "2026-04-15", 1310)
        world.run(1, "2026-03-15", "2026-04-15")
        old, new = ("2026-03-15", "2026-04-01"), ("2026-04-01", "2026-04-15")
        world.bill(1, 100, 1, ("2026-03-15", "2026-04-15"), [
            line("standing", "2026-01", old, 931, "17", "0.5475"),
            line("standing", "2026-04", new, 801, "14", "0.5721"),
            line("energy", "2026-01", old, 4480, "170", "0.2635"),
            line("energy", "2026-04", new, 3454, "140", "0.2467"),
            line("vat", "2026-01", None, 271), line("vat", "2026-04", None, 213)])
        self.agrees(world, 1)
        # A read on the day of the change wins over days: 165 kWh before, 145 after.
        world.read(1, "2026-04-01", 1165)
        self.differs(world, "quantity: program 170, checker 165", "quantity: program 140, checker 145")


class Gas(Case):
    def world(self, *calorific):
        world = World("gb-severn-gas-2026.yaml")
        world.account(100)
        world.point(commodity=2, gas_zone="north")
        world.agree(100, 1, "gb-severn-gas", "2026-01-01")
        world.install(1, "2026-01-01", unit=[6], volume_factor_e8=102_264_000)
        world.read(1, "2026-01-01", 500)
        world.read(1, "2026-02-01", 600)
        for valid_from, value in calorific:
            world.add("calorific_value", gas_zone="north", valid_from=valid_from, version=1, value_e4=value,
                      recorded_at=EARLY)
        world.run(1, *JANUARY)
        return world

    def test_one_calorific_value(self):
        # 100 × 1.02264 × 40 ÷ 3.6 = 1136.266667 kWh; the tariff's first example
        world = self.world(("2026-01-01", 400_000))
        world.bill(1, 100, 1, JANUARY,
                   [line("standing", "2026", JANUARY, 1089), line("energy", "2026", JANUARY, 6738, "1136.266667"),
                                        line("vat", "2026", None, 391)])
        self.agrees(world, 1)

    def test_mean_of_dated_calorific_values(self):
        # (15 × 40 + 16 × 39) ÷ 31 = 39.483870… = 39.4839; 102.264 × 39.4839 ÷ 3.6 = 1121.605986 kWh
        # × 0.0593 = 66.5112… = 66.51; 5 % of 77.40 = 3.87
        world = self.world(("2025-12-01", 400_000), ("2026-01-16", 390_000))
        world.bill(1, 100, 1, JANUARY,
                   [line("standing", "2026", JANUARY, 1089), line("energy", "2026", JANUARY, 6651, "1121.605986"),
                                        line("vat", "2026", None, 387)])
        self.agrees(world, 1)

    def test_the_values_that_a_bill_names(self):
        world = self.world(("2025-12-01", 400_000), ("2026-01-16", 390_000), ("2026-02-01", 380_000))
        issued = world.bill(1, 100, 1, JANUARY,
                            [line("standing", "2026", JANUARY, 1089),
                             line("energy", "2026", JANUARY, 6651, "1121.605986"), line("vat", "2026", None, 387)])
        named = [{"gas_zone": "north", "valid_from": day, "version": 1} for day in ("2025-12-01", "2026-01-16")]
        issued["sections"][0]["calorific_values"] = named
        self.agrees(world, 1)
        named[1]["version"] = 2
        self.differs(world, "calorific values: program")

    def test_a_day_without_a_value(self):
        world = self.world(("2026-01-02", 400_000))
        world.refuse(1, 100, "no_calorific_value")
        self.agrees(world, 0)


class Intervals(Case):
    """Three days of half hours around a change of the clocks in Sydney: Saturday, Sunday, Monday."""

    def world(self, first, counts, starts, end):
        world = World("au-banksia-tou-2026.yaml")
        world.account(100, "AUD")
        world.point()
        world.agree(100, 1, "au-banksia-tou", first)
        world.install(1, first, interval_minutes=[30], dials=[0])
        for start, count in zip(starts, counts):
            world.add("interval_day", cell_id=1, service_point_id=10, register_no=1, start_at=start, version=1,
                      voided=False, device_id=1,
                      interval_minutes=30, values=["0.5"] * count, qualities="A", recorded_at=EARLY)
        world.run(1, first, end)
        return world

    def bill(self, world, days, off_peak, gst):
        return world.bill(1, 100, 1, days, [
            line("supply", "2026", days, 288, "3"), line("energy", "2026", days, 288, "6", part="peak"),
            line("energy", "2026", days, 797, "39", part="shoulder"),
            line("energy", "2026", days, off_peak[1], off_peak[0], part="off_peak"),
            line("gst", "2026", None, gst)], currency="AUD")

    def autumn(self):
        # Midnight is 13:00 UTC before the change and 14:00 after; 5 April has 50 half hours.
        return self.world("2026-04-04", (48, 50, 48),
                          ("2026-04-03T13:00:00Z", "2026-04-04T13:00:00Z", "2026-04-05T14:00:00Z"), "2026-04-07")

    def test_the_doubled_hour(self):
        # Peak 12 × 0.5 on Monday = 6; shoulder 30 + 30 + 18 halves = 39; off-peak 18 + 20 + 18 halves = 28
        # 2.87826 = 2.88; 7.967505 = 7.97; 3.72666 = 3.73; with 2.88 together 17.46; GST 1.746 = 1.75
        world = self.autumn()
        self.bill(world, ("2026-04-04", "2026-04-07"), ("28", 373), 175)
        self.agrees(world, 1)
        world.rows("interval_day")[1]["values"][7] = "0.6"
        self.differs(world, "line energy 2026 from 2026-04-04 part off_peak, quantity: program 28, checker 28.1")

    def test_the_missing_hour(self):
        # 4 October has 46 half hours; off-peak 18 + 16 + 18 halves = 26: 3.46047 = 3.46
        # Together 17.19; GST 1.719 = 1.72
        world = self.world("2026-10-03", (48, 46, 48),
                           ("2026-10-02T14:00:00Z", "2026-10-03T14:00:00Z", "2026-10-04T13:00:00Z"), "2026-10-06")
        self.bill(world, ("2026-10-03", "2026-10-06"), ("26", 346), 172)
        self.agrees(world, 1)

    def test_a_short_gap_is_filled_on_a_line(self):
        # 00:30 to 01:30 of Saturday missing, 0.5 before and 0.8 after: 0.6 and 0.7 instead of twice 0.5,
        # and 0.3 more at 01:30: 28.6
        # 28.6 × 0.133095 = 3.806517 = 3.81; together 17.54; GST 1.754 = 1.75
        world = self.autumn()
        row = world.rows("interval_day")[0]
        row["values"][1:4] = ["0", "9", "0.8"]
        row["qualities"] = "ANNA" + "A" * 44
        self.bill(world, ("2026-04-04", "2026-04-07"), ("28.6", 381), 175)
        self.agrees(world, 1)

    def test_a_long_gap_takes_like_days(self):
        # Five half hours from 01:00 of Saturday missing; the two Saturdays before have 0.7 and 0.9 there:
        # 0.8 each, 5 × 0.3 = 1.5 more: 29.5
        # 29.5 × 0.133095 = 3.9263… = 3.93; together 17.66; GST 1.766 = 1.77
        world = self.autumn()
        row = world.rows("interval_day")[0]
        row["qualities"] = "AA" + "N" * 5 + "A" * 41
        for start, value in (("2026-03-27T13:00:00Z", "0.7"), ("2026-03-20T13:00:00Z", "0.9")):
            world.rows("interval_day").append({**row, "start_at": start, "values": [value] * 48, "qualities": "A"})
        self.bill(world, ("2026-04-04", "2026-04-07"), ("29.5", 393), 177)
        self.agrees(world, 1)
        del world.tables["interval_day"][3:]
        self.differs(world, "checker: interval_gap")

    def test_days_after_the_section_are_no_like_days(self):
        world = self.autumn()
        row = world.rows("interval_day")[0]
        row["qualities"] = "AA" + "N" * 5 + "A" * 41
        world.rows("interval_day").append({**row, "start_at": "2026-04-10T14:00:00Z", "qualities": "A"})
        world.refuse(1, 100, "interval_gap")
        self.agrees(world, 0)

    def test_too_much_missing(self):
        world = self.autumn()
        del world.tables["interval_day"][1]
        world.refuse(1, 100, "interval_gap")
        self.agrees(world, 0)


if __name__ == "__main__":
    unittest.main()
