#include "tariff/plan.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <map>
#include <mutex>
#include <shared_mutex>

#include "base/ensure.hpp"

namespace mainspring::tariff {

namespace {

// Numbers names in the order in which they are first seen. Names never move, so that views of them stay valid.
class Names {
public:
    Names(std::size_t limit, std::string_view what) : limit_(limit), what_(what) {}

    std::size_t number_of(std::string_view name) {
        {
            const std::shared_lock lock(mutex_);
            if (const auto found = numbers_.find(name); found != numbers_.end()) return found->second;
        }
        const std::unique_lock lock(mutex_);
        if (const auto found = numbers_.find(name); found != numbers_.end()) return found->second;
        if (names_.size() >= limit_) throw TooManyNames("more than " + std::to_string(limit_) + " kinds of " + what_);
        const std::size_t number = names_.size();
        numbers_.emplace(names_.emplace_back(name), number);
        return number;
    }

    std::string_view name_of(std::size_t number) const {
        const std::shared_lock lock(mutex_);
        ensure(number < names_.size(), "a number that no name was given");
        return names_[number];
    }

private:
    const std::size_t limit_;
    const std::string what_;
    mutable std::shared_mutex mutex_;
    std::deque<std::string> names_;
    std::map<std::string, std::size_t, std::less<>> numbers_;
};

Names& periods() {
    static Names names(16'384, "streams");
    static const std::size_t total = names.number_of("total");
    ensure(total == kTotal, "the first stream must be the total");
    return names;
}

constexpr std::array<std::string_view, kMeasures> kMeasureNames{"total", "export", "reactive", "reactive_export"};

// Names of streams of measures other than the energy taken, made when first asked for.
std::string_view measure_name(Stream stream) {
    static std::mutex mutex;
    static std::map<Stream, std::string> names;
    const std::scoped_lock lock(mutex);
    std::string& name = names[stream];
    if (name.empty()) {
        name = kMeasureNames[measure_index(stream)];
        if (period_of(stream) != 0) name.append(".").append(periods().name_of(period_of(stream)));
    }
    return name;
}

Names& facts() {
    static Names names(kNoFact, "facts");
    static const std::size_t dwellings = names.number_of("dwellings");
    ensure(dwellings == kDwellings, "the first fact must be the number of dwellings");
    return names;
}

Names& entitlements() {
    static Names names(64, "entitlements");
    return names;
}

constexpr std::array<std::string_view, 5> kClasses{"", "residential", "commercial", "industrial", "public"};

constexpr std::array<std::string_view, 18> kKinds{
    "",           "fixed_per_day", "fixed_per_period", "energy_flat",      "energy_time_of_use",  "energy_tiered",
    "percentage", "tax",           "discount_percent", "discount_per_day", "discount_per_period", "minimum",
    "rounding",   "energy_slab",   "energy_indexed",   "demand",           "power_factor",        "maximum"};

}  // namespace

Stream stream_of(std::string_view name) {
    const std::string_view measure = name.substr(0, name.find('.'));
    for (std::size_t i = 1; i < kMeasures; ++i) {
        if (measure != kMeasureNames[i]) continue;
        const auto bare = static_cast<Stream>(i << 14U);
        if (measure.size() == name.size()) return bare;
        return static_cast<Stream>(bare | periods().number_of(name.substr(measure.size() + 1)));
    }
    return static_cast<Stream>(periods().number_of(name));
}

std::string_view name_of(Stream stream) {
    return measure_of(stream) == kTotal ? periods().name_of(stream) : measure_name(stream);
}

bool is_measure(std::string_view name) {
    return std::find(kMeasureNames.begin() + 1, kMeasureNames.end(), name) != kMeasureNames.end();
}

Unit unit_of_stream(Stream stream, Unit tariff) { return (stream & kReactive) != 0 ? Unit::kvarh : tariff; }

Streams named_streams(const Clause& clause) {
    Streams named = priced_streams(clause);
    for (const Streams* streams : {&clause.when.of, &clause.bands.of})
        named.insert(named.end(), streams->begin(), streams->end());
    return named;
}

Streams priced_streams(const Clause& clause) {
    Streams named;
    const auto add = [&](const Streams& streams) { named.insert(named.end(), streams.begin(), streams.end()); };
    const auto form = form_of(clause.kind);
    if (form == LineForm::quantity || form == LineForm::indexed) add(clause.of);
    for (const Streams* streams : {&clause.quantity.less, &clause.tiering.periods}) add(*streams);
    for (const PeriodPrice& price : clause.period_prices) named.push_back(price.stream);
    if (clause.kind == ClauseKind::power_factor)
        for (const Streams* streams : {&clause.power_factor.active, &clause.power_factor.reactive}) add(*streams);
    return named;
}

FactId fact_of(std::string_view name) { return static_cast<FactId>(facts().number_of(name)); }

std::string_view name_of_fact(FactId fact) { return facts().name_of(fact); }

std::uint64_t entitlement_bit(std::string_view name) { return std::uint64_t{1} << entitlements().number_of(name); }

std::vector<std::string> entitlement_names(std::uint64_t bits) {
    std::vector<std::string> names;
    for (std::size_t number = 0; number < 64; ++number)
        if ((bits >> number & 1) != 0) names.emplace_back(entitlements().name_of(number));
    return names;
}

std::string_view text_of(CustomerClass customer_class) { return kClasses.at(static_cast<std::size_t>(customer_class)); }

std::expected<CustomerClass, std::string> customer_class_of(std::string_view text) {
    for (std::size_t i = 1; i < kClasses.size(); ++i)
        if (kClasses[i] == text) return static_cast<CustomerClass>(i);
    return std::unexpected("'" + std::string(text) +
                           "' is no customer class (residential, commercial, industrial, public)");
}

LineForm form_of(ClauseKind kind) {
    switch (kind) {
        case ClauseKind::fixed_per_day:
        case ClauseKind::discount_per_day: return LineForm::days;
        case ClauseKind::fixed_per_period:
        case ClauseKind::discount_per_period: return LineForm::months;
        case ClauseKind::energy_flat:
        case ClauseKind::energy_time_of_use:
        case ClauseKind::energy_tiered:
        case ClauseKind::energy_slab: return LineForm::quantity;
        case ClauseKind::energy_indexed: return LineForm::indexed;
        case ClauseKind::demand: return LineForm::demand;
        case ClauseKind::percentage:
        case ClauseKind::tax:
        case ClauseKind::discount_percent:
        case ClauseKind::power_factor: return LineForm::share;
        case ClauseKind::minimum:
        case ClauseKind::maximum: return LineForm::limit;
        case ClauseKind::rounding: break;
    }
    return LineForm::rounding;
}

bool is_discount(ClauseKind kind) {
    return kind == ClauseKind::discount_per_day || kind == ClauseKind::discount_per_period ||
           kind == ClauseKind::discount_percent;
}

Unit demand_unit(const Plan& plan, const Clause& clause) {
    for (const DemandRule& rule : plan.demands)
        if (rule.stream == clause.of.front() ||
            std::ranges::find(rule.periods, clause.of.front()) != rule.periods.end())
            return rule.unit;
    return Unit::none;
}

std::string_view text_of(ClauseKind kind) { return kKinds.at(static_cast<std::size_t>(kind)); }

}  // namespace mainspring::tariff
