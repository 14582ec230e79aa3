#!/usr/bin/env python3
"""Recomputes every issued bill from the exported facts and compares it line by line with what the program issued.

    python3 tests/oracle/check.py FACTS_DIR [BILLS_FILE]

FACTS_DIR holds the JSON-lines files of `mainspring export facts DIR`: one object a row, with the column names of the
tables of db/migrations; BILLS_FILE stands in for its bill.jsonl. Prints every difference
and, last, `N bills checked, M differ`.
Exit code 0: nothing differs, 1: something differs, 2: the facts cannot be read.
"""
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import compare  # noqa: E402
import tariff_text  # noqa: E402
from bill import Biller, Task  # noqa: E402
from facts import Facts, as_instant  # noqa: E402
from rate import Tariffs  # noqa: E402


class Checker:
    def __init__(self, facts, report=print):
        self.facts = facts
        self.report = report
        self.checked = 0
        self.differing = 0
        self.versions = self._parse()
        self.tariffs = {}
        self.runs = {row["run_id"]: row for row in facts.tables["run"]}
        special = {b["run_id"] for b in facts.tables["bill"] if compare.is_special(b)}
        plain = {b["run_id"] for b in facts.tables["bill"] if not compare.is_special(b)}
        self.regular_runs = [run for run in facts.runs if run["run_id"] not in special - plain]
        self.chart = compare.chart_of(facts.tables["ledger_account"])

    def _parse(self):
        versions = []
        for row in self.facts.tables["tariff_version"]:
            if row.get("state", "active") == "draft":
                continue
            version = tariff_text.parse(row["document"])
            if (version.key, version.label, version.effective) != (row["key"], row["version"], row["effective"]):
                self.differ("tariff_version",
                            f"{row['key']} {row['version']}: the row and its text name different versions")
            versions.append((as_instant(row.get("activated_at")), version))
        return versions

    def differ(self, where, what):
        self.report(f"{where}: {what}")

    def tariffs_at(self, clock):
        known = tuple(version for activated, version in self.versions if activated is None or activated <= clock)
        key = tuple(map(id, known))
        if key not in self.tariffs:
            self.tariffs[key] = Tariffs(known)
        return self.tariffs[key]

    def run(self):
        issued = 0
        for account in self.facts.accounts:
            issued += AccountCheck(self, account).run()
        if issued != len(self.facts.tables["bill"]):
            self._orphans()
        for message in compare.numbers(self.facts):
            self.differ("numbers", message)
            self.differing += 1
        self.report(f"{self.checked} bills checked, {self.differing} differ")
        return self.differing == 0

    def _orphans(self):
        known = {(account["cell_id"], account["account_id"]) for account in self.facts.accounts}
        for bill in self.facts.tables["bill"]:
            if (bill["cell_id"], bill["account_id"]) not in known:
                self.differ(f"account {bill['account_id']}, bill {bill['number']}",
                            "the account is not among the facts")
                self.checked += 1
                self.differing += 1


class AccountCheck:
    """Goes through the life of one account: runs in order of their clock, cancellations and rebills in between."""

    def __init__(self, checker, account):
        self.checker = checker
        self.facts = checker.facts
        self.account = account
        self.key = (account["cell_id"], account["account_id"])
        self.bills = sorted(self.facts.bills.get(self.key, []), key=lambda row: row["bill_seq"])
        self.by_seq = {bill["bill_seq"]: bill for bill in self.bills}
        self.carries = {}
        self.before = {}       # bill_seq -> carries before that bill
        self.handled = set()
        self.lost = False      # the chain could not be followed any further

    def run(self):
        regular = {bill["run_id"]: bill for bill in self.bills if not compare.is_special(bill)}
        for run in self.checker.regular_runs:
            if run["legal_entity_id"] != self.account["legal_entity_id"] or run["cycle"] != self.account["cycle"]:
                continue
            issued = regular.get(run["run_id"])
            self._specials(run, issued)
            self._regular(run, issued)
        self._specials(None, None)
        for bill in self.bills:
            if bill["bill_seq"] not in self.handled:
                self._count(bill, ["no run of this account's cycle gives this bill"])
        return len(self.bills)

    def _specials(self, run, issued):
        """Cancellations and rebills that stand before a run's bill in the chain; without one, before its clock."""
        for bill in self.bills:
            if not compare.is_special(bill) or bill["bill_seq"] in self.handled:
                continue
            if run is None or (bill["bill_seq"] < issued["bill_seq"]
                               if issued else self._instant(bill) < run["clock_at"]):
                self._cancel(bill) if bill["kind"] == 2 else self._rebill(bill)

    def _instant(self, bill):
        named = bill.get("clock") or bill.get("recorded_at")
        if named:
            return as_instant(named)
        old = self.by_seq.get(bill.get("cancels_seq") or bill.get("replaces_seq"))
        run = self.checker.runs.get(bill["run_id"])
        own = run is not None and (old is None or old["run_id"] != bill["run_id"])
        return run["clock_at"] if own else float("inf")

    def _count(self, bill, messages):
        self.handled.add(bill["bill_seq"])
        self.checker.checked += 1
        if messages:
            self.checker.differing += 1
        for message in messages:
            self.checker.differ(f"account {self.key[1]}, bill {bill['number']}", message)

    def _regular(self, run, issued):
        if self.lost:
            return
        task = Task.of(run)
        made = Biller(self.facts, self.checker.tariffs_at(task.clock), self.account).make(task, self.carries)
        found = compare.exceptions(self.facts, run, self.key, made)
        if issued is None:
            if not made.exceptions and made.sections:
                found.append(f"program: no bill, checker: a bill of {compare.text(made.total)}")
            if found:
                self.checker.differing += 1
            for message in found:
                self.checker.differ(f"account {self.key[1]}, run {run['run_id']}", message)
            return
        self._compare(issued, made, found)

    def _compare(self, issued, made, found):
        if not made.complete:
            causes = ", ".join(sorted(cause for _, cause in made.exceptions))
            self._count(issued,
                        found + [f"program: a bill, checker: {causes}; later bills of the account are not checked"])
            self.lost = True
            return
        self.before[issued["bill_seq"]] = dict(self.carries)
        self.carries = {**self.carries, **{section.agreement_id: section.carry for section in made.sections}}
        messages = found + compare.bill(issued, made)
        entries = self.facts.entries.get(self.key)
        if self.facts.has_entries:
            messages += compare.entry(issued, made, entries or [], self.chart)
        self._count(issued, messages)

    @property
    def chart(self):
        return self.checker.chart

    def _cancel(self, bill):
        old = self.by_seq.get(bill["cancels_seq"])
        if old is None:
            self._count(bill, [f"cancels bill {bill['cancels_seq']} of the account, which is not there"])
            return
        messages = []
        if self.lost:
            return
        if bill["total_minor"] not in (-old["total_minor"], old["total_minor"]):
            messages.append(f"total: program {bill['total_minor']}, checker {-old['total_minor']}")
        if old["bill_seq"] in self.before:
            self.carries = dict(self.before[old["bill_seq"]])
        if self.facts.has_entries:
            messages += compare.reversal(bill, old, self.facts.entries.get(self.key, []), self.chart)
        self._count(bill, messages)

    def _rebill(self, bill):
        if self.lost:
            return
        old = self.by_seq.get(bill["replaces_seq"])
        while old is not None and old.get("replaces_seq"):
            old = self.by_seq.get(old["replaces_seq"])
        run = self.checker.runs.get(old["run_id"] if old else None)
        if run is None:
            self._count(bill, [f"replaces bill {bill['replaces_seq']} of the account, of no known run"])
            return
        task = Task.of(run, self._instant(bill))
        made = Biller(self.facts, self.checker.tariffs_at(task.clock), self.account).make(task, self.carries)
        self._compare(bill, made, [])


def main(arguments):
    if not 1 <= len(arguments) <= 2 or arguments[0].startswith("-"):
        print(__doc__.strip(), file=sys.stderr)
        return 2
    try:
        facts = Facts(*arguments)
        checker = Checker(facts)
    except (OSError, ValueError, KeyError, tariff_text.TariffError) as error:
        print(f"check: {type(error).__name__}: {error}", file=sys.stderr)
        return 2
    return 0 if checker.run() else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
