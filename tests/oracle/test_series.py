"""Published prices and values from the exported facts to bills, and those that bills name."""
import unittest
from datetime import date
from fractions import Fraction
from types import SimpleNamespace

import compare
import published
from test_carries import bills, clause, world_of
from world import EARLY

LATE = "2100-01-01T00:00:00Z"


def published_day(world, on, version, *prices, **more):
    row = dict(name="spot", on_date=on, version=version, minutes=1440, zone="Europe/London", prices_e8=list(prices),
               recorded_at=EARLY)
    world.add("price_series", **{**row, **more})


class Inputs(unittest.TestCase):
    def world(self):
        world = world_of(clause("kind: energy_flat, formula: {text: fuel * 2, inputs: [fuel], lag: 1}"))
        world.read(1, "2026-01-01", 0)
        world.read(1, "2026-02-01", 10)
        for version, value, at in ((1, 30_000_000, EARLY), (2, 40_000_000, EARLY), (3, 50_000_000, LATE)):
            world.add("input", name="fuel", month="2025-12-01", version=version, value_e8=value,
                      recorded_at=at)
        return world

    def test_the_highest_version_known(self):
        bill, = bills(self.world(), ["2026-02-01"])
        self.assertEqual(bill.total, 8)  # 10 x 0.4 x 2
        self.assertEqual(bill.sections[0].published, (set(), {("fuel", "2025-12-01", 2)}))

    def test_what_a_bill_names_is_compared(self):
        ours = bills(self.world(), ["2026-02-01"])[0].sections[0]
        theirs = {"from": "2026-01-01", "to": "2026-02-01", "lines": [], "total_minor": 0, "prices": [],
                  "inputs": [{"name": "fuel", "on": "2025-12-01", "version": 1}]}
        said = [text for text in compare.section(theirs, ours, Fraction(1, 100)) if text.startswith("inputs")]
        self.assertEqual(said, ["inputs: program [('fuel', '2025-12-01', 1)] alone, checker "
                                "[('fuel', '2025-12-01', 2)] alone"])
        theirs["inputs"][0]["version"] = 2
        self.assertFalse([text for text in compare.section(theirs, ours, Fraction(1, 100)) if "inputs" in text])

    def test_a_month_without_a_value(self):
        world = self.world()
        world.read(1, "2026-03-01", 20)
        bill, = bills(world, ["2026-03-01"])
        self.assertEqual(bill.exceptions, [(1, "input_missing")])


class Prices(unittest.TestCase):
    def facts(self):
        world = world_of(clause("kind: energy_indexed, series: spot"))
        published_day(world, "2026-01-01", 1, 10_000_000)
        published_day(world, "2026-01-01", 2, None)
        published_day(world, "2026-01-02", 1, 30_000_000)
        published_day(world, "2026-01-02", 2, 40_000_000, recorded_at=LATE)
        published_day(world, "2026-01-03", 1, 50_000_000, zone="Asia/Shanghai")
        return world.facts()

    def test_holes_versions_and_zones(self):
        series = published.series_at(self.facts(), "Europe/London", 2_000_000_000)
        self.assertEqual(series["spot"].prices, {(date(2026, 1, 2), 0): Fraction(3, 10)})

    def test_days_used(self):
        charge = SimpleNamespace(series="spot", formula=None)
        version = SimpleNamespace(zone="Europe/London", charges=[charge])
        segment = SimpleNamespace(first=date(2026, 1, 2), days=5, version=version)
        rater = SimpleNamespace(segments=[segment], applies=lambda charge, segment: True)
        self.assertEqual(published.used(rater, self.facts(), 2_000_000_000), ({("spot", "2026-01-02", 1)}, set()))
        rater.applies = lambda charge, segment: False
        self.assertEqual(published.used(rater, self.facts(), 2_000_000_000), (set(), set()))


if __name__ == "__main__":
    unittest.main()
