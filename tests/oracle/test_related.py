"""Losses and meters behind meters, by hand: docs/BILLING.md, 'Losses and sub-meters'."""
import unittest
from datetime import date

from related import Adjuster, at_base, fixed
from section import MICRO, Piece
from world import EARLY, World

JANUARY = ("2026-01-01", "2026-02-01")
TARIFF = """tariff: flat
version: "1"
name: {en: Flat}
commodity: electricity
unit: kWh
currency: GBP
zone: Europe/London
effective: 2026-01-01
classes: [residential]
source: {document: invented}
charges:
  - {clause: energy, kind: energy_flat, name: {en: E}, account: revenue.electricity, price: "0.5"}
examples:
  - {name: ten, origin: hand, working: 10 x 0.5, from: 2026-01-01, to: 2026-02-01, usage: {total: "10"},
     lines: {energy: "5.00"}, total: "5.00"}
"""


def energy(quantity, pence):
    return {"clause": "energy", "version": "1", "segment_from": JANUARY[0], "segment_to": JANUARY[1], "part": None,
            "quantity": quantity, "price": "0.5", "amount_minor": pence}


def master(*relations, reads=((0, 0), (1000, 200))):
    """Point 10 of account 100, 1000 kWh in January; point 11 below it with a meter of its own."""
    world = World()
    world.tariff(TARIFF)
    world.account(100)
    world.point()
    world.point(11)
    world.agree(100, 1, "flat", JANUARY[0])
    world.install(1, JANUARY[0])
    world.install(2, JANUARY[0], service_point_id=11)
    for day, (above, below) in zip(JANUARY, reads):
        world.read(1, day, above)
        if below is not None:
            world.read(2, day, below, service_point_id=11)
    for child, by, amount in relations:
        world.add("relation", cell_id=1, parent_id=10, child_id=child, kind="sub_meter", valid_from=JANUARY[0],
                  version=1, voided=False, ended=False, taken_by=by, amount=amount, recorded_at=EARLY)
    world.run(1, *JANUARY)
    return world


class Below(unittest.TestCase):
    def billed(self, world, quantity, pence):
        world.bill(1, 100, 1, JANUARY, [energy(quantity, pence)])
        self.assertEqual(world.check(), ["1 bills checked, 0 differ"])

    def refused(self, world, cause):
        world.refuse(1, 100, cause)
        self.assertEqual(world.check(), ["0 bills checked, 0 differ"])

    def test_fixed_then_ratio_then_meter(self):
        # 1000 - 100 - 90 - 200
        world = master((11, "meter", 0), (12, "quantity", 100 * MICRO), (13, "ratio", 10_000_000))
        self.billed(world, "610", 30500)

    def test_what_is_missing_or_too_much_holds_the_master(self):
        self.refused(master((11, "meter", 0), reads=((0, 0), (1000, None))), "sub_meter_missing")
        self.refused(master((11, "meter", 0), reads=((0, 0), (1000, 1001))), "sub_meters_exceed")
        world = master((14, "meter", 0))
        world.point(14)
        self.refused(world, "sub_meter_missing")

    def test_losses(self):
        # iron 0.2 x 744 = 148.8; copper 1000^2 x 1.5 / (100^2 x 744) = 0.201613; line 2 % = 20
        world = master()
        world.rows("installation")[0].update(
            line_loss_e8=2_000_000, transformer=[100 * MICRO, 200_000, 1_500_000, 1_000_000, 4_000_000, MICRO])
        self.billed(world, "1169.001613", 58450)


class Parts(unittest.TestCase):
    def test_a_month_by_its_days(self):
        self.assertEqual(fixed(310 * MICRO, date(2026, 1, 11), date(2026, 2, 15)), 210 * MICRO + 155 * MICRO)
        self.assertEqual(fixed(1, date(2026, 2, 1), date(2026, 2, 15)), 1)   # a half is rounded up

    def test_gas_at_base_conditions(self):
        self.assertEqual(at_base(100 * MICRO, {"gas_state": [103_300_000, 283_150_000, MICRO]}), 103_749_441)
        self.assertEqual(at_base(100 * MICRO, {"gas_state": None}), 100 * MICRO)

    def test_spread_in_proportion(self):
        first, middle, end = date(2026, 1, 1), date(2026, 1, 11), date(2026, 2, 1)
        adjuster = Adjuster([Piece("total", first, middle, 100), Piece("total", middle, end, 300)])
        adjuster.add("", first, end, -41)
        self.assertEqual([piece.micro for piece in adjuster.added], [-10, -31])
        adjuster = Adjuster([Piece("total", first, end, 0)])
        adjuster.add("", first, end, 5)
        self.assertEqual(adjuster.added, [Piece("total", first, end, 5)])


if __name__ == "__main__":
    unittest.main()
