#!/usr/bin/env python3
"""Random tariffs whose example bills come from the checker: the program must arrive at the same to the last digit.

    python3 tests/oracle/make_tariffs.py FOLDER [FILES] [SEED] [KIND,…]
    mainspring tariff test FOLDER/*.yaml

Each key has one to three versions; the examples of the last one run over all of them.
"""
import random
import sys
from datetime import date, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import charge_text  # noqa: E402
import examples  # noqa: E402
import make_families  # noqa: E402
import tariff_text  # noqa: E402
import usage  # noqa: E402
from charge_text import ENERGY  # noqa: E402
from compare import text  # noqa: E402
from fractions import Fraction  # noqa: E402

ZONES = ("Europe/London", "Australia/Sydney", "Asia/Shanghai", "America/Los_Angeles")
MODES, PERIODS, PRORATIONS = make_families.MODES, make_families.PERIODS, make_families.PRORATIONS
SEASONS = """  seasons:
    summer: [{from: 06-01, to: 09-30}]
    winter: [{from: 10-01, to: 05-31}]
"""


class Maker(make_families.Families):
    def __init__(self, seed, kinds=None):
        self.random = random.Random(seed)
        self.pool = kinds or KINDS

    def chance(self, percent):
        return self.random.randrange(100) < percent

    def decimal(self, top, places):
        """A quoted decimal from 0 to `top` with up to `places` decimals."""
        places = self.random.randint(0, places)
        return f'"{text(Fraction(self.random.randint(0, top * 10 ** places), 10 ** places))}"'

    def named(self, names):
        return self.random.sample(names, self.random.randint(1, min(3, len(names))))

    # A version -----------------------------------------------------------------------------------------------------

    def version(self, key, label, effective, seasons):
        lines = [f"tariff: {key}", f'version: "{label}"', "name: {en: Random}", "commodity: electricity", "unit: kWh",
                 "currency: EUR", f"zone: {self.zone}", f"effective: {effective}", "classes: [residential, commercial]",
                 'source: {document: "random"}', *self.roundings(), "calendar:",
                 *(SEASONS.splitlines() if seasons else []),
                 "  periods:", '    - {period: peak, hours: ["08:00-12:00"]}',
                 '    - {period: flat, hours: ["12:00-22:00"]}',
                 "    - {period: valley}", *make_families.HEAD, *self.events(effective), "charges:"]
        lines.append("  - {clause: base, kind: fixed_per_day, name: {en: Base}, account: sales, price: '0.1'}")
        lines.append("  - {clause: power, kind: demand, name: {en: Power}, account: sales, of: md, price: '0.01'}")
        above = ["base", "power"]
        self.demanding, self.counting_names = [], []
        names = sorted(self.random.sample(self.clauses, self.random.randint(2, len(self.clauses))))
        for name in names:
            lines.extend(self.charge(name, above, effective, seasons))
            above.append(name)
        return "\n".join(lines) + "\n"

    def roundings(self):
        if self.chance(60):
            return []
        lines = ["rounding:"]
        if self.chance(50):
            lines.append(f"  quantity: {{decimals: {self.random.randint(0, 6)}, mode: {self.random.choice(MODES)}}}")
        if self.chance(50):
            lines.append(f"  line: {self.money_rounding()}")
        bill = self.money_rounding()
        lines.append(f"  bill: {bill[:-1] + ', carry: true}' if self.chance(20) else bill}")
        return lines

    def money_rounding(self):
        return f'{{step: "{self.random.choice(("0.01", "0.05", "0.10", "1"))}", mode: {self.random.choice(MODES)}}}'

    def charge(self, name, above, effective, seasons):
        kind = self.random.choice(self.pool) if self.chance(10) else self.kinds[name]
        if kind == "energy_indexed" and kind not in self.kinds.values():
            kind = self.kinds[name]
        lines = [f"  - clause: {name}", f"    kind: {kind}", "    name: {en: Clause}",
                 "    account: revenue.electricity"]
        own = getattr(self, kind)(above)
        lines += own
        if kind == "demand":
            self.demanding.append(name)
        if "    bounds: month" in own or "    bounds: quarter" in own or "    bounds: year" in own \
                or any("credit_until:" in line for line in own):
            self.counting_names.append(name)
        if seasons and self.chance(15):
            lines.append(f"    season: {self.random.choice(('summer', 'winter'))}")
        if self.chance(15):
            lines.append(f"    from: {effective + timedelta(days=self.random.randint(-20, 40))}")
        if self.chance(10):
            lines.append(f"    until: {effective + timedelta(days=self.random.randint(41, 90))}")
        if self.chance(15):
            lines.append("    for: " + self.random.choice(("{classes: [residential]}", "{entitlement: low_income}",
                                                           "{classes: [commercial]}", self.fact_limits())))
        lines += self.condition()
        if self.chance(20):
            lines.append(f"    round: {self.money_rounding()}")
        return lines

    def of_clauses(self, above):
        return ["    of: [all]" if self.chance(40) else f"    of: [{', '.join(self.named(above))}]"]

    def fixed_per_day(self, _):
        return [*self.price_or_bands(3, 6), *self.times()]

    def fixed_per_period(self, _):
        return [*self.price_or_bands(90, 4), f"    proration: {self.random.choice(PRORATIONS)}", *self.times()]

    def energy_flat(self, _):
        price = self.formula() if self.chance(25) else [f"    price: {self.decimal(1, 8)}", *self.agreed()]
        return price + self.of_quantity() + self.credit(self.quantity_keys())

    def energy_time_of_use(self, _):
        return ["    prices: {" + ", ".join(f"{period}: {self.decimal(1, 6)}" for period in PERIODS) + "}"]

    def energy_tiered(self, _):
        if self.chance(40):
            return self.counting()
        if self.chance(20):
            return self.split()
        bounds = sorted(self.random.sample(range(1, 500), self.random.randint(1, 3)))
        kind = self.random.choice(("bill", "day", "month_days", "days_30", "each_day"))
        scale = 30 if kind in ("day", "each_day") else 1
        lines = [f"    bounds: {kind}", "    tiers:"]
        lines += [f'      - {{upto: "{text(Fraction(bound * 1000 // scale, 1000))}", price: {self.decimal(1, 6)}}}'
                  for bound in bounds]
        lines.append(f"      - {{price: {self.decimal(1, 6)}}}")
        if self.chance(25):
            decimals, mode = self.random.randint(0, 5), self.random.choice(MODES)
            lines.append(f"    round_bounds: {{decimals: {decimals}, mode: {mode}}}")
        if kind == "bill":
            lines += self.hours_of()
        keys = [] if kind == "each_day" else self.credit(self.quantity_keys())
        return lines + self.of_quantity() + self.times() + keys

    def percentage(self, above):
        return [f"    percent: {self.decimal(30, 4)}", *self.of_clauses(above)]

    def discount(self, above):
        if self.chance(50):
            return [f"    percent: {self.decimal(60, 3)}", *self.of_clauses(above)]
        return [f"    price: {self.decimal(2, 4)}", f"    per: {self.random.choice(('day', 'period'))}"]

    def minimum(self, above):
        return [f"    amount: {self.decimal(300, 2)}", *self.of_clauses(above),
                f"    proration: {self.random.choice(PRORATIONS)}"]

    # Examples ------------------------------------------------------------------------------------------------------

    def usage(self, first, end):
        """Pieces that cut the period; streams of one kind of meter."""
        days = (end - first).days
        cuts = sorted({0, days, *(self.random.randint(1, days) for _ in range(self.random.randint(0, 3)))})
        meter = self.random.choice((PERIODS, PERIODS, ("total",) + PERIODS))
        more = ["reactive", *(f"export.{period}" for period in PERIODS), *(["export"] if self.chance(30) else [])]
        pieces = []
        for a, b in zip(cuts, cuts[1:]):
            use = {stream: self.quantity() for stream in (*meter, *more)}
            pieces.append(f"      - {{from: {first + timedelta(days=a)}, to: {first + timedelta(days=b)}, "
                          + ", ".join(f"{stream}: {quantity}" for stream, quantity in use.items()) + "}")
        return pieces

    def quantity(self):
        if self.chance(15):
            return '"0"'
        quantity = self.decimal(self.random.choice((5, 400, 3000)), 6)
        return quantity.replace('"', '"-', 1) if self.chance(3) and quantity != '"0"' else quantity

    def example(self, number, around, others):
        first = around + timedelta(days=self.random.randint(-40, 10))
        if others:
            first = max(first, self.start)
        by_intervals = "energy_indexed" in self.kinds.values()
        end = first + timedelta(days=self.random.choice((1, 2, 7) if by_intervals else (1, 7, 28, 30, 31, 61, 92)))
        entitled = "low_income" if self.chance(50) else ""
        lines = [f"  - name: example {number}", "    origin: hand", "    working: random", f"    from: {first}",
                 f"    to: {end}"]
        if others:
            lines.append(f"    with: [{', '.join(others)}]")
        customer_class = self.random.choice(("residential", "commercial"))
        lines.append(f"    facts: {{class: {customer_class}, entitlements: [{entitled}], "
                     f"dwellings: {self.random.randint(1, 4)}{self.given_facts()}}}")
        if others:
            self.counting_names = []    # an example leaves counters only to clauses that count on its first day
        lines += self.given_rest(first, end)
        if not by_intervals or self.chance(50):
            lines += self.given_peaks(first, end)
        if not by_intervals:
            return lines + ["    usage:"] + self.usage(first, end)
        days = [first + timedelta(days=n) for n in range((end - first).days)]
        return lines + self.given_intervals(len(days), sum(usage.day_minutes(self.zone, day) for day in days) // 60)

    def key(self, folder, number):
        """Writes the versions of one key."""
        self.zone = self.random.choice(ZONES)
        self.clauses = [f"c{i}" for i in range(self.random.randint(2, 7))]
        self.kinds = {name: self.random.choice(self.pool) for name in self.clauses}
        seasons = self.chance(50)
        effective = date(2026, 1, 1) + timedelta(days=self.random.randint(0, 700))
        self.start = effective
        earlier = []
        for label in range(1, self.random.randint(1, 3) + 1):
            body = self.version(f"random-{number}", label, effective, seasons)
            files = [path.name for path, _ in earlier]
            shown = [self.example(i, effective, files if i else []) for i in range(4)]
            path = folder / f"random-{number}-{label}.yaml"
            path.write_text(self.filled(body, shown, [version for _, version in earlier]), encoding="utf-8")
            earlier.append((path, tariff_text.parse(path.read_text(encoding="utf-8"))))
            effective += timedelta(days=self.random.randint(5, 40))

    @staticmethod
    def filled(body, shown, others):
        """The text with the bills of its examples as the checker makes them."""
        draft = tariff_text.parse(body + "examples:\n" + "\n".join("\n".join(lines) for lines in shown) + "\n")
        parts = [body + "examples:"]
        for lines, example in zip(shown, draft.examples):
            rated = examples.rate_example(draft, example, others if "with" in example else [])
            sums = {}
            for line in rated.lines:
                sums[line.clause] = sums.get(line.clause, Fraction(0)) + line.amount
            listed = ", ".join(f'{clause}: "{text(amount)}"' for clause, amount in sums.items())
            parts.append("\n".join([*lines, f"    lines: {{{listed}}}", f'    total: "{text(rated.total)}"']))
        return "\n".join(parts) + "\n"


KINDS = [kind for kind in charge_text.OWN for _ in range(2 if kind in ENERGY else 1)]


def main(arguments):
    folder = Path(arguments[0])
    folder.mkdir(parents=True, exist_ok=True)
    maker = Maker(int(arguments[2]) if len(arguments) > 2 else 1,
                  arguments[3].split(",") if len(arguments) > 3 else None)
    for number in range(int(arguments[1]) if len(arguments) > 1 else 100):
        maker.key(folder, number)


if __name__ == "__main__":
    main(sys.argv[1:])
