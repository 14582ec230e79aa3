"""Demand charges: docs/TARIFFS.md, 'Demand'."""
from datetime import timedelta
from fractions import Fraction

from exact import SIX, clamp
from section import PastPeak, Refusal, scale


def lines(rater, applying):
    once = [pair for pair in applying if pair[1].proration == "none"]
    seen = []
    for segment, charge in applying:
        time = time_of(rater, segment, charge)
        if time not in seen:
            rater.past_peaks.append(PastPeak(charge.clause, *time, measure(rater, applying, time)))
            seen.append(time)
        if charge.proration != "none":
            yield from _priced(rater, (segment, charge), bill(rater, applying, time), segment)
    if once:
        segment, charge = rater.once(once)
        yield from _priced(rater, (segment, charge), bill(rater, applying, time_of(rater, segment, charge)), None)


def time_of(rater, segment, charge):
    """The days that a charge measures together: the section's, or those of a calendar month."""
    if not charge.demand.each_month:
        return rater.first, rater.end
    first = segment.first.replace(day=1)
    after = (first + timedelta(days=31)).replace(day=1)
    return max(first, rater.first), min(after, rater.end)


def _within(applying, time):
    return [pair for pair in applying if pair[0].first < time[1] and time[0] < pair[0].end]


def billed(rater, clause):
    """The billed demand of the section, of a clause that does not go by months."""
    applying = [pair for pair in rater.applying(clause) if pair[1].demand]
    return bill(rater, applying, (rater.first, rater.end))


def measure(rater, applying, time):
    """The measured demand of a time; refuses if there is no peak for it."""
    within = _within(applying, time)
    clause = within[0][1].clause
    peaks = {id(peak): peak for segment, charge in within for name in charge.of
             for peak in _peaks_of(rater, name) if segment.touches(peak)}.values()
    average_of = within[-1][1].demand.average_of
    if average_of > 1:
        peaks = [peak for peak in peaks if peak.end - peak.first == timedelta(days=1)]
    if not peaks:
        if all(_has_no_event(segment, name) for segment, charge in within for name in charge.of):
            return Fraction(0)
        raise Refusal("register_missing", f"clause {clause} has no peak")
    if average_of == 1:
        return max(peak.value for peak in peaks)
    by_day = {}
    for peak in peaks:
        by_day[peak.first] = max(peak.value, by_day.get(peak.first, peak.value))
    highest = sorted(by_day.values(), reverse=True)[:average_of]
    return SIX.apply(sum(highest, Fraction(0)) / len(highest))


def _has_no_event(segment, name):
    """Whether the demand counts on named days alone, and none of these is in the segment."""
    events = segment.version.demands[name.partition(".")[0]].events
    return bool(events) and not any(segment.first <= event.day < segment.end for event in events)


def _peaks_of(rater, name):
    """Those of the name; of a bare name also those of its periods that share no day with one of the bare name."""
    own = [peak for peak in rater.given.peaks if peak.stream == name]
    if "." in name:
        return own
    return own + [peak for peak in rater.given.peaks if peak.stream.startswith(name + ".")
                  and not any(peak.first < bare.end and bare.first < peak.end for bare in own)]


def bill(rater, applying, time):
    """The billed demand, with the facts of the last segment of the time in which the clause applies."""
    segment, charge = _within(applying, time)[-1]
    measured = measure(rater, applying, time)
    rules = charge.demand
    least = max((_least(rater, segment, charge.clause, rule, time) for rule in rules.at_least), default=Fraction(0))
    counted = measured
    if not rules.current_months or _month_of(time[1]) in rules.current_months:
        counted = measured * rules.current / 100
    if rules.tolerance:
        fact = segment.fact(rules.tolerance[0])
        if measured <= fact * rules.tolerance[1] / 100:
            counted = fact
    return rules.rounding.apply(max(counted, least))


def _least(rater, segment, clause, rule, time):
    if rule.amount is not None:
        return rule.amount
    if rule.fact:
        return segment.fact(rule.fact) * rule.percent / 100
    return max((past.value * rule.percent / 100 for past in (*rater.given.past_peaks, *rater.past_peaks)
                if past.clause == clause and past.end <= time[0]
                and _number(past.end) + rule.past >= _number(time[1])
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
    parts = [(None, billed, charge.price_in(segment))]
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
