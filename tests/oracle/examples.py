"""The example bills of a tariff file, rated by the checker's own rules."""
from datetime import date
from fractions import Fraction
from pathlib import Path

import tariff_text
from compare import text
from rate import MICRO, Piece, Rater, Refusal, Span, Tariffs
from tariff_text import CLASSES, TariffError, number


def _pieces(usage, first, end):
    listed = usage if isinstance(usage, list) else [dict(usage, **{"from": first.isoformat(), "to": end.isoformat()})]
    pieces = []
    for entry in listed:
        begin, stop = date.fromisoformat(entry["from"]), date.fromisoformat(entry["to"])
        for stream, quantity in entry.items():
            if stream not in ("from", "to"):
                pieces.append(Piece(stream, begin, stop, int(number(quantity) * MICRO)))
    return pieces


def rate_example(version, example, others=()):
    """The rated section of one example. `others`: earlier versions of the same key."""
    facts = example.get("facts", {})
    first, end = date.fromisoformat(example["from"]), date.fromisoformat(example["to"])
    span = Span(first, end, version.key,
                str(facts.get("class", next(name for name in CLASSES if name in version.classes))),
                frozenset(map(str, facts.get("entitlements", []))), int(facts.get("dwellings", 1)))
    return Rater([span], Tariffs([version, *others], open_start=not others),
                 _pieces(example["usage"], first, end)).run()


def differences(version, example, others=()):
    """What does not come out, as text."""
    name = f"{version.key} {version.label}, example '{example['name']}'"
    try:
        rated = rate_example(version, example, others)
    except Refusal as refusal:
        return [f"{name}: {refusal}"]
    sums = {}
    for line in rated.lines:
        sums[line.clause] = sums.get(line.clause, Fraction(0)) + line.amount
    wanted = {clause: number(amount) for clause, amount in example["lines"].items()}
    found = [f"{name}, {clause}: expected {text(wanted.get(clause))}, rated {text(sums.get(clause))}"
             for clause in {**wanted, **sums} if wanted.get(clause) != sums.get(clause)]
    total = number(example["total"])
    if rated.total != total:
        found.append(f"{name}, total: expected {text(total)}, rated {text(rated.total)}")
    return found


def check_file(path):
    """Every difference of a file's examples; raises TariffError for a bad file."""
    path = Path(path)
    version = tariff_text.parse(path.read_text(encoding="utf-8"))
    if not version.examples:
        raise TariffError(f"{path}: no example")
    found = []
    for example in version.examples:
        others = [tariff_text.parse((path.parent / name).read_text(encoding="utf-8"))
                  for name in example.get("with", [])]
        found.extend(differences(version, example, others))
    return found
