"""Demand charges: docs/TARIFFS.md, 'Demand'."""
from datetime import timedelta
from fractions import Fraction

from exact import SIX
from rate_energy import clamp
from section import PastPeak, Refusal, scale


def lines(rater, applying):
    charge = applying[-1][1]
    measured = measure(rater, applying)
    rater.past_peaks.append(PastPeak(charge.clause, rater.first, rater.end, measured))
    billed = bill(rater, applying[-1], measured)
    once = [pair for pair in applying if pair[1].proration == "none"]
    for segment, charge in applying:
        if charge.proration != "none":
            yield from _priced(rater, (segment, charge), billed, segment)
    if once:
        yield from _priced(rater, rater.once(once), billed, None)


def measure(rater, applying):
    """The measured demand of the section; refuses if there is no peak for it."""
    clause = applying[0][1].clause
    peaks = {id(peak): peak for segment, charge in applying for name in charge.of
             for peak in _peaks_of(rater, name) if segment.touches(peak)}.values()
    average_of = applying[-1][1].demand.average_of
    if average_of > 1:
        peaks = [peak for peak in peaks if peak.end - peak.first == timedelta(days=1)]
    if not peaks:
        raise Refusal("register_missing", f"clause {clause} has no peak")
    if average_of == 1:
        return max(peak.value for peak in peaks)
    by_day = {}
    for peak in peaks:
        by_day[peak.first] = max(peak.value, by_day.get(peak.first, peak.value))
    highest = sorted(by_day.values(), reverse=True)[:average_of]
    return SIX.apply(sum(highest, Fraction(0)) / len(highest))


def _peaks_of(rater, name):
    """Those of the name; of a bare name also those of its periods that share no day with one of the bare name."""
    own = [peak for peak in rater.given.peaks if peak.stream == name]
    if "." in name:
        return own
    return own + [peak for peak in rater.given.peaks if peak.stream.startswith(name + ".")
                  and not any(peak.first < bare.end and bare.first < peak.end for bare in own)]


def bill(rater, last, measured):
    """The billed demand, with the facts of the last segment in which the clause applies."""
    segment, charge = last
    rules = charge.demand
    least = max((_least(rater, segment, charge.clause, rule) for rule in rules.at_least), default=Fraction(0))
    counted = measured
    if not rules.current_months or _month_of(rater.end) in rules.current_months:
        counted = measured * rules.current / 100
    if rules.tolerance:
        fact = segment.fact(rules.tolerance[0])
        if measured <= fact * rules.tolerance[1] / 100:
            counted = fact
    return rules.rounding.apply(max(counted, least))


def _least(rater, segment, clause, rule):
    if rule.amount is not None:
        return rule.amount
    if rule.fact:
        return segment.fact(rule.fact) * rule.percent / 100
    return max((past.value * rule.percent / 100 for past in rater.given.past_peaks
                if past.clause == clause and past.end <= rater.first
                and _number(past.end) + rule.past >= _number(rater.end)
                and (not rule.months or _month_of(past.end) in rule.months)), default=Fraction(0))


def _number(end):
    """Of the month of a section's last day."""
    last = end - timedelta(days=1)
    return last.year * 12 + last.month


def _month_of(end):
    """The month of a section's last day."""
    return (end - timedelta(days=1)).month


def _priced(rater, pair, billed, line_segment):
    """The lines of one segment, or of the whole section (`line_segment` None)."""
    segment, charge = pair
    factor = scale(charge.proration, segment.first, segment.end)
    parts = [(None, billed, charge.price)]
    if charge.tiers:
        parts, lower = [], Fraction(0)
        times = segment.fact(charge.times) if charge.times else 1
        for number, tier in enumerate(charge.tiers, 1):
            upper = None if tier.upto is None else tier.upto * times
            parts.append((number, clamp(billed, lower, upper) - lower, tier.price))
            lower = upper
    for part, share, price in parts:
        if share:
            yield rater.line(charge, line_segment, price * share * factor, segment.version, part=part, quantity=share,
                             price=price)
