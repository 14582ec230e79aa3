"""The example bills of a tariff file, rated by the checker's own rules."""
import re
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

import tariff_text
import usage
from charge_parts import MEASURES
from compare import text
from measures import split_name
from rate import MICRO, Counter, Given, PastPeak, Peak, Piece, Rater, Refusal, Series, Span, Tariffs
from tariff_text import CLASSES, TariffError, number
from yaml_text import choice, day, entries, fail, items, known, needed

RESOLUTIONS = ("15", "30", "60", "1440")
INTERVALS = ("5", "6", "10", "12", "15", "20", "30", "60")


def _dated(given, first, end):
    """(stream, first day, end, value) of what is given as one mapping for all days, or as a list of parts."""
    listed = given if isinstance(given, list) else [given]
    found = []
    for entry in listed:
        begin, stop = first, end
        if given is listed:
            begin, stop = day(needed(entry, "from", "a part")), day(needed(entry, "to", "a part"))
        for stream, value in entry.items():
            if stream not in ("from", "to") or given is not listed:
                found.append((stream, begin, stop, number(value, 6)))
    return found


def _span(version, example, first, end, declared):
    facts = dict(example.get("facts", {}))
    for key, value in facts.items():
        if key not in declared and key not in ("class", "entitlements", "dwellings"):
            fail(value, f"'{key}' is not one of the facts")
    by_default = next(name for name in CLASSES if name in version.classes)
    return Span(first, end, version.key, str(facts.pop("class", by_default)),
                frozenset(map(str, facts.pop("entitlements", []))), int(facts.pop("dwellings", 1)),
                {key: number(value, 6, signed=False) for key, value in facts.items()})


def _intervals(versions, mapping, first, end):
    """All intervals of an example: values of whole local days, from the first on."""
    known(mapping, {"minutes", "total", *MEASURES}, "'intervals'")
    minutes = int(choice(needed(mapping, "minutes", "'intervals'"), INTERVALS, "'minutes'"))
    days = [first + timedelta(days=n) for n in range((end - first).days)]
    counts = [usage.day_minutes(_version_on(versions, local).zone, local) // minutes for local in days]
    found = []
    for stream, listed in mapping.items():
        if stream == "minutes":
            continue
        values = [int(number(value, 6) * MICRO) for value in items(listed, f"the values of '{stream}'")]
        if len(values) > sum(counts):
            fail(listed, f"'{stream}' has {len(values)} values, its days have {sum(counts)}")
        place = 0
        for local, count in zip(days, counts):
            if 0 < len(values) - place < count:
                fail(listed, f"the values of '{stream}' end within {local}")
            found += usage.classified(_version_on(versions, local), local, stream, minutes, values[place:place + count])
            place += count
    return found


def _series(version, mapping, first):
    known(mapping, {"resolution", "prices"}, "a series")
    resolution = int(choice(needed(mapping, "resolution", "a series"), RESOLUTIONS, "'resolution'"))
    slots, local, position = {}, first, 0
    for price in items(needed(mapping, "prices", "a series"), "'prices'"):
        slots[(local, position)] = number(price, 8)
        position += 1
        if resolution == 1440 or position * resolution >= usage.day_minutes(version.zone, local):
            local, position = local + timedelta(days=1), 0
    return Series(resolution, slots)


def _inputs(mapping):
    found = {}
    for key, months in entries(mapping, "'inputs'").items():
        found[key] = {}
        for month, value in entries(months, f"the input '{key}'").items():
            if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", month):
                fail(value, f"'{month}' is no month")
            found[key][tuple(map(int, month.split("-")))] = number(value, 8)
    return found


def _before(mapping, first):
    known(mapping, {"counters", "peaks", "carried"}, "'before'")
    counters = {clause: Counter(number(value, 6)) for clause, value in mapping.get("counters", {}).items()}
    peaks = []
    for entry in mapping.get("peaks", []):
        known(entry, {"clause", "from", "to", "value"}, "a past peak")
        if day(needed(entry, "to", "a past peak")) > first:
            fail(entry["to"], "a past peak ends after 'from'")
        peaks.append(PastPeak(str(needed(entry, "clause", "a past peak")), day(needed(entry, "from", "a past peak")),
                              day(needed(entry, "to", "a past peak")),
                              number(needed(entry, "value", "a past peak"), 6, signed=False)))
    return counters, peaks, number(mapping["carried"], 6) if "carried" in mapping else Fraction(0)


def _version_on(versions, local):
    """The version that holds on a day; the first also before its first day."""
    held = [version for version in versions if version.effective <= local]
    return held[-1] if held else versions[0]


def _peaks(example, versions, intervals, first, end):
    demands = {name for version in versions for name in version.demands}
    found = []
    for stream, begin, stop, value in _dated(example["peaks"], first, end) if "peaks" in example else ():
        if stream.partition(".")[0] not in demands:
            fail(example["peaks"], f"'{stream}' is not one of the demands")
        found.append(Peak(stream, begin, stop, value))
    for local in sorted({interval.day for interval in intervals}) if "peaks" not in example else ():
        found += usage.peaks_of(_version_on(versions, local), local, intervals)
    return found


def _given(example, versions, first, end):
    mapping = example.get("intervals")
    intervals = _intervals(versions, mapping, first, end) if mapping else []
    given = Given(intervals=intervals, peaks=_peaks(example, versions, intervals, first, end))
    given.series = {name: _series(versions[-1], body, first) for name, body in example.get("series", {}).items()}
    given.inputs = _inputs(example["inputs"]) if "inputs" in example else {}
    if "before" in example:
        given.counters, given.past_peaks, given.carried = _before(example["before"], first)
    return given


def _refuse_twice(example, by_intervals, registered):
    for piece in registered:
        if any(split_name(piece.stream)[0] == split_name(other.stream)[0] and piece.first < other.end
               and other.first < piece.end for other in by_intervals):
            fail(example["intervals"], f"they count days on which '{piece.stream}' of the usage counts")


def rate_example(version, example, others=()):
    """The rated section of one example. `others`: earlier versions of the same key."""
    first, end = date.fromisoformat(example["from"]), date.fromisoformat(example["to"])
    versions = sorted([version, *others], key=lambda v: v.effective)
    declared = {name for each in versions for name in each.facts}
    given = _given(example, versions, first, end)
    pieces = usage.pieces_of(given.intervals)
    if "usage" in example:
        registered = [Piece(stream, begin, stop, int(value * MICRO))
                      for stream, begin, stop, value in _dated(example["usage"], first, end)]
        _refuse_twice(example, pieces, registered)
        pieces += registered
    return Rater([_span(version, example, first, end, declared)], Tariffs(versions, open_start=not others), pieces,
                 given).run()


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
