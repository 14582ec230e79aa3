"""The quantities of segments: docs/TARIFFS.md, 'Quantities' and 'Measures'."""
from datetime import date
from fractions import Fraction

from charge_parts import MEASURES
from exact import SIX, half_up
from section import MICRO, Refusal


def split_name(name):
    """(measure, period): the energy taken is the measure "", a bare name has the period None."""
    first, _, rest = name.partition(".")
    if first in MEASURES:
        return first, rest or None
    return "", None if name == "total" else name


class Measure:
    """The pieces of one measure: `bare` of the bare name, `periods` by period."""

    def __init__(self):
        self.bare = []
        self.periods = {}

    def finish(self):
        """Bare pieces cover their days; pieces of periods count for the bare name on the other days."""
        self.for_bare = [self.bare] if self.bare else []
        listed = [piece for pieces in self.periods.values() for piece in pieces]
        self.only_bare = [b for b in self.bare if not any(_share_a_day(b, piece) for piece in listed)]
        for pieces in self.periods.values():
            rest = [piece for piece in pieces if not any(_share_a_day(piece, b) for b in self.bare)]
            if rest:
                self.for_bare.append(rest)

    def groups(self, period):
        """Lists of pieces, each rounded by itself."""
        return self.for_bare if period is None else [self.periods.get(period, [])]


def _share_a_day(one, other):
    return one.first < other.end and other.first < one.end


class Quantities:
    """Rounded quantities of segments by name."""

    def __init__(self, pieces, rounding):
        self.rounding = rounding
        self.micro_step = rounding == SIX
        self.measures = {name: Measure() for name in ("", *MEASURES)}
        for piece in pieces:
            measure, period = split_name(piece.stream)
            self.measures[measure].periods.setdefault(period, []).append(piece)
        for measure in self.measures.values():
            measure.bare = measure.periods.pop(None, [])
            measure.finish()

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

    def groups(self, name):
        measure, period = split_name(name)
        return self.measures[measure].groups(period)

    def of(self, name, segment):
        return sum((self._rounded(pieces, segment.end) - self._rounded(pieces, segment.first)
                    for pieces in self.groups(name)), Fraction(0))

    def sum_of(self, names, segment):
        return sum((self.of(name, segment) for name in names), Fraction(0))

    def whole_total(self):
        """The section's use, exact."""
        return Fraction(sum(piece.micro for pieces in self.groups("total") for piece in pieces), MICRO)

    def require(self, name, segment, clause):
        """Refuses a quantity that no register counts in the segment."""
        self.require_measure(name, segment, clause)
        self.require_periods(name, segment, clause)

    def require_measure(self, name, segment, clause):
        """A measure other than the energy taken needs a register there, its period one of periods."""
        measure_name, period = split_name(name)
        measure = self.measures[measure_name]
        bare = [piece for piece in measure.bare if segment.touches(piece)]
        parts = [piece for pieces in measure.periods.values() for piece in pieces if segment.touches(piece)]
        if measure_name and not parts and (period is not None or not bare):
            raise Refusal("register_missing", f"clause {clause} needs {name}, which no register counts")

    def require_days(self, name, first, end, clause):
        """Each of the days needs a piece of the measure."""
        measure = self.measures[split_name(name)[0]]
        counted = set()
        for piece in (piece for pieces in (measure.bare, *measure.periods.values()) for piece in pieces):
            counted.update(range(piece.first.toordinal(), piece.end.toordinal()))
        for day in range(first.toordinal(), end.toordinal()):
            if day not in counted:
                raise Refusal("usage_missing", f"clause {clause}: nothing counted {name} on {date.fromordinal(day)}")

    def require_priced(self, name, segment, clause):
        """Where a period is priced, every period that is counted is one of the calendar."""
        measure, period = split_name(name)
        if period is None or not segment.version.periods:
            return
        for other, pieces in self.measures[measure].periods.items():
            if other not in segment.version.periods and any(segment.touches(piece) for piece in pieces):
                raise Refusal("register_missing", f"clause {clause}: {other} is no period of the calendar")

    def require_periods(self, name, segment, clause):
        """A period needs registers of periods wherever there is one of the bare name."""
        measure, period = split_name(name)
        if period is not None and any(segment.touches(piece) for piece in self.measures[measure].only_bare):
            raise Refusal("register_missing", f"clause {clause} needs periods, a meter has only a total")
