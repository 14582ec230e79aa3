"""What the program issued beside what the checker made of the same facts. Functions give the differences as text."""
from collections import Counter, defaultdict
from fractions import Fraction

from facts import as_day
from tariff_text import minor_of

CHART = {
    "cash": 1010, "bank": 1020, "payments_in_transit": 1030, "receivable.electricity": 1110, "receivable.gas": 1120,
    "receivable.water": 1130, "receivable.sewage": 1140, "receivable.tax": 1150, "receivable.service": 1160,
    "customer_credit": 2110,
    "tax.vat": 2210, "tax.duty": 2220, "fund.government": 2230, "revenue.electricity": 4110,
    "revenue.electricity.fixed": 4111,
    "revenue.gas": 4120, "revenue.gas.fixed": 4121, "revenue.water": 4130, "revenue.water.fixed": 4131,
    "revenue.sewage": 4140,
    "revenue.minimum": 4150, "revenue.service": 4160, "discount": 4910, "discount.social": 4920, "rounding": 5910,
}
CONTROL = {key for key in CHART if key.startswith("receivable.")} | {"customer_credit"}
BILL, CANCELLATION = 1, 2
ESTIMATED, CORRECTED = 1, 4


def is_special(bill):
    """A cancellation or a rebill: not made by a run of the cycle."""
    return bill["kind"] == 2 or bool(bill.get("replaces_seq"))


def chart_of(rows):
    """Account key -> number; rows of an exported chart come first."""
    return {**CHART, **{row["key"]: row["account_no"] for row in rows}}


def text(value):
    """A fraction as the shortest decimal, if it is one."""
    if value is None:
        return "none"
    value = Fraction(value)
    for places in range(0, 13):
        scaled = value * 10 ** places
        if scaled.denominator == 1:
            digits = str(abs(scaled.numerator)).rjust(places + 1, "0")
            sign = "-" if value < 0 else ""
            return sign + (digits if places == 0 else f"{digits[:-places]}.{digits[-places:]}")
    return str(value)


def exceptions(facts, run, account, made):
    """The causes that held the account back, agreement by agreement."""
    index = facts.memory_of("exceptions", lambda: _exception_index(facts))
    program = index.get((run["run_id"], *account), set())
    checker = set(made.exceptions)
    if program == checker:
        return []
    show = lambda causes: ", ".join(f"{cause} ({agreement})" for agreement,
                                    cause in sorted(causes)) or "none"  # noqa: E731
    return [f"exceptions: program {show(program)}, checker {show(checker)}"]


def _exception_index(facts):
    index = defaultdict(set)
    for row in facts.tables["exception"]:
        cell = row.get("cell_id", facts.cell_of_account(row["account_id"]))
        index[(row["run_id"], cell, row["account_id"])].add((row["agreement_id"], row["cause"]))
    return index


def bill(issued, made):
    """Differences of sections, lines, totals and flags."""
    found = []
    minor = minor_of(issued["currency"])
    ours = {section.agreement_id: section for section in made.sections}
    theirs = {section["agreement_id"]: section for section in issued["sections"]}
    if made.exceptions:
        causes = ", ".join(sorted(cause for _, cause in made.exceptions))
        found.append(f"program: a bill, checker: held back by {causes}")
    if list(theirs) != list(ours):
        found.append(f"sections: program {list(theirs)}, checker {list(ours)}")
    for agreement_id in ours.keys() & theirs.keys():
        prefix = f"agreement {agreement_id}" if len(ours) > 1 else ""
        found.extend(f"{prefix}, {message}".lstrip(", ")
                     for message in section(theirs[agreement_id], ours[agreement_id], minor))
    total = made.total / minor
    if issued["total_minor"] != total:
        found.append(f"total: program {issued['total_minor']}, checker {text(total)}")
    flags = (ESTIMATED if any(s.estimated for s in made.sections) else 0) | (CORRECTED
                                                                             if issued.get("replaces_seq") else 0)
    if issued.get("flags", flags) & (ESTIMATED | CORRECTED) != flags:
        found.append(f"flags: program {issued['flags']}, checker {flags} of estimated (1) and corrected (4)")
    return found


def section(theirs, ours, minor):
    found = []
    if (as_day(theirs["from"]), as_day(theirs["to"])) != (ours.start, ours.end):
        found.append(f"days: program {theirs['from']} to {theirs['to']}, checker {ours.start} to {ours.end}")
    if bool(theirs.get("estimated")) != ours.estimated:
        found.append(f"estimated: program {theirs.get('estimated')}, checker {ours.estimated}")
    program, checker = _keyed(theirs["lines"], _their_key), _keyed(ours.rater.lines, _our_key)
    for key in list(dict.fromkeys([*checker, *program])):
        found.extend(_line(key, program.get(key), checker.get(key), minor))
    if not found and list(program) != list(checker):
        found.append(f"order of lines: program {[_name(k) for k in program]}, checker {[_name(k) for k in checker]}")
    if "calorific_values" in theirs:
        pinned = {(row["gas_zone"], row["valid_from"], row["version"]) for row in theirs["calorific_values"]}
        if pinned != ours.calorific_used:
            found.append(f"calorific values: program {sorted(pinned)}, checker {sorted(ours.calorific_used)}")
    if "relations" in theirs:
        pinned = {(row["parent_id"], row["child_id"], row["valid_from"], row["version"]) for row in theirs["relations"]}
        if pinned != ours.relations:
            found.append(f"relations: program {sorted(pinned)}, checker {sorted(ours.relations)}")
    for name, used in zip(("prices", "inputs"), ours.published):
        pinned = {(row["name"], row["on"], row["version"]) for row in theirs.get(name, [])}
        if name in theirs and pinned != used:
            found.append(f"{name}: program {sorted(pinned - used)} alone, checker {sorted(used - pinned)} alone")
    total = ours.rater.total / minor
    if theirs["total_minor"] != total:
        found.append(f"section total: program {theirs['total_minor']}, checker {text(total)}")
    return found


def _keyed(lines, key_of):
    """Lines by key; a key that comes again gets a count."""
    seen, keyed = Counter(), {}
    for line in lines:
        key = key_of(line)
        seen[key] += 1
        keyed[(*key, seen[key])] = line
    return keyed


def _their_key(line):
    start = line.get("segment_from")
    return (line["clause"], str(line["version"]), as_day(start) if start else None, _part(line.get("part")))


def _our_key(line):
    return (line.clause, line.version, line.segment.first if line.segment else None, _part(line.part))


def _part(part):
    """A period's name; tiers are told apart by their order, quantity and price."""
    return str(part or "").lstrip("0123456789. ") or None


def _name(key):
    clause, version, start, part, count = key
    words = [f"line {clause}", version, f"from {start}" if start else "", f"part {part}" if part else "",
             f"no. {count}" if count > 1 else ""]
    return " ".join(word for word in words if word)


def _line(key, theirs, ours, minor):
    if theirs is None or ours is None:
        program = "none" if theirs is None else theirs["amount_minor"]
        checker = "none" if ours is None else text(ours.amount / minor)
        yield f"{_name(key)}: program {program}, checker {checker}"
        return
    if theirs["amount_minor"] != ours.amount / minor:
        yield f"{_name(key)}, amount: program {theirs['amount_minor']}, checker {text(ours.amount / minor)}"
    for name in ("quantity", "price"):
        mine = getattr(ours, name)
        if mine is not None and theirs.get(name) is not None and Fraction(theirs[name]) != mine:
            yield f"{_name(key)}, {name}: program {theirs[name]}, checker {text(mine)}"
    if ours.segment and theirs.get("segment_to") and as_day(theirs["segment_to"]) != ours.segment.end:
        yield f"{_name(key)}, end of segment: program {theirs['segment_to']}, checker {ours.segment.end}"


def legs_of(made, minor, chart):
    """Account number -> amount of the entry of a bill, + debit."""
    legs = defaultdict(int)
    for part in made.sections:
        for line in part.rater.lines:
            amount = int(line.amount / minor)
            legs[chart[line.account]] -= amount
            legs[chart[f"receivable.{line.item}"]] += amount
    return {account: amount for account, amount in legs.items() if amount}


def entry(issued, made, entries, chart):
    """Debits and credits by account, and their order: receivables first, ascending, then the others."""
    legs = legs_of(made, minor_of(issued["currency"]), chart)
    control = {chart[key] for key in CONTROL}
    wanted = [(account, legs[account]) for account in sorted(legs, key=lambda number: (number not in control, number))]
    posted = _entry_of(issued, entries, BILL)
    if posted is None:
        return [] if not wanted else ["entry: program none, checker " + _legs(wanted)]
    program = list(zip(posted["accounts"], posted["amounts"]))
    return [] if program == wanted else [f"entry: program {_legs(program)}, checker {_legs(wanted)}"]


def _entry_of(issued, entries, kind):
    if issued.get("entry_seq") is not None:
        return next((row for row in entries if row["seq"] == issued["entry_seq"]), None)
    return next((row for row in entries if row["kind"] == kind and row["source"] == issued["bill_seq"]), None)


def _legs(legs):
    return " ".join(f"{account}:{amount:+d}" for account, amount in legs)


def reversal(cancelling, old, entries, chart):
    """A cancellation takes back each leg; what was paid may turn into customer credit: control accounts are summed."""
    posted, first = _entry_of(cancelling, entries, CANCELLATION), _entry_of(old, entries, BILL)
    if posted is None or first is None:
        return [] if posted is first else ["entry: the cancelled bill and its cancellation do not both have one"]
    control = {chart[key] for key in CONTROL}
    sums = []
    for row in (first, posted):
        total = defaultdict(int)
        for account, amount in zip(row["accounts"], row["amounts"]):
            total["control" if account in control else account] += amount
        sums.append({account: amount for account, amount in total.items() if amount})
    wanted = {account: -amount for account, amount in sums[0].items()}
    return [] if sums[1] == wanted else [f"entry: program {sums[1]}, checker {wanted}"]


def numbers(facts):
    """The numbers of a run's bills are one block in the order of (cell, account); no number comes twice."""
    blocks, used = defaultdict(list), Counter()
    for row in facts.tables["bill"]:
        entity = facts.legal_entity_of(row)
        used[(entity, row["kind"], row["number"])] += 1
        if not is_special(row):
            blocks[row["run_id"]].append((row["cell_id"], row["account_id"], row["number"]))
    first_numbers = {run["run_id"]: run.get("first_number") for run in facts.tables["run"]}
    for run_id, block in sorted(blocks.items()):
        block.sort()
        first = first_numbers.get(run_id) or block[0][2]
        for position, (_, account, number) in enumerate(block):
            if number != first + position:
                yield f"run {run_id}, account {account}: program {number}, checker {first + position}"
                break
    for (entity, kind, number), times in used.items():
        if times > 1:
            yield f"number {number} of kind {kind} in legal entity {entity} comes {times} times"
