"""Pieces, intervals and peaks from the values of interval channels: docs/TARIFFS.md, 'Quantities' and 'Demands'."""
from datetime import timedelta
from fractions import Fraction

import calendars
from charge_parts import MEASURES
from exact import SIX, root_half_up
from section import MICRO, Interval, Peak, Piece


def classified(version, day, stream, minutes, values):
    """The intervals of one channel on one local day from its first on. `stream`: `total` or a measure, which the
    calendar's periods divide, or else one that stays as it is. Values in millionths."""
    periods = calendars.periods_of_day(version, day) if stream in ("total", *MEASURES) else None
    start = calendars.day_start(version.zone, day)
    found = []
    for position, micro in enumerate(values):
        elapsed = position * minutes
        name = stream
        if periods:
            period = periods[calendars.wall_minute(version.zone, start + elapsed * 60)]
            name = period if stream == "total" else f"{stream}.{period}"
        wall = calendars.wall_minute(version.zone, start + elapsed * 60)
        found.append(Interval(name, day, elapsed, minutes, micro, wall))
    return found


def day_minutes(zone, day):
    """1440, less or more on the days on which clocks change."""
    return (calendars.day_start(zone, day + calendars.ONE_DAY) - calendars.day_start(zone, day)) // 60


def pieces_of(intervals):
    """One for each local day and stream, in the order of the intervals."""
    sums = {}
    for interval in intervals:
        key = (interval.stream, interval.day)
        sums[key] = sums.get(key, 0) + interval.micro
    return [Piece(stream, day, day + timedelta(days=1), micro) for (stream, day), micro in sums.items()]


def peaks_of(version, day, intervals):
    """The peaks of each demand of the version on a day: of the bare name, and of each period. `intervals`: those of the
    section; those of the next day end the windows that begin in this one."""
    channels = {}
    length = day_minutes(version.zone, day)
    after = day + timedelta(days=1)
    following = calendars.periods_of_day(version, after)
    for interval in intervals:
        measure, period = _measured(interval.stream)
        if measure not in ("total", "reactive") or interval.day not in (day, after):
            continue
        begin = interval.elapsed
        if interval.day == after:
            instant = calendars.day_start(version.zone, after) + begin * 60
            period = following[calendars.wall_minute(version.zone, instant)] if following else None
            begin += length
        channels.setdefault(measure, {})[begin] = (interval, period)
    return [peak for name, demand in version.demands.items()
            for peak in _day_peaks(name, demand, (day, length), channels)]


def _measured(stream):
    first, _, rest = stream.partition(".")
    if first in MEASURES:
        return first, rest or None
    return "total", None if stream == "total" else stream


def _day_peaks(name, demand, on, channels):
    """Nothing where a channel is missing, or its intervals do not divide the step."""
    day, length = on
    active, reactive = channels.get("total", {}), channels.get("reactive", {})
    wanted = [active] if demand.unit == "kW" else [active, reactive]
    highest = {}
    for begin in range(0, length, demand.step):
        windows = [_window(channel, begin, demand) for channel in wanted]
        if None in windows or not _is_event(wanted[0], begin, demand, day):
            continue
        periods = {period for _, inside in windows for period in inside}
        value = _value([Fraction(micro * 60, MICRO * demand.window) for micro, _ in windows])
        for period in [None] + [only for only in periods if len(periods) == 1 and only]:
            highest[period] = max(value, highest.get(period, value))
    for period, value in highest.items():
        yield Peak(name if period is None else f"{name}.{period}", day, day + timedelta(days=1), value)


def _is_event(channel, begin, demand, day):
    """Whether all values of a window lie in the hours that the demand names, if it names any."""
    if not demand.events:
        return True
    inside = [channel[begin + offset][0] for offset in range(0, demand.window, channel[begin][0].minutes)]
    return all(any(interval.day == event.day == day and event.first <= interval.wall < event.last
                   for event in demand.events) for interval in inside)


def _window(channel, begin, demand):
    """(sum in millionths, periods) of a window; None if values are missing."""
    if begin not in channel:
        return None
    minutes = channel[begin][0].minutes
    if demand.step % minutes:
        return None
    inside = [channel.get(begin + offset) for offset in range(0, demand.window, minutes)]
    if None in inside:
        return None
    return sum(interval.micro for interval, _ in inside), {period for _, period in inside}


def _value(powers):
    """Of kW alone, or the apparent power of kW and kvar."""
    return SIX.apply(powers[0]) if len(powers) == 1 else root_half_up(powers[0] ** 2 + powers[1] ** 2, 6)
