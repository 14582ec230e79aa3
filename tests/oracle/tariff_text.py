"""Tariff versions from their YAML text, as docs/TARIFFS.md defines it. Numbers are exact fractions."""
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

import yaml

MODES = ("half_up", "half_even", "half_down", "up", "down", "ceiling", "floor")
CLASSES = ("residential", "commercial", "industrial", "public")
NO_MINOR = set("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split())
THREE_MINOR = set("BHD IQD JOD KWD LYD OMR TND".split())
ENERGY = ("energy_flat", "energy_time_of_use", "energy_tiered")
COMMON = {"clause", "kind", "name", "account", "item", "season", "seasons", "from", "until", "for", "round", "source"}
OWN = {
    "fixed_per_day": {"price", "times"},
    "fixed_per_period": {"price", "proration", "times"},
    "energy_flat": {"price", "of"},
    "energy_time_of_use": {"prices"},
    "energy_tiered": {"tiers", "bounds", "round_bounds", "of", "times"},
    "percentage": {"percent", "of"},
    "tax": {"percent", "of"},
    "discount": {"percent", "of", "price", "per", "proration", "times"},
    "minimum": {"amount", "of", "proration"},
}
HEAD = {"tariff", "version", "name", "commodity", "unit", "currency", "zone", "effective", "classes", "source",
        "rounding", "calendar", "charges", "examples"}


class TariffError(Exception):
    """The text is not a tariff; the message names line and column."""


class Text(str):
    """A scalar of the YAML text: remembers whether it was quoted and where it stood."""
    quoted = False
    mark = None


def fail(value, message):
    mark = getattr(value, "mark", None)
    place = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
    raise TariffError(place + message)


class Mapping(dict):
    mark = None


def _value(node):
    if isinstance(node, yaml.ScalarNode):
        text = Text(node.value)
        text.quoted = node.style in ('"', "'")
        text.mark = node.start_mark
        return text
    if isinstance(node, yaml.SequenceNode):
        return [_value(item) for item in node.value]
    mapping = Mapping()
    mapping.mark = node.start_mark
    for key_node, value_node in node.value:
        if key_node.value in mapping:
            fail(_value(key_node), f"key '{key_node.value}' stands twice")
        mapping[str(key_node.value)] = _value(value_node)
    return mapping


def number(text):
    """A quoted decimal string; a bare number is an error."""
    if not isinstance(text, Text):
        fail(text, "a decimal string is needed")
    if not text.quoted:
        fail(text, f"the number {text} must be quoted")
    body = text[1:] if text[:1] in "+-" else text
    if not body or body.count(".") > 1 or not body.replace(".", "").isdecimal() or not body.isascii():
        fail(text, f"'{text}' is not a decimal number")
    return Fraction(str(text))


def day(text):
    try:
        return date.fromisoformat(text)
    except (TypeError, ValueError):
        fail(text, f"'{text}' is not a date")


def known(mapping, allowed, what):
    for key, value in mapping.items():
        if key not in allowed:
            fail(value if isinstance(value, Text) else mapping, f"unknown key '{key}' in {what}")


def needed(mapping, key, what):
    if key not in mapping:
        fail(mapping, f"key '{key}' is missing in {what}")
    return mapping[key]


@dataclass(frozen=True)
class Rounding:
    """To a multiple of `step`."""
    step: Fraction
    mode: str

    def apply(self, value):
        units = Fraction(value) / self.step
        return round_units(units.numerator, units.denominator, self.mode) * self.step


def round_units(numerator, denominator, mode):
    """numerator / denominator as an integer. REQUIRES: denominator > 0."""
    sign = -1 if numerator < 0 else 1
    whole, rest = divmod(abs(numerator), denominator)
    if rest == 0 or mode == "down":
        return sign * whole
    if mode == "up":
        return sign * (whole + 1)
    if mode in ("ceiling", "floor"):
        return sign * (whole + ((mode == "ceiling") == (sign > 0)))
    twice = 2 * rest
    if twice == denominator:
        away = mode == "half_up" or (mode == "half_even" and whole % 2 == 1)
    else:
        away = twice > denominator
    return sign * (whole + away)


def half_up(value):
    """A fraction to the nearest integer, ties away from zero."""
    return round_units(value.numerator, value.denominator, "half_up")


@dataclass
class Charge:
    clause: str
    kind: str
    account: str
    item: str
    seasons: tuple
    start: date
    until: date
    classes: tuple
    entitlement: str
    rounding: Rounding
    price: Fraction = None
    percent: Fraction = None
    prices: dict = None
    tiers: list = None
    bounds: str = "bill"
    round_bounds: Rounding = None
    of: object = "total"
    proration: str = "none"
    per: str = None
    by_dwellings: bool = False


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
    by_clause: dict = field(default_factory=dict)
    memory: dict = field(default_factory=dict)

    def has_energy(self):
        return any(charge.kind in ENERGY for charge in self.charges)


def minor_of(currency):
    return Fraction(1, 1 if currency in NO_MINOR else 1000 if currency in THREE_MINOR else 100)


def _rounding(mapping, default, what):
    if mapping is None:
        return default
    known(mapping, {"step", "decimals", "mode"}, what)
    step = default.step
    if "step" in mapping:
        step = number(mapping["step"])
    if "decimals" in mapping:
        step = Fraction(1, 10 ** int(mapping["decimals"]))
    mode = str(mapping.get("mode", default.mode))
    if mode not in MODES:
        fail(mapping["mode"], f"unknown rounding mode '{mode}'")
    return Rounding(step, mode)


def _tiers(listed):
    tiers = []
    for position, tier in enumerate(listed):
        known(tier, {"upto", "price"}, "a tier")
        last = position == len(listed) - 1
        if last == ("upto" in tier):
            fail(tier, "every tier but the last has 'upto'")
        tiers.append((None if last else number(tier["upto"]), number(needed(tier, "price", "a tier"))))
    return tiers


def _above(of, earlier, clause):
    """The clauses that `of` names; `all` is every clause above."""
    names = [str(name) for name in of]
    if names == ["all"]:
        return list(earlier)
    for name in names:
        if name not in earlier:
            fail(clause, f"clause '{clause}' is of '{name}', which is no clause above it")
    return names


def _charge(mapping, version, earlier):
    kind = str(needed(mapping, "kind", "a charge"))
    if kind not in OWN:
        fail(mapping["kind"], f"unknown kind '{kind}'")
    clause = needed(mapping, "clause", "a charge")
    needed(needed(mapping, "name", f"clause '{clause}'"), "en", "'name'")
    known(mapping, COMMON | OWN[kind], f"clause '{clause}'")
    limits = mapping.get("for", {})
    known(limits, {"classes", "entitlement"}, "'for'")
    seasons = [mapping["season"]] if "season" in mapping else mapping.get("seasons", [])
    charge = Charge(
        clause=str(clause), kind=kind, account=str(needed(mapping, "account", f"clause '{clause}'")),
        item=str(mapping.get("item", version.commodity)), seasons=tuple(map(str, seasons)),
        start=day(mapping["from"]) if "from" in mapping else None,
        until=day(mapping["until"]) if "until" in mapping else None,
        classes=tuple(map(str, limits.get("classes", []))), entitlement=str(limits.get("entitlement", "")),
        rounding=_rounding(mapping.get("round"), version.line_rounding, "'round'"))
    _own_keys(charge, mapping, earlier)
    return charge


def _own_keys(charge, mapping, earlier):
    for key in ("price", "amount"):
        if key in mapping:
            charge.price = number(mapping[key])
    if "percent" in mapping:
        charge.percent = number(mapping["percent"])
    if "prices" in mapping:
        charge.prices = {period: number(price) for period, price in mapping["prices"].items()}
    if "tiers" in mapping:
        charge.tiers = _tiers(mapping["tiers"])
        charge.bounds = str(mapping.get("bounds", "bill"))
        charge.round_bounds = _rounding(mapping.get("round_bounds"), Rounding(Fraction(1, 10 ** 6), "half_up"),
                                        "'round_bounds'")
    charge.proration = str(mapping.get("proration", "none"))
    charge.per = str(mapping["per"]) if "per" in mapping else None
    charge.by_dwellings = "times" in mapping
    if "of" in mapping:
        charge.of = str(mapping["of"]) if charge.kind in ENERGY else _above(mapping["of"], earlier, mapping["clause"])
    what = f"clause '{charge.clause}'"
    wanted = {"energy_time_of_use": charge.prices, "energy_tiered": charge.tiers, "percentage": charge.percent,
              "tax": charge.percent}
    if charge.kind == "discount":
        if (charge.percent is None) == (charge.price is None):
            fail(mapping, f"{what} needs either 'percent' or 'price'")
    elif wanted.get(charge.kind, charge.price) is None:
        fail(mapping, f"{what} has no price")


def parse(document):
    """The version in a YAML text. Raises TariffError."""
    try:
        root = _value(yaml.compose(document, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))
    except yaml.YAMLError as error:
        raise TariffError(str(error)) from error
    known(root, HEAD, "the tariff")
    for key in HEAD - {"rounding", "calendar"}:
        needed(root, key, "the tariff")
    needed(root["source"], "document", "'source'")
    minor = minor_of(str(root["currency"]))
    rounding = root.get("rounding", Mapping())
    known(rounding, {"quantity", "line", "bill"}, "'rounding'")
    money = Rounding(minor, "half_up")
    version = Version(
        key=str(root["tariff"]), label=str(root["version"]), commodity=str(root["commodity"]), unit=str(root["unit"]),
        currency=str(root["currency"]), zone=str(root["zone"]), effective=day(root["effective"]),
        classes=[str(name) for name in root["classes"]], minor=minor,
        quantity_rounding=_rounding(rounding.get("quantity"), Rounding(Fraction(1, 10 ** 6), "half_up"), "'rounding'"),
        line_rounding=_rounding(rounding.get("line"), money, "'rounding'"),
        bill_rounding=_rounding(rounding.get("bill"), money, "'rounding'"),
        calendar=root.get("calendar", Mapping()), charges=[], examples=root["examples"])
    known(version.calendar, {"holidays", "seasons", "day_types", "periods"}, "'calendar'")
    for mapping in root["charges"]:
        charge = _charge(mapping, version, list(version.by_clause))
        if charge.clause in version.by_clause:
            fail(mapping, f"clause '{charge.clause}' stands twice")
        version.charges.append(charge)
        version.by_clause[charge.clause] = charge
    return version
