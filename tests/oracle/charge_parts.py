"""The parts of charges that several kinds have: tiers, bands, conditions, formulas, demands, factors."""
from dataclasses import dataclass
from fractions import Fraction

import formula as formulas
from exact import MODES, SIX, Rounding
from yaml_text import NAME, Text, choice, entries, fail, flag, items, known, name, needed, number, whole

MEASURES = ("export", "reactive", "reactive_export")
SCALES = ("bill", "day", "month_days", "days_30")
MONTH_LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def _default(digits):
    text = Text(digits)
    text.quoted = True
    return text


ZERO, ONE, HUNDRED = _default("0"), _default("1"), _default("100")


@dataclass(frozen=True)
class Tier:
    upto: Fraction             # None: the last
    price: Fraction
    prices: dict = None        # period -> price, in place of `price`


@dataclass(frozen=True)
class Bands:
    """`of` or `fact`."""
    of: tuple
    fact: str
    bounds: str
    tiers: list


@dataclass(frozen=True)
class When:
    of: tuple
    above: Fraction
    upto: Fraction
    bounds: str


@dataclass(frozen=True)
class Less:
    of: tuple
    percent: Fraction
    credit_until: tuple = None     # (month, day) of each year on which credit ends


@dataclass(frozen=True)
class Formula:
    tree: object
    inputs: tuple
    lag: int
    rounding: Rounding


@dataclass(frozen=True)
class Least:
    """What a demand is at least: an amount, a percent of a fact, or a percent of past peaks."""
    percent: Fraction
    amount: Fraction = None
    fact: str = None
    past: int = None
    months: tuple = ()


@dataclass(frozen=True)
class Billing:
    """How a measured demand becomes a billed one."""
    average_of: int
    at_least: list
    current: Fraction
    current_months: tuple
    tolerance: tuple           # (fact, percent) or None
    rounding: Rounding
    each_month: bool

    def facts(self):
        return {least.fact for least in self.at_least} | ({self.tolerance[0]} if self.tolerance else set())


@dataclass(frozen=True)
class Row:
    start: Fraction
    percent: Fraction
    each: Fraction


@dataclass(frozen=True)
class PowerFactor:
    active: tuple
    reactive: tuple
    decimals: int
    table: list


def rounding(mapping, default, what):
    if mapping is None:
        return default
    known(mapping, {"step", "decimals", "mode"}, what)
    step = default.step
    if "step" in mapping:
        step = number(mapping["step"], signed=False)
    if "decimals" in mapping:
        step = Fraction(1, 10 ** whole(mapping["decimals"], 0, 6, "'decimals'"))
    return Rounding(step, choice(mapping["mode"], MODES, "the rounding mode") if "mode" in mapping else default.mode)


def decimal_rounding(mapping, default, what):
    """Of a quantity or a bound: `decimals` and `mode` alone."""
    if mapping is not None:
        known(mapping, {"decimals", "mode"}, what)
    return rounding(mapping, default, what)


# Names -------------------------------------------------------------------------------------------------------------

def fact(text, version):
    if not isinstance(text, Text) or (text != "dwellings" and text not in version.facts):
        fail(text, f"'{text}' is not one of the facts")
    return str(text)


def period(text, version):
    """A period's name. Where the calendar has periods, one of them."""
    name(text, "a period")
    if text in ("all", "total", *MEASURES) or text in version.demands:
        fail(text, f"'{text}' is no period")
    if version.periods and text not in version.periods:
        fail(text, f"'{text}' is no period of the calendar")
    return str(text)


def _listed(value, what):
    listed = items(value, what) if isinstance(value, list) else [value]
    for position, entry in enumerate(listed):
        if not isinstance(entry, Text):
            fail(entry, f"{what} must be names")
        if entry in listed[:position]:
            fail(entry, f"'{entry}' stands twice in {what}")
    return listed


def quantity_names(value, version):
    """`total`, a period, a measure, `<measure>.<period>`, or a list of these."""
    names = []
    for entry in _listed(value, "a quantity"):
        first, point, rest = entry.partition(".")
        if point:
            if first not in MEASURES:
                fail(entry, f"'{first}' is no measure")
            inner = Text(rest)
            inner.mark = entry.mark
            period(inner, version)
        elif entry != "total" and entry not in MEASURES:
            period(entry, version)
        names.append(str(entry))
        if names[0].startswith("reactive") != entry.startswith("reactive"):
            fail(entry, f"'{entry}' is not in the unit of '{names[0]}'")
    return tuple(names)


def demand_names(value, version):
    names = []
    for entry in _listed(value, "a demand"):
        first, point, rest = entry.partition(".")
        if first not in version.demands:
            fail(entry, f"'{first}' is not one of the demands")
        if point:
            inner = Text(rest)
            inner.mark = entry.mark
            period(inner, version)
        names.append(str(entry))
        if version.demands[first].unit != version.demands[names[0].partition(".")[0]].unit:
            fail(entry, f"'{entry}' is not in the unit of '{names[0]}'")
    return tuple(names)


# Conditions --------------------------------------------------------------------------------------------------------

def fact_limits(mapping, version):
    """fact -> ((comparison, bound), ...)"""
    found = {}
    for key, limits in entries(mapping, "'facts'").items():
        if key != "dwellings" and key not in version.facts:
            fail(limits, f"'{key}' is not one of the facts")
        known(limits, {"from", "above", "upto", "below"}, f"the limits of '{key}'")
        if not limits or {"from", "above"} <= set(limits) or {"upto", "below"} <= set(limits):
            fail(limits, f"the limits of '{key}' are one of 'from' and 'above', one of 'upto' and 'below', or both")
        bounds = {word: number(bound, 6, signed=False) for word, bound in limits.items()}
        low, high = (bounds.get(a, bounds.get(b)) for a, b in (("from", "above"), ("upto", "below")))
        if high is not None and ((low or 0) > high or ((low or 0) == high and {"above", "below"} & set(bounds))):
            fail(limits, f"no number is within the limits of '{key}'")
        found[key] = tuple(bounds.items())
    if not found:
        fail(mapping, "'facts' names no fact")
    return found


def _scale(mapping, what):
    return choice(mapping["bounds"], SCALES, f"'bounds' of {what}") if "bounds" in mapping else "bill"


def _of(mapping, version):
    return quantity_names(mapping["of"], version) if "of" in mapping else ("total",)


def when(mapping, version):
    known(mapping, {"of", "above", "upto", "bounds"}, "'when'")
    above, upto = (number(mapping[key], 6) if key in mapping else None for key in ("above", "upto"))
    if above is None and upto is None:
        fail(mapping, "'when' has neither 'above' nor 'upto'")
    if None not in (above, upto) and upto <= above:
        fail(mapping["upto"], "'upto' is not above 'above'")
    return When(_of(mapping, version), above, upto, _scale(mapping, "'when'"))


def less(mapping, version):
    known(mapping, {"of", "percent", "credit_until"}, "'less'")
    return Less(quantity_names(needed(mapping, "of", "'less'"), version),
                number(mapping.get("percent", HUNDRED), 6, signed=False),
                month_day(mapping["credit_until"]) if "credit_until" in mapping else None)


def bands(mapping, version):
    known(mapping, {"of", "fact", "bounds", "tiers"}, "'bands'")
    if "fact" in mapping and ("of" in mapping or "bounds" in mapping):
        fail(mapping["fact"], "'bands' of a fact have neither 'of' nor 'bounds'")
    of, named = _of(mapping, version), None
    if "fact" in mapping:
        of, named = (), fact(mapping["fact"], version)
    return Bands(of, named, _scale(mapping, "'bands'"), tiers(needed(mapping, "tiers", "'bands'"), version, ""))


# Prices ------------------------------------------------------------------------------------------------------------

def prices(mapping, version):
    if not entries(mapping, "'prices'"):
        fail(mapping, "'prices' names no period")
    for key, price in mapping.items():
        if not NAME.fullmatch(key) or key in ("all", "total", *MEASURES) or key in version.demands:
            fail(price, f"'{key}' is no period")
    return {key: number(price, 8) for key, price in mapping.items()}


def tiers(listed, version, allowed):
    """`allowed`: what else than plain prices there may be, of `signed` and `periods`."""
    found = []
    for position, tier in enumerate(items(listed, "'tiers'")):
        known(tier, {"upto", "price", "prices"} if "periods" in allowed else {"upto", "price"}, "a tier")
        last = position == len(listed) - 1
        if last == ("upto" in tier):
            fail(tier, "every tier but the last has 'upto'")
        if ("price" in tier) == ("prices" in tier):
            fail(tier, "key 'price' is missing in a tier" if "price" not in tier else "a tier has price or prices")
        upto = None if last else number(tier["upto"], 6, signed=False)
        if not last and found and upto <= found[-1].upto:
            fail(tier["upto"], "'upto' is not above that of the tier before")
        by_period = prices(tier["prices"], version) if "prices" in tier else None
        if found and set(found[0].prices or ()) != set(by_period or ()):
            fail(tier, "all tiers have prices for the same periods, or none")
        price = None if by_period else number(tier["price"], 8, signed="signed" in allowed)
        found.append(Tier(upto, price, by_period))
    return found


def formula(mapping):
    known(mapping, {"text", "inputs", "decimals", "mode", "lag"}, "'formula'")
    text = needed(mapping, "text", "'formula'")
    inputs = [name(entry, "an input") for entry in _listed(needed(mapping, "inputs", "'formula'"), "'inputs'")]
    try:
        tree = formulas.parse(text)
    except formulas.FormulaError as error:
        fail(text, f"the formula: {error}")
    if formulas.names(tree) != set(inputs):
        fail(text, "'inputs' are not exactly the names in the formula")
    places = whole(mapping.get("decimals", Text("8")), 0, 8, "'decimals'")
    mode = choice(mapping["mode"], MODES, "the rounding mode") if "mode" in mapping else "half_up"
    lag = whole(mapping.get("lag", Text("0")), 0, 24, "'lag'")
    return Formula(tree, tuple(inputs), lag, Rounding(Fraction(1, 10 ** places), mode))


# Demand and power factor -------------------------------------------------------------------------------------------

def _months(mapping, key):
    return tuple(whole(entry, 1, 12, "a month") for entry in items(mapping[key], f"'{key}'")) if key in mapping else ()


def _percent(mapping, default=HUNDRED):
    return number(mapping.get("percent", default), 6, signed=False)


def _least(mapping, version):
    found = [key for key in ("amount", "fact", "past") if key in entries(mapping, "an item of 'at_least'")]
    if len(found) != 1:
        fail(mapping, "an item of 'at_least' has one of 'amount', 'fact' and 'past'")
    allowed = {"amount": {"amount"}, "fact": {"fact", "percent"}, "past": {"past", "percent", "months"}}
    known(mapping, allowed[found[0]], "an item of 'at_least'")
    if found[0] == "amount":
        return Least(Fraction(100), amount=number(mapping["amount"], 6, signed=False))
    if found[0] == "fact":
        return Least(_percent(mapping), fact=fact(mapping["fact"], version))
    return Least(_percent(mapping), past=whole(mapping["past"], 1, 60, "'past'"), months=_months(mapping, "months"))


def billing(mapping, version):
    tolerance = None
    if "tolerance" in mapping:
        known(mapping["tolerance"], {"fact", "percent"}, "'tolerance'")
        tolerance = (fact(needed(mapping["tolerance"], "fact", "'tolerance'"), version),
                     _percent(mapping["tolerance"]))
    if "current_months" in mapping and "current" not in mapping:
        fail(mapping["current_months"], "'current_months' belongs to 'current'")
    least = items(mapping["at_least"], "'at_least'") if "at_least" in mapping else []
    average = whole(mapping["average_of"], 1, 366, "'average_of'") if "average_of" in mapping else 1
    return Billing(average, [_least(entry, version) for entry in least],
                   number(mapping.get("current", HUNDRED), 6, signed=False), _months(mapping, "current_months"),
                   tolerance, decimal_rounding(mapping.get("round_demand"), SIX, "'round_demand'"),
                   "each_month" in mapping and flag(mapping["each_month"], "'each_month'"))


def month_day(text):
    """(month, day), not 29 February."""
    found = str(text).split("-")
    if len(found) == 2 and all(len(part) == 2 and part.isdecimal() for part in found):
        month, day = map(int, found)
        if 1 <= month <= 12 and 1 <= day <= MONTH_LENGTHS[month - 1]:
            return month, day
    fail(text, f"'{text}' is no month and day, or 02-29")


def power_factor(mapping, version):
    places = whole(mapping["decimals"], 0, 6, "'decimals'") if "decimals" in mapping else 2
    table = []
    for row in items(needed(mapping, "table", "a power factor"), "'table'"):
        known(row, {"from", "percent", "each"}, "a row of 'table'")
        start = number(needed(row, "from", "a row of 'table'"), places, signed=False)
        if start > 1 or (table and start >= table[-1].start):
            fail(row["from"], "'from' is not below that of the row before, or above 1")
        table.append(Row(start, number(needed(row, "percent", "a row of 'table'"), 6),
                         number(row.get("each", ZERO), 6)))
    if table[-1].start != 0:
        fail(mapping["table"], "the last row of 'table' is not from 0")
    names = [quantity_names(mapping[key], version) if key in mapping else (default,)
             for key, default in (("active", "total"), ("reactive", "reactive"))]
    return PowerFactor(names[0], names[1], places, table)
