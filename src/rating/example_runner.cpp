#include "rating/example_runner.hpp"

#include <algorithm>
#include <fmt/core.h>
#include <iterator>

#include "base/ensure.hpp"
#include "rating/peaks.hpp"
#include "rating/segments.hpp"
#include "tariff/tariff_set.hpp"

namespace mainspring::rating {

namespace {

using tariff::Example;
using tariff::Plan;
using tariff::Tariff;

struct Sum {
    std::string clause;
    std::int64_t minor = 0;
};

std::expected<Tariff, std::string> tariff_for(const Plan& plan, std::span<const std::shared_ptr<const Plan>> earlier) {
    auto own = std::make_shared<Plan>(plan);
    if (earlier.empty()) {
        own->effective = std::chrono::sys_days{std::chrono::year{1900} / 1 / 1};
        return Tariff{plan.key, {std::move(own)}};
    }
    std::vector<std::shared_ptr<const Plan>> versions(earlier.begin(), earlier.end());
    versions.push_back(std::move(own));
    auto set = tariff::make_tariff_set(std::move(versions));
    if (!set) return std::unexpected(set.error().front());
    if (set->size() != 1)
        return std::unexpected(fmt::format("'with' names a file of another tariff than {}", plan.key));
    return std::move(set->begin()->second);
}

// In the order of the bill.
std::vector<Sum> sums_of(const RatedSection& rated) {
    std::vector<Sum> sums;
    for (const Line& line : rated.lines) {
        const auto& clauses = rated.plans[line.version]->clauses;
        const std::string name = line.clause < clauses.size() ? clauses[line.clause].name : "rounding";
        auto found = std::ranges::find(sums, name, &Sum::clause);
        if (found == sums.end()) found = sums.insert(sums.end(), {name, 0});
        found->minor = narrow(Int128{found->minor} + line.amount_minor);
    }
    return sums;
}

void compare(const Example& example, const RatedSection& rated, ExampleResult& result) {
    const std::vector<Sum> sums = sums_of(rated);
    for (const auto& expected : example.lines) {
        const auto got = std::ranges::find(sums, expected.clause, &Sum::clause);
        if (got == sums.end()) result.differences.push_back({expected.clause, expected.amount_minor, std::nullopt});
        if (got != sums.end() && got->minor != expected.amount_minor)
            result.differences.push_back({expected.clause, expected.amount_minor, got->minor});
    }
    for (const Sum& got : sums)
        if (std::ranges::find(example.lines, got.clause, &Example::Line::clause) == example.lines.end())
            result.differences.push_back({got.clause, std::nullopt, got.minor});
    if (rated.total_minor != example.total_minor)
        result.differences.push_back({"total", example.total_minor, rated.total_minor});
}

// The version that holds when the example begins says since when its counters count.
std::expected<Accumulated, std::string> before_of(const Example& example, const Tariff& tariff) {
    Accumulated before;
    const Plan* plan = tariff.versions.front().get();
    for (const auto& version : tariff.versions)
        if (version->effective <= example.dates.from) plan = version.get();
    for (const auto& counter : example.counters_before) {
        const auto clause = std::ranges::find(plan->clauses, counter.clause, &tariff::Clause::name);
        const bool credits = clause != plan->clauses.end() && clause->quantity.carries;
        if (clause == plan->clauses.end() || (!credits && !tariff::counts_over_bills(clause->tiering.bounds)))
            return std::unexpected(fmt::format("'{}' counts no month, quarter or year on {}", counter.clause,
                                               format_date(example.dates.from)));
        const Date since = credits ? credit_since(clause->quantity, example.dates.from)
                                   : counting_since(clause->tiering, example.dates.from);
        before.counters.push_back({counter.clause, since, nullptr, counter.micro});
    }
    for (const auto& past : example.demands_before) before.demands.push_back({past.clause, past.dates, past.micro});
    before.carried_minor = example.carried_before_minor;
    before.carried_in = plan->currency;
    return before;
}

}  // namespace

std::expected<std::vector<std::shared_ptr<const Plan>>, std::string> read_with(const Example& example,
                                                                               const ReadBeside& read_beside) {
    std::vector<std::shared_ptr<const Plan>> plans;
    for (const auto& name : example.with) {
        const auto text = read_beside(name);
        if (!text) return std::unexpected(fmt::format("{}: {}", name, text.error()));
        auto plan = tariff::compile_tariff(*text, name);
        if (!plan) return std::unexpected(tariff::text_of(plan.error().front()));
        plans.push_back(std::make_shared<const Plan>(std::move(*plan)));
    }
    return plans;
}

namespace {

ExampleResult run_with(const tariff::TariffFile& file, const Example& example, const ReadBeside& read_beside) {
    const auto earlier = read_with(example, read_beside);
    if (earlier) return run_example(file.plan, example, *earlier);
    ExampleResult result;
    result.name = example.name;
    result.line = example.line;
    result.problem = earlier.error();
    return result;
}

// Interval values as rating wants them. `pieces` gets their sums by day and period.
std::vector<IntervalRun> runs_of(const Example& example, const Tariff& versions, const Zone& zone,
                                 std::vector<Piece>& pieces) {
    std::vector<IntervalRun> runs;
    for (const auto& intervals : example.intervals) {
        IntervalRun run{
            intervals.measure, {example.dates.from, example.dates.from}, intervals.minutes, intervals.micro};
        std::span<const std::int64_t> rest = intervals.micro;
        for (Date& day = run.dates.to; !rest.empty(); day += std::chrono::days{1}) {
            const auto later = [&](const auto& version) { return version->effective > day; };
            const auto next = std::ranges::find_if(versions.versions, later);
            const auto& plan = next == versions.versions.begin() ? *next : *std::prev(next);
            const auto count = static_cast<std::size_t>(zone.minutes_in(day) / intervals.minutes);
            ensure(count <= rest.size(), "the reader has counted the days");
            classify_day(*plan, zone, intervals.minutes, {day, rest.first(count), intervals.measure}, pieces);
            rest = rest.subspan(count);
        }
        runs.push_back(run);
    }
    return runs;
}

// As registers showed them; without such, those of the intervals.
std::vector<Peak> peaks_of(const Example& example, const Tariff& versions, const Zone& zone,
                           std::span<const IntervalRun> intervals) {
    std::vector<Peak> peaks;
    for (const auto& peak : example.peaks) peaks.push_back({peak.stream, peak.dates, peak.micro});
    if (peaks.empty()) peaks_of_runs(versions, zone, intervals, peaks);
    return peaks;
}

std::vector<PriceSeries> series_of(const Example& example) {
    std::vector<PriceSeries> series;
    for (const auto& one : example.series) series.push_back({one.name, example.dates.from, one.minutes, one.e8});
    return series;
}

std::string amount_text(std::optional<std::int64_t> minor, Currency currency) {
    return minor ? format_money({*minor, currency}) : "no line";
}

}  // namespace

ExampleResult run_example(const Plan& plan, const Example& example,
                          std::span<const std::shared_ptr<const Plan>> earlier) {
    ExampleResult result;
    result.name = example.name;
    result.line = example.line;
    const auto versions = tariff_for(plan, earlier);
    if (!versions) {
        result.problem = versions.error();
        return result;
    }
    std::vector<FactValue> facts;
    for (const auto& fact : example.facts) facts.push_back({fact.fact, fact.micro});
    const AgreementSpan span{example.dates,        &*versions,        example.customer_class,
                             example.entitlements, example.dwellings, facts};
    std::vector<Piece> pieces;
    for (const auto& piece : example.pieces) pieces.push_back({piece.stream, piece.dates, piece.micro});
    const Zone zone = Zone::named(plan.zone).value();
    const auto intervals = runs_of(example, *versions, zone, pieces);
    const auto peaks = peaks_of(example, *versions, zone, intervals);
    const auto series = series_of(example);
    std::vector<MonthlyInput> inputs;
    for (const auto& value : example.inputs) inputs.push_back({value.name, value.month, value.e8});
    const auto before = before_of(example, *versions);
    if (!before) {
        result.problem = before.error();
        return result;
    }
    const SectionInput input{example.dates, {&span, 1}, pieces, peaks, intervals, series, inputs, &*before, &zone};
    RatedSection rated;
    try {
        if (const auto done = Rater().rate(input, rated); !done)
            result.problem = rated.refused ? fmt::format("{}: {}", text_of(done.error()), refused_text(rated))
                                           : std::string(text_of(done.error()));
        else
            compare(example, rated, result);
    } catch (const OverflowError& error) {
        result.problem = fmt::format("a number leaves the range of exact amounts ({})", error.what());
    }
    return result;
}

bool ExampleReport::passed() const { return problems.empty() && std::ranges::all_of(results, &ExampleResult::passed); }

ExampleReport test_tariff(std::string_view yaml, std::string_view file_name, const ReadBeside& read_beside) {
    ExampleReport report;
    report.file = file_name;
    const auto file = tariff::read_tariff(yaml, file_name);
    if (!file) {
        report.problems = file.error();
        return report;
    }
    report.currency = file->plan.currency;
    if (file->examples.empty()) report.problems.push_back(tariff::no_examples(*file, file_name));
    for (const Example& example : file->examples) report.results.push_back(run_with(*file, example, read_beside));
    return report;
}

std::string text_of(const ExampleReport& report) {
    std::string text = tariff::text_of(report.problems);
    auto out = std::back_inserter(text);
    for (const auto& result : report.results) {
        const std::string place = fmt::format("{}:{}: example '{}': ", report.file, result.line, result.name);
        if (!result.problem.empty()) fmt::format_to(out, "{}{}\n", place, result.problem);
        for (const auto& difference : result.differences)
            fmt::format_to(out, "{}{}: expected {}, got {}\n", place, difference.clause,
                           amount_text(difference.expected_minor, report.currency),
                           amount_text(difference.got_minor, report.currency));
    }
    return text;
}

}  // namespace mainspring::rating
