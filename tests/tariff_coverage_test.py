#!/usr/bin/python3
"""Every kind of charge, every key it may have, every word a key may be, and every refusal of rating owns a golden case:
a row of src/rating/*_golden_test.cpp (lines computed by hand) or a text of tests/golden/tariff. What the schema allows
and no case has tried is a failure here."""
import json
import re
import unittest
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
# What a key left out means needs no case that writes it.
DEFAULT_WORDS = {("proration", "none"), ("bounds", "bill"), ("on_version", "continue"), ("mode", "half_up")}
LITERAL = re.compile(r'"((?:[^"\\\n]|\\.)*)"')
ROW = re.compile(r"^\s*([a-z][a-z0-9_]*) ([a-z_]+) ?(.*)$")


def texts_of(source):
    """The string literals of a C++ file; those that follow each other are one."""
    joined, end = [], None
    for found in LITERAL.finditer(source):
        text = found.group(1).replace('\\"', '"').replace("\\n", "\n").replace("\\\\", "\\")
        if end is not None and not source[end:found.start()].strip():
            joined[-1] += text
        else:
            joined.append(text)
        end = found.end()
    return joined


def rated_charges(kinds):
    """(kind, keys) of every charge row: "energy energy_flat price: '0.5', of: peak"."""
    for file in sorted((ROOT / "src/rating").glob("*golden_test.cpp")):
        for text in texts_of(file.read_text(encoding="utf-8")):
            for line in text.split("\n"):
                row = ROW.match(line)
                if not row or row.group(2) not in kinds:
                    continue
                try:
                    keys = yaml.safe_load("{" + row.group(3).replace("{}", "x") + "}")
                except yaml.YAMLError:
                    continue
                yield row.group(2), keys or {}


def written_charges():
    for file in sorted((ROOT / "tests/golden/tariff").glob("*.yaml")):
        for charge in yaml.safe_load(file.read_text(encoding="utf-8"))["charges"]:
            yield charge["kind"], charge


def words_of(defs, node):
    """The closed list of words that a property's value may be, if it is one."""
    while "$ref" in node:
        node = defs[node["$ref"].rsplit("/", 1)[1]]
    return node.get("enum", [])


def wanted(schema):
    """(kind, key, word) of everything that the schema lets a charge say; None for a word that is from no list."""
    defs = schema["$defs"]
    for name, body in defs.items():
        if not name.startswith("clause_"):
            continue
        kind = name[len("clause_"):]
        for part in [body, *body.get("allOf", []), *body.get("oneOf", []), *body.get("anyOf", [])]:
            for key, value in part.get("properties", {}).items():
                if key == "kind" or value is True or key in defs["clause"]["properties"]:
                    continue
                words = words_of(defs, value) if isinstance(value, dict) else []
                yield from ((kind, key, word) for word in words or [None])


def tried(charges):
    """What the cases say, in the shape of wanted(); a discount is three kinds."""
    for kind, keys in charges:
        names = [kind]
        if kind == "discount":
            names = ["discount_percent"] if "percent" in keys else [f"discount_per_{keys.get('per', 'period')}"]
        for name in names:
            for key, value in keys.items():
                yield name, key, None
                if isinstance(value, str):
                    yield name, key, value


class Coverage(unittest.TestCase):
    def setUp(self):
        self.schema = json.loads((ROOT / "samples/tariffs/tariff.schema.json").read_text(encoding="utf-8"))
        self.kinds = set(self.schema["$defs"]["clause"]["properties"]["kind"]["enum"])

    def test_every_key_and_word_of_every_kind(self):
        found = set(tried([*rated_charges(self.kinds), *written_charges()]))
        self.assertGreater(len(found), 300)
        self.assertEqual([], sorted({" ".join(str(part) for part in want if part) for want in wanted(self.schema)
                                     if want not in found and (want[1], want[2]) not in DEFAULT_WORDS}))

    def test_every_kind_is_calculated_by_hand(self):
        self.assertEqual([], sorted(self.kinds - {kind for kind, _ in rated_charges(self.kinds)}))

    def test_every_refusal_of_rating(self):
        header = (ROOT / "src/rating/rating.hpp").read_text(encoding="utf-8")
        tests = "".join(file.read_text(encoding="utf-8") for file in sorted((ROOT / "src/rating").glob("*_test.cpp")))
        listed = re.search(r"enum class Refusal \{(.*?)\};", header, re.S).group(1)
        refusals = re.findall(r"^\s*([a-z_]+),", listed, re.M)
        self.assertGreater(len(refusals), 5)
        self.assertEqual([], [refusal for refusal in refusals if not re.search(rf"\b{refusal}\b", tests)])


if __name__ == "__main__":
    unittest.main()
