"""Small tariffs and sections for the checker's tests."""
from datetime import date
from fractions import Fraction

from rate import MICRO, Piece, Rater, Refusal, Span, Tariffs
from tariff_text import parse

HEAD = """
tariff: t
version: "{label}"
name: {{en: T}}
commodity: electricity
unit: kWh
currency: EUR
zone: {zone}
effective: {effective}
classes: [residential, commercial]
source: {{document: none}}
examples: []
"""
FLAT = "  - {clause: energy, kind: energy_flat, account: sales, price: '0.10'}\n"


def version(charges, label="1", effective="2026-01-01", zone="Europe/Berlin", more=""):
    """A version of tariff t; every clause gets a printed name."""
    charges = charges.replace("{clause:", "{name: {en: x}, clause:").replace("- clause:",
                                                                             "- name: {en: x}\n    clause:")
    return parse(HEAD.format(label=label, effective=effective, zone=zone) + more + "charges:\n" + charges)


def day(text):
    return date.fromisoformat(text)


def span(first, end, customer_class="residential", entitlements=(), **more):
    """`more`: tariff, dwellings, and other facts as text."""
    tariff, dwellings = more.pop("tariff", "t"), more.pop("dwellings", 1)
    return Span(day(first), day(end), tariff, customer_class, frozenset(entitlements), dwellings,
                {name: Fraction(value) for name, value in more.items()})


def rate(versions, spans, *pieces, given=None):
    pieces = [Piece(stream, day(first), day(end), int(Fraction(use) * MICRO)) for stream, first, end, use in pieces]
    return Rater(spans, Tariffs(versions), pieces, given).run()


def lines(rated):
    """(clause, version, first day, part, quantity, amount) of each line."""
    return [(line.clause, line.version, str(line.segment.first) if line.segment else None, line.part,
             None if line.quantity is None else float(line.quantity), float(line.amount)) for line in rated.lines]


def amounts(rated):
    return [(line.clause, float(line.amount)) for line in rated.lines]


def cause(*arguments, **more):
    """Of the refusal that rating meets."""
    try:
        rate(*arguments, **more)
    except Refusal as refusal:
        return refusal.cause
    return None


JANUARY = ("2026-01-01", "2026-02-01")
