"""Days, months, seasons and time-of-use periods, local to a zone."""
from datetime import date, datetime, timedelta, timezone
from fractions import Fraction
from functools import lru_cache
from zoneinfo import ZoneInfo

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ONE_DAY = timedelta(days=1)


@lru_cache(maxsize=4096)
def month_length(year, month):
    following = date(year + month // 12, month % 12 + 1, 1)
    return (following - date(year, month, 1)).days


def months(first, end):
    """Days of [first, end) in each calendar month over the days of that month, summed."""
    total = Fraction(0)
    while first < end:
        length = month_length(first.year, first.month)
        stop = min(end, date(first.year, first.month, 1) + timedelta(days=length))
        total += Fraction((stop - first).days, length)
        first = stop
    return total


@lru_cache(maxsize=65536)
def day_start(zone, day):
    """The instant at which a local day begins, in whole seconds since 1970."""
    local = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone))
    return int(local.astimezone(timezone.utc).timestamp())


def _month_day(text):
    month, day = text.split("-")
    return int(month), int(day)


def season(version, day):
    """The season's name, or None if the calendar has none."""
    seasons = version.calendar.get("seasons")
    if not seasons:
        return None
    table = version.memory.get("seasons")
    if table is None:
        table = version.memory["seasons"] = [(name, _month_day(part["from"]), _month_day(part["to"]))
                                             for name, parts in seasons.items() for part in parts]
    today = (day.month, day.day)
    for name, first, last in table:
        if last == (2, 28):
            last = (2, 29)
        inside = first <= today <= last if first <= last else today >= first or today <= last
        if inside:
            return name
    raise ValueError(f"{version.key} {version.label}: {day} is in no season")


def season_starts(version, first, end):
    """The days inside (first, end) whose season is not that of the day before."""
    if not version.calendar.get("seasons"):
        return []
    starts = []
    before = season(version, first)
    day = first + ONE_DAY
    while day < end:
        now = season(version, day)
        if now != before:
            starts.append(day)
        before = now
        day += ONE_DAY
    return starts


def day_type(version, day):
    types = version.calendar.get("day_types")
    holiday = day.isoformat() in version.calendar.get("holidays", [])
    if not types:
        return "all"
    if holiday and "holiday" in types:
        return str(types["holiday"])
    weekday = WEEKDAYS[day.weekday()]
    for name, days in types.items():
        if name != "holiday" and weekday in days:
            return str(name)
    raise ValueError(f"{version.key} {version.label}: {weekday} is of no day type")


def _minutes(text):
    hour, minute = text.split(":")
    return int(hour) * 60 + int(minute)


def _in_hours(hours, minute):
    for span in hours:
        first, last = (_minutes(part) for part in span.split("-"))
        if first <= minute < last if first < last else minute >= first or minute < last:
            return True
    return False


def periods_of_day(version, day):
    """The period of each of the 1,440 minutes of a wall-clock day, or None if the tariff has no periods."""
    rules = version.calendar.get("periods")
    if not rules:
        return None
    kind = (season(version, day), day_type(version, day))
    table = version.memory.setdefault("periods", {})
    if kind not in table:
        fitting = [rule for rule in rules
                   if (not rule.get("seasons") or kind[0] in rule["seasons"])
                   and (not rule.get("day_types") or kind[1] in rule["day_types"])]
        table[kind] = [next(str(rule["period"]) for rule in fitting if not rule.get("hours")
                            or _in_hours(rule["hours"], minute))
                       for minute in range(1440)]
    return table[kind]


def wall_minute(zone, instant):
    """Minutes since local midnight on the wall clock."""
    local = datetime.fromtimestamp(instant, ZoneInfo(zone))
    return local.hour * 60 + local.minute
