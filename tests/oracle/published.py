"""Published prices and values of months as a bill finds them, and those that it stands on: docs/TARIFFS.md, 'Indexed'
and 'Formulas'; docs/BILLING.md, 'The bill'."""
from datetime import date, timedelta
from fractions import Fraction

import rate_energy
from section import Series

E8 = 10 ** 8


def series_at(facts, zone, clock):
    """name -> Series, of those of the zone."""
    def make():
        found = {}
        for (name, day), row in facts.prices_at(zone, clock).items():
            series = found.setdefault(name, Series(row["minutes"], {}))
            series.prices.update({(day, slot): Fraction(price, E8) for slot, price in enumerate(row["prices_e8"])
                                  if price is not None})
        return found
    return facts.memory_of(("series", zone, clock), make)


def inputs_at(facts, clock):
    """name -> {(year, month): value}."""
    def make():
        found = {}
        for (name, month), row in facts.inputs_at(clock).items():
            found.setdefault(name, {})[(month.year, month.month)] = Fraction(row["value_e8"], E8)
        return found
    return facts.memory_of(("months", clock), make)


def used(rater, facts, clock):
    """(prices, inputs): sets of (name, day, version) of all days of a series, as far as there are any, on which a
    charge follows it, and of the months of a formula's inputs."""
    prices, inputs = set(), set()
    for segment in rater.segments:
        known = facts.prices_at(segment.version.zone, clock)
        for charge in segment.version.charges:
            if not rater.applies(charge, segment):
                continue
            if charge.series:
                days = (segment.first + timedelta(days=n) for n in range(segment.days))
                prices |= {(charge.series, str(day), known[charge.series, day]["version"]) for day in days
                           if (charge.series, day) in known}
            if charge.formula:
                month = date(*rate_energy.input_month(charge, segment), 1)
                inputs |= {(name, str(month), facts.inputs_at(clock)[name, month]["version"])
                           for name in charge.formula.inputs}
    return prices, inputs
