"""Golden cases for docs/BILLING.md, 'Quantities' and 'What a run bills', below whole bills."""
import tempfile
import unittest
from datetime import date, timedelta
from fractions import Fraction

from bill import Biller, Task
from facts import Facts
from quantities import Carry, Channel, Period
from rate import MICRO, Refusal, Tariffs
from tariff_text import parse
from world import EARLY, FEBRUARY, household

HISTORY = tuple(Period(30, Fraction(300), {1: 300 * MICRO}, False) for _ in range(3))


def make(world, period=FEBRUARY, carry=None, agreement=1, account=100):
    """What the first bill of `period` would be; `carry` is that of the agreement."""
    with tempfile.TemporaryDirectory() as folder:
        world.write(folder)
        facts = Facts(folder)
    tariffs = Tariffs([parse(row["document"]) for row in facts.tables["tariff_version"]])
    run = {"period_to": date.fromisoformat(period[1]), "clock_at": 4_000_000_000, "finished": None, "parameters": {}}
    owner = next(row for row in facts.accounts if row["account_id"] == account)
    return Biller(facts, tariffs, owner).make(Task.of(run), {agreement: carry} if carry else {})


class Registers(unittest.TestCase):
    def setUp(self):
        self.world = household()

    def use(self, **more):
        bill = make(self.world, **more)
        self.assertEqual(bill.exceptions, [])
        return bill.sections[0].use

    def refused(self, cause, **more):
        self.assertEqual(make(self.world, **more).exceptions, [(1, cause)])

    def install(self, **more):
        self.world.rows("installation")[0].update(**more)

    def test_multiplier_rounds_half_up_to_a_millionth(self):
        self.install(multiplier_e6=[1_500_001], decimals=[1])
        self.world.read(1, "2026-03-01", 1000.5)
        self.assertEqual(self.use(), Fraction("0.750001"))    # 0.5 × 1.500001 = 0.7500005

    def test_decimals_and_fractions_of_a_read(self):
        self.world.read(1, "2026-03-01", 1310.123456)
        self.assertEqual(self.use(), Fraction("310.123456"))

    def test_rollover_only_above_90_percent(self):
        self.world.rows("register_read")[0]["value_micro"] = [90_000 * MICRO]
        self.world.read(1, "2026-03-01", 10)
        self.refused("read_backward")
        self.world.rows("register_read")[0]["value_micro"] = [90_000 * MICRO + 1]
        self.assertEqual(self.use(), 10 + 10_000 - Fraction(1, MICRO))

    def test_below_an_estimate(self):
        self.world.read(1, "2026-03-01", 1010)
        carry = Carry(date(2026, 2, 1), {(1, 1): (1020 * MICRO, True)}, HISTORY)
        self.refused("below_estimate", carry=carry)

    def test_an_estimate_past_the_end_of_the_dials(self):
        def carry(value):
            return Carry(date(2026, 2, 1), {(1, 1): (value * MICRO, True)}, HISTORY)
        self.world.read(1, "2026-03-01", 99_950)
        self.refused("below_estimate", carry=carry(20))        # the meter had not come so far
        self.refused("below_estimate", carry=carry(99_990))    # nor here
        self.world.rows("register_read")[-1]["value_micro"] = [60 * MICRO]
        self.assertEqual(self.use(carry=carry(99_950)), 110)   # it did
        self.assertEqual(self.use(carry=carry(20)), 40)

    def test_beyond_range(self):
        self.install(dials=[12], multiplier_e6=[9_300_000 * MICRO])
        self.world.read(1, "2026-03-01", 1_001_000)
        self.assertEqual(make(self.world).exceptions, [(0, "beyond_range")])    # 9.3e12 kWh leave 64 bits
        self.world.rows("register_read")[-1]["value_micro"] = [101_000 * MICRO]
        self.assertEqual(make(self.world).exceptions, [])
        row = self.world.rows("tariff_version")[0]
        row["document"] = row["document"].replace('"0.2635"', '"90.2635"')      # 8e13 pounds
        self.assertEqual(make(self.world).exceptions, [(0, "beyond_range")])

    def test_the_carry_counts_more_than_a_read_of_its_day(self):
        self.world.read(1, "2026-02-01", 1200)
        self.world.read(1, "2026-03-01", 1310)
        self.assertEqual(self.use(carry=Carry(date(2026, 2, 1), {(1, 1): (1100 * MICRO, False)}, HISTORY)), 210)

    def test_a_carry_of_another_device_gives_nothing(self):
        self.world.read(1, "2026-02-01", 1200)
        self.world.read(1, "2026-03-01", 1310)
        self.assertEqual(self.use(carry=Carry(date(2026, 2, 1), {(2, 1): (1100 * MICRO, False)}, HISTORY)), 110)
        del self.world.tables["register_read"][1]
        self.refused("opening_read_missing", carry=Carry(date(2026, 2, 1), {(2, 1): (1100 * MICRO, False)}, HISTORY))

    def test_the_latest_read_of_a_day_and_its_highest_version_count(self):
        self.world.read(1, "2026-03-01", 1200)
        self.world.read(1, "2026-03-01", 1250, read_at="2026-03-01T18:00:00Z")
        self.world.read(1, "2026-03-01", 1260, read_at="2026-03-01T18:00:00Z", version=2)
        self.assertEqual(self.use(), 260)
        self.world.rows("register_read")[-1]["voided"] = True
        self.assertEqual(self.use(), 200)

    def test_rejected_reads_do_not_exist_and_suspect_ones_stop_the_bill(self):
        read = self.world.read(1, "2026-03-01", 1200, status="r")
        self.refused("no_history")
        read["status"] = "s"
        self.refused("suspect_read")
        self.world.read(1, "2026-03-01", 1200, status="c", version=2)
        self.assertEqual(self.use(), 200)

    def test_an_accepted_suspect_read(self):
        self.world.read(1, "2026-03-01", 1200, status="s")
        self.world.add("acceptance", cell_id=1, account_id=100, agreement_id=1, cause="suspect_read", upto="2026-03-01",
                       recorded_at=EARLY)
        self.assertEqual(self.use(), 200)

    def test_reads_in_between_are_boundaries(self):
        self.world.read(1, "2026-02-01", 1300)
        self.world.read(1, "2026-03-01", 1310)
        bill = make(self.world)
        self.assertEqual([(str(line.segment.first), line.quantity) for line in bill.sections[0].rater.lines
                          if line.clause == "energy"],
                         [("2026-01-01", 310)])
        self.assertEqual(bill.sections[0].days, 59)

    def test_a_missing_opening_read(self):
        self.world.read(1, "2026-03-01", 1310)
        self.world.rows("register_read")[0].update(read_on="2026-01-02", read_at="2026-01-02T00:00:00Z")
        self.refused("opening_read_missing")

    def test_an_exchange_without_its_reads(self):
        self.world.install(2, "2026-02-15")
        self.world.read(2, "2026-03-01", 150)
        self.refused("boundary_read_missing")
        self.world.read(1, "2026-02-15", 1450)
        self.refused("boundary_read_missing")
        self.world.read(2, "2026-02-15", 20)
        self.assertEqual(self.use(), 450 + 130)

    def test_days_without_a_meter(self):
        self.world.install(2, "2026-02-15", register_no=[], register_code=[], stream=[], unit=[], dials=[], decimals=[],
                           multiplier_e6=[],
                           interval_minutes=[])
        self.world.rows("installation")[-1]["device_id"] = None
        self.world.read(1, "2026-02-15", 1450)
        self.refused("no_meter")

    def test_a_changed_multiplier_needs_a_read_on_its_day(self):
        self.world.install(1, "2026-02-15", multiplier_e6=[2 * MICRO])
        self.world.read(1, "2026-03-01", 1460)
        self.refused("boundary_read_missing")
        self.world.read(1, "2026-02-15", 1450)
        self.assertEqual(self.use(), 450 + 2 * 10)

    def test_a_register_without_a_stream_is_not_billed(self):
        self.install(register_no=[1, 2], stream=["total", ""], unit=[1, 2], dials=[5, 5], decimals=[0, 0],
                     multiplier_e6=[MICRO, MICRO],
                     interval_minutes=[0, 0])
        self.world.read(1, "2026-03-01", 1310)
        self.assertEqual(self.use(), 310)

    def test_a_wrong_unit(self):
        self.install(unit=[2])
        self.world.read(1, "2026-03-01", 1310)
        self.refused("unit_mismatch")

    def test_the_nearest_read_ends_the_bill_on_a_tie_the_earlier(self):
        for day, value in (("2026-02-26", 1280), ("2026-03-04", 1340)):
            self.world.read(1, day, value)
        self.assertEqual(make(self.world).sections[0].end, date(2026, 2, 26))
        self.world.read(1, "2026-03-02", 1320)
        self.assertEqual(make(self.world).sections[0].end, date(2026, 3, 2))

    def test_an_agreement_that_ends_before_the_read_found(self):
        self.world.agree(100, 1, "gb-severn-electricity", "2026-03-02", ended=True)
        self.world.read(1, "2026-03-02", 1310)
        self.world.read(1, "2026-03-03", 1320)
        bill = make(self.world)
        self.assertEqual((bill.sections[0].end, bill.sections[0].use), (date(2026, 3, 2), 310))

    def test_after_a_break_the_carry_counts_no_more(self):
        self.world.agree(100, 1, "gb-severn-electricity", "2026-02-01", ended=True)
        self.world.agree(100, 1, "gb-severn-electricity", "2026-02-15")
        self.world.read(1, "2026-02-15", 1500)
        self.world.read(1, "2026-03-01", 1600)
        bill = make(self.world, carry=Carry(date(2026, 2, 1), {(1, 1): (1400 * MICRO, False)}, HISTORY))
        section = bill.sections[0]
        self.assertEqual((section.start, section.use, len(section.carry.history)), (date(2026, 2, 15), 100, 1))

    def test_nothing_to_bill(self):
        self.world.rows("agreement")[0]["valid_from"] = "2026-03-01"
        self.assertEqual(make(self.world).sections, [])


class Estimates(unittest.TestCase):
    def setUp(self):
        self.world = household()

    def estimate(self, history, opening=1000 * MICRO, **installation):
        self.world.rows("installation")[0].update(**installation)
        bill = make(self.world, carry=Carry(date(2026, 2, 1), {(1, 1): (opening, False)}, tuple(history)))
        return bill if bill.exceptions else bill.sections[0].carry.closing[(1, 1)]

    def test_the_last_three_that_were_read(self):
        # (100 + 200 + 400) ÷ (30 + 30 + 30) × 28 = 217.77… = 218
        history = [Period(30, Fraction(use), {1: use * MICRO}, guessed)
                   for use, guessed in ((900, False), (100, False), (200, False), (400, False), (5000, True))]
        self.assertEqual(self.estimate(history), (1218 * MICRO, True))

    def test_decimals_multiplier_and_wrap(self):
        # 300 ÷ 30 × 28 ÷ 40 = 7.0; at one decimal 99,995.5 + 7.0 wraps to 2.5
        self.assertEqual(self.estimate(HISTORY, 99_995_500_000, multiplier_e6=[40 * MICRO], decimals=[1]),
                         (2_500_000, True))

    def test_no_history(self):
        self.assertEqual(self.estimate([Period(30, Fraction(1), {1: 1}, True)]).exceptions, [(1, "no_history")])
        self.assertEqual(self.estimate([Period(30, Fraction(1), {2: 1}, False)]).exceptions, [(1, "no_history")])

    def test_a_third_in_a_row(self):
        two = [Period(30, Fraction(300), {1: 300 * MICRO}, True)] * 2
        self.assertEqual(self.estimate([*HISTORY, *two]).exceptions, [(1, "estimated_too_long")])
        self.assertEqual(self.estimate([*HISTORY, *two[:1]]), (1280 * MICRO, True))

    def test_goes_on_from_the_last_boundary(self):
        self.world.read(1, "2026-02-15", 1100)
        self.assertEqual(self.estimate(HISTORY), (1240 * MICRO, True))    # 14 days from 1100 at 10 a day


class Checks(unittest.TestCase):
    def causes(self, use, mean=10):
        world = household()
        world.read(1, "2026-02-01", 1000)
        world.read(1, "2026-03-01", 1000 + use)
        history = (Period(30, Fraction(30 * mean), {1: 30 * mean * MICRO}, False),)
        return [cause for _, cause in make(world, carry=Carry(date(2026, 2, 1), {(1, 1): (1000 * MICRO, False)},
                                                              history)).exceptions]

    def test_high(self):
        self.assertEqual(self.causes(840), [])                     # exactly three times
        self.assertEqual(self.causes(841), ["use_high"])
        self.assertEqual(self.causes(328, mean=1), [])             # 300 above 28
        self.assertEqual(self.causes(329, mean=1), ["use_high"])

    def test_low_and_zero(self):
        self.assertEqual(self.causes(28), [])                      # exactly 10 %
        self.assertEqual(self.causes(27), ["use_low"])
        self.assertEqual(self.causes(0), ["use_zero"])
        self.assertEqual(self.causes(2, mean=1), [])
        self.assertEqual(self.causes(0, mean=1), [])


class Gaps(unittest.TestCase):
    DAY = date(2026, 4, 10)
    START = 1775779200    # 2026-04-10 00:00 UTC

    def channel(self, values, minutes=60, start=START):
        return Channel({start + i * minutes * 60: (value, "N" if value is None else "A", minutes)
                        for i, value in enumerate(values) if value is not None}, MICRO, minutes, "UTC")

    def test_two_hours_on_a_line(self):
        values = self.channel(["1", None, None, "2"] + ["1"] * 20).complete([self.DAY])[self.DAY]
        self.assertEqual(values[:4], [MICRO, 1_333_333, 1_666_667, 2 * MICRO])

    def test_three_hours_need_a_like_day(self):
        channel = self.channel(["1", None, None, None, "2"] + ["1"] * 19)
        with self.assertRaises(Refusal):
            channel.complete([self.DAY])
        for weeks, value in ((-5, "7"), (1, "9")):
            channel.good.update(self.channel([value] * 24, start=self.START + weeks * 7 * 86400).good)
        self.assertEqual(channel.complete([self.DAY])[self.DAY][1:4], [7 * MICRO] * 3)
        for weeks, value in ((-1, "1"), (-2, "1"), (-4, "2")):
            channel.good.update(self.channel([value] * 24, start=self.START + weeks * 7 * 86400).good)
        self.assertEqual(channel.complete([self.DAY])[self.DAY][1:4], [1_333_333] * 3)

    def test_later_days_only_without_earlier_ones(self):
        channel = self.channel(["1", None, None, None, "2"] + ["1"] * 19)
        channel.good.update(self.channel(["9"] * 24 * 7, start=self.START + 86400).good)
        week = [self.DAY + timedelta(days=n) for n in range(8)]
        self.assertEqual(channel.complete(week)[self.DAY][1], 9 * MICRO)
        with self.assertRaises(Refusal):
            channel.complete(week[:7])    # only days of the section

    def test_a_gap_at_the_edge_has_no_neighbour(self):
        channel = self.channel([None] + ["1"] * 23)
        channel.good[self.START - 3600] = 5 * MICRO
        with self.assertRaises(Refusal):
            channel.complete([self.DAY])

    def test_more_than_30_percent_missing(self):
        with self.assertRaisesRegex(Refusal, "8 of 24"):
            self.channel([None] * 8 + ["1"] * 16).complete([self.DAY])


if __name__ == "__main__":
    unittest.main()
