"""Charges on other charges: docs/TARIFFS.md, 'Percentages', 'Power factor', `minimum` and `maximum`."""
from dataclasses import replace
from fractions import Fraction

from exact import SIX, root_half_up
from rate_fixed import proration
from section import scale


def percentages(rater, applying):
    """One line a version."""
    versions = {}
    for segment, charge in applying:
        versions.setdefault(segment.version.identity, (segment.version, charge, []))[2].append(segment)
    for identity, (version, charge, inside) in versions.items():
        base = sum((line.amount for name in charge.of for line in rater.clause(name)
                    if _taken(line, identity, inside)), Fraction(0))
        factor = power_factor(rater, charge.power, inside) if charge.power else None
        percent = charge.percent if factor is None else percent_of(charge.power, factor)
        base *= _share_above(rater, charge)
        if base == 0 or percent == 0 and factor is not None:
            continue
        whole = 100 + percent if charge.contained_in else 100
        line = rater.line(charge, None, base * percent / whole, version, price=percent)
        line.factor = factor
        if charge.kind == "discount":
            line.amount = -line.amount
        yield line
        if charge.contained_in:
            yield replace(line, amount=-line.amount, account=charge.contained_in)


def _taken(line, identity, inside):
    if line.segment is None:
        return line.counts_to == identity
    return any(line.segment is segment for segment in inside)


def _share_above(rater, charge):
    """What part of the use is beyond `above`."""
    if charge.above is None:
        return Fraction(1)
    used = rater.section_quantity(("total",))
    above = SIX.apply(charge.above * rater.scaled_by_section(charge.bounds))
    return (used - above) / used if used > above else Fraction(0)


def power_factor(rater, power, inside):
    active = sum((rater.quantities.sum_of(power.active, segment) for segment in inside), Fraction(0))
    reactive = sum((abs(rater.quantities.of(name, segment)) for segment in inside for name in power.reactive),
                   Fraction(0))
    if not active and not reactive:
        return Fraction(1)
    if active < 0:
        return Fraction(0)
    return root_half_up(active ** 2 / (active ** 2 + reactive ** 2), power.decimals)


def percent_of(power, factor):
    """By the first row whose `from` is not above the factor."""
    unit = Fraction(1, 10 ** power.decimals)
    top = Fraction(1)
    for row in power.table:
        if row.start <= factor:
            return row.percent + row.each * (top - factor) / unit
        top = row.start - unit
    raise ValueError("a table ends at 0")


def minimum(rater, applying):
    return _limit(rater, applying, lambda reached, wanted: reached < wanted)


def maximum(rater, applying):
    return _limit(rater, applying, lambda reached, wanted: reached > wanted)


def _limit(rater, applying, is_beyond):
    """The difference between the limit and what the named clauses add up to. `applying`: as a limit of this kind."""
    segment, charge = rater.once(applying)
    if charge.proration == "none":
        wanted = charge.price
    else:
        wanted = sum((other.price * scale(proration(charge), part.first, part.end) for part, other in applying),
                     Fraction(0))
    wanted = charge.rounding.apply(wanted)
    reached = sum((line.amount for name in charge.of for line in rater.clause(name)), Fraction(0))
    if is_beyond(reached, wanted):
        line = rater.line(charge, None, wanted, segment.version)
        line.amount -= reached
        yield line
