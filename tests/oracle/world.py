"""A small utility made by hand for the checker's tests: facts in memory, written as the exporter writes them."""
import json
import tempfile
from datetime import date, timedelta
from pathlib import Path

import compare
from check import Checker
from facts import NAMES, OPTIONAL, Facts

SAMPLES = Path(__file__).resolve().parents[2] / "samples" / "tariffs"
EARLY = "2020-01-01T00:00:00Z"
MICRO = 1_000_000


def line(clause, version, segment, amount, quantity=None, price=None, part=None):
    """A line as exported. `segment`: (first day, end) or None."""
    first, end = segment or (None, None)
    return {"clause": clause, "version": version, "segment_from": first, "segment_to": end, "part": part,
            "quantity": quantity,
            "price": price, "amount_minor": amount}


class World:
    def __init__(self, *tariff_files):
        self.tables = {}
        self.add("legal_entity", legal_entity_id=1, code="one", currency="GBP", zone="Europe/London")
        for name in tariff_files:
            self.tariff((SAMPLES / name).read_text(encoding="utf-8"))

    def add(self, table, **row):
        self.tables.setdefault(table, []).append(row)
        return row

    def rows(self, table):
        return self.tables.get(table, [])

    def tariff(self, document):
        head = dict(part.split(":", 1) for part in document.splitlines() if part[:1].isalpha() and ":" in part)
        return self.add("tariff_version", version_id=len(self.rows("tariff_version")) + 1, key=head["tariff"].strip(),
                        version=head["version"].strip().strip('"'), effective=head["effective"].split("#")[0].strip(),
                        state="active",
                        document=document, activated_at=EARLY)

    def account(self, number, currency="GBP"):
        self.add("account", cell_id=1, account_id=number, code=f"A{number}", legal_entity_id=1, currency=currency,
                 cycle="monthly",
                 opened_on="2020-01-01")

    def point(self, number=10, commodity=1, gas_zone=None):
        self.add("service_point", cell_id=1, service_point_id=number, commodity=commodity, gas_zone=gas_zone)

    def agree(self, account, agreement, tariff, valid_from, **more):
        row = dict(cell_id=1, account_id=account, agreement_id=agreement, valid_from=valid_from, version=1,
                   voided=False, ended=False,
                   service_point_id=10, tariff=tariff, customer_class=1, entitlements=[], dwellings=1,
                   recorded_at=EARLY)
        return self.add("agreement", **{**row, **more})

    def install(self, device, valid_from, streams=("total",), **more):
        count = len(streams)
        row = dict(cell_id=1, service_point_id=10, valid_from=valid_from, version=1, voided=False, device_id=device,
                   register_no=list(range(1, count + 1)), register_code=[f"R{i}" for i in range(count)],
                   stream=list(streams),
                   unit=[1] * count, dials=[5] * count, decimals=[0] * count, multiplier_e6=[MICRO] * count,
                   interval_minutes=[0] * count, volume_factor_e8=100_000_000, recorded_at=EARLY)
        return self.add("installation", **{**row, **more})

    def read(self, device, on, *values, **more):
        row = dict(cell_id=1, service_point_id=10, read_at=f"{on}T00:00:00Z", device_id=device, version=1, voided=False,
                   read_on=on,
                   register_no=list(range(1, len(values) + 1)), value_micro=[round(value * MICRO) for value in values],
                   quality="A",
                   status="v", recorded_at=EARLY)
        return self.add("register_read", **{**row, **more})

    def run(self, number, period_from, period_to, **more):
        row = dict(run_id=number, legal_entity_id=1, cycle="monthly", period_from=period_from, period_to=period_to,
                   parameters={},
                   clock=f"{date.fromisoformat(period_to) + timedelta(days=8)}T12:00:00Z", state="issued")
        return self.add("run", **{**row, **more})

    def bill(self, run, account, number, period, lines, **more):
        """A bill of one section whose lines are given; its entry follows unless `entry` is False."""
        first, end = period
        seq = sum(bill["account_id"] == account for bill in self.rows("bill")) + 1
        total = sum(item["amount_minor"] for item in lines)
        section = {"agreement_id": more.pop("agreement", 1), "from": first, "to": end,
                   "estimated": more.pop("estimated", False),
                   "lines": lines, "total_minor": total}
        row = dict(cell_id=1, account_id=account, bill_seq=seq, kind=1, run_id=run, number=number, period_from=first,
                   period_to=end,
                   total_minor=total, currency="GBP", flags=int(section["estimated"]), sections=[section])
        return self.add("bill", **{**row, **more})

    def entry(self, bill, legs, kind=1):
        """`legs`: account key -> minor units, + debit, in the entry's order."""
        return self.add("entry", cell_id=1, book_id=bill["account_id"], seq=len(self.rows("entry")) + 1, kind=kind,
                        source=bill["bill_seq"], accounts=[compare.CHART[key] for key in legs],
                        amounts=list(legs.values()))

    def refuse(self, run, account, cause, agreement=1):
        self.add("exception", run_id=run, cell_id=1, account_id=account, agreement_id=agreement, cause=cause)

    def write(self, folder):
        for table in NAMES:
            if table in OPTIONAL and table not in self.tables:
                continue
            rows = self.tables.get(table, [])
            text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
            (Path(folder) / f"{table}.jsonl").write_text(text, encoding="utf-8")

    def facts(self):
        with tempfile.TemporaryDirectory() as folder:
            self.write(folder)
            return Facts(folder)

    def check(self):
        """What the checker prints."""
        with tempfile.TemporaryDirectory() as folder:
            self.write(folder)
            said = []
            Checker(Facts(folder), said.append).run()
            return said


def household(*files):
    """One account with one electricity meter from 1 January 2026, 1000 on the dials."""
    world = World(*(files or ("gb-severn-electricity-2026-01.yaml", "gb-severn-electricity-2026-04.yaml")))
    world.account(100)
    world.point()
    world.agree(100, 1, "gb-severn-electricity", "2026-01-01")
    world.install(1, "2026-01-01")
    world.read(1, "2026-01-01", 1000)
    return world


def severn(period, days, energy, vat, kwh, version="2026-01", standing="0.5475", unit="0.2635"):
    """The three lines of a gb-severn-electricity bill: `days`, `energy` and `vat` are (quantity, pence) or pence."""
    return [line("standing", version, period, days[1], str(days[0]), standing),
            line("energy", version, period, energy, kwh, unit),
            line("vat", version, None, vat)]


JANUARY = ("2026-01-01", "2026-02-01")
FEBRUARY = ("2026-02-01", "2026-03-01")
MARCH = ("2026-03-01", "2026-04-01")


def january(world):
    """Reads and the bill of January: 310 kWh, worked in the tariff's first example."""
    world.read(1, "2026-02-01", 1310)
    world.run(1, *JANUARY)
    bill = world.bill(1, 100, 501, JANUARY, severn(JANUARY, (31, 1697), 8169, 493, "310"))
    world.entry(bill,
                {"receivable.electricity": 9866, "receivable.tax": 493, "tax.vat": -493, "revenue.electricity": -8169,
                       "revenue.electricity.fixed": -1697})
    return bill
