"""What a section leaves to the next, and what meters say beside quantities: docs/TARIFFS.md, docs/BILLING.md."""
import tempfile
import unittest
from datetime import date
from fractions import Fraction

from bill import Biller, Task
from compare import _part
from facts import Facts
from rate import MICRO, Tariffs
from tariff_text import parse
from world import World

HEAD = """tariff: t
version: "1"
name: {en: T}
commodity: electricity
unit: kWh
currency: GBP
zone: Europe/London
effective: 2026-01-01
classes: [residential]
source: {document: none}
examples: []
"""


def world_of(text, streams=("total",), **more):
    world = World()
    world.tariff(HEAD + text)
    world.account(100)
    world.point()
    world.agree(100, 1, "t", "2026-01-01")
    world.install(1, "2026-01-01", streams, **more)
    return world


def bills(world, ends):
    """One after the other, as runs that end on these days would make them."""
    with tempfile.TemporaryDirectory() as folder:
        world.write(folder)
        facts = Facts(folder)
    tariffs = Tariffs([parse(row["document"]) for row in facts.tables["tariff_version"]])
    carries, made = {}, []
    for end in ends:
        run = {"period_to": date.fromisoformat(end), "clock_at": 4_000_000_000, "finished": None, "parameters": {}}
        bill = Biller(facts, tariffs, facts.accounts[0]).make(Task.of(run), carries)
        carries = {**carries, **{section.agreement_id: section.carry for section in bill.sections}}
        made.append(bill)
    return made


def clause(text):
    return f"charges:\n  - {{clause: a, name: {{en: x}}, account: sales, {text}}}\n"


def quantities(bill):
    return [(line.part, line.quantity) for line in bill.sections[0].rater.lines]


class Left(unittest.TestCase):
    ENDS = ("2026-01-16", "2026-02-01", "2026-02-16")

    def reads(self, world, *values):
        for day, value in zip(("2026-01-01", *self.ENDS), values):
            world.read(1, day, *(value if isinstance(value, tuple) else (value,)))

    def test_counters(self):
        world = world_of(clause("kind: energy_tiered, bounds: month, tiers: [{upto: '100', price: '1'}, {price: '2'}]"))
        self.reads(world, 0, 80, 140, 200)
        self.assertEqual([quantities(bill) for bill in bills(world, self.ENDS)],
                         [[(1, 80)], [(1, 20), (2, 40)], [(1, 60)]])

    def test_past_demands(self):
        text = "demands: {md: {unit: kW, window: 30}}\n" + clause(
            "kind: demand, of: md, price: '1', at_least: [{past: 1, percent: '50'}]")
        world = world_of(text, ("total", "md"), unit=[1, 4], multiplier_e6=[MICRO, 40 * MICRO])
        self.reads(world, (0, 9), (1, 3), (2, 1), (3, 1))
        # 3 × 40; half of it; sections that end in January and on the first of February are one month back at most
        self.assertEqual([quantities(bill) for bill in bills(world, self.ENDS)],
                         [[(None, 120)], [(None, 60)], [(None, 60)]])

    def test_a_maximum_is_never_estimated(self):
        text = "demands: {md: {unit: kW, window: 30}}\n" + clause("kind: demand, of: md, price: '1'")
        world = world_of(text, ("total", "md"), unit=[1, 4])
        self.reads(world, (0, 9), (10, 3))
        made = bills(world, ("2026-01-16", "2026-03-16"))
        self.assertEqual(quantities(made[0]), [(None, 3)])
        self.assertEqual(made[1].exceptions, [(1, "register_missing")])

    def test_a_maximum_that_no_version_measures(self):
        for head, unit in (("", 4), ("demands: {md: {unit: kVA, window: 30}}\n", 4),
                           ("demands: {md: {unit: kW, window: 30}}\n", 5)):
            world = world_of(head + clause("kind: energy_flat, price: '1'"), ("total", "md"), unit=[1, unit])
            self.reads(world, (0, 9), (10, 3))
            self.assertEqual(bills(world, self.ENDS[:1])[0].exceptions, [(1, "unit_mismatch")])

    def test_what_rounding_leaves(self):
        text = "rounding: {bill: {step: '1', mode: down, carry: true}}\n" + clause(
            "kind: fixed_per_period, price: '1.40'")
        world = world_of(text)
        self.reads(world, 0, 1, 2, 3)
        made = bills(world, self.ENDS)
        # 1.40; 1.40 + 0.40; 1.40 + 0.80 = 2.20
        self.assertEqual([bill.total for bill in made], [1, 1, 2])
        self.assertEqual(made[2].sections[0].carry.carried, (Fraction("0.2"), "GBP"))

    def test_facts_of_the_agreement(self):
        world = world_of("facts: {rooms: {unit: none}}\n" + clause("kind: fixed_per_period, price: '2', times: rooms"))
        self.reads(world, 0, 1)
        self.assertEqual(bills(world, self.ENDS[:1])[0].exceptions, [(1, "fact_missing")])
        world.rows("agreement")[0]["facts"] = {"rooms": "2.5"}
        self.assertEqual(bills(world, self.ENDS[:1])[0].total, 5)


class Intervals(unittest.TestCase):
    def day(self, world, number, values, text="2026-01-01"):
        world.add("interval_day", cell_id=1, service_point_id=10, device_id=1, register_no=number, version=1,
                  voided=False, start_at=f"{text}T00:00:00Z", interval_minutes=60, values=values, qualities="A",
                  recorded_at="2020-01-01T00:00:00Z")

    def made(self, text, units=(1, 2), streams=("total", "reactive")):
        world = world_of(text, streams, unit=list(units), interval_minutes=[60] * len(streams))
        self.day(world, 1, ["1"] * 20 + ["3"] + ["1"] * 3)
        self.day(world, 2, ["0"] * 20 + ["4"] + ["0"] * 3)
        return bills(world, ("2026-01-02",))[0]

    def test_peaks_and_reactive_energy(self):
        text = "demands: {s: {unit: kVA, window: 60}}\n" + clause("kind: demand, of: s, price: '1'")
        text += "  - {clause: b, name: {en: x}, account: sales, kind: energy_flat, of: reactive, price: '1'}\n"
        self.assertEqual(quantities(self.made(text)), [(None, 5), (None, 4)])

    def test_the_unit_of_a_measure(self):
        self.assertEqual(self.made(clause("kind: energy_flat, price: '1'"), (1, 1)).exceptions, [(1, "unit_mismatch")])
        self.assertEqual(self.made(clause("kind: energy_flat, price: '1'"), (2, 2)).exceptions, [(1, "unit_mismatch")])

    def test_a_measure_is_divided_into_periods(self):
        text = ("calendar: {periods: [{period: peak, hours: ['20:00-21:00']}, {period: low}]}\n"
                + clause("kind: energy_flat, of: [peak, export.peak, export.low], price: '1'"))
        self.assertEqual(quantities(self.made(text, (1, 1), ("total", "export"))), [(None, 7)])


class Parts(unittest.TestCase):
    def test_tiers_are_told_apart_by_their_order(self):
        self.assertEqual([_part(part) for part in (None, "", 1, "2", "peak", "1.peak", "2 peak")],
                         [None, None, None, None, "peak", "peak", "peak"])


if __name__ == "__main__":
    unittest.main()
