#include "sample/bench_tariffs.hpp"

#include <array>
#include <fmt/format.h>
#include <string>

#include "sample/output.hpp"

namespace mainspring::sample {
namespace {

std::string cents(int value) { return fmt::format("{}.{:02}", value / 100, value % 100); }

// The example of every version: 300 units in the 30 days of April 2026, in periods where there are some.
struct Worked {
    std::string usage, working, lines;
    int total_cents = 0;

    void line(const char* clause, const std::string& calculation, int amount_cents) {
        working += fmt::format("      {} = {}\n", calculation, cents(amount_cents));
        lines += fmt::format("      {}: \"{}\"\n", clause, cents(amount_cents));
        total_cents += amount_cents;
    }
};

struct Built {
    std::string classes, calendar, charges;
    Worked example;
};

std::string clause(const char* name, const char* kind, const char* account, const std::string& rest) {
    return fmt::format("  - clause: {0}\n    kind: {1}\n    name: {{en: {0}}}\n    account: {2}\n{3}", name, kind,
                       account, rest);
}

std::string price(int value) { return fmt::format("    price: \"{}\"\n", cents(value)); }

void add_energy(Built& out, int cents_a_unit) {
    out.charges += clause("energy", "energy_flat", "revenue.electricity", price(cents_a_unit));
    out.example.line("energy", fmt::format("300 × {}", cents(cents_a_unit)), 300 * cents_a_unit);
}

void add_fund(Built& out) {
    out.charges += clause("fund", "energy_flat", "fund.government", "    item: tax\n    price: \"0.02\"\n");
    out.example.line("fund", "300 × 0.02", 600);
}

void add_monthly(Built& out, int amount_cents) {
    out.charges += clause("monthly", "fixed_per_period", "revenue.electricity.fixed", price(amount_cents));
    out.example.line("monthly", "one month", amount_cents);
}

Built flat(int version) {
    Built out{.classes = "residential", .calendar = {}, .charges = {}, .example = {}};
    add_energy(out, 50 + version);
    add_fund(out);
    return out;
}

Built standing(int version) {
    Built out{.classes = "residential", .calendar = {}, .charges = {}, .example = {}};
    add_monthly(out, 800 + 10 * version);
    add_energy(out, 45 + version);
    out.charges += clause("tax", "tax", "tax.vat", "    item: tax\n    percent: \"10\"\n    of: [energy]\n");
    out.example.line("tax", "10 % of the energy", 30 * (45 + version));
    return out;
}

Built step(int version) {
    Built out{.classes = "residential", .calendar = {}, .charges = {}, .example = {}};
    const int first = 52 + version, second = 60 + version;
    out.charges += clause("energy", "energy_tiered", "revenue.electricity",
                          fmt::format("    bounds: month_days\n    tiers:\n      - {{upto: \"200\", price: \"{}\"}}\n"
                                      "      - {{price: \"{}\"}}\n",
                                      cents(first), cents(second)));
    out.example.line("energy", fmt::format("200 × {} + 100 × {}", cents(first), cents(second)),
                     200 * first + 100 * second);
    out.charges += clause("low_income", "discount", "discount.social",
                          "    percent: \"10\"\n    of: [energy]\n    for: {entitlement: low_income}\n");
    add_fund(out);
    return out;
}

Built two(int version) {
    Built out{.classes = "residential, commercial",
              .calendar =
                  "calendar:\n  periods:\n    - {period: peak, hours: [\"08:00-22:00\"]}\n"
                  "    - {period: valley}\n",
              .charges = {},
              .example = {}};
    const int peak = 56 + version, valley = 28 + version;
    out.charges += clause("energy", "energy_time_of_use", "revenue.electricity",
                          fmt::format("    prices: {{peak: \"{}\", valley: \"{}\"}}\n", cents(peak), cents(valley)));
    out.example.usage = "peak: \"180\", valley: \"120\"";
    out.example.line("energy", fmt::format("180 × {} + 120 × {}", cents(peak), cents(valley)),
                     180 * peak + 120 * valley);
    add_monthly(out, 500 + 10 * version);
    return out;
}

Built three(int version) {
    Built out{.classes = "commercial, industrial",
              .calendar =
                  "calendar:\n  periods:\n    - {period: peak, hours: [\"09:00-12:00\", \"17:00-21:00\"]}\n"
                  "    - {period: flat, hours: [\"07:00-23:00\"]}\n    - {period: valley}\n",
              .charges = {},
              .example = {}};
    const int peak = 95 + version, level = 63 + version, valley = 31 + version;
    out.charges += clause("energy", "energy_time_of_use", "revenue.electricity",
                          fmt::format("    prices: {{peak: \"{}\", flat: \"{}\", valley: \"{}\"}}\n", cents(peak),
                                      cents(level), cents(valley)));
    out.example.usage = "peak: \"100\", flat: \"120\", valley: \"80\"";
    out.example.line("energy", fmt::format("100 × {} + 120 × {} + 80 × {}", cents(peak), cents(level), cents(valley)),
                     100 * peak + 120 * level + 80 * valley);
    return out;
}

Built business(int version) {
    Built out{.classes = "commercial", .calendar = {}, .charges = {}, .example = {}};
    add_energy(out, 70 + version);
    add_fund(out);
    add_monthly(out, 2500 + 100 * version);
    return out;
}

struct Key {
    const char* name;
    Built (*build)(int version);
};
constexpr std::array<Key, 6> kKeys{{{"bench-flat", flat},
                                    {"bench-standing", standing},
                                    {"bench-step", step},
                                    {"bench-two", two},
                                    {"bench-three", three},
                                    {"bench-business", business}}};

std::string text_of(const Key& key, int version, Date effective) {
    const Built built = key.build(version);
    const std::string usage = built.example.usage.empty() ? "total: \"300\"" : built.example.usage;
    std::string out = fmt::format(
        "tariff: {}\nversion: \"{}\"\nname: {{en: Benchmark}}\n"
        "commodity: electricity\nunit: kWh\ncurrency: CNY\n"
        "zone: Asia/Shanghai\neffective: {}\nclasses: [{}]\n"
        "source:\n  document: Made for measuring\n{}charges:\n{}",
        key.name, version, format_date(effective), built.classes, built.calendar, built.charges);
    out += fmt::format(
        "examples:\n  - name: 300 kWh in April\n    origin: hand\n    working: |\n{}"
        "    from: 2026-04-01\n    to: 2026-05-01\n    usage: {{{}}}\n    lines:\n{}    total: \"{}\"\n",
        built.example.working, usage, built.example.lines, cents(built.example.total_cents));
    return out;
}

}  // namespace

BenchTariffReport write_bench_tariffs(const std::filesystem::path& folder, Date last_month) {
    const std::array<Date, 4> effective{last_month - std::chrono::days(730), last_month,
                                        last_month + std::chrono::days(15), first_of_next_month(last_month)};
    BenchTariffReport report;
    for (const Key& key : kKeys)
        for (int version = 1; version <= 4; ++version) {
            OutputFile file(folder / fmt::format("{}-{}.yaml", key.name, version),
                            text_of(key, version, effective[static_cast<std::size_t>(version - 1)]));
            file.close();
            ++report.files;
            report.bytes += file.bytes();
        }
    return report;
}

}  // namespace mainspring::sample
