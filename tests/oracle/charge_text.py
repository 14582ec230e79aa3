"""The charges of a tariff text: docs/TARIFFS.md, 'Charges' and the sections below it."""
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cached_property

import charge_parts as parts
from exact import SIX, Rounding
from yaml_text import choice, day, entries, fail, flag, items, known, name, needed, number

ENERGY = ("energy_flat", "energy_time_of_use", "energy_tiered", "energy_slab", "energy_indexed")
FIXED = ("fixed_per_day", "fixed_per_period")
COMMON = {"clause", "kind", "name", "account", "item", "season", "seasons", "from", "until", "for", "when", "round",
          "source"}
QUANTITY = {"share", "less", "at_least", "at_most", "limits"}
OWN = {
    "fixed_per_day": {"price", "bands", "times", "agreed"},
    "fixed_per_period": {"price", "bands", "proration", "times", "agreed"},
    "energy_flat": {"price", "formula", "of", "agreed"} | QUANTITY,
    "energy_time_of_use": {"prices"},
    "energy_tiered": {"tiers", "bounds", "round_bounds", "of", "times", "year_from", "on_version", "split",
                      "hours_of"} | QUANTITY,
    "energy_slab": {"tiers", "bounds", "round_bounds", "of", "times", "hours_of"} | QUANTITY,
    "energy_indexed": {"series", "factor", "adder", "of"},
    "demand": {"price", "tiers", "of", "proration", "average_of", "at_least", "current", "current_months", "tolerance",
               "round_demand", "times", "agreed", "each_month"},
    "power_factor": {"of", "active", "reactive", "decimals", "table"},
    "percentage": {"percent", "of"},
    "tax": {"percent", "of", "above", "bounds", "inclusive", "contained_in"},
    "discount": {"percent", "of", "price", "per", "proration", "times"},
    "minimum": {"amount", "of", "proration"},
    "maximum": {"amount", "of", "proration"},
}


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
    fact_limits: dict = field(default_factory=dict)    # fact -> ((comparison, bound), ...)
    when: object = None           # parts.When
    price: Fraction = None        # also the amount of a minimum or maximum
    percent: Fraction = None
    prices: dict = None           # period -> price
    tiers: list = None            # of parts.Tier
    bounds: str = "bill"
    round_bounds: Rounding = SIX
    year_from: tuple = (1, 1)
    on_version: str = "continue"
    of: tuple = ()                # quantities of an energy charge, demands of a demand, clauses of the others
    times: str = None             # a fact
    agreed: str = None            # a fact, whose value is the price where it is stated
    hours_of: str = None          # the demand clause by whose billed demand the bounds are multiplied
    share: Fraction = None
    less: object = None           # parts.Less
    at_least: Fraction = None
    at_most: Fraction = None
    limits: str = None
    bands: object = None          # parts.Bands
    formula: object = None        # parts.Formula
    series: str = None
    factor: Fraction = Fraction(1)
    adder: Fraction = Fraction(0)
    demand: object = None         # parts.Billing
    power: object = None          # parts.PowerFactor
    above: Fraction = None
    contained_in: str = None      # the account that an inclusive tax is taken out of
    proration: str = "none"
    per: str = None

    @cached_property
    def facts(self):
        """The facts it needs, those of `for` aside."""
        named = {self.times, self.bands.fact if self.bands else None, *(self.demand.facts() if self.demand else ())}
        return named - {None}

    @cached_property
    def priced(self):
        """The names of the quantities it prices, or takes off."""
        named = list(self.of) if self.kind in ENERGY else []
        named += self.prices or (self.tiers[0].prices if self.tiers else None) or ()
        named += self.less.of if self.less else ()
        named += (*self.power.active, *self.power.reactive) if self.power else ()
        return list(dict.fromkeys(named))

    def price_in(self, segment):
        """What the agreement has settled, else the tariff's."""
        settled = segment.fact(self.agreed) if self.agreed else None
        return self.price if settled is None else settled

    @cached_property
    def quantities(self):
        """The names of the quantities it uses, `total` and those of `when` and `bands` aside."""
        return [entry for entry in self.priced if entry != "total"]

    @cached_property
    def looked_at(self):
        """The names of the quantities of the whole section that it looks at."""
        named = [name for part in (self.when, self.bands) if part for name in part.of]
        return named + (["total"] if self.above else [])


def _above(of, earlier, clause):
    """The clauses that `of` names; `all` is every clause above."""
    names = [str(entry) for entry in of]
    if names == ["all"]:
        return tuple(earlier)
    for entry in names:
        if entry not in earlier:
            fail(clause, f"clause '{clause}' is of '{entry}', which is no clause above it")
    return tuple(names)


def read(mapping, version, earlier):
    """One charge. `earlier`: the names of the clauses above it."""
    kind = str(needed(entries(mapping, "a charge"), "kind", "a charge"))
    if kind not in OWN:
        fail(mapping["kind"], f"unknown kind '{kind}'")
    clause = name(needed(mapping, "clause", "a charge"), "a clause")
    if clause in ("all", "rounding"):
        fail(mapping["clause"], f"the name '{clause}' is reserved")
    needed(needed(mapping, "name", f"clause '{clause}'"), "en", "'name'")
    known(mapping, COMMON | OWN[kind], f"clause '{clause}'")
    limits = mapping.get("for", {})
    if "for" in mapping:
        known(limits, {"classes", "entitlement", "facts"}, "'for'")
    seasons = [mapping["season"]] if "season" in mapping else mapping.get("seasons", [])
    charge = Charge(
        clause=clause, kind=kind, account=str(needed(mapping, "account", f"clause '{clause}'")),
        item=str(mapping.get("item", version.commodity)), seasons=tuple(map(str, seasons)),
        start=day(mapping["from"]) if "from" in mapping else None,
        until=day(mapping["until"]) if "until" in mapping else None,
        classes=tuple(map(str, limits.get("classes", []))), entitlement=str(limits.get("entitlement", "")),
        rounding=parts.rounding(mapping.get("round"), version.line_rounding, "'round'"),
        fact_limits=parts.fact_limits(limits["facts"], version) if "facts" in limits else {},
        when=parts.when(mapping["when"], version) if "when" in mapping else None)
    charge.proration = str(mapping.get("proration", "none"))
    if "proration" in mapping:
        choice(mapping["proration"], ("none", "month_days", "days_30"), "'proration'")
    if "times" in mapping:
        charge.times = parts.fact(mapping["times"], version)
    if "agreed" in mapping:
        charge.agreed = parts.fact(mapping["agreed"], version)
        if charge.agreed == "dwellings" or "price" not in mapping:
            fail(mapping["agreed"], "'agreed' is a fact beside 'price'")
    if kind in ENERGY:
        _energy(charge, mapping, version, earlier)
    elif kind == "demand":
        _demand(charge, mapping, version)
    else:
        _other(charge, mapping, version, earlier)
    return charge


def _one_of(mapping, keys, charge):
    """The single one of `keys` that stands in the clause."""
    found = [key for key in keys if key in mapping]
    if len(found) != 1:
        fail(mapping, f"clause '{charge.clause}' needs {'either ' if keys[1:] else ''}"
             + " or ".join(f"'{key}'" for key in keys))
    return found[0]


# Energy ------------------------------------------------------------------------------------------------------------

def _energy(charge, mapping, version, earlier):
    charge.of = parts.quantity_names(mapping["of"], version) if "of" in mapping else ("total",)
    if charge.kind == "energy_time_of_use":
        charge.of = ()
        charge.prices = parts.prices(needed(mapping, "prices", f"clause '{charge.clause}'"), version)
    elif charge.kind == "energy_flat":
        if _one_of(mapping, ("price", "formula"), charge) == "price":
            charge.price = number(mapping["price"], 8)
        else:
            charge.formula = parts.formula(mapping["formula"])
    elif charge.kind == "energy_indexed":
        charge.series = name(needed(mapping, "series", f"clause '{charge.clause}'"), "a series")
        charge.factor = number(mapping.get("factor", parts.ONE), 8, signed=False)
        charge.adder = number(mapping.get("adder", parts.ZERO), 8)
    else:
        _tiers(charge, mapping, version, earlier)
    _quantity_keys(charge, mapping, version)


def _tiers(charge, mapping, version, earlier):
    charge.tiers = parts.tiers(needed(mapping, "tiers", f"clause '{charge.clause}'"), version,
                               "signed, periods" if charge.kind == "energy_tiered" else "signed")
    counting = ("month", "quarter", "year") if charge.kind == "energy_tiered" else ()
    words = parts.SCALES + (counting and (*counting, "each_day"))
    charge.bounds = choice(mapping["bounds"], words, "'bounds'") if "bounds" in mapping else "bill"
    if charge.bounds == "each_day" and ("split" in mapping or QUANTITY & set(mapping)):
        fail(mapping["bounds"], "'bounds: each_day' has neither 'split' nor keys of the quantity beside it")
    charge.round_bounds = parts.decimal_rounding(mapping.get("round_bounds"), SIX, "'round_bounds'")
    if "year_from" in mapping:
        if charge.bounds != "year":
            fail(mapping["year_from"], "'year_from' belongs to 'bounds: year'")
        charge.year_from = parts.month_day(mapping["year_from"])
    if "on_version" in mapping:
        if charge.bounds not in counting:
            fail(mapping["on_version"], "'on_version' belongs to bounds that count over bills")
        charge.on_version = choice(mapping["on_version"], ("continue", "restart"), "'on_version'")
    if "hours_of" in mapping:
        charge.hours_of = str(mapping["hours_of"])
        other = version.by_clause.get(charge.hours_of)
        if charge.hours_of not in earlier or not other.demand or other.demand.each_month or charge.bounds != "bill":
            fail(mapping["hours_of"], "'hours_of' is a demand of the bill above, beside 'bounds: bill'")
    if "split" in mapping:
        choice(mapping["split"], ("proportional",), "'split'")
    if ("split" in mapping) != (charge.tiers[0].prices is not None):
        fail(mapping, "'split: proportional' stands beside tiers with 'prices', and only there")
    if charge.tiers[0].prices and charge.of != ("total",):
        fail(mapping["of"], "with prices by period 'of' is total")


def _quantity_keys(charge, mapping, version):
    if "share" in mapping:
        charge.share = number(mapping["share"], 6, signed=False)
    if "less" in mapping:
        charge.less = parts.less(mapping["less"], version)
    for key in ("at_least", "at_most"):
        if key in mapping:
            setattr(charge, key, number(mapping[key], 6, signed=False))
    if charge.less and charge.less.credit_until:
        if charge.kind == "energy_slab" or charge.bounds not in parts.SCALES or "limits" in mapping:
            fail(mapping["less"], "'credit_until' does not go with slabs, counted bounds and limits")
    limited = charge.at_least is not None or charge.at_most is not None
    if limited != ("limits" in mapping):
        fail(mapping, "'limits' stands beside 'at_least' or 'at_most', and only there")
    if limited:
        charge.limits = choice(mapping["limits"], parts.SCALES[1:], "'limits'")
    if None not in (charge.at_least, charge.at_most) and charge.at_most < charge.at_least:
        fail(mapping["at_most"], "'at_most' is below 'at_least'")


# Demand ------------------------------------------------------------------------------------------------------------

def _demand(charge, mapping, version):
    what = f"clause '{charge.clause}'"
    charge.of = parts.demand_names(needed(mapping, "of", what), version)
    if _one_of(mapping, ("price", "tiers"), charge) == "price":
        charge.price = number(mapping["price"], 8, signed=False)
        if charge.times:
            fail(mapping["times"], "'times' of a demand belongs to its tiers")
    else:
        charge.tiers = parts.tiers(mapping["tiers"], version, "")
    charge.demand = parts.billing(mapping, version)


# The others --------------------------------------------------------------------------------------------------------

def _other(charge, mapping, version, earlier):
    what = f"clause '{charge.clause}'"
    if charge.kind in FIXED:
        if _one_of(mapping, ("price", "bands"), charge) == "bands":
            charge.bands = parts.bands(mapping["bands"], version)
        else:
            charge.price = number(mapping["price"], 8, signed=False)
        return
    if "of" in mapping:
        charge.of = _above(items(mapping["of"], "'of'"), earlier, mapping["clause"])
    if charge.kind == "power_factor":
        charge.power = parts.power_factor(mapping, version)
    elif charge.kind in ("minimum", "maximum"):
        charge.price = number(needed(mapping, "amount", what), signed=False)
    elif charge.kind == "discount":
        if _one_of(mapping, ("percent", "price"), charge) == "price":
            charge.price = number(mapping["price"], 8, signed=False)
            charge.per = choice(needed(mapping, "per", what), ("day", "period"), "'per'")
        else:
            charge.percent = number(mapping["percent"], 6, signed=False)
    else:
        charge.percent = number(needed(mapping, "percent", what), 6, signed=False)
    if charge.price is None or charge.kind in ("minimum", "maximum"):
        needed(mapping, "of", what)
    if "above" in mapping:
        charge.above = number(mapping["above"], 6, signed=False)
        if not charge.above:
            fail(mapping["above"], "'above' is above zero")
    if "bounds" in mapping:
        if charge.above is None:
            fail(mapping["bounds"], "'bounds' of a tax belongs to 'above'")
        charge.bounds = choice(mapping["bounds"], parts.SCALES, "'bounds'")
    inclusive = "inclusive" in mapping and flag(mapping["inclusive"], "'inclusive'")
    if inclusive != ("contained_in" in mapping):
        fail(mapping, "'contained_in' stands beside 'inclusive: true', and only there")
    if inclusive:
        charge.contained_in = str(mapping["contained_in"])
        if charge.above is not None:
            fail(mapping["above"], "'above' does not stand beside 'inclusive'")
