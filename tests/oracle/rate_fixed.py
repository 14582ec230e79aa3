"""Fixed charges and discounts of an amount: docs/TARIFFS.md, 'Charges' and 'Bands'."""
from exact import SIX
from section import scale


def lines(rater, applying):
    once = [pair for pair in applying if proration(pair[1]) == "none"]
    for segment, charge in applying:
        if proration(charge) == "none":
            continue
        price = price_of(rater, charge, segment)
        share = scale(proration(charge), segment.first, segment.end)
        line = rater.line(charge, segment, price * share * times(charge, segment), price=price)
        line.quantity = share if proration(charge) == "day" else None
        yield _signed(line, charge)
    if once:
        segment, charge = rater.once(once)
        price = price_of(rater, charge, segment)
        yield _signed(rater.line(charge, None, price * times(charge, segment), segment.version, price=price), charge)


def _signed(line, charge):
    if charge.kind == "discount":
        line.amount = -line.amount
    return line


def proration(charge):
    return "day" if charge.kind == "fixed_per_day" or charge.per == "day" else charge.proration


def times(charge, segment):
    return segment.fact(charge.times) if charge.times else 1


def price_of(rater, charge, segment):
    bands = charge.bands
    if bands is None:
        return charge.price_in(segment)
    if bands.fact:
        reached, factor = segment.fact(bands.fact), 1
    else:
        reached, factor = rater.section_quantity(bands.of), rater.scaled_by_section(bands.bounds)
    return next(tier.price for tier in bands.tiers if tier.upto is None or reached <= SIX.apply(tier.upto * factor))
