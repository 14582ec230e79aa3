"""The exported facts (`mainspring export facts DIR`): JSON lines with the column names of the tables."""
import json
from collections import defaultdict
from datetime import date, datetime
from pathlib import Path

NAMES = ("legal_entity", "account", "service_point", "agreement", "installation", "relation", "register_read",
         "interval_day", "calorific_value", "price_series", "input", "tariff_version", "acceptance", "run", "bill",
         "exception", "entry", "ledger_account")
COMMODITIES = {1: "electricity", 2: "gas", 3: "water"}
CLASSES = {1: "residential", 2: "commercial", 3: "industrial", 4: "public"}
UNITS = {0: "", 1: "kWh", 2: "kvarh", 3: "kVAh", 4: "kW", 5: "kVA", 6: "m3", 7: "day"}


OPTIONAL = {"entry", "ledger_account"}


def read_lines(path):
    """The objects of a JSON-lines file. Only a file of OPTIONAL may be missing: nothing of it is then compared."""
    if not path.exists() and path.stem in OPTIONAL:
        return []
    rows = []
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                try:
                    rows.append(json.loads(line))
                except ValueError as error:
                    raise ValueError(f"{path.name}, line {number}: {error}") from error
    return rows


def as_day(text):
    return date.fromisoformat(text) if isinstance(text, str) else text


def as_instant(text):
    """Seconds since 1970 of an ISO text in UTC; None stays None."""
    return None if text is None else datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def _by(rows, *keys):
    index = defaultdict(list)
    for row in rows:
        index[tuple(row[key] for key in keys)].append(row)
    return index


def effective_rows(rows, clock):
    """Dated rows known at `clock`, in order: of each valid_from the highest version, voided ones taken back."""
    best = {}
    for row in rows:
        if row["recorded"] is None or row["recorded"] <= clock:
            known = best.get(row["valid_from"])
            if known is None or known["version"] < row["version"]:
                best[row["valid_from"]] = row
    return [best[day] for day in sorted(best) if not best[day].get("voided")]


class Facts:
    """All tables of a folder, indexed as the checker needs them."""

    def __init__(self, folder, bills_file=None):
        folder = Path(folder)
        tables = {name: read_lines(folder / f"{name}.jsonl") for name in NAMES}
        if bills_file:
            tables["bill"] = read_lines(Path(bills_file))
        for rows in tables.values():
            for row in rows:
                row["recorded"] = as_instant(row.get("recorded_at"))
                for key in ("valid_from", "read_on", "effective", "period_from", "period_to", "issued_on", "due_on",
                            "upto", "opened_on", "on_date", "month"):
                    if row.get(key) is not None:
                        row[key] = as_day(row[key])
        self.tables = tables
        self.has_entries = (folder / "entry.jsonl").exists()
        self.legal_entities = {row["legal_entity_id"]: row for row in tables["legal_entity"]}
        self.accounts = sorted(tables["account"], key=lambda row: (row["cell_id"], row["account_id"]))
        self.service_points = {(row["cell_id"], row["service_point_id"]): row for row in tables["service_point"]}
        self.agreements = _by(tables["agreement"], "cell_id", "account_id")
        self.installations = _by(tables["installation"], "cell_id", "service_point_id")
        self.reads = _by(tables["register_read"], "cell_id", "service_point_id")
        self.interval_days = _by(tables["interval_day"], "cell_id", "service_point_id")
        self.calorific = _by(tables["calorific_value"], "gas_zone")
        self.acceptances = _by(tables["acceptance"], "cell_id", "account_id")
        self.bills = _by(tables["bill"], "cell_id", "account_id")
        self.entries = _by(tables["entry"], "cell_id", "book_id")
        self._memory = {}
        for row in tables["run"]:
            row["clock_at"] = as_instant(row["clock"])
            row["finished"] = as_instant(row.get("finished_at"))
            if isinstance(row.get("parameters"), str):
                row["parameters"] = json.loads(row["parameters"])
        self.runs = sorted((row for row in tables["run"] if row.get("state", "issued") == "issued"),
                           key=lambda row: (row["clock_at"], row["run_id"]))

    def memory_of(self, name, make):
        """A value computed once."""
        if name not in self._memory:
            self._memory[name] = make()
        return self._memory[name]

    def cell_of_account(self, account_id):
        """For rows that do not name the cell; account ids are then unique."""
        return self.memory_of("cells", lambda: {a["account_id"]: a["cell_id"] for a in self.accounts}).get(account_id)

    def legal_entity_of(self, bill):
        if "legal_entity_id" in bill:
            return bill["legal_entity_id"]
        entities = self.memory_of("entities", lambda: {(a["cell_id"], a["account_id"]): a["legal_entity_id"]
                                                       for a in self.accounts})
        return entities.get((bill["cell_id"], bill["account_id"]))

    def reads_of(self, service_point, clock):
        """The reads that count, by device and day: (device, day) -> row. Voided and rejected ones do not exist."""
        best = {}
        for row in self.reads.get(service_point, []):
            if row["recorded"] is not None and row["recorded"] > clock:
                continue
            key = (row["device_id"], row["read_at"])
            if key not in best or best[key]["version"] < row["version"]:
                best[key] = row
        days = {}
        for row in best.values():
            if row.get("voided") or row.get("status", "v") == "r":
                continue
            key = (row["device_id"], row["read_on"])
            if key not in days or as_instant(days[key]["read_at"]) < as_instant(row["read_at"]):
                days[key] = row
        return days

    def _latest(self, table, day, clock):
        """Rows known at `clock`, the highest version of each name and day."""
        best = {}
        for row in self.tables[table]:
            key = (row["name"], row[day])
            if row["recorded"] <= clock and (key not in best or best[key]["version"] < row["version"]):
                best[key] = row
        return best

    def prices_at(self, zone, clock):
        """The days of price series of a zone: (name, day) -> row."""
        return self.memory_of(("prices", zone, clock), lambda: {
            key: row for key, row in self._latest("price_series", "on_date", clock).items() if row["zone"] == zone})

    def inputs_at(self, clock):
        """(name, first day of the month) -> row."""
        return self.memory_of(("inputs", clock), lambda: self._latest("input", "month", clock))

    def intervals_of(self, service_point, register_no, device_id, clock):
        """start instant -> (value text, quality, minutes) of one channel of a device."""
        best = {}
        for row in self.interval_days.get(service_point, []):
            if row["register_no"] != register_no or row["device_id"] != device_id:
                continue
            if row["recorded"] is not None and row["recorded"] > clock:
                continue
            known = best.get(row["start_at"])
            if known is None or known["version"] < row["version"]:
                best[row["start_at"]] = row
        values = {}
        for row in best.values():
            if row.get("voided"):
                continue
            begin, qualities = int(as_instant(row["start_at"])), row["qualities"]
            for position, value in enumerate(row["values"]):
                quality = qualities[0] if len(qualities) == 1 else qualities[position]
                values[begin + position * row["interval_minutes"] * 60] = (value, quality, row["interval_minutes"])
        return values
