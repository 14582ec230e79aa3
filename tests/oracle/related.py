"""Losses, meters behind meters and agreed parts: docs/BILLING.md, 'Losses and sub-meters'. Values in millionths."""
import calendar
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction

import calendars
from exact import half_up
from facts import effective_rows
from measures import split_name
from section import MICRO, Piece, Refusal

E8 = 10 ** 8
HOURS = 24
BASE_KPA, BASE_KELVIN = 101_325_000, 288_150_000


@dataclass
class Relation:
    """A sub-meter relation on the days [first, end)."""
    row: dict
    first: date
    end: date

    @property
    def by(self):
        return self.row["taken_by"]

    @property
    def amount(self):
        return self.row["amount"]

    def touches(self, first, end):
        return self.first < end and first < self.end


@dataclass
class Counted:
    """What pieces count of one measure in some days."""
    bare: int = None
    periods: dict = field(default_factory=dict)    # stream -> micro, by name

    @property
    def any(self):
        return self.bare is not None or bool(self.periods)

    @property
    def whole(self):
        return self.bare if self.bare is not None else sum(self.periods.values())


def in_days(piece, first, end):
    days = (min(piece.end, end) - max(piece.first, first)).days
    return Fraction(piece.micro * days, (piece.end - piece.first).days) if days > 0 else Fraction(0)


def counted(pieces, measure, first, end):
    sums = defaultdict(Fraction)
    for piece in pieces:
        if split_name(piece.stream)[0] == measure and piece.first < end and first < piece.end:
            sums[piece.stream] += in_days(piece, first, end)
    found = Counted()
    for stream in sorted(sums):
        micro = half_up(sums[stream])
        if split_name(stream)[1] is None:
            found.bare = micro
        else:
            found.periods[stream] = micro
    return found


def fixed(month_micro, first, end):
    """A quantity a month: of each calendar month the part of its days."""
    total, day = 0, first
    while day < end:
        length = calendar.monthrange(day.year, day.month)[1]
        stop = min(end, day.replace(day=1) + timedelta(days=length))
        total += half_up(Fraction(month_micro * (stop - day).days, length))
        day = stop
    return total


def at_base(micro, row):
    """Gas at base conditions."""
    if not row.get("gas_state"):
        return micro
    kpa, kelvin, compressibility = row["gas_state"]
    return half_up(Fraction(micro * kpa * BASE_KELVIN * MICRO, BASE_KPA * kelvin * compressibility))


class Adjuster:
    """Spreads what comes to a section over what its meters measured."""

    def __init__(self, pieces):
        self.measured = list(pieces)
        self.added = []

    def counted(self, measure, first, end):
        return counted(self.measured, measure, first, end)

    def add(self, measure, first, end, micro):
        found = self.counted(measure, first, end)
        bare = measure or "total"
        if not found.any:
            self.added.append(Piece(bare, first, end, micro))
        if found.bare is not None:
            self.spread(bare, first, end, micro)
        whole = sum(found.periods.values())
        if found.periods and whole <= 0:
            flat = f"{measure}.flat" if measure else "flat"
            self.spread(flat if flat in found.periods else min(found.periods), first, end, micro)
        elif found.periods:
            upto = given = 0
            for stream, part in found.periods.items():
                upto += part
                share = half_up(Fraction(micro * upto, whole)) - given
                given += share
                self.spread(stream, first, end, share)

    def spread(self, stream, first, end, micro):
        if micro == 0:
            return
        pieces = [p for p in self.measured if p.stream == stream and p.first < end and first < p.end]
        whole = half_up(sum((in_days(p, first, end) for p in pieces), Fraction(0)))
        if whole <= 0:
            self.added.append(Piece(stream, first, end, micro))
            return
        upto, given = Fraction(0), 0
        for piece in pieces:
            upto += in_days(piece, first, end)
            share = half_up(Fraction(micro * half_up(upto), whole)) - given
            given += share
            if share:
                self.added.append(Piece(stream, max(piece.first, first), min(piece.end, end), share))


class Related:
    """The adjustments of one section. `count(service_point_id, first, end)` gives the pieces of another point."""

    def __init__(self, facts, service_point, clock, count):
        self.facts = facts
        self.cell, self.own = service_point
        self.clock = clock
        self.count = count
        rows = [row for row in facts.tables["relation"] if row["cell_id"] == self.cell and row["kind"] == "sub_meter"]
        keys = sorted({(row["parent_id"], row["child_id"]) for row in rows})
        self.relations = [one for key in keys for one in self._timeline(
            [row for row in rows if (row["parent_id"], row["child_id"]) == key])]
        self.pins = set()

    def _timeline(self, rows):
        known = effective_rows(rows, self.clock)
        ends = [row["valid_from"] for row in known[1:]] + [date.max]
        return [Relation(row, row["valid_from"], end) for row, end in zip(known, ends) if not row["ended"]]

    def _pin(self, relation):
        row = relation.row
        self.pins.add((row["parent_id"], row["child_id"], str(row["valid_from"]), row["version"]))

    def shares(self):
        """The relations by which a part of another point is charged to this one."""
        return [one for one in self.relations if one.row["child_id"] == self.own and one.by != "meter"]

    def shared_on(self, day):
        return any(one.first <= day < one.end for one in self.shares())

    def adjust(self, reader, places, first, end):
        """Adds to the reader's pieces."""
        adjuster = Adjuster(reader.pieces)
        self._losses(adjuster, places, first, end)
        self._below(adjuster, places, first, end)
        self._above(adjuster, places, first, end)
        self._fits(adjuster, reader, places, first, end)
        reader.pieces += adjuster.added

    def _losses(self, adjuster, places, first, end):
        for place in places:
            start, stop = max(place.first, first), min(place.end, end)
            row = place.row
            if start >= stop or not (row.get("transformer") or row.get("line_loss_e8")):
                continue
            active = adjuster.counted("", start, stop).whole
            reactive = adjuster.counted("reactive", start, stop)
            more, more_reactive = half_up(Fraction(active * row.get("line_loss_e8", 0), E8)), 0
            if row.get("transformer"):
                rated, iron, copper, no_load, impedance, shape = row["transformer"]
                hours = HOURS * (stop - start).days
                load = Fraction(shape * (active ** 2 + reactive.whole ** 2), MICRO * rated ** 2 * hours)
                more += half_up(Fraction(iron * hours)) + half_up(load * copper)
                if reactive.any:
                    more_reactive = half_up(Fraction(rated * no_load * hours, E8)) \
                        + half_up(load * rated * Fraction(impedance, E8))
            if more:
                adjuster.add("", start, stop, more)
            if more_reactive:
                adjuster.add("reactive", start, stop, more_reactive)

    def _below(self, adjuster, places, first, end):
        below = []
        for one in self.relations:
            if one.row["parent_id"] != self.own or not one.touches(first, end):
                continue
            self._pin(one)
            pieces = self._count(one.row["child_id"], max(one.first, first), min(one.end, end),
                                 "sub_meter_missing") if one.by == "meter" else []
            below.append((one, pieces))
        for start, stop in self._stretches(first, end, [one for one, _ in below], places) if below else ():
            here = [(one, pieces) for one, pieces in below if one.first <= start < one.end]
            for measure in ("", "reactive"):
                short = self._take_off(adjuster, measure, here, start, stop)
                if short > 0 and not measure:
                    raise Refusal("sub_meters_exceed", f"by {short} from {start} to {stop}")

    def _take_off(self, adjuster, measure, below, first, end):
        found = adjuster.counted(measure, first, end)
        if not found.any and measure:
            return 0
        groups = [dict(found.periods)] if found.periods else []
        if found.bare is not None or not groups:
            groups.append({measure or "total": found.bare or 0})
        short = 0
        for group in groups:
            left = dict(group)
            short = max(short, self._deduct(left, measure, below, first, end))
            for stream, before in group.items():
                adjuster.spread(stream, first, end, left[stream] - before)
        return short

    def _deduct(self, left, measure, below, first, end):
        """Takes the points below off `left`; what is short."""
        flat = f"{measure}.flat" if measure else "flat"
        order = sorted(left, key=lambda stream: (stream != flat, stream))
        by_period = all(split_name(stream)[1] for stream in left)
        short = 0
        for one, _ in below:
            if one.by == "quantity" and not measure:
                short += _take(left, order, fixed(one.amount, first, end))
        rest = sum(left.values())
        for one, _ in below:
            if one.by == "ratio" and not measure:
                short += _take(left, order, half_up(Fraction(rest * one.amount, E8)))
        for one, pieces in below:
            if one.by == "meter":
                child = counted(pieces, measure, first, end)
                if by_period and child.periods:
                    for stream, micro in child.periods.items():
                        short += _take(left, [stream] if stream in left else [], micro)
                elif child.any:
                    short += _take(left, order, child.whole)
        return short

    def _above(self, adjuster, places, first, end):
        shares = [one for one in self.shares() if one.touches(first, end)]
        for one in shares:
            start, stop = max(one.first, first), min(one.end, end)
            self._pin(one)
            if one.by == "quantity":
                adjuster.add("", start, stop, fixed(one.amount, start, stop))
                continue
            parent = one.row["parent_id"]
            pieces = self._count(parent, start, stop, "master_meter_missing")
            siblings = [other for other in self.relations if other.row["parent_id"] == parent
                        and other.by == "quantity" and other.touches(start, stop)]
            for other in siblings:
                self._pin(other)
            for a, b in self._stretches(start, stop, siblings, self.places_of(parent)):
                rest = counted(pieces, "", a, b).whole
                for other in siblings:
                    if other.first <= a < other.end:
                        rest -= min(max(rest, 0), fixed(other.amount, a, b))
                adjuster.add("", a, b, half_up(Fraction(rest * one.amount, E8)))
        if shares and not places:
            for day in (first + timedelta(days=n) for n in range((end - first).days)):
                if not self.shared_on(day):
                    raise Refusal("no_meter", f"neither a meter nor a share on {day}")

    def _count(self, service_point_id, first, end, cause):
        try:
            return self.count(service_point_id, first, end)
        except Refusal as refusal:
            if refusal.cause == "beyond_range":
                raise
            raise Refusal(cause, f"service point {service_point_id}: {refusal}") from None

    def _stretches(self, first, end, relations, places):
        cuts = {first, end}
        for one in (*relations, *places):
            cuts.update(day for day in (one.first, one.end) if first < day < end)
        ordered = sorted(cuts)
        return list(zip(ordered, ordered[1:]))

    def _fits(self, adjuster, reader, places, first, end):
        for place in places:
            if place.is_interval and place.first < end and first < place.end and place.row.get("gas_state"):
                raise Refusal("intervals_adjusted", "gas at measuring conditions by intervals")
        if not adjuster.added:
            return
        day = first
        while day < end:
            if any(charge.series for charge in reader.version_on(day).charges):
                raise Refusal("intervals_adjusted", f"a charge prices each interval on {day}")
            day += calendars.ONE_DAY


def _take(left, order, micro):
    """Off the streams in turn, none below zero; what could not be taken."""
    for stream in order:
        taken = min(max(left[stream], 0), micro)
        left[stream] -= taken
        micro -= taken
    return micro
