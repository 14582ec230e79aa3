"""The YAML text of a tariff as values that know where they stand. Errors name line and column."""
import re
from datetime import date
from fractions import Fraction

import yaml

NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")


class TariffError(Exception):
    """The text is not a tariff; the message names line and column."""


class Text(str):
    """A scalar of the YAML text: remembers whether it was quoted and where it stood."""
    quoted = False
    mark = None


class Mapping(dict):
    mark = None


class Sequence(list):
    mark = None


def fail(value, message):
    mark = getattr(value, "mark", None)
    place = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
    raise TariffError(place + message)


def _value(node):
    if isinstance(node, yaml.ScalarNode):
        text = Text(node.value)
        text.quoted = node.style in ('"', "'")
        text.mark = node.start_mark
        return text
    if isinstance(node, yaml.SequenceNode):
        listed = Sequence(_value(item) for item in node.value)
        listed.mark = node.start_mark
        return listed
    mapping = Mapping()
    mapping.mark = node.start_mark
    for key_node, value_node in node.value:
        if key_node.value in mapping:
            fail(_value(key_node), f"key '{key_node.value}' stands twice")
        mapping[str(key_node.value)] = _value(value_node)
    return mapping


def load(document):
    try:
        return _value(yaml.compose(document, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))
    except yaml.YAMLError as error:
        raise TariffError(str(error)) from error


def number(text, places=None, signed=True):
    """A quoted decimal string; a bare number is an error. `places`: the most decimals it may have."""
    if not isinstance(text, Text):
        fail(text, "a decimal string is needed")
    if not text.quoted:
        fail(text, f"the number {text} must be quoted")
    body = text[1:] if text[:1] in "+-" else text
    if not body or body.count(".") > 1 or not body.replace(".", "").isdecimal() or not body.isascii():
        fail(text, f"'{text}' is not a decimal number")
    if places is not None and len(body.partition(".")[2]) > places:
        fail(text, f"'{text}' has more than {places} decimals")
    if not signed and text.startswith("-"):
        fail(text, f"'{text}' must not be negative")
    return Fraction(str(text))


def whole(text, low, high, what):
    """A bare whole number within [low, high]."""
    if not isinstance(text, Text) or text.quoted or not re.fullmatch(r"[0-9]{1,9}", text) \
            or not low <= int(text) <= high:
        fail(text, f"{what} is a whole number from {low} to {high}, without quotes")
    return int(text)


def day(text):
    try:
        return date.fromisoformat(text)
    except (TypeError, ValueError):
        fail(text, f"'{text}' is not a date")


def name(text, what):
    if not isinstance(text, Text) or not NAME.fullmatch(text):
        fail(text, f"'{text}' is no name of {what}")
    return str(text)


def choice(text, allowed, what):
    if not isinstance(text, Text) or text not in allowed:
        fail(text, f"{what} is one of {', '.join(map(str, allowed))}")
    return str(text)


def flag(text, what):
    """Bare `true` or `false`."""
    if not isinstance(text, Text) or text.quoted or text not in ("true", "false"):
        fail(text, f"{what} is true or false, without quotes")
    return text == "true"


def entries(value, what):
    """A mapping."""
    if not isinstance(value, Mapping):
        fail(value, f"{what} must be keys and values")
    return value


def items(value, what):
    """A list that is not empty."""
    if not isinstance(value, list) or not value:
        fail(value, f"{what} must be a list that is not empty")
    return value


def known(mapping, allowed, what):
    for key, value in entries(mapping, what).items():
        if key not in allowed:
            fail(value if isinstance(value, Text) else mapping, f"unknown key '{key}' in {what}")


def needed(mapping, key, what):
    if key not in mapping:
        fail(mapping, f"key '{key}' is missing in {what}")
    return mapping[key]
