"""The bill of one account in one run, from facts as known at its clock: docs/BILLING.md, 'What a run bills' on."""
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from fractions import Fraction

import published
from facts import CLASSES, effective_rows
from quantities import Carry, Period, Place, Reader
from related import Related
from rate import Given, Rater, Refusal, Span
from tariff_text import minor_of

ACCEPTABLE = {"use_high", "use_low", "use_zero", "bill_negative", "suspect_read", "estimated_too_long"}
HISTORY = 13
MOST_MINOR = 10 ** 15


@dataclass
class Section:
    agreement_id: int
    start: object
    end: object
    estimated: bool
    rater: Rater
    carry: Carry
    use: Fraction
    days: int
    calorific_used: frozenset = frozenset()
    published: tuple = (frozenset(), frozenset())     # (prices, inputs) used, as published.used() says
    relations: frozenset = frozenset()    # (parent, child, valid_from, version) that it stands on


@dataclass
class Bill:
    """What the rules give. A bill with exceptions is not issued."""
    sections: list = field(default_factory=list)
    exceptions: list = field(default_factory=list)    # (agreement, cause)
    complete: bool = True                             # False: a refusal left a section out

    @property
    def total(self):
        return sum((section.rater.total for section in self.sections), Fraction(0))


@dataclass
class Task:
    """What to bill: the run's nominal end and window, and what is known."""
    period_to: object
    before: int
    after: int
    clock: float
    accepted_by: float

    @staticmethod
    def of(run, clock=None):
        parameters = run.get("parameters") or {}
        clock = run["clock_at"] if clock is None else clock
        return Task(run["period_to"], int(parameters.get("before", 6)), int(parameters.get("after", 6)), clock,
                    max(clock, run["finished"] or clock))


class Biller:
    """Makes bills of one account; carries are held by the caller."""

    def __init__(self, facts, tariffs, account):
        self.facts = facts
        self.tariffs = tariffs
        self.cell = account["cell_id"]
        self.account_id = account["account_id"]

    def make(self, task, carries):
        bill = Bill()
        rows = self.facts.agreements.get((self.cell, self.account_id), [])
        for agreement_id in sorted({row["agreement_id"] for row in rows}):
            try:
                section = SectionMaker(self, task, agreement_id, carries.get(agreement_id)).make()
            except Refusal as refusal:
                if refusal.cause == "beyond_range":    # of the whole account
                    bill.exceptions.append((0, refusal.cause))
                    bill.complete = False
                    return bill
                bill.exceptions.append((agreement_id, refusal.cause))
                bill.complete = False
                continue
            if section:
                bill.sections.append(section)
                bill.exceptions.extend((agreement_id, cause) for cause in section_checks(section)
                                       if not self.accepted(task, agreement_id, cause, section.end))
        if not bill.exceptions and bill.sections and beyond_range(bill):
            bill.exceptions.append((0, "beyond_range"))
        if not bill.exceptions and bill.sections and bill.total < 0:
            last = max(section.end for section in bill.sections)
            if not any(self.accepted(task, number, "bill_negative", last)
                       for number in {0, *(s.agreement_id for s in bill.sections)}):
                bill.exceptions.append((0, "bill_negative"))
        return bill

    def accepted(self, task, agreement_id, cause, end):
        return cause in ACCEPTABLE and any(
            row["agreement_id"] in (0, agreement_id) and row["cause"] == cause and row["upto"] >= end
            and (row["recorded"] is None or row["recorded"] <= task.accepted_by)
            for row in self.facts.acceptances.get((self.cell, self.account_id), []))


def beyond_range(bill):
    """Whether a leg of the entry would be beyond 10^15 minor units."""
    legs = defaultdict(Fraction)
    for section in bill.sections:
        minor = minor_of(section.rater.last.currency)
        for line in section.rater.lines:
            legs[line.account] -= line.amount / minor
            legs[f"receivable.{line.item}"] += line.amount / minor
    return any(abs(amount) > MOST_MINOR for amount in legs.values())


def section_checks(section):
    """The causes of docs/BILLING.md, 'Checks that hold a bill back', that look at one section."""
    history = section.carry.history[:-1]
    recent = history[-12:]
    if section.estimated and len(history) >= 2 and all(period.estimated for period in history[-2:]):
        yield "estimated_too_long"
    if not recent or section.days == 0:
        return
    mean = sum((period.total for period in recent), Fraction(0)) / sum(period.days for period in recent)
    daily = section.use / section.days
    if daily > 3 * mean and section.use - mean * section.days > 300:
        yield "use_high"
    elif section.use == 0 and mean >= 2:
        yield "use_zero"
    elif section.use != 0 and mean >= 2 and daily < mean / 10:
        yield "use_low"


class SectionMaker:
    """One agreement in one run."""

    def __init__(self, biller, task, agreement_id, carry):
        self.biller = biller
        self.facts = biller.facts
        self.task = task
        self.agreement_id = agreement_id
        self.carry = carry
        rows = biller.facts.agreements[(biller.cell, biller.account_id)]
        self.rows = effective_rows([row for row in rows if row["agreement_id"] == agreement_id], task.clock)

    def make(self):
        start = self._start()
        if start is None or start >= self.task.period_to:
            return None
        self.service_point = (self.biller.cell, self._row_on(start)["service_point_id"])
        self.places = self._places(self.service_point)
        self.related = Related(self.facts, self.service_point, self.task.clock, self._count)
        self.related.places_of = lambda point: self._places((self.biller.cell, point))
        self.end_of_agreement = next((row["valid_from"] for row in self.rows if row["ended"]
                                      and row["valid_from"] > start), None)
        end = self._end(start)
        if end <= start:
            return None
        return self._section(start, end)

    def _row_on(self, day):
        current = [row for row in self.rows if row["valid_from"] <= day]
        return current[-1] if current and not current[-1]["ended"] else None

    def _start(self):
        """The first day to bill; a break of the agreement drops the carry."""
        through = self.carry.billed_through if self.carry else None
        if through and self._row_on(through):
            return through
        self.carry = None
        return next((row["valid_from"] for row in self.rows if not row["ended"]
                     and (through is None or row["valid_from"] > through)), None)

    def _places(self, service_point):
        rows = effective_rows(self.facts.installations.get(service_point, []), self.task.clock)
        ends = [row["valid_from"] for row in rows[1:]] + [self.task.period_to + timedelta(days=36500)]
        return [Place(row, row["valid_from"], end) for row, end in zip(rows, ends) if row["device_id"] is not None]

    def _end(self, start):
        nominal, ended = self.task.period_to, self.end_of_agreement
        if ended and ended <= nominal:
            return ended
        place = next((p for p in self.places if p.first < nominal <= p.end), None)
        point = self.service_point
        if place is None:
            place, point = self._place_above(nominal)
        if place is None or place.is_interval:
            return nominal
        reader = self._reader(point)
        days = [nominal + timedelta(days=offset) for offset in range(-self.task.before, self.task.after + 1)]
        found = [day for day in days if day > start and reader.read_on(place, day)]
        if not found:
            return nominal
        end = min(found, key=lambda day: (abs((day - nominal).days), day))
        return ended if ended and ended <= end else end

    def _place_above(self, nominal):
        """The meter on the day before `nominal` that a ratio is taken of, and its point."""
        for one in self.related.shares():
            if one.by == "ratio" and one.first < nominal <= one.end:
                point = (self.biller.cell, one.row["parent_id"])
                return next((p for p in self._places(point) if p.first < nominal <= p.end), None), point
        return None, self.service_point

    def _count(self, service_point_id, first, end):
        """The pieces of another point, whose meters must be read on both days."""
        point = (self.biller.cell, service_point_id)
        reader = self._reader(point)
        reader.point = self.facts.service_points[self.service_point]
        reader.counts_maxima = False
        places = self._places(point)
        self._check_meter(places, first, end)
        for place in places:
            if place.first < end and place.end > first:
                if place.is_interval:
                    reader.intervals(place, first, end)
                else:
                    reader.registers(place, first, end, None)
        self.calorific_of_others |= reader.calorific_used
        return reader.pieces

    def _version_on(self, day):
        row = self._row_on(day)
        version = self.biller.tariffs.on(row["tariff"], day)
        if version is None:
            raise Refusal("no_tariff_version", f"{row['tariff']} on {day}")
        return version

    def _reader(self, service_point):
        return Reader(self.facts, service_point, self.task.clock, self._version_on)

    def _spans(self, start, end):
        cuts = sorted({start, end, *(row["valid_from"] for row in self.rows if start < row["valid_from"] < end)})
        spans = []
        for first, stop in zip(cuts, cuts[1:]):
            row = self._row_on(first)
            spans.append(Span(first, stop, row["tariff"], CLASSES[row["customer_class"]],
                              frozenset(row["entitlements"]), row["dwellings"],
                              {name: Fraction(value) for name, value in (row.get("facts") or {}).items()}))
        return spans

    def _section(self, start, end):
        reader = self._reader(self.service_point)
        reader.accepts_suspect = self.biller.accepted(self.task, self.agreement_id, "suspect_read", end)
        spans = self._spans(start, end)
        unmetered = not self.places and (self.related.shared_on(end - timedelta(days=1)) or not any(
            version.has_energy() for version in self._versions(start, end)))
        if not unmetered:
            self._check_meter(self.places, start, end)
        for place in self.places:
            if place.first < end and place.end > start:
                if place.is_interval:
                    reader.intervals(place, start, end)
                else:
                    reader.registers(place, start, end, self.carry)
        self.calorific_of_others = set()
        self.related.adjust(reader, self.places, start, end)
        rater = Rater(spans, self.biller.tariffs, reader.pieces, self._given(reader, start)).run()
        days = (end - start).days
        use = rater.quantities.whole_total()
        history = (self.carry.history
                   if self.carry else ()) + (Period(days, use, reader.by_register, reader.estimated),)
        past = self.carry.past_peaks if self.carry else ()
        carry = Carry(end, reader.closing, history[-HISTORY:], rater.counters, (*past, *rater.past_peaks),
                      (rater.carried, rater.last.currency))
        return Section(self.agreement_id, start, end, reader.estimated, rater, carry, use, days,
                       frozenset(reader.calorific_used | self.calorific_of_others),
                       published.used(rater, self.facts, self.task.clock), frozenset(self.related.pins))

    def _given(self, reader, start):
        """What the meters say beside quantities, and what the sections before left."""
        given = Given(peaks=reader.all_peaks(), intervals=reader.counted)
        given.series = published.series_at(self.facts, self._version_on(start).zone, self.task.clock)
        given.inputs = published.inputs_at(self.facts, self.task.clock)
        if self.carry:
            left, currency = self.carry.carried
            given.counters, given.past_peaks = self.carry.counters, list(self.carry.past_peaks)
            given.carried = left if currency == self._version_on(start).currency else Fraction(0)
        return given

    def _versions(self, start, end):
        return [self._version_on(start + timedelta(days=n)) for n in range((end - start).days)]

    @staticmethod
    def _check_meter(places, start, end):
        day = start
        for place in places:
            if place.first <= day < place.end:
                day = place.end
        if day < end:
            raise Refusal("no_meter", f"on {day}")
