"""What rating starts from and makes: agreement, use, segments, lines. docs/TARIFFS.md, 'Segments'."""
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction

import calendars

MICRO = 1_000_000
COUNTING = ("month", "quarter", "year")


class Refusal(Exception):
    """A bill that cannot be made. `cause` is one of docs/BILLING.md."""

    def __init__(self, cause, detail):
        super().__init__(f"{cause}: {detail}")
        self.cause = cause
        self.detail = detail


@dataclass
class Span:
    """Days on which the facts of an agreement do not change."""
    first: date
    end: date
    tariff: str
    customer_class: str
    entitlements: frozenset
    dwellings: int
    facts: dict = field(default_factory=dict)      # name -> Fraction


@dataclass
class Piece:
    """Use in millionths of the tariff's unit over [first, end); its days weigh equally."""
    stream: str
    first: date
    end: date
    micro: int


@dataclass
class Peak:
    """The highest demand on the days [first, end), in the unit of the demand. Stream: `<demand>` or with a period."""
    stream: str
    first: date
    end: date
    value: Fraction


@dataclass
class Interval:
    """One interval value in millionths; `elapsed`: minutes since the local midnight of its day."""
    stream: str
    day: date
    elapsed: int
    minutes: int
    micro: int
    wall: int = 0      # the minute of its begin on the clock


@dataclass
class Series:
    """Prices by (local day, number of the slot of `resolution` minutes since local midnight)."""
    resolution: int
    prices: dict


@dataclass
class Counter:
    """What a clause has counted. `began`: the first day of its month or year, None: of that of the section's first day;
    `version`: (key, label), None: that of the section's first segment."""
    value: Fraction
    began: date = None
    version: tuple = None


@dataclass
class PastPeak:
    """The measured demand of a clause in an earlier section [first, end)."""
    clause: str
    first: date
    end: date
    value: Fraction


@dataclass
class Given:
    """What rating knows beside the agreement and its use."""
    peaks: list = field(default_factory=list)
    intervals: list = field(default_factory=list)
    series: dict = field(default_factory=dict)       # name -> Series
    inputs: dict = field(default_factory=dict)       # name -> {(year, month): Fraction}
    counters: dict = field(default_factory=dict)     # clause -> Counter
    past_peaks: list = field(default_factory=list)
    carried: Fraction = Fraction(0)                  # what rounding the bill left


@dataclass
class Segment:
    first: date
    end: date
    span: Span
    version: object
    season: str

    @property
    def days(self):
        return (self.end - self.first).days

    def touches(self, dated):
        return dated.first < self.end and self.first < dated.end

    def fact(self, name):
        """None: neither stated nor of a default."""
        if name == "dwellings":
            return Fraction(self.span.dwellings)
        if name in self.span.facts:
            return self.span.facts[name]
        declared = self.version.facts.get(name)
        return declared.default if declared else None


@dataclass
class Line:
    clause: str
    key: str
    version: str
    segment: Segment       # None: of no single segment
    part: object           # tier number, period, `<tier>.<period>`, or None
    quantity: Fraction     # None where the line has none of its own
    price: Fraction        # likewise
    amount: Fraction       # rounded, in major units
    account: str
    item: str
    counts_to: tuple = ()  # (tariff key, version) that percentages see it in
    factor: Fraction = None    # of a power factor
    kept: bool = False         # also with a quantity of zero


class Tariffs:
    """The versions of every key. `open_start`: the first version of a key also holds before its first day."""

    def __init__(self, versions, open_start=False):
        self.by_key = {}
        self.open_start = open_start
        for version in sorted(versions, key=lambda v: v.effective):
            self.by_key.setdefault(version.key, []).append(version)

    def on(self, key, day):
        chain = self.by_key.get(key, [])
        found = chain[0] if chain and self.open_start else None
        for version in chain:
            if version.effective <= day:
                found = version
        return found

    def changes(self, key, first, end):
        chain = self.by_key.get(key, [])
        return [v.effective for v in (chain[1:] if self.open_start else chain) if first < v.effective < end]


def counting_start(charge, day):
    """The first day of the month, quarter or year in which a charge counts on `day`."""
    if charge.bounds == "month":
        return day.replace(day=1)
    if charge.less and charge.less.credit_until:
        return _year_start(charge.less.credit_until, day)
    if charge.bounds == "quarter":
        return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
    return _year_start(charge.year_from, day)


def _year_start(year_from, day):
    this = date(day.year, *year_from)
    return this if this <= day else date(day.year - 1, *year_from)


def counts(charge):
    """Whether it leaves a counter to later sections."""
    return charge.bounds in COUNTING or bool(charge.less and charge.less.credit_until)


def counting_starts(charge, first, end):
    """Those inside (first, end)."""
    return {day for day in _days(first + calendars.ONE_DAY, end) if counting_start(charge, day) == day}


def month_starts(first, end):
    return {day for day in _days(first + calendars.ONE_DAY, end) if day.day == 1}


def _days(first, end):
    return (first + timedelta(days=n) for n in range((end - first).days))


def segments_of(spans, tariffs):
    found = []
    for span in spans:
        cuts = sorted({span.first, span.end, *tariffs.changes(span.tariff, span.first, span.end)})
        for first, end in zip(cuts, cuts[1:]):
            version = tariffs.on(span.tariff, first)
            if version is None:
                raise Refusal("no_tariff_version", f"{span.tariff} on {first}")
            inner = sorted({first, end, *_cuts_of(version, first, end)})
            for a, b in zip(inner, inner[1:]):
                found.append(Segment(a, b, span, version, calendars.season(version, a)))
    _refuse_mixtures(found)
    return found


def _cuts_of(version, first, end):
    """The days inside (first, end) at which a version cuts its own days."""
    cuts = set(calendars.season_starts(version, first, end))
    for charge in version.charges:
        cuts.update(day for day in (charge.start, charge.until) if day and first < day < end)
        if counts(charge):
            cuts.update(counting_starts(charge, first, end))
        if charge.formula or (charge.demand and charge.demand.each_month):
            cuts.update(month_starts(first, end))
    return cuts


def _refuse_mixtures(segments):
    """The refusals in their documented order; those of checks.py come later."""
    for segment in segments:
        if segment.span.customer_class not in segment.version.classes:
            raise Refusal("class_not_allowed", f"{segment.span.customer_class} on {segment.version.key}")
    for cause, values in (("currency_changed", {s.version.currency for s in segments}),
                          ("unit_changed", {s.version.unit for s in segments})):
        if len(values) > 1:
            raise Refusal(cause, ", ".join(sorted(values)))


def scale(bounds, first, end):
    """By what a bound, a limit or a price is multiplied on the days [first, end)."""
    if bounds == "day":
        return Fraction((end - first).days)
    if bounds == "month_days":
        return calendars.months(first, end)
    return Fraction((end - first).days, 30) if bounds == "days_30" else Fraction(1)
