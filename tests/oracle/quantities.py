"""From reads to pieces: docs/BILLING.md, 'Quantities'. Values are integers in millionths."""
from dataclasses import dataclass, field, replace
from datetime import timedelta
from fractions import Fraction

import calendars
import usage
from exact import half_up
from facts import UNITS
from measures import split_name
from related import at_base
from rate import MICRO, Peak, Piece, Refusal

REACTIVE = ("reactive", "reactive_export")


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
    counters: dict = field(default_factory=dict)      # clause -> Counter
    past_peaks: tuple = ()
    carried: tuple = (Fraction(0), "")                # what rounding the bill left, and its currency


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

    def is_maximum(self, index):
        return UNITS[self.row["unit"][index]] in ("kW", "kVA")

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
        self.counted = []
        self.by_place = {}             # first day of an installation -> what it counted
        self.peaks = []
        self.closing = {}
        self.by_register = {}
        self.estimated = False
        self.accepts_suspect = False
        self.counts_maxima = True
        self.calorific_used = set()    # (zone, valid_from, version)

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
                if place.is_maximum(index):
                    self._maximum(place, index, before[0], after)
                else:
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
            if place.is_maximum(index):
                values[number] = None
                continue
            usable = [p for p in (carry.history if carry else ()) if not p.estimated and number in p.by_register][-3:]
            if not usable:
                raise Refusal("no_history", f"register {number} of device {place.device}")
            average = Fraction(sum(p.by_register[number] for p in usable), sum(p.days for p in usable))
            exact = last[1][number] + average * (day - last[0]).days * MICRO / row["multiplier_e6"][index]
            step = 10 ** (6 - row["decimals"][index])
            values[number] = half_up(exact / step) * step % (10 ** row["dials"][index] * MICRO)
        return values

    def _maximum(self, place, index, first, closing):
        """The value of the closing read, after the multiplier; none where that is estimated."""
        end, values = closing
        row = place.row
        if not self.counts_maxima:
            return
        self._require_demand(row["stream"][index].partition(".")[0], UNITS[row["unit"][index]], first, end)
        value = values[row["register_no"][index]]
        if value is not None:
            micro = within_range(half_up(Fraction(value * row["multiplier_e6"][index], MICRO)))
            self.peaks.append(Peak(row["stream"][index], first, end, Fraction(micro, MICRO)))

    def _require_demand(self, name, unit, first, end):
        """A version of these days must have the demand, and each that has it in this unit."""
        versions = (self.version_on(first + timedelta(days=n)) for n in range((end - first).days))
        units = {version.demands[name].unit for version in versions if name in version.demands}
        if units != {unit}:
            raise Refusal("unit_mismatch", f"maximum in {unit}, demand {name} in {', '.join(sorted(units)) or 'none'}")

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
        unit = UNITS[row["unit"][index]]
        if unit == "m3" and self.point["commodity"] == 2:
            advance = within_range(at_base(advance, row))
        self._add(row["stream"][index], first, end, advance, unit, row)

    def _add(self, stream, first, end, micro, unit, row):
        micro = half_up(micro * self._conversion(stream, first, end, unit, row))
        self.pieces.append(Piece(stream, first, end, within_range(micro)))

    def _conversion(self, stream, first, end, unit, row):
        """What turns the register's unit into that of the stream."""
        wanted = "kvarh" if split_name(stream)[0] in REACTIVE else self.version_on(first).unit
        if unit == wanted:
            return Fraction(1)
        if not (unit == "m3" and wanted == "kWh" and self.point["commodity"] == 2):
            raise Refusal("unit_mismatch", f"meter in {unit}, {stream} in {wanted}")
        return Fraction(row["volume_factor_e8"] * self._calorific(first, end), 10 ** 8 * 10 ** 4) * 10 / 36

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
            used = dated[current[-1]]
            self.calorific_used.add((zone, str(used["valid_from"]), used["version"]))
            total += used["value_e4"]
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
            stream, unit = row["stream"][index], UNITS[row["unit"][index]]
            found = usage.classified(version, day, stream, channel.minutes, values[day])
            sums = {}
            for interval in found:
                sums[interval.stream] = sums.get(interval.stream, 0) + interval.micro
            for name, micro in sums.items():
                self._add(name, day, day + calendars.ONE_DAY, micro, unit, row)
            if version.looks_at_intervals:
                factor = self._conversion(stream, day, day + calendars.ONE_DAY, unit, row)
                found = [replace(interval, micro=interval.micro * factor) for interval in found]
                self.counted += found
                self.by_place.setdefault(first, []).extend(found)
            self.by_register[number] = self.by_register.get(number, 0) + sum(sums.values())

    def all_peaks(self):
        """Those of maximum registers, and of the intervals of each day by the version that holds on it."""
        return self.peaks + [peak for found in self.by_place.values()
                             for day in dict.fromkeys(interval.day for interval in found)
                             for peak in usage.peaks_of(self.version_on(day), day, found)]


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
        self.end = days[-1] + calendars.ONE_DAY if days else None
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
                like = day + timedelta(days=sign * 7 * weeks)
                other = self.instants(like)
                if like < self.end and len(other) == length and all(instant in self.good for instant in other):
                    found.append(self.good[other[position]])
            if found:
                return half_up(Fraction(sum(found[:3]), len(found[:3])))
        raise Refusal("interval_gap", f"no like day for {day}")
