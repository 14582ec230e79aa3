"""Every example bill of samples/tariffs and its library comes out of the checker's own reading of the rules."""
import tempfile
import unittest
from datetime import date
from pathlib import Path

import examples
import tariff_text
from compare import CHART
from make_tariffs import Maker
from tariff_text import TariffError

FOLDER = Path(__file__).resolve().parents[2] / "samples"
SAMPLES = sorted((FOLDER / "tariffs").rglob("*.yaml"))
TEXT = next(path for path in SAMPLES if path.stem == "gb-severn-electricity-2026-01").read_text(encoding="utf-8")


class Samples(unittest.TestCase):
    def test_there_are_some(self):
        self.assertGreaterEqual(len(SAMPLES), 60)

    def test_examples_come_out(self):
        for path in SAMPLES:
            with self.subTest(path.name):
                self.assertEqual(examples.check_file(path), [])

    def test_each_has_two_examples_with_their_working(self):
        for path in SAMPLES:
            with self.subTest(path.name):
                version = tariff_text.parse(path.read_text(encoding="utf-8"))
                self.assertGreaterEqual(len(version.examples), 2)
                self.assertTrue(all(example["working"].strip() for example in version.examples))

    def test_accounts_and_items_exist(self):
        for path in SAMPLES:
            version = tariff_text.parse(path.read_text(encoding="utf-8"))
            for charge in version.charges:
                with self.subTest(path.name, clause=charge.clause):
                    self.assertIn(charge.account, CHART)
                    self.assertIn(f"receivable.{charge.item}", CHART)

    def test_versions_of_a_key_are_unique(self):
        labels = [(v.key, v.label) for v in (tariff_text.parse(path.read_text(encoding="utf-8")) for path in SAMPLES)]
        self.assertEqual(len(labels), len(set(labels)))

    def test_a_wrong_example_is_found(self):
        version = tariff_text.parse(TEXT.replace('energy: "81.69"', 'energy: "81.68"'))
        self.assertEqual(examples.differences(version, version.examples[0]),
                         ["gb-severn-electricity 2026-01, example 'January, 310 kWh', "
                          "energy: expected 81.68, rated 81.69"])
        version = tariff_text.parse(TEXT.replace('price: "0.5475"', 'price: "0.5485"'))
        self.assertEqual(len(examples.differences(version, version.examples[0])), 2)


class Library(unittest.TestCase):
    """Real tariffs: broad, and each says where it comes from."""

    def setUp(self):
        self.files = [path for path in SAMPLES if path.parent.name == "library"]
        self.versions = {path: tariff_text.parse(path.read_text(encoding="utf-8")) for path in self.files}

    def test_it_is_broad(self):
        self.assertGreaterEqual(len(self.files), 40)
        self.assertGreaterEqual(len({path.name[:3] for path in self.files}), 15)
        self.assertEqual({version.commodity for version in self.versions.values()}, {"electricity", "gas", "water"})

    def test_each_is_named_after_its_key_and_listed(self):
        readme = (FOLDER / "README.md").read_text(encoding="utf-8")
        for path, version in self.versions.items():
            with self.subTest(path.name):
                self.assertTrue(path.stem.startswith(version.key + "-"))
                self.assertIn(f"`{path.stem}`", readme)

    def test_each_says_what_is_uncertain(self):
        for path in self.files:
            with self.subTest(path.name):
                self.assertRegex(path.read_text(encoding="utf-8"), r"(?m)^source:\n  document: .+\n(  .*\n)*  note: ")


class Random(unittest.TestCase):
    def test_made_tariffs_are_read_back_to_the_same_bills(self):
        with tempfile.TemporaryDirectory() as folder:
            maker = Maker(7)
            for number in range(10):
                maker.key(Path(folder), number)
            paths = sorted(Path(folder).glob("*.yaml"))
            self.assertGreaterEqual(len(paths), 10)
            for path in paths:
                self.assertEqual(examples.check_file(path), [])


class Text(unittest.TestCase):
    def refused(self, old, new, message):
        self.assertIn(old, TEXT)
        with self.assertRaises(TariffError) as caught:
            tariff_text.parse(TEXT.replace(old, new, 1))
        self.assertIn(message, str(caught.exception))
        self.assertRegex(str(caught.exception), r"^line \d+, column \d+: ")

    def test_reads_the_head(self):
        version = tariff_text.parse(TEXT)
        self.assertEqual((version.key, version.label, version.effective),
                         ("gb-severn-electricity", "2026-01", date(2026, 1, 1)))
        self.assertEqual([charge.clause for charge in version.charges], ["standing", "energy", "vat"])
        self.assertEqual(version.by_clause["vat"].of, ("standing", "energy"))

    def test_a_bare_number(self):
        self.refused('"0.2635"', "0.2635", "must be quoted")

    def test_an_unknown_key(self):
        self.refused("    price:", "    prize:", "unknown key 'prize'")

    def test_a_missing_key(self):
        self.refused("currency: GBP\n", "", "'currency' is missing")

    def test_a_key_that_stands_twice(self):
        self.refused("unit: kWh\n", "unit: kWh\nunit: kWh\n", "stands twice")

    def test_an_unknown_kind(self):
        self.refused("kind: fixed_per_day", "kind: fixed_per_night", "unknown kind")

    def test_not_a_number(self):
        self.refused('"0.2635"', '"1e3"', "not a decimal number")

    def test_a_clause_that_is_not_above(self):
        self.refused("of: [all]", "of: [energy, levy]", "no clause above it")

    def test_a_clause_that_stands_twice(self):
        self.refused("clause: energy", "clause: standing", "stands twice")

    def test_not_a_date(self):
        self.refused("effective: 2026-01-01", "effective: 2026-02-30", "is not a date")


if __name__ == "__main__":
    unittest.main()
