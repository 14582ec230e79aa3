"""Energy charges: docs/TARIFFS.md, 'Tiers', 'Slabs', 'Quantity keys', 'Formulas' and 'Indexed'."""
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import formula
import rate_demand
from exact import clamp, decimals
from section import COUNTING, MICRO, Counter, counting_start, scale


def lines(rater, applying):
    """Of one clause. Lines of zero are left out, but for the first if all are."""
    run = _Run(rater, applying)
    made = [line for segment, charge in applying for line in run.of(segment, charge)]
    return [line for line in made if line.quantity != 0 or line.kept] or made[:1]


def input_month(charge, segment):
    """(year, month) of the inputs of a formula."""
    months = segment.first.year * 12 + segment.first.month - 1 - charge.formula.lag
    return months // 12, months % 12 + 1


def interval_price(series, interval):
    """Of the slot an interval lies in, or the mean of those it covers. KeyError: a hole."""
    if series.resolution == 1440:
        return series.prices[(interval.day, 0)]
    first, inside = divmod(interval.elapsed, series.resolution)
    if inside + interval.minutes <= series.resolution:
        return series.prices[(interval.day, first)]
    count, rest = divmod(interval.minutes, series.resolution)
    if inside or rest:
        raise KeyError("an interval cuts a price's time")
    return sum((series.prices[(interval.day, first + n)] for n in range(count)), Fraction(0)) / count


def intervals_of(rater, charge, segment):
    """The intervals of an indexed charge in a segment: those of each name in `of`, as their quantities are added."""
    found = []
    for name in charge.of:
        counted = {(piece.stream, piece.first + timedelta(days=n)) for pieces in rater.quantities.groups(name)
                   for piece in pieces if segment.touches(piece) for n in range((piece.end - piece.first).days)}
        found += [interval for interval in rater.given.intervals
                  if (interval.stream, interval.day) in counted and segment.first <= interval.day < segment.end]
    return found


class _Run:
    """The state of one clause over its segments: how far the bill's tiers are filled, what the slabs add up to."""

    def __init__(self, rater, applying):
        self.rater = rater
        self.filled = Fraction(0)
        self.quantities = {id(segment): self.quantity(segment, charge) for segment, charge in applying
                           if charge.kind in ("energy_flat", "energy_tiered", "energy_slab", "energy_indexed")}
        self.slab = sum((self.quantities[id(segment)] for segment, charge in applying
                         if charge.kind == "energy_slab" and charge.bounds == "bill"), Fraction(0))

    def of(self, segment, charge):
        return {"energy_flat": self._flat, "energy_time_of_use": self._periods, "energy_tiered": self._tiered,
                "energy_slab": self._slab, "energy_indexed": self._indexed}[charge.kind](segment, charge)

    def quantity(self, segment, charge):
        """After share, less, at_least and at_most, each rounded."""
        rounded = self.rater.quantities.rounding.apply
        value = self.rater.quantities.sum_of(charge.of, segment)
        if charge.share is not None:
            value = rounded(value * charge.share / 100)
        if charge.less and charge.less.credit_until:
            return self._credited(segment, charge, value)
        if charge.less:
            other = self.rater.quantities.sum_of(charge.less.of, segment)
            value = rounded(max(Fraction(0), value - other * charge.less.percent / 100))
        factor = scale(charge.limits, segment.first, segment.end) * self._times(segment, charge)
        if charge.at_least is not None:
            value = rounded(max(value, charge.at_least * factor))
        if charge.at_most is not None:
            value = rounded(min(value, charge.at_most * factor))
        return value

    def _credited(self, segment, charge, value):
        """What is left after credit of earlier segments and sections; the rest of it goes on."""
        began = counting_start(charge, segment.first)
        counter = self.rater.counters.get(charge.clause)
        credit = counter.value if counter and counter.began == began else Fraction(0)
        other = self.rater.quantities.sum_of(charge.less.of, segment)
        left = value - credit - other * charge.less.percent / 100
        rounded = self.rater.quantities.rounding.apply
        self.rater.counters[charge.clause] = Counter(rounded(-left) if left < 0 else Fraction(0), began,
                                                     segment.version.identity)
        return rounded(left) if left > 0 else Fraction(0)

    def _times(self, segment, charge):
        factor = segment.fact(charge.times) if charge.times else 1
        if charge.hours_of:
            factor *= rate_demand.billed(self.rater, charge.hours_of)
        return factor

    def _priced(self, segment, charge, quantity, price, part=None):
        return self.rater.line(charge, segment, price * quantity, part=part, quantity=quantity, price=price)

    def _flat(self, segment, charge):
        price = charge.price_in(segment)
        if charge.formula:
            month = input_month(charge, segment)
            known = {name: self.rater.given.inputs[name][month] for name in charge.formula.inputs}
            price = charge.formula.rounding.apply(formula.value(charge.formula.tree, known))
        yield self._priced(segment, charge, self.quantities[id(segment)], price)

    def _periods(self, segment, charge):
        for period, price in charge.prices.items():
            yield self._priced(segment, charge, self.rater.quantities.of(period, segment), price, period)

    # Tiers ---------------------------------------------------------------------------------------------------------

    def _bound(self, segment, charge, tier):
        """Scaled and rounded; None of the last tier."""
        if tier.upto is None:
            return None
        return charge.round_bounds.apply(tier.upto * scale(charge.bounds, segment.first, segment.end)
                                         * self._times(segment, charge))

    def _each_day(self, segment, charge):
        """What each day puts into the tiers from the first on, over the days of the segment."""
        bounds = [self._bound(segment, charge, tier) for tier in charge.tiers]
        sums = [Fraction(0)] * len(bounds)
        for number in range(segment.days):
            first = segment.first + timedelta(days=number)
            used = self.rater.quantities.sum_of(charge.of, replace(segment, first=first, end=first + timedelta(days=1)))
            for place, (lower, upper) in enumerate(zip([None, *bounds], bounds)):
                sums[place] += clamp(used, lower, upper) - clamp(Fraction(0), lower, upper)
        for number, (tier, part) in enumerate(zip(charge.tiers, sums), 1):
            yield self._priced(segment, charge, part, tier.price, number)

    def _tiered(self, segment, charge):
        if charge.bounds == "each_day":
            yield from self._each_day(segment, charge)
            return
        quantity = self.quantities[id(segment)]
        start = self._fill(segment, charge, quantity)
        lower = None
        for number, tier in enumerate(charge.tiers, 1):
            upper = self._bound(segment, charge, tier)
            part = clamp(start + quantity, lower, upper) - clamp(start, lower, upper)
            if tier.prices:
                yield from self._split(segment, charge, number, part)
            else:
                yield self._priced(segment, charge, part, tier.price, number)
            lower = upper

    def _fill(self, segment, charge, quantity):
        """Where the fill stands; goes on by `quantity`."""
        if charge.bounds in COUNTING:
            return self._count(segment, charge, quantity)
        start = self.filled if charge.bounds == "bill" else Fraction(0)
        self.filled += quantity if charge.bounds == "bill" else 0
        return start

    def _count(self, segment, charge, quantity):
        began = counting_start(charge, segment.first)
        identity = segment.version.identity
        counter = self.rater.counters.get(charge.clause)
        goes_on = counter and counter.began == began and (charge.on_version == "continue"
                                                            or counter.version == identity)
        start = counter.value if goes_on else Fraction(0)
        self.rater.counters[charge.clause] = Counter(start + quantity, began, identity)
        return start

    def _split(self, segment, charge, number, part):
        """The tier's quantity over the periods, as the segment's quantities of the periods are."""
        order = list(charge.tiers[0].prices)
        used = [self.rater.quantities.of(period, segment) for period in order]
        whole, before, running = sum(used), Fraction(0), Fraction(0)
        for period, quantity in zip(order, used):
            running += quantity
            upto = self.rater.quantities.rounding.apply(part * running / whole) if whole else Fraction(0)
            yield self._priced(segment, charge, upto - before, charge.tiers[number - 1].prices[period],
                               f"{number}.{period}")
            before = upto

    def _slab(self, segment, charge):
        quantity = self.quantities[id(segment)]
        reached = self.slab if charge.bounds == "bill" else quantity
        for number, tier in enumerate(charge.tiers, 1):
            bound = self._bound(segment, charge, tier)
            if bound is None or reached <= bound:
                yield self._priced(segment, charge, quantity, tier.price, number)
                return

    # Indexed -------------------------------------------------------------------------------------------------------

    def _indexed(self, segment, charge):
        quantity = self.quantities[id(segment)]
        series = self.rater.given.series.get(charge.series)
        exact = sum(((interval_price(series, interval) * charge.factor + charge.adder) * interval.micro / MICRO
                     for interval in intervals_of(self.rater, charge, segment)), Fraction(0))
        price = decimals(8).apply(exact / quantity) if quantity else Fraction(0)
        line = self.rater.line(charge, segment, exact, quantity=quantity, price=price)
        line.kept = exact != 0
        yield line
