"""From tariff versions, dated facts and pieces of use to lines: docs/TARIFFS.md, 'Segments' to 'Rounding'."""
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

import calendars
from tariff_text import ENERGY, Rounding, half_up

MICRO = 1_000_000


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
class Segment:
    first: date
    end: date
    span: Span
    version: object
    season: str

    @property
    def days(self):
        return (self.end - self.first).days


@dataclass
class Line:
    clause: str
    key: str
    version: str
    segment: Segment       # None: of no single segment
    part: object           # tier number, period, or None
    quantity: Fraction     # None where the line has none of its own
    price: Fraction        # likewise
    amount: Fraction       # rounded, in major units
    account: str
    item: str
    counts_to: tuple = ()  # (tariff key, version) that percentages see it in


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


def segments_of(spans, tariffs):
    found = []
    for span in spans:
        cuts = sorted({span.first, span.end, *tariffs.changes(span.tariff, span.first, span.end)})
        for first, end in zip(cuts, cuts[1:]):
            version = tariffs.on(span.tariff, first)
            if version is None:
                raise Refusal("no_tariff_version", f"{span.tariff} on {first}")
            inner = {first, end, *calendars.season_starts(version, first, end)}
            for charge in version.charges:
                inner.update(day for day in (charge.start, charge.until) if day and first < day < end)
            inner = sorted(inner)
            for a, b in zip(inner, inner[1:]):
                found.append(Segment(a, b, span, version, calendars.season(version, a)))
    _refuse_mixtures(found)
    return found


def _refuse_mixtures(segments):
    """The refusals in their documented order; `register_missing` comes later, with the quantities."""
    for segment in segments:
        if segment.span.customer_class not in segment.version.classes:
            raise Refusal("class_not_allowed", f"{segment.span.customer_class} on {segment.version.key}")
    for cause, values in (("currency_changed", {s.version.currency for s in segments}),
                          ("unit_changed", {s.version.unit for s in segments})):
        if len(values) > 1:
            raise Refusal(cause, ", ".join(sorted(values)))


def applies(charge, segment):
    return ((not charge.seasons or segment.season in charge.seasons)
            and (charge.start is None or segment.first >= charge.start)
            and (charge.until is None or segment.first < charge.until)
            and (not charge.classes or segment.span.customer_class in charge.classes)
            and (not charge.entitlement or charge.entitlement in segment.span.entitlements))


class Quantities:
    """Rounded quantities of segments by stream."""

    def __init__(self, pieces, rounding):
        self.rounding = rounding
        self.micro_step = rounding == Rounding(Fraction(1, MICRO), "half_up")
        self.streams = {}
        for piece in pieces:
            self.streams.setdefault(piece.stream, []).append(piece)
        covering = self.streams.get("total", [])
        self.for_total = {"total": covering} if covering else {}
        self.only_total = [t for t in covering
                           if not any(p.stream != "total" and t.first < p.end and p.first < t.end for p in pieces)]
        for stream, listed in self.streams.items():
            if stream != "total":
                rest = [p for p in listed if not any(t.first < p.end and p.first < t.end for t in covering)]
                if rest:
                    self.for_total[stream] = rest

    def _rounded(self, pieces, day):
        whole, part = 0, Fraction(0)
        for piece in pieces:
            if piece.end <= day:
                whole += piece.micro
            elif piece.first < day:
                part += Fraction(piece.micro * (day - piece.first).days, (piece.end - piece.first).days)
        if self.micro_step:
            return Fraction(half_up(whole + part) if part else whole, MICRO)
        return self.rounding.apply((whole + part) / MICRO)

    def _between(self, pieces, segment):
        return self._rounded(pieces, segment.end) - self._rounded(pieces, segment.first)

    def of(self, stream, segment):
        if stream == "total":
            return sum((self._between(pieces, segment) for pieces in self.for_total.values()), Fraction(0))
        return self._between(self.streams.get(stream, []), segment)

    def whole_total(self):
        """The section's use, exact."""
        return Fraction(sum(piece.micro for pieces in self.for_total.values() for piece in pieces), MICRO)

    def needs_periods(self, segment, clause):
        if any(piece.first < segment.end and segment.first < piece.end for piece in self.only_total):
            raise Refusal("register_missing", f"clause {clause} needs periods, the meter has only a total")


class Rater:
    """One section. `lines` in the order of the bill, `total` rounded; both after run()."""

    def __init__(self, spans, tariffs, pieces):
        self.segments = segments_of(spans, tariffs)
        self.last = self.segments[-1].version
        self.quantities = Quantities(pieces, self.last.quantity_rounding)
        self.done = {}
        self.open = set()
        self.lines = []
        self.total = Fraction(0)

    def run(self):
        names = []
        for segment in self.segments:
            names.extend(charge.clause for charge in segment.version.charges if charge.clause not in names)
        for name in names:
            self.lines.extend(self.clause(name))
        exact = sum((line.amount for line in self.lines), Fraction(0))
        self.total = self.last.bill_rounding.apply(exact)
        if self.total != exact:
            self.lines.append(Line("rounding", self.last.key, self.last.label, None, None, None, None,
                                   self.total - exact,
                                   "rounding", self.last.commodity))
        return self

    def clause(self, name):
        """The lines of a clause over all versions, rated once."""
        if name not in self.done:
            if name in self.open:
                raise Refusal("clause_circle",
                              f"clause {name} needs its own amount: the versions order their clauses differently")
            self.open.add(name)
            applying = [(segment, segment.version.by_clause[name]) for segment in self.segments
                        if name in segment.version.by_clause and applies(segment.version.by_clause[name], segment)]
            self.done[name] = list(self._rate(applying)) if applying else []
        return self.done[name]

    def _rate(self, applying):
        groups = {self._energy: [], self._fixed: [], self._percentages: [], self._minimum: []}
        for segment, charge in applying:
            if charge.kind in ENERGY:
                group = self._energy
            elif charge.kind == "minimum":
                group = self._minimum
            else:
                group = self._fixed if charge.percent is None else self._percentages
            groups[group].append((segment, charge))
        lines = [line for rate, pairs in groups.items() if pairs for line in rate(pairs)]
        order = {id(segment): position for position, segment in enumerate(self.segments)}
        return sorted(lines, key=lambda line: order.get(id(line.segment), len(order)))

    def _line(self, charge, segment, amount, version=None, **detail):
        version = version or segment.version
        return Line(charge.clause, version.key, version.label, segment, detail.get("part"), detail.get("quantity"),
                    detail.get("price"), charge.rounding.apply(amount), charge.account, charge.item,
                    (version.key, version.label))

    # Fixed charges and discounts of an amount -------------------------------------------------------------------

    def _fixed(self, applying):
        once = [pair for pair in applying if self._per(pair[1]) == "none"]
        for segment, charge in applying:
            sign = -1 if charge.kind == "discount" else 1
            if self._per(charge) == "none":
                continue
            factor = self._factor(charge, segment) * (segment.span.dwellings if charge.by_dwellings else 1)
            line = self._line(charge, segment, charge.price * factor, price=charge.price)
            line.quantity = factor if self._per(charge) == "day" else None
            line.amount *= sign
            yield line
        if once:
            segment, charge = self._once(once)
            line = self._line(charge, None, charge.price * (segment.span.dwellings if charge.by_dwellings else 1),
                              segment.version,
                              price=charge.price)
            line.amount *= -1 if charge.kind == "discount" else 1
            yield line

    @staticmethod
    def _per(charge):
        return "day" if charge.kind == "fixed_per_day" or charge.per == "day" else charge.proration

    def _once(self, applying):
        """The last segment's if the clause applies there, else the first in which it applies."""
        return applying[-1] if applying[-1][0] is self.segments[-1] else applying[0]

    def _factor(self, charge, segment):
        per = self._per(charge)
        if per == "day":
            return Fraction(segment.days)
        return calendars.months(segment.first, segment.end) if per == "month_days" else Fraction(segment.days, 30)

    # Energy ------------------------------------------------------------------------------------------------------

    def _energy(self, applying):
        lines = []
        filled = Fraction(0)
        for segment, charge in applying:
            if charge.of != "total" or charge.prices:
                self.quantities.needs_periods(segment, charge.clause)
            if charge.kind == "energy_time_of_use":
                for period, price in charge.prices.items():
                    lines.append(self._priced(charge, segment, period, self.quantities.of(period, segment), price))
                continue
            quantity = self.quantities.of(charge.of, segment)
            if charge.kind == "energy_flat":
                lines.append(self._priced(charge, segment, None, quantity, charge.price))
                continue
            start = filled if charge.bounds == "bill" else Fraction(0)
            lines.extend(self._tiers(charge, segment, start, quantity))
            filled += quantity if charge.bounds == "bill" else 0
        return [line for line in lines if line.quantity != 0] or lines[:1]

    def _priced(self, charge, segment, part, quantity, price):
        return self._line(charge, segment, price * quantity, part=part, quantity=quantity, price=price)

    def _tiers(self, charge, segment, start, quantity):
        lower = None
        for position, (upto, price) in enumerate(charge.tiers):
            upper = None if upto is None else self._bound(charge, segment, upto)
            part = _clamp(start + quantity, lower, upper) - _clamp(start, lower, upper)
            yield self._priced(charge, segment, position + 1, part, price)
            lower = upper

    @staticmethod
    def _bound(charge, segment, upto):
        if charge.by_dwellings:
            upto *= segment.span.dwellings
        if charge.bounds == "day":
            upto *= segment.days
        elif charge.bounds == "month_days":
            upto *= calendars.months(segment.first, segment.end)
        elif charge.bounds == "days_30":
            upto *= Fraction(segment.days, 30)
        return charge.round_bounds.apply(upto)

    # Percentages and minimum ---------------------------------------------------------------------------------------

    def _percentages(self, applying):
        versions = {}
        for segment, charge in applying:
            versions.setdefault((segment.version.key, segment.version.label),
                                (segment.version, charge, []))[2].append(segment)
        for identity, (version, charge, inside) in versions.items():
            base = sum((line.amount for name in charge.of for line in self.clause(name)
                        if self._taken(line, identity, inside)), Fraction(0))
            if base == 0:
                continue
            line = self._line(charge, None, base * charge.percent / 100, version, price=charge.percent)
            if charge.kind == "discount":
                line.amount = -line.amount
            yield line

    @staticmethod
    def _taken(line, identity, inside):
        if line.segment is None:
            return line.counts_to == identity
        return any(line.segment is segment for segment in inside)

    def _minimum(self, applying):
        segment, charge = self._once(applying)
        if charge.proration == "none":
            wanted = charge.price
        else:
            wanted = sum((other.price * self._factor(charge, part) for part, other in applying), Fraction(0))
        wanted = charge.rounding.apply(wanted)
        reached = sum((line.amount for name in charge.of for line in self.clause(name)), Fraction(0))
        if reached < wanted:
            line = self._line(charge, None, wanted, segment.version)
            line.amount -= reached
            yield line


def _clamp(value, lower, upper):
    if lower is not None and value < lower:
        return lower
    return upper if upper is not None and value > upper else value
