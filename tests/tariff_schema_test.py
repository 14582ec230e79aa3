#!/usr/bin/env python3
"""The JSON Schema of tariffs takes every sample, and refuses what the compiler refuses."""
import json
import os
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

import jsonschema
import yaml

ROOT = Path(__file__).resolve().parent.parent
TARIFFS = ROOT / "samples" / "tariffs"
GOLDEN = ROOT / "tests" / "golden" / "tariff"


class Loader(yaml.SafeLoader):
    """YAML 1.2 as editors read it: dates are texts, `no` and 12:30 too."""


NUMBER = r"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$"
SIGNS = list("-+.0123456789")
Loader.yaml_implicit_resolvers = {}
Loader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"^(~|null|Null|NULL|)$"), ["~", "n", "N", ""])
Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(true|True|TRUE|false|False|FALSE)$"),
                             list("tTfF"))
Loader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"^[-+]?[0-9]+$"), SIGNS)
Loader.add_implicit_resolver("tag:yaml.org,2002:float", re.compile(NUMBER), SIGNS)

GOOD = """\
tariff: planted
version: "2026"
name: {en: Planted, zh: 试}
commodity: electricity
unit: kWh
currency: CNY
zone: Asia/Shanghai
effective: 2026-01-01
classes: [residential]
source: {document: made up}
rounding: {quantity: {decimals: 3}, bill: {carry: true}}
facts: {persons: {unit: none, default: "3"}}
calendar:
  seasons: {year: [{from: 01-01, to: 12-31}]}
  day_types: {weekday: [mon, tue, wed, thu, fri], weekend: [sat, sun]}
  periods: [{period: peak, hours: ["08:00-12:00"]}, {period: flat}]
demands:
  md: {unit: kW, window: 15, step: 5}
charges:
  - {clause: energy, kind: energy_flat, name: {en: Energy}, account: revenue.energy, price: "1"}
  - clause: steps
    kind: energy_tiered
    name: {en: Steps}
    account: revenue.energy
    tiers: [{upto: "100000", price: "0"}, {price: "0"}]
  - {clause: tax, kind: tax, name: {en: Tax}, account: tax.vat, percent: "5", of: [energy]}
  - clause: most
    kind: demand
    name: {en: Demand}
    account: revenue.demand
    price: "2"
    of: md
    at_least: [{past: 11, percent: "60", months: [1, 12]}]
  - clause: factor
    kind: power_factor
    name: {en: Power factor}
    account: revenue.energy
    of: [energy]
    reactive: [reactive]
    table: [{from: "0.90", percent: "-0.75"}, {from: "0.00", percent: "0", each: "0.5"}]
  - {clause: club, kind: fixed_per_period, name: {en: Club}, account: revenue.club, price: "1", when: {above: "200"}}
  - clause: bands
    kind: fixed_per_period
    name: {en: Bands}
    account: revenue.bands
    for: {facts: {persons: {above: "2", upto: "5"}}}
    bands: {tiers: [{upto: "200", price: "0"}, {price: "70"}]}
  - clause: fuel
    kind: energy_flat
    name: {en: Fuel}
    account: revenue.energy
    formula: {text: "fuel - 1", inputs: [fuel], lag: 1}
  - clause: vat
    kind: tax
    name: {en: VAT}
    account: tax.vat
    percent: "5"
    of: [fuel]
    inclusive: true
    contained_in: revenue.energy
  - {clause: off, kind: discount, name: {en: Off}, account: discount.a, percent: "0", of: [energy]}
examples:
  - name: One
    origin: hand
    working: 100 × 1 = 100; 5 % of it 5
    from: 2026-01-01
    to: 2026-02-01
    usage: {total: "100", reactive: "0"}
    facts: {persons: "4"}
    peaks: {md: "10"}
    inputs: {fuel: {2025-12: "1"}}
    before: {peaks: [{clause: most, from: 2025-12-01, to: 2026-01-01, value: "20"}], carried: "0.00"}
    lines: {energy: "100.00", steps: "0.00", tax: "5.00", bands: "0.00", fuel: "0.00", most: "24.00", factor: "-0.75",
            off: "0.00"}
    total: "128.25"
"""

# what it is: (text, what stands there instead)
PLANTED = {
    "unknown key": ("tariff: planted", "tariff: planted\ntarif: x"),
    "missing key": ("zone: Asia/Shanghai\n", ""),
    "settled price of dwellings": ('price: "1"}', 'price: "1", agreed: dwellings}'),
    "bounds of a tax without above": ('percent: "5", of: [energy]}', 'percent: "5", of: [energy], bounds: day}'),
    "named hours without hours": ("window: 15, step: 5}", "window: 15, step: 5, at: [{date: 2026-01-05}]}"),
    "bare price": ('price: "1"', "price: 1"),
    "bare version": ('version: "2026"', "version: 2026"),
    "wrong date": ("effective: 2026-01-01", "effective: 2026-1-1"),
    "unknown class": ("classes: [residential]", "classes: [resident]"),
    "class twice": ("classes: [residential]", "classes: [residential, residential]"),
    "unit of another commodity": ("unit: kWh", "unit: m3"),
    "key of another kind": ('price: "1"', 'price: "1", percent: "1"'),
    "unknown kind": ("kind: tax", "kind: taxes"),
    "wrong account": ("account: tax.vat", "account: Tax VAT"),
    "percent with sign": ('percent: "5"', 'percent: "5 %"'),
    "negative percent": ('percent: "5"', 'percent: "-5"'),
    "wrong hours": ("08:00-12:00", "8-12"),
    "wrong weekday": ("[sat, sun]", "[sat, son]"),
    "reserved period": ("period: peak", "period: total"),
    "reserved clause": ("clause: off", "clause: all"),
    "season from leap day": ("from: 01-01, to: 12-31", "from: 02-29, to: 02-28"),
    "holidays without type": ("calendar:\n", "calendar:\n  holidays: [2026-01-01]\n"),
    "quoted decimals": ("decimals: 3", 'decimals: "3"'),
    "discount of two forms": ('percent: "0", of: [energy]', 'percent: "0", price: "1", of: [energy]'),
    "bound of zero": ('upto: "100000"', 'upto: "0"'),
    "reserved measure": ("period: peak", "period: export"),
    "unknown measure": ('price: "1"', 'price: "1", of: import.peak'),
    "no streams": ('price: "1"', 'price: "1", of: []'),
    "limit without its days": ('price: "1"', 'price: "1", at_least: "1"'),
    "days without a limit": ('price: "1"', 'price: "1", limits: day'),
    "limit for a bill": ('price: "1"', 'price: "1", at_most: "1", limits: bill'),
    "share without its quotes": ('price: "1"', 'price: "1", share: 90'),
    "less without its quantity": ('price: "1"', 'price: "1", less: {percent: "1"}'),
    "year of a bill": ("kind: energy_tiered", "kind: energy_tiered\n    year_from: 07-01"),
    "version of a bill": ("kind: energy_tiered", "kind: energy_tiered\n    on_version: restart"),
    "split of one price": ("kind: energy_tiered", "kind: energy_tiered\n    split: proportional"),
    "prices without split": ('{price: "0"}]', '{prices: {peak: "0", flat: "1"}}]'),
    "slab of a year": ("kind: energy_tiered", "kind: energy_slab\n    bounds: year"),
    "counter without its quotes": ("before: {peaks:", "before: {counters: {steps: 1}, peaks:"),
    "unknown bounds": ("kind: energy_tiered", "kind: energy_tiered\n    bounds: week"),
    "no English name": ("name: {en: Planted, zh: 试}", "name: {zh: 试}"),
    "no charges": (GOOD[GOOD.index("charges:"):GOOD.index("examples:")], "charges: []\n"),
    "no examples": (GOOD[GOOD.index("examples:"):], "examples: []\n"),
    "no working": ("    working: 100 × 1 = 100; 5 % of it 5\n", ""),
    "unknown origin": ("origin: hand", "origin: me"),
    "too many decimals": ('price: "1"', 'price: "1.123456789"'),
    "window of 20 minutes": ("window: 15", "window: 20"),
    "demand in kWh": ("unit: kW,", "unit: kWh,"),
    "demand without price": ('    price: "2"\n', ""),
    "demand of two prices": ('    price: "2"\n', '    price: "2"\n    tiers: [{price: "1"}]\n'),
    "times without tiers": ('    price: "2"\n', '    price: "2"\n    times: dwellings\n'),
    "least of two sorts": ("{past: 11,", '{past: 11, amount: "1",'),
    "month 13": ("months: [1, 12]", "months: [1, 13]"),
    "current_months alone": ("    of: md\n", "    of: md\n    current_months: [1]\n"),
    "factor above one": ('from: "0.90"', 'from: "1.01"'),
    "table without percent": ('{from: "0.90", percent: "-0.75"}', '{from: "0.90"}'),
    "past demand without value": (', value: "20"', ""),
    "bare peak": ('md: "10"', "md: 10"),
    "condition without a bound": ('when: {above: "200"}', "when: {of: total}"),
    "bounds of a condition over bills": ('when: {above: "200"}', 'when: {above: "200", bounds: year}'),
    "two lower bounds of a fact": ('persons: {above: "2"', 'persons: {from: "1", above: "2"'),
    "negative bound of a fact": ('above: "2"', 'above: "-2"'),
    "fact that is reserved": ("facts: {persons: {unit", "facts: {dwellings: {unit"),
    "price beside bands": ("    bands: {tiers", '    price: "1"\n    bands: {tiers'),
    "bands by fact and use": ("bands: {tiers", "bands: {fact: persons, of: total, tiers"),
    "formula without inputs": (", inputs: [fuel]", ""),
    "formula with a power": ("fuel - 1", "fuel ^ 1"),
    "input of no month": ("fuel: {2025-12:", "fuel: {2025-13:"),
    "contained tax without account": ("    contained_in: revenue.energy\n", ""),
    "contained tax beside above": ("inclusive: true", 'inclusive: true\n    above: "1"'),
    "carried rounding in words": ("carry: true", 'carry: "true"'),
    "third language": ("zh: 试}", "zh: 试, fr: Essai}"),
}


def validator():
    schema = json.loads((TARIFFS / "tariff.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def problems(text):
    return [f"{'/'.join(map(str, error.absolute_path))}: {error.message[:300]}"
            for error in validator().iter_errors(yaml.load(text, Loader=Loader))]


def plant(name):
    before, after = PLANTED[name]
    assert GOOD.count(before) >= 1, name
    return GOOD.replace(before, after, 1)


def program():
    """The built program: $MAINSPRING, else the newest one below build/."""
    if os.environ.get("MAINSPRING"):
        return Path(os.environ["MAINSPRING"])
    built = [path for path in ROOT.glob("build/*/mainspring") if path.is_file()]
    return max(built, key=lambda path: path.stat().st_mtime, default=None)


class SchemaTest(unittest.TestCase):
    def test_every_sample_validates(self):
        files = sorted(TARIFFS.rglob("*.yaml"))
        self.assertTrue(files)
        for file in files:
            with self.subTest(file.name):
                self.assertEqual(problems(file.read_text(encoding="utf-8")), [])

    def test_every_good_golden_file_validates(self):
        for file in sorted(GOLDEN.glob("*.yaml")):
            with self.subTest(file.name):
                self.assertEqual(problems(file.read_text(encoding="utf-8")), [])

    def test_planted_errors_are_refused(self):
        self.assertEqual(problems(GOOD), [])
        for name in PLANTED:
            with self.subTest(name):
                self.assertTrue(problems(plant(name)))

    def test_every_definition_is_used_and_described(self):
        text = (TARIFFS / "tariff.schema.json").read_text(encoding="utf-8")
        for name, definition in json.loads(text)["$defs"].items():
            with self.subTest(name):
                self.assertIn(f'"#/$defs/{name}"', text)
                self.assertTrue("description" in definition or "enum" in definition)


class CompilerTest(unittest.TestCase):
    def run_test(self, text):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "planted.yaml"
            file.write_text(text, encoding="utf-8")
            return subprocess.run([program(), "tariff", "test", file], capture_output=True, text=True, timeout=60)

    def test_planted_errors_are_refused(self):
        if program() is None:
            self.skipTest("the program mainspring is not built")
        good = self.run_test(GOOD)
        if good.returncode != 0 and "planted.yaml:" not in good.stdout + good.stderr:
            self.skipTest(f"{program()} has no `tariff test` that works here: {(good.stdout + good.stderr)[:200]}")
        self.assertEqual(good.returncode, 0, good.stdout + good.stderr)
        for name in PLANTED:
            with self.subTest(name):
                bad = self.run_test(plant(name))
                self.assertNotEqual(bad.returncode, 0)
                self.assertRegex(bad.stdout + bad.stderr, r"planted\.yaml:\d+:\d+: ")


if __name__ == "__main__":
    unittest.main()
