"""Exact rounding: docs/TARIFFS.md, 'Rounding'. Only fractions and integers."""
from dataclasses import dataclass
from fractions import Fraction
from math import isqrt

MODES = ("half_up", "half_even", "half_down", "up", "down", "ceiling", "floor")


@dataclass(frozen=True)
class Rounding:
    """To a multiple of `step`."""
    step: Fraction
    mode: str

    def apply(self, value):
        units = Fraction(value) / self.step
        return round_units(units.numerator, units.denominator, self.mode) * self.step


def round_units(numerator, denominator, mode):
    """numerator / denominator as an integer. REQUIRES: denominator > 0."""
    sign = -1 if numerator < 0 else 1
    whole, rest = divmod(abs(numerator), denominator)
    if rest == 0 or mode == "down":
        return sign * whole
    if mode == "up":
        return sign * (whole + 1)
    if mode in ("ceiling", "floor"):
        return sign * (whole + ((mode == "ceiling") == (sign > 0)))
    twice = 2 * rest
    if twice == denominator:
        away = mode == "half_up" or (mode == "half_even" and whole % 2 == 1)
    else:
        away = twice > denominator
    return sign * (whole + away)


def half_up(value):
    """A fraction to the nearest integer, ties away from zero."""
    return round_units(value.numerator, value.denominator, "half_up")


def decimals(places, mode="half_up"):
    return Rounding(Fraction(1, 10 ** places), mode)


SIX = decimals(6)


def root_half_up(square, places):
    """The root of a fraction >= 0, rounded half up to so many decimals."""
    units = Fraction(square) * 100 ** places
    return Fraction((isqrt(4 * units.numerator // units.denominator) + 1) // 2, 10 ** places)


def clamp(value, lower, upper):
    if lower is not None and value < lower:
        return lower
    return upper if upper is not None and value > upper else value
