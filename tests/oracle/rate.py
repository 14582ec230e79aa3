"""From tariff versions, dated facts and pieces of use to lines: docs/TARIFFS.md, 'Segments' to 'Rounding'."""
from fractions import Fraction

import checks
import rate_demand
import rate_derived
import rate_energy
import rate_fixed
from charge_text import ENERGY
from exact import SIX
from measures import Quantities
from section import (MICRO, Counter, Given, Interval, Line, PastPeak, Peak, Piece, Refusal, Segment, Series,
                     Span, Tariffs, counting_start, counts, scale,
                     segments_of)

FAMILIES = {**{kind: rate_energy.lines for kind in ENERGY}, "demand": rate_demand.lines,
            "minimum": rate_derived.minimum, "maximum": rate_derived.maximum, "percentage": rate_derived.percentages,
            "tax": rate_derived.percentages, "power_factor": rate_derived.percentages}


class Rater:
    """One section. `lines` in the order of the bill, `total` rounded; for the next section `counters`, `past_peaks` and
    `carried`; all after run()."""

    def __init__(self, spans, tariffs, pieces, given=None):
        self.segments = segments_of(spans, tariffs)
        self.last = self.segments[-1].version
        self.first, self.end = self.segments[0].first, self.segments[-1].end
        self.quantities = Quantities(pieces, self.last.quantity_rounding)
        self.given = given or Given()
        self.counters = self._counters()
        self.past_peaks = []
        self.memory = {}
        self.done = {}
        self.open = set()
        self.lines = []
        self.total = Fraction(0)
        self.carried = Fraction(0)

    def _counters(self):
        """Those of the sections before, with what an example leaves to its first day."""
        found = {}
        for clause, counter in self.given.counters.items():
            charge = next((segment.version.by_clause[clause] for segment in self.segments
                           if clause in segment.version.by_clause
                           and counts(segment.version.by_clause[clause])), None)
            began = counter.began or (charge and counting_start(charge, self.first))
            if began:
                found[clause] = Counter(counter.value, began, counter.version or self.segments[0].version.identity)
        return found

    def run(self):
        checks.refuse(self)
        names = []
        for segment in self.segments:
            names.extend(charge.clause for charge in segment.version.charges if charge.clause not in names)
        for name in names:
            self.lines.extend(self.clause(name))
        exact = sum((line.amount for line in self.lines), Fraction(0))
        self.total = self.last.bill_rounding.apply(exact + self.given.carried)
        self.carried = exact + self.given.carried - self.total if self.last.carries else Fraction(0)
        if self.total != exact:
            self.lines.append(Line("rounding", self.last.key, self.last.label, None, None, None, None,
                                   self.total - exact, "rounding", self.last.commodity))
        return self

    # Where a clause applies ------------------------------------------------------------------------------------------

    def applies(self, charge, segment):
        key = (id(charge), id(segment))
        if key not in self.memory:
            self.memory[key] = (self.dated(charge, segment) and self.facts_fit(charge, segment)
                                and self.condition_holds(charge))
        return self.memory[key]

    @staticmethod
    def dated(charge, segment):
        """Whether days, season, class and entitlement fit."""
        return ((not charge.seasons or segment.season in charge.seasons)
                and (charge.start is None or segment.first >= charge.start)
                and (charge.until is None or segment.first < charge.until)
                and (not charge.classes or segment.span.customer_class in charge.classes)
                and (not charge.entitlement or charge.entitlement in segment.span.entitlements))

    @staticmethod
    def facts_fit(charge, segment):
        """False also where a fact is missing."""
        holds = {"from": lambda a, b: a >= b, "above": lambda a, b: a > b, "upto": lambda a, b: a <= b,
                 "below": lambda a, b: a < b}
        for name, limits in charge.fact_limits.items():
            value = segment.fact(name)
            if value is None or not all(holds[word](value, bound) for word, bound in limits):
                return False
        return True

    def condition_holds(self, charge):
        when = charge.when
        if when is None:
            return True
        quantity = self.section_quantity(when.of)
        factor = self.scaled_by_section(when.bounds)
        return ((when.above is None or quantity > SIX.apply(when.above * factor))
                and (when.upto is None or quantity <= SIX.apply(when.upto * factor)))

    def applying(self, name):
        return [(segment, segment.version.by_clause[name]) for segment in self.segments
                if name in segment.version.by_clause and self.applies(segment.version.by_clause[name], segment)]

    # For the families ------------------------------------------------------------------------------------------------

    def clause(self, name):
        """The lines of a clause over all versions, rated once."""
        if name not in self.done:
            if name in self.open:
                raise Refusal("clause_circle",
                              f"clause {name} needs its own amount: the versions order their clauses differently")
            self.open.add(name)
            applying = self.applying(name)
            self.done[name] = list(self._rate(applying)) if applying else []
        return self.done[name]

    def _rate(self, applying):
        groups = {}
        for segment, charge in applying:
            family = FAMILIES.get(charge.kind, rate_fixed.lines if charge.percent is None else rate_derived.percentages)
            groups.setdefault(family, []).append((segment, charge))
        lines = [line for family, pairs in groups.items() for line in family(self, pairs)]
        order = {id(segment): position for position, segment in enumerate(self.segments)}
        return sorted(lines, key=lambda line: order.get(id(line.segment), len(order)))

    def line(self, charge, segment, amount, version=None, **detail):
        version = version or segment.version
        return Line(charge.clause, version.key, version.label, segment, detail.get("part"), detail.get("quantity"),
                    detail.get("price"), charge.rounding.apply(amount), charge.account, charge.item, version.identity)

    def once(self, applying):
        """The last segment's if the clause applies there, else the first in which it applies."""
        return applying[-1] if applying[-1][0] is self.segments[-1] else applying[0]

    def section_quantity(self, names):
        return sum((self.quantities.sum_of(names, segment) for segment in self.segments), Fraction(0))

    def scaled_by_section(self, bounds):
        return scale(bounds, self.first, self.end)


__all__ = ["MICRO", "Counter", "Given", "Interval", "PastPeak", "Peak", "Piece", "Rater", "Refusal", "Segment",
           "Series", "Span", "Tariffs"]
