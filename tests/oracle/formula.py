"""The texts of formulas: docs/TARIFFS.md, 'Formulas'. Values are fractions."""
import re
from fractions import Fraction

TOKEN = re.compile(r"\s*(?:([0-9]+(?:\.[0-9]{1,8}(?![0-9]))?)|([a-z][a-z0-9_]*)|([-+*/()]))")


LONGEST, DEEPEST = 500, 20


class FormulaError(Exception):
    pass


def parse(text):
    """A tree of Fraction, name, or (operator, left, right). Raises FormulaError."""
    if len(text.encode()) > LONGEST:
        raise FormulaError(f"more than {LONGEST} bytes")
    tokens, place, text = [], 0, text.rstrip()
    while place < len(text):
        found = TOKEN.match(text, place)
        if not found:
            raise FormulaError(f"'{text[place:].strip()}' is not understood")
        tokens.append(Fraction(found.group(1)) if found.group(1) else found.group(2) or found.group(3))
        place = found.end()
    tree, rest = _sum(tokens, 0)
    if rest:
        raise FormulaError(f"'{rest[0]}' is not expected")
    return tree


def _sum(tokens, depth):
    return _chain(tokens, "+-", _product, depth)


def _product(tokens, depth):
    return _chain(tokens, "*/", _operand, depth)


def _chain(tokens, operators, inner, depth):
    left, rest = inner(tokens, depth)
    while rest and isinstance(rest[0], str) and rest[0] in operators:
        right, after = inner(rest[1:], depth)
        left, rest = (rest[0], left, right), after
    return left, rest


def _operand(tokens, depth):
    if not tokens:
        raise FormulaError("a value is missing at the end")
    if depth > DEEPEST:
        raise FormulaError(f"more than {DEEPEST} brackets and signs deep")
    first, rest = tokens[0], tokens[1:]
    if first in ("+", "-"):
        tree, rest = _operand(rest, depth + 1)
        return (first, Fraction(0), tree), rest
    if first == "(":
        tree, rest = _sum(rest, depth + 1)
        if not rest or rest[0] != ")":
            raise FormulaError("a bracket is not closed")
        return tree, rest[1:]
    if first in ("*", "/", ")"):
        raise FormulaError(f"'{first}' stands where a value is needed")
    return first, rest


def names(tree):
    if isinstance(tree, tuple):
        return names(tree[1]) | names(tree[2])
    return {tree} if isinstance(tree, str) else set()


def value(tree, inputs):
    """Exact. Raises ZeroDivisionError. REQUIRES: every name is in `inputs`."""
    if isinstance(tree, str):
        return inputs[tree]
    if not isinstance(tree, tuple):
        return tree
    operator, left, right = tree[0], value(tree[1], inputs), value(tree[2], inputs)
    if operator == "+":
        return left + right
    if operator == "-":
        return left - right
    return left * right if operator == "*" else left / right
