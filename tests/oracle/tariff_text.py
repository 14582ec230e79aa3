"""Tariff versions from their YAML text, as docs/TARIFFS.md defines it. Numbers are exact fractions."""
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

import charge_text
from charge_parts import MEASURES, decimal_rounding, rounding
from charge_text import ENERGY
from exact import SIX, Rounding
from yaml_text import (Mapping, TariffError, Text, choice, day, entries, fail, flag, items, known, load, name, needed,
                       number, whole)

CLASSES = ("residential", "commercial", "industrial", "public")
NO_MINOR = set("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split())
THREE_MINOR = set("BHD IQD JOD KWD LYD OMR TND".split())
HEAD = {"tariff", "version", "name", "commodity", "unit", "currency", "zone", "effective", "classes", "source",
        "rounding", "calendar", "facts", "demands", "charges", "examples"}
OPTIONAL = {"rounding", "calendar", "facts", "demands"}
EXAMPLE = {"name", "origin", "working", "from", "to", "usage", "facts", "peaks", "before", "series", "inputs",
           "intervals", "with", "lines", "total"}
WINDOWS = (5, 10, 15, 30, 60)


@dataclass(frozen=True)
class Fact:
    unit: str
    default: Fraction      # None: the agreement must state it


@dataclass(frozen=True)
class Event:
    """Minutes [first, last) of a day's clock."""
    day: date
    first: int
    last: int


@dataclass(frozen=True)
class Demand:
    """A maximum over `window` minutes; windows begin every `step` minutes."""
    unit: str
    window: int
    step: int
    events: list        # of Event; without any, every window counts


@dataclass
class Version:
    key: str
    label: str
    commodity: str
    unit: str
    currency: str
    zone: str
    effective: date
    classes: list
    quantity_rounding: Rounding
    line_rounding: Rounding
    bill_rounding: Rounding
    minor: Fraction
    calendar: dict
    charges: list
    examples: list
    carries: bool = False          # what rounding the bill leaves out goes to the next section
    facts: dict = field(default_factory=dict)
    demands: dict = field(default_factory=dict)
    by_clause: dict = field(default_factory=dict)
    memory: dict = field(default_factory=dict)

    def has_energy(self):
        return any(charge.kind in ENERGY for charge in self.charges)

    @property
    def identity(self):
        return self.key, self.label

    @property
    def looks_at_intervals(self):
        """Whether a charge may need more of intervals than their sums."""
        return bool(self.demands) or any(charge.series for charge in self.charges)

    @property
    def periods(self):
        """The periods of the calendar."""
        return {str(rule["period"]) for rule in self.calendar.get("periods", ())}


def minor_of(currency):
    return Fraction(1, 1 if currency in NO_MINOR else 1000 if currency in THREE_MINOR else 100)


def _facts(mapping):
    found = {}
    for key, body in entries(mapping, "'facts'").items():
        name(_at(key, body), "a fact")
        if key in ("class", "entitlements", "dwellings"):
            fail(body, f"the fact '{key}' is one that every agreement has")
        known(body, {"unit", "default"}, f"the fact '{key}'")
        unit = choice(needed(body, "unit", f"the fact '{key}'"), ("kW", "kVA", "kWh", "m3", "none"), "the unit")
        found[key] = Fact(unit, number(body["default"], 6, signed=False) if "default" in body else None)
    return found


def _at(key, body):
    """The text of a key, standing where its body does."""
    text = Text(key)
    text.mark = getattr(body, "mark", None)
    return text


def _events(mapping):
    known(mapping, {"date", "hours"}, "an item of 'at'")
    on = day(needed(mapping, "date", "an item of 'at'"))
    for text in items(needed(mapping, "hours", "an item of 'at'"), "'hours'"):
        first, last = (int(part[:2]) * 60 + int(part[3:]) for part in str(text).split("-"))
        yield from [Event(on, first, last)] if first < last else [Event(on, first, 1440), Event(on, 0, last)]


def _demands(mapping, periods):
    found = {}
    for key, body in entries(mapping, "'demands'").items():
        name(_at(key, body), "a demand")
        if key in ("all", "total", *MEASURES) or key in periods:
            fail(body, f"the demand '{key}' has the name of a measure or a period")
        known(body, {"unit", "window", "step", "at"}, f"the demand '{key}'")
        unit = choice(needed(body, "unit", f"the demand '{key}'"), ("kW", "kVA"), "the unit")
        window = whole(needed(body, "window", f"the demand '{key}'"), 1, 60, "'window'")
        step = whole(body["step"], 1, 60, "'step'") if "step" in body else window
        if window not in WINDOWS:
            fail(body["window"], "'window' is one of 5, 10, 15, 30 and 60")
        if window % step:
            fail(body["step"], "'step' does not divide 'window'")
        listed = items(body["at"], "'at'") if "at" in body else []
        found[key] = Demand(unit, window, step, [event for entry in listed for event in _events(entry)])
    return found


def _examples(listed):
    for example in listed:
        known(example, EXAMPLE, "an example")
        for key in ("name", "origin", "working", "from", "to"):
            needed(example, key, "an example")
        if "usage" not in example and "intervals" not in example:
            fail(example, "key 'usage' is missing in an example")
    return listed


def _version(root):
    minor = minor_of(str(root["currency"]))
    roundings = root.get("rounding", Mapping())
    known(roundings, {"quantity", "line", "bill"}, "'rounding'")
    bill = Mapping(entries(roundings.get("bill", Mapping()), "'rounding'"))
    carries = flag(bill.pop("carry", Text("false")), "'carry'")
    money = Rounding(minor, "half_up")
    version = Version(
        key=str(root["tariff"]), label=str(root["version"]), commodity=str(root["commodity"]), unit=str(root["unit"]),
        currency=str(root["currency"]), zone=str(root["zone"]), effective=day(root["effective"]),
        classes=[str(entry) for entry in root["classes"]], minor=minor,
        quantity_rounding=decimal_rounding(roundings.get("quantity"), SIX, "'rounding'"),
        line_rounding=rounding(roundings.get("line"), money, "'rounding'"),
        bill_rounding=rounding(bill, money, "'rounding'"), carries=carries,
        calendar=root.get("calendar", Mapping()), charges=[], examples=_examples(root["examples"]))
    known(version.calendar, {"holidays", "seasons", "day_types", "periods"}, "'calendar'")
    for rule in version.calendar.get("periods", ()):
        if needed(rule, "period", "'periods'") in ("all", "total", *MEASURES):
            fail(rule["period"], f"the period '{rule['period']}' has a reserved name or that of a measure")
    if "facts" in root:
        version.facts = _facts(root["facts"])
    if "demands" in root:
        version.demands = _demands(root["demands"], version.periods)
    return version


def parse(document):
    """The version in a YAML text. Raises TariffError."""
    root = load(document)
    known(root, HEAD, "the tariff")
    for key in HEAD - OPTIONAL:
        needed(root, key, "the tariff")
    needed(root["source"], "document", "'source'")
    version = _version(root)
    for mapping in items(root["charges"], "'charges'"):
        charge = charge_text.read(mapping, version, list(version.by_clause))
        if charge.clause in version.by_clause:
            fail(mapping, f"clause '{charge.clause}' stands twice")
        version.charges.append(charge)
        version.by_clause[charge.clause] = charge
    return version


__all__ = ["CLASSES", "ENERGY", "Demand", "Fact", "TariffError", "Version", "minor_of", "number", "parse"]
