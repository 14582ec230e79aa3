"""From reads to pieces: docs/BILLING.md, 'Quantities'. Values are integers in millionths."""
from dataclasses import dataclass, field
from datetime import timedelta
from fractions import Fraction

import calendars
from facts import UNITS
from rate import MICRO, Piece, Refusal
from exact import half_up


@dataclass
class Period:
    """One billed section in the history of an agreement."""
    days: int
    total: Fraction
    by_register: dict          # register number -> advance x multiplier, before gas conversion, in millionths
    estimated: bool


@dataclass
class Carry:
    billed_through: object
    closing: dict = field(default_factory=dict)       # (device, register) -> (value in millionths, estimated)
    history: tuple = ()


@dataclass
class Place:
    """An installation row on the days [first, end) and its billed registers or channels."""
    row: dict
    first: object
    end: object

    def __post_init__(self):
        row = self.row
        self.device = row["device_id"]
        billed = [i for i, stream in enumerate(row["stream"]) if stream]
        channels = [i for i in billed if row["interval_minutes"][i]]
        self.is_interval = bool(channels)
        self.indexes = channels or billed

    @property
    def registers(self):
        return {self.row["register_no"][i] for i in self.indexes}


def within_range(micro):
    if abs(micro) >= 2 ** 63:
        raise Refusal("beyond_range", f"{micro} millionths")
    return micro


def values_of(read):
    return dict(zip(read["register_no"], read["value_micro"]))


class Reader:
    """The pieces of one section. Refuses with a cause of docs/BILLING.md."""

    def __init__(self, facts, service_point, clock, version_on):
        self.facts = facts
        self.service_point = service_point
        self.point = facts.service_points[service_point]
        self.clock = clock
        self.version_on = version_on
        self.days = facts.reads_of(service_point, clock)
        self.pieces = []
        self.closing = {}
        self.by_register = {}
        self.estimated = False
        self.accepts_suspect = False

    # Registers -----------------------------------------------------------------------------------------------------

    def read_on(self, place, day):
        read = self.days.get((place.device, day))
        return read if read and place.registers <= set(read["register_no"]) else None

    def _trusted(self, read):
        if read.get("status", "v") == "s" and not self.accepts_suspect:
            raise Refusal("suspect_read", f"read of {read['read_on']}")
        return values_of(read)

    def registers(self, place, start, end, carry):
        """Adds the pieces of a place's registers within the section [start, end)."""
        first, stop = max(place.first, start), min(place.end, end)
        opening, from_estimate = self._opening(place, start, carry)
        boundaries = [(first, opening)]
        for (device, day), read in sorted(self.days.items(), key=lambda item: item[0][1]):
            if device == place.device and first < day < stop and place.registers <= set(read["register_no"]):
                boundaries.append((day, self._trusted(read)))
        closing = self.read_on(place, stop)
        if closing is not None:
            boundaries.append((stop, self._trusted(closing)))
        elif place.end >= end:
            boundaries.append((stop, self._estimate(place, boundaries[-1], stop, carry)))
            self.estimated = True
        else:
            raise Refusal("boundary_read_missing", f"device {place.device} on {stop}")
        for position, (before, after) in enumerate(zip(boundaries, boundaries[1:])):
            for index in place.indexes:
                self._advance(place, index, before, after, from_estimate if position == 0 else {})
        if place.end >= end:
            for number in place.registers:
                self.closing[(place.device, number)] = (boundaries[-1][1][number], closing is None)

    def _opening(self, place, start, carry):
        """Values by register, and which of them the last bill had estimated."""
        if place.first > start:
            read = self.read_on(place, place.first)
            if read is None:
                raise Refusal("boundary_read_missing", f"device {place.device} on {place.first}")
            return self._trusted(read), {}
        held = {number: carry.closing.get((place.device, number)) for number in place.registers} if carry else {}
        if held and all(held.values()):
            return {number: value for number, (value, _) in held.items()}, {number: guessed for number,
                                                                            (_, guessed) in held.items()}
        read = self.read_on(place, start)
        if read is None:
            raise Refusal("opening_read_missing", f"device {place.device} on {start}")
        return self._trusted(read), {}

    def _estimate(self, place, last, day, carry):
        """docs/BILLING.md, 'Estimated register read'."""
        values = {}
        for index in place.indexes:
            row, number = place.row, place.row["register_no"][index]
            usable = [p for p in (carry.history if carry else ()) if not p.estimated and number in p.by_register][-3:]
            if not usable:
                raise Refusal("no_history", f"register {number} of device {place.device}")
            average = Fraction(sum(p.by_register[number] for p in usable), sum(p.days for p in usable))
            exact = last[1][number] + average * (day - last[0]).days * MICRO / row["multiplier_e6"][index]
            step = 10 ** (6 - row["decimals"][index])
            values[number] = half_up(exact / step) * step % (10 ** row["dials"][index] * MICRO)
        return values

    def _advance(self, place, index, before, after, from_estimate):
        row, number = place.row, place.row["register_no"][index]
        (first, old), (end, new) = before, after
        old, new = old[number], new[number]
        span = 10 ** row["dials"][index] * MICRO
        guessed = from_estimate.get(number)
        behind = guessed and (new - old) % span * 2 > span    # nearer on the way back than on the way on
        if behind or (new < old and old * 10 <= span * 9):
            cause = "below_estimate" if guessed else "read_backward"
            raise Refusal(cause, f"register {number} of device {place.device}: {old} on {first}, {new} on {end}")
        advance = within_range(half_up(Fraction((new - old) % span * row["multiplier_e6"][index], MICRO)))
        self.by_register[number] = self.by_register.get(number, 0) + advance
        self._add(row["stream"][index], first, end, advance, UNITS[row["unit"][index]], row)

    def _add(self, stream, first, end, micro, unit, row):
        wanted = self.version_on(first).unit
        if unit != wanted:
            if not (unit == "m3" and wanted == "kWh" and self.point["commodity"] == 2):
                raise Refusal("unit_mismatch", f"meter in {unit}, tariff in {wanted}")
            heat = self._calorific(first, end)
            micro = half_up(Fraction(micro * row["volume_factor_e8"] * heat, 10 ** 8 * 10 ** 4) * 10 / 36)
        self.pieces.append(Piece(stream, first, end, within_range(micro)))

    def _calorific(self, first, end):
        """Mean over the days of [first, end), in 10^-4 MJ/m3."""
        zone = self.point["gas_zone"]
        dated = {}
        for row in self.facts.calorific.get((zone,), []):
            if row["recorded"] is None or row["recorded"] <= self.clock:
                if row["valid_from"] not in dated or dated[row["valid_from"]]["version"] < row["version"]:
                    dated[row["valid_from"]] = row
        starts = sorted(dated)
        total, day = 0, first
        while day < end:
            current = [start for start in starts if start <= day]
            if not current:
                raise Refusal("no_calorific_value", f"{zone} on {day}")
            total += dated[current[-1]]["value_e4"]
            day += calendars.ONE_DAY
        return half_up(Fraction(total, (end - first).days))

    # Intervals -----------------------------------------------------------------------------------------------------

    def intervals(self, place, start, end):
        first, stop = max(place.first, start), min(place.end, end)
        for index in place.indexes:
            if place.row["interval_minutes"][index]:
                self._channel(place, index, first, stop)

    def _channel(self, place, index, first, stop):
        row, number = place.row, place.row["register_no"][index]
        channel = Channel(self.facts.intervals_of(self.service_point, number, place.device, self.clock),
                          row["multiplier_e6"][index], row["interval_minutes"][index], self.version_on(first).zone)
        days = [first + timedelta(days=n) for n in range((stop - first).days)]
        values = channel.complete(days)
        for day in days:
            version = self.version_on(day)
            periods = calendars.periods_of_day(version, day) if row["stream"][index] == "total" else None
            sums = {}
            for instant, micro in zip(channel.instants(day), values[day]):
                stream = periods[calendars.wall_minute(version.zone, instant)] if periods else row["stream"][index]
                sums[stream] = sums.get(stream, 0) + micro
            for stream, micro in sums.items():
                self._add(stream, day, day + calendars.ONE_DAY, micro, UNITS[row["unit"][index]], row)
            self.by_register[number] = self.by_register.get(number, 0) + sum(sums.values())


class Channel:
    """One interval channel in millionths after the multiplier; gaps are filled by docs/BILLING.md, 'Intervals'."""

    def __init__(self, raw, multiplier_e6, minutes, zone):
        self.minutes = minutes
        self.zone = zone
        self.good = {instant: half_up(Fraction(value) * multiplier_e6) for instant,
                     (value, quality, length) in raw.items()
                     if quality != "N" and length == minutes}

    def instants(self, day):
        return range(calendars.day_start(self.zone, day), calendars.day_start(self.zone, day + calendars.ONE_DAY),
                     self.minutes * 60)

    def complete(self, days):
        """day -> its values, for consecutive days. Refuses what cannot be filled."""
        instants = [instant for day in days for instant in self.instants(day)]
        missing = [instant for instant in instants if instant not in self.good]
        if len(missing) * 10 > len(instants) * 3:
            raise Refusal("interval_gap", f"{len(missing)} of {len(instants)} intervals are missing")
        filled = self._linear(instants) if missing else {}
        return {day: [self._value(day, position, instant, filled) for position,
                      instant in enumerate(self.instants(day))] for day in days}

    def _linear(self, instants):
        """Short gaps with a good value on both sides inside the section."""
        filled, run = {}, []
        before = None
        for instant in instants:
            if instant not in self.good:
                run.append(instant)
                continue
            if run and before is not None and len(run) * self.minutes <= 120:
                a, b = self.good[before], self.good[instant]
                for i, hole in enumerate(run, 1):
                    filled[hole] = half_up(a + Fraction((b - a) * i, len(run) + 1))
            before, run = instant, []
        return filled

    def _value(self, day, position, instant, filled):
        if instant in self.good:
            return self.good[instant]
        return filled[instant] if instant in filled else self._like_day(day, position)

    def _like_day(self, day, position):
        length = len(self.instants(day))
        for sign in (-1, 1):
            found = []
            for weeks in range(1, 6):
                other = self.instants(day + timedelta(days=sign * 7 * weeks))
                if len(other) == length and all(instant in self.good for instant in other):
                    found.append(self.good[other[position]])
            if found:
                return half_up(Fraction(sum(found[:3]), len(found[:3])))
        raise Refusal("interval_gap", f"no like day for {day}")
