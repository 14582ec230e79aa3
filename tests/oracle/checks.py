"""The refusals of a section that rating itself would meet, in their documented order: docs/TARIFFS.md, 'Segments'."""
from datetime import timedelta

import formula
import rate_demand
import rate_energy
from measures import split_name
from section import Refusal


def refuse(rater):
    """Raises the first refusal that fits."""
    _facts(rater)
    _registers(rater)
    _usage(rater)
    applying = [(segment, charge) for segment in rater.segments for charge in segment.version.charges
                if (charge.series or charge.formula) and rater.applies(charge, segment)]
    indexed = [pair for pair in applying if pair[1].series]
    _intervals(rater, indexed)
    _prices(rater, indexed)
    _inputs(rater, [pair for pair in applying if pair[1].formula])


def _facts(rater):
    for segment in rater.segments:
        for charge in segment.version.charges:
            if not charge.fact_limits and not charge.facts:
                continue
            if not rater.dated(charge, segment) or not rater.condition_holds(charge):
                continue
            needed = set(charge.fact_limits)
            if rater.facts_fit(charge, segment):
                needed |= charge.facts
            for name in sorted(needed):
                if segment.fact(name) is None:
                    raise Refusal("fact_missing", f"clause {charge.clause} needs {name} on {segment.first}")


def _registers(rater):
    demands = []
    for segment in rater.segments:
        for charge in segment.version.charges:
            if not (charge.quantities or charge.when or charge.bands or charge.demand or charge.hours_of) \
                    or not rater.dated(charge, segment) or not rater.facts_fit(charge, segment):
                continue
            _of_section(rater, segment, charge, charge.when)
            if not rater.condition_holds(charge):
                continue
            for name in charge.quantities:
                rater.quantities.require(name, segment, charge.clause)
                rater.quantities.require_priced(name, segment, charge.clause)
            if charge.hours_of and not any(pair[1].demand for pair in rater.applying(charge.hours_of)):
                raise Refusal("register_missing", f"clause {charge.clause}: {charge.hours_of} measures nothing")
            _of_section(rater, segment, charge, charge.bands)
            if charge.demand and charge.clause not in demands:
                demands.append(charge.clause)
    for clause in demands:
        applying = [pair for pair in rater.applying(clause) if pair[1].demand]
        for segment, charge in applying:
            rate_demand.measure(rater, applying, rate_demand.time_of(rater, segment, charge))


def _usage(rater):
    """Every day whose use a charge looks at was counted by something of the measure."""
    for segment in rater.segments:
        for charge in segment.version.charges:
            if not (charge.priced or charge.looked_at) or not rater.dated(charge, segment) \
                    or not rater.facts_fit(charge, segment):
                continue
            for name in charge.looked_at:
                rater.quantities.require_days(name, rater.segments[0].first, rater.segments[-1].end, charge.clause)
            if rater.condition_holds(charge):
                for name in charge.priced:
                    rater.quantities.require_days(name, segment.first, segment.end, charge.clause)


def _of_section(rater, segment, charge, part):
    """What a condition or bands look at in the whole section."""
    for name in part.of if part else ():
        rater.quantities.require_measure(name, segment, charge.clause)
        for other in rater.segments:
            rater.quantities.require_periods(name, other, charge.clause)


def _intervals(rater, indexed):
    """Each day of each piece must have intervals of the piece's measure."""
    counted = {(split_name(interval.stream)[0], interval.day) for interval in rater.given.intervals}
    for segment, charge in indexed:
        pieces = [piece for name in charge.of for group in rater.quantities.groups(name) for piece in group]
        for piece in pieces:
            day = max(piece.first, segment.first)
            while day < min(piece.end, segment.end):
                if (split_name(piece.stream)[0], day) not in counted:
                    raise Refusal("intervals_missing", f"clause {charge.clause}: {piece.stream} on {day}")
                day += timedelta(days=1)


def _prices(rater, indexed):
    for segment, charge in indexed:
        series = rater.given.series.get(charge.series)
        for interval in rate_energy.intervals_of(rater, charge, segment):
            try:
                if series is None:
                    raise KeyError
                rate_energy.interval_price(series, interval)
            except KeyError:
                raise Refusal("price_missing", f"clause {charge.clause}: {charge.series} on {interval.day}, minute "
                              f"{interval.elapsed}") from None


def _inputs(rater, priced):
    for segment, charge in priced:
        month = rate_energy.input_month(charge, segment)
        known = {name: rater.given.inputs.get(name, {}).get(month) for name in charge.formula.inputs}
        missing = [name for name, value in known.items() if value is None]
        if missing:
            raise Refusal("input_missing", f"clause {charge.clause}: {missing[0]} of {month[0]}-{month[1]:02}")
        try:
            formula.value(charge.formula.tree, known)
        except ZeroDivisionError:
            raise Refusal("input_missing", f"clause {charge.clause}: division by zero") from None
