"""Random clauses and example inputs of facts, measures, counters, demands, formulas and price series."""
from datetime import timedelta

PERIODS = ("peak", "flat", "valley")
PRORATIONS = ("none", "month_days", "days_30")
SCALES = ("bill", "day", "month_days", "days_30")
MODES = ("half_up", "half_even", "half_down", "up", "down")
FACTS = ("dwellings", "persons", "contract_kw")
HEAD = ["facts:", "  persons: {unit: none}", "  contract_kw: {unit: kW, default: '20'}", "  settled: {unit: none}",
        "demands:", "  md: {unit: kW, window: 60, step: 30}", "  apparent: {unit: kVA, window: 60, step: 30}"]
SHIFTED = 1    # months that inputs are older than the segment at most


class Families:
    """REQUIRES: random, chance(), decimal() and of_clauses() of the class it is mixed into."""

    def fact(self):
        return self.random.choice(FACTS)

    def times(self, percent=30):
        return [f"    times: {self.fact()}"] if self.chance(percent) else []

    def quantity_of(self):
        """What a charge may be of."""
        if self.chance(10):
            return "reactive"
        some = ("total", *PERIODS, "export", *(f"export.{period}" for period in PERIODS))
        if self.chance(25):
            return f"[{', '.join(self.random.sample(some, self.random.randint(1, 3)))}]"
        return self.random.choice(some)

    def of_quantity(self):
        return [f"    of: {self.quantity_of()}"] if self.chance(40) else []

    def scale(self):
        return self.random.choice(SCALES)

    def tier_list(self, top, scale="bill"):
        """Of one line, bounds made smaller for days."""
        bounds = sorted(self.random.sample(range(1, top), self.random.randint(1, 3)))
        parts = [f'{{upto: "{bound // 30 + position if scale == "day" else bound}", price: {self.decimal(2, 6)}}}'
                 for position, bound in enumerate(bounds, 1)]
        return f"[{', '.join([*parts, f'{{price: {self.decimal(2, 6)}}}'])}]"

    # Limits that every kind may have ---------------------------------------------------------------------------------

    def condition(self):
        if not self.chance(12):
            return []
        scale = self.scale()
        low = self.random.randint(0, 20 if scale == "day" else 600)
        words = self.random.choice((f'above: "{low}"', f'upto: "{low + 1}"', f'above: "{low}", upto: "{low * 2 + 1}"'))
        return [f"    when: {{of: {self.quantity_of()}, {words}, bounds: {scale}}}"]

    def fact_limits(self):
        word = self.random.choice(("from", "above", "upto", "below"))
        return f'{{facts: {{{self.fact()}: {{{word}: "{self.random.randint(word == "below", 4)}"}}}}}}'

    def quantity_keys(self):
        lines = []
        if self.chance(15):
            lines.append(f'    share: "{self.random.randint(1, 120)}"')
        if self.chance(15):
            lines.append(f"    less: {{of: {self.quantity_of()}, percent: {self.decimal(150, 2)}}}")
        if self.chance(15):
            low = self.random.randint(0, 40)
            words = self.random.choice(([f'at_least: "{low}"'], [f'at_most: "{low * 9}"'],
                                        [f'at_least: "{low}"', f'at_most: "{low * 9}"']))
            lines += [f"    {word}" for word in [*words, f"limits: {self.random.choice(SCALES[1:])}"]]
        return lines

    def price_or_bands(self, top, places):
        if self.chance(70):
            return [f"    price: {self.decimal(top, places)}", *self.agreed()]
        if self.chance(40):
            return [f"    bands: {{fact: {self.fact()}, tiers: {self.tier_list(6)}}}"]
        scale = self.scale()
        return [f"    bands: {{of: {self.quantity_of()}, bounds: {scale}, tiers: {self.tier_list(500, scale)}}}"]

    def events(self, effective):
        """A demand that counts at a few named hours alone."""
        listed = ", ".join(f'{{date: {effective + timedelta(days=self.random.randint(-20, 60))}, '
                           f'hours: ["{self.random.randint(4, 9):02}:30-{self.random.randint(11, 24)}:00"]}}'
                           for _ in range(self.random.randint(1, 3)))
        return [f"  event: {{unit: kW, window: 60, step: 30, at: [{listed}]}}"]

    def agreed(self):
        return ["    agreed: settled"] if self.chance(20) else []

    def hours_of(self):
        return ["    hours_of: power"] if self.chance(15) else []

    def credit(self, lines):
        """What `less` leaves over goes on, in some of the clauses where it may."""
        if any("limits:" in line for line in lines) or self.chance(50):
            return lines
        until = f"{self.random.randint(1, 12):02}-{self.random.randint(1, 28):02}"
        return [line.replace("percent:", f"credit_until: {until}, percent:") if "less:" in line else line
                for line in lines]

    # Kinds -----------------------------------------------------------------------------------------------------------

    def formula(self):
        body = self.random.choice(("(fuel - 5.25) * 0.0031 + fx / 3", "fuel*fx/700", "-fx + fuel / (1 + fx)", "fuel"))
        inputs = ", ".join(name for name in ("fuel", "fx") if name in body)
        more = f", decimals: {self.random.randint(2, 8)}" if self.chance(60) else ""
        more += f", mode: {self.random.choice(MODES)}" if self.chance(30) else ""
        more += f", lag: {self.random.randint(0, SHIFTED)}" if self.chance(30) else ""
        return [f'    formula: {{text: "{body}", inputs: [{inputs}]{more}}}']

    def counting(self):
        kind = self.random.choice(("month", "quarter", "year"))
        lines = [f"    bounds: {kind}", f"    tiers: {self.tier_list(500)}"]
        if kind == "year" and self.chance(50):
            lines.append(f"    year_from: {self.random.randint(1, 12):02}-{self.random.randint(1, 28):02}")
        if self.chance(50):
            lines.append(f"    on_version: {self.random.choice(('continue', 'restart'))}")
        return lines + self.of_quantity() + self.times() + self.quantity_keys()

    def split(self):
        order = self.random.sample(PERIODS, 3)
        tiers = [f'{{{bound}prices: {{{", ".join(f"{period}: {self.decimal(1, 6)}" for period in order)}}}}}'
                 for bound in (f'upto: "{self.random.randint(1, 300)}", ', "")]
        return [f"    bounds: {self.random.choice(SCALES[:1] + SCALES[2:] + ('month',))}", "    split: proportional",
                f"    tiers: [{', '.join(tiers)}]", *self.quantity_keys()]

    def energy_slab(self, _):
        scale = self.scale()
        lines = [f"    bounds: {scale}", f"    tiers: {self.tier_list(500, scale)}"]
        if scale == "bill":
            lines += self.hours_of()
        return lines + self.of_quantity() + self.times() + self.quantity_keys()

    def energy_indexed(self, _):
        lines = [f"    series: {self.random.choice(('spot', 'daily', 'halves'))}"]
        if self.chance(50):
            lines += [f"    factor: {self.decimal(2, 4)}", f'    adder: "-{self.random.randint(1, 9)}.01"']
        return lines + self.of_quantity()

    def demand(self, _):
        of = self.random.choice(("md", "md.peak", "[md.flat, md.valley]", "[md, md.peak]", "apparent", "event"))
        proration = self.random.choice(PRORATIONS)
        lines = [f"    of: {of}", f"    proration: {proration}"]
        if proration != "none" and self.chance(40):
            lines.append("    each_month: true")
        if self.chance(60):
            lines += [f"    price: {self.decimal(9, 6)}", *self.agreed()]
        else:
            lines += [f"    tiers: {self.tier_list(60)}", *self.times()]
        if self.chance(25):
            lines.append(f"    average_of: {self.random.randint(1, 5)}")
        if self.chance(25):
            lines.append(f"    current: {self.decimal(110, 2)}")
            if self.chance(50):
                lines.append(f"    current_months: {self.months()}")
        if self.chance(25):
            lines.append(f"    tolerance: {{fact: {self.fact()}, percent: {self.decimal(120, 2)}}}")
        least = [f"{{amount: {self.decimal(30, 3)}}}", f"{{fact: {self.fact()}, percent: {self.decimal(120, 2)}}}",
                 f"{{past: {self.random.randint(1, 13)}, percent: {self.decimal(100, 2)}, months: {self.months()}}}",
                 f"{{past: {self.random.randint(1, 13)}}}"]
        if self.chance(60):
            lines.append(f"    at_least: [{', '.join(self.random.sample(least, self.random.randint(1, 3)))}]")
        if self.chance(30):
            decimals, mode = self.random.randint(0, 5), self.random.choice(MODES)
            lines.append(f"    round_demand: {{decimals: {decimals}, mode: {mode}}}")
        return lines

    def months(self):
        return sorted(self.random.sample(range(1, 13), self.random.randint(1, 8)))

    def power_factor(self, above):
        decimals = self.random.randint(1, 3)
        steps = sorted(self.random.sample(range(1, 10 ** decimals), self.random.randint(1, 4)), reverse=True)
        rows = [f'{{from: "{step / 10 ** decimals:.{decimals}f}", percent: "{self.random.randint(-5, 5)}.25", '
                f'each: "0.{self.random.randint(0, 9)}"}}' for step in [*steps, 0]]
        lines = [*self.of_clauses(above), f"    decimals: {decimals}", f"    table: [{', '.join(rows)}]"]
        return lines + (["    active: [peak, flat]", "    reactive: [reactive]"] if self.chance(30) else [])

    def tax(self, above):
        lines = [f"    percent: {self.decimal(30, 4)}", *self.of_clauses(above)]
        if self.chance(30):
            scaled = [f"    bounds: {self.scale()}"] if self.chance(50) else []
            return lines + [f'    above: "{self.random.randint(1, 900)}"', *scaled]
        if self.chance(30):
            return lines + ["    inclusive: true", "    contained_in: revenue.electricity"]
        return lines

    def maximum(self, above):
        return [f"    amount: {self.decimal(300, 2)}", *self.of_clauses(above),
                f"    proration: {self.random.choice(PRORATIONS)}"]

    # Examples --------------------------------------------------------------------------------------------------------

    def given_facts(self):
        stated = f', persons: "{self.random.randint(0, 5)}"'
        if self.chance(40):
            stated += f", settled: {self.decimal(2, 6)}"
        return stated + (f", contract_kw: {self.decimal(60, 2)}" if self.chance(60) else "")

    def given_peaks(self, first, end):
        lines = ["    peaks:"]
        bare = self.chance(50)
        for n in range((end - first).days):
            day = first + timedelta(days=n)
            streams = [*(f"md.{period}" for period in PERIODS), *(["md"] if bare and self.chance(70) else []),
                       "apparent", "event"]
            values = ", ".join(f"{stream}: {self.decimal(50, 6)}" for stream in streams)
            lines.append(f"      - {{from: {day}, to: {day + timedelta(days=1)}, {values}}}")
        return lines

    def given_rest(self, first, end):
        """What earlier sections left, and inputs."""
        counted = ", ".join(f"{name}: {self.decimal(600, 3)}" for name in self.counting_names
                            if self.chance(60))
        past, stop = [], first
        for _ in range(self.random.randint(0, 14)):
            start = stop - timedelta(days=self.random.randint(27, 34))
            past += [f"{{clause: {name}, from: {start}, to: {stop}, value: {self.decimal(60, 4)}}}"
                     for name in self.demanding]
            stop = start
        left = [*([f"counters: {{{counted}}}"] if counted else []), *([f"peaks: [{', '.join(past)}]"] if past else []),
                *([f'carried: "0.0{self.random.randint(1, 9)}"'] if self.chance(30) else [])]
        lines = [f"    before: {{{', '.join(left)}}}"] if left else []
        months = sorted({(day.year, day.month) for day in (first + timedelta(days=n)
                                                           for n in range(-31, (end - first).days))})
        known = ", ".join(f"{name}: {{" + ", ".join(f"{year}-{month:02}: {self.decimal(90, 4)}"
                                                    for year, month in months) + "}" for name in ("fuel", "fx"))
        return [*lines, f"    inputs: {{{known}}}"]

    def given_intervals(self, days, hours):
        """Values and series of each resolution. `hours`: of all days. The intervals divide the step of each demand."""
        minutes = self.random.choice((15, 30))
        lines = [f"    intervals: {{minutes: {minutes}, "
                 + ", ".join(f"{stream}: [{', '.join(self.decimal(5, 3) for _ in range(hours * 60 // minutes))}]"
                             for stream in ("total", "export", "reactive")) + "}", "    series:"]
        for name, resolution, count in (("spot", 60, hours), ("daily", 1440, days), ("halves", 30, hours * 2)):
            prices = ", ".join(self.decimal(1, 5) for _ in range(count))
            lines.append(f"      {name}: {{resolution: {resolution}, prices: [{prices}]}}")
        return lines
