#include <algorithm>
#include <fmt/core.h>
#include <map>

#include "exchange/urdb_parts.hpp"
#include "formats/problem.hpp"

namespace mainspring::exchange::urdb {

namespace {

constexpr std::array kWindows{5, 10, 15, 30, 60};

// "kW" or "kVA" from the first of the fields that is there; kW otherwise, as the database says.
std::string demand_unit(const Fields& fields, std::initializer_list<std::string_view> names) {
    for (const auto name : names) {
        if (fields.find(name) == nullptr) continue;
        const std::string unit = fields.text(name);
        if (unit != "kW" && unit != "kVA")
            fields.gathering().refuse(std::string(name),
                                      fmt::format("'{}': the highest demand of a bill in kW or kVA is what tariffs "
                                                  "charge; the sum of daily ones and horse powers are not",
                                                  formats::shown(unit)));
        return unit == "kVA" ? "kVA" : "kW";
    }
    return "kW";
}

int demand_window(const Fields& fields) {
    int window = fields.gathering().choices().demand_window_minutes;
    const Json* own = fields.find("demandwindow");
    if (own == nullptr && window == 0)
        fields.gathering().refuse("demandwindow",
                                  "is missing: how many minutes a demand is the mean of "
                                  "(--demand-window says it)");
    if (own != nullptr) window = fields.index_of(*own, "demandwindow", 1440).value_or(0);
    if (window != 0 && std::ranges::find(kWindows, window) == kWindows.end())
        fields.gathering().refuse("demandwindow", fmt::format("{} minutes: must be 5, 10, 15, 30 or 60", window));
    return window;
}

std::string months_text(std::uint16_t months) {
    std::vector<std::string> numbers;
    for (unsigned month = 1; month <= 12; ++month)
        if ((months >> month & 1U) != 0) numbers.push_back(fmt::format("{}", month));
    return bracketed(numbers);
}

// A share that the database gives as a fraction (0.8) or a percentage (80); percent at scale 6.
std::int64_t percent_e6(std::int64_t value_e6) { return value_e6 <= 1'000'000 ? value_e6 * 100 : value_e6; }

std::string past_item(int months_back, std::int64_t percent, std::uint16_t months) {
    std::string text = fmt::format("{{past: {}, percent: {}", months_back, quoted_decimal(percent, 6));
    if (months != 0x1ffe) text += ", months: " + months_text(months);
    return text + "}";
}

// The items of `at_least`: what earlier demands leave to a bill.
std::vector<std::string> read_lookback(const Fields& fields) {
    std::vector<std::string> items;
    const auto spelled = [&](std::string_view one, std::string_view other) {
        return fields.find(one) != nullptr ? one : other;
    };
    const std::int64_t percent = fields.number(spelled("lookbackpercent", "lookbackPercent"), 6).value_or(0);
    const Json* range = fields.find(spelled("lookbackrange", "lookbackRange"));
    const auto flags = fields.by_month(spelled("lookbackmonths", "lookbackMonths"), 0);
    const int back = range == nullptr ? 0 : fields.index_of(*range, "lookbackrange", 60).value_or(0);
    std::uint16_t months = 0;
    for (std::size_t month = 0; flags && month < 12; ++month)
        if ((*flags)[month] != 0) months |= static_cast<std::uint16_t>(1U << (month + 1));
    if (percent != 0 && back == 0 && months == 0)
        fields.gathering().refuse("lookbackpercent", "stands without lookbackrange or lookbackmonths that say of what");
    else if (percent != 0)
        items.push_back(past_item(back == 0 ? 11 : back, percent_e6(percent), months == 0 ? 0x1ffe : months));
    std::map<std::int64_t, std::uint16_t> ratchets;  // by percent
    if (const auto shares = fields.by_month("demandratchetpercentage", 6))
        for (std::size_t month = 0; month < 12; ++month)
            if ((*shares)[month] != 0)
                ratchets[percent_e6((*shares)[month])] |= static_cast<std::uint16_t>(1U << (month + 1));
    for (const auto& [share, in] : ratchets) items.push_back(past_item(11, share, in));
    return items;
}

class DemandWriter {
public:
    DemandWriter(const Fields& fields, const Rates& rates, TariffSheet& sheet)
        : fields_(fields), rates_(rates), sheet_(sheet), at_least_(read_lookback(fields)) {}

    void run() {
        const int window = demand_window(fields_);
        if (rates_.flat_demand.present)
            write_flat(demand(demand_unit(fields_, {"flatdemandunit", "flatdemandunits", "flatDemandUnits"}), window));
        if (rates_.pattern.demand.present)
            write_by_period(demand(
                demand_unit(fields_, {"demandrateunit", "demandRateUnits", "demandunits", "demandUnits"}), window));
    }

private:
    // The name of the demand, declared when it is new.
    std::string demand(const std::string& unit, int window) {
        const std::string name = unit == "kVA" ? "demand_kva" : "demand_kw";
        const std::string line = fmt::format("{}: {{unit: {}, window: {}}}", name, unit, window);
        if (std::ranges::find(sheet_.demands, line) == sheet_.demands.end()) sheet_.demands.push_back(line);
        return name;
    }

    void write_flat(const std::string& demand) {
        const auto& calendar = rates_.calendar;
        std::map<int, std::uint16_t> seasons;  // by rate
        for (std::size_t s = 0; s < calendar.seasons.size(); ++s)
            seasons[rates_.flat_demand.rate_of[static_cast<std::size_t>(calendar.month_of(s))]] |=
                static_cast<std::uint16_t>(1U << s);
        int number = 0;
        for (const auto& [rate, in] : seasons) {
            const Rate& price = rates_.flat_demand.rates[static_cast<std::size_t>(rate)];
            if (!price.priced()) continue;
            const std::string name = seasons.size() == 1 ? "demand" : fmt::format("demand_{}", ++number);
            add({name, "demand", title("Demand", in), kAccount, {}}, {price, demand, in});
        }
    }

    void write_by_period(const std::string& demand) {
        const Axis& axis = rates_.pattern.demand;
        int number = 0;
        for (const Use& use : uses_of(rates_.calendar, axis, AxisName::demand)) {
            const Rate& rate = axis.rates[static_cast<std::size_t>(use.rate)];
            if (!rate.priced()) continue;
            std::vector<std::string> streams;
            for (const auto& period : use.periods) streams.push_back(demand + "." + period);
            add({fmt::format("period_demand_{}", ++number),
                 "demand",
                 title(fmt::format("Demand of period {}", use.rate), use.seasons),
                 kAccount,
                 {}},
                {rate, streams.empty() ? demand : listed(streams), use.seasons});
        }
    }

    std::string title(std::string text, std::uint16_t seasons) const {
        if (seasons == rates_.calendar.all_seasons()) return text;
        const std::string words = season_words(rates_.calendar, seasons, ", ");
        return words.size() > 120 ? text : text + ", " + words;
    }

    struct Priced {
        const Rate& rate;
        std::string of;
        std::uint16_t seasons;
    };
    void add(SheetCharge charge, const Priced& priced) {
        limit_to_seasons(charge, rates_.calendar, priced.seasons);
        charge.keys.emplace_back("of", priced.of);
        const auto& tiers = priced.rate.tiers;
        if (tiers.size() == 1) charge.keys.emplace_back("price", quoted_decimal(tiers[0].price_e8, 8));
        std::vector<std::string> rows;
        for (const Tier& tier : tiers)
            rows.push_back(tier.upto_micro ? fmt::format("{{upto: {}, price: {}}}", quoted_decimal(*tier.upto_micro, 6),
                                                         quoted_decimal(tier.price_e8, 8))
                                           : fmt::format("{{price: {}}}", quoted_decimal(tier.price_e8, 8)));
        if (tiers.size() > 1) charge.keys.emplace_back("tiers", bracketed(rows));
        charge.keys.emplace_back("proration", "none");
        if (!at_least_.empty()) charge.keys.emplace_back("at_least", bracketed(at_least_));
        sheet_.charges.push_back(std::move(charge));
    }

    const Fields& fields_;
    const Rates& rates_;
    TariffSheet& sheet_;
    std::vector<std::string> at_least_;
};

// Of a price in cents or finer; a year is twelve months.
std::int64_t of_a_month(std::int64_t year_e8, std::string_view field, Gathering& gathering) {
    if (year_e8 % 12 != 0) gathering.note(fmt::format("{}: a twelfth of it is rounded to 8 decimals", field));
    return static_cast<std::int64_t>(divide_rounded(year_e8, 12, RoundingMode::half_up));
}

void add_fixed(const Fields& fields, std::string_view field, SheetCharge charge, TariffSheet& sheet) {
    const auto price = fields.number(field, 8);
    if (!price || *price == 0) return;
    const std::string unit = fields.text("fixedchargeunits");
    const bool monthly = field == "fixedmonthlycharge" || unit == "$/month";
    if (!monthly && unit != "$/day" && unit != "$/year")
        return fields.gathering().refuse(
            "fixedchargeunits", unit.empty()
                                    ? "is missing: what time the fixed charge is for"
                                    : fmt::format("'{}': must be $/month, $/day or $/year", formats::shown(unit)));
    charge.kind = unit == "$/day" && !monthly ? "fixed_per_day" : "fixed_per_period";
    charge.account = kAccount;
    const std::int64_t shown = !monthly && unit == "$/year" ? of_a_month(*price, field, fields.gathering()) : *price;
    charge.keys.insert(charge.keys.begin(), {"price", quoted_decimal(shown, 8)});
    sheet.charges.push_back(std::move(charge));
}

}  // namespace

void add_fixed_charges(const Fields& fields, TariffSheet& sheet) {
    add_fixed(fields, "fixedchargefirstmeter", {"fixed", "", "Fixed charge", "", {}}, sheet);
    add_fixed(fields, "fixedmonthlycharge", {"fixed_month", "", "Fixed monthly charge", "", {}}, sheet);
    const std::size_t before = sheet.charges.size();
    add_fixed(fields, "fixedchargeeaaddl",
              {"fixed_more_meters", "", "Each further meter", "", {{"times", "further_meters"}}}, sheet);
    if (sheet.charges.size() > before) sheet.facts.push_back("further_meters: {unit: none, default: \"0\"}");
}

void add_demand_charges(const Fields& fields, const Rates& rates, TariffSheet& sheet) {
    if (rates.flat_demand.present || rates.pattern.demand.present) DemandWriter(fields, rates, sheet).run();
}

void add_minimum(const Fields& fields, TariffSheet& sheet) {
    if (fields.number("annualmincharge", 8).value_or(0) != 0)
        fields.gathering().refuse_unless_left_out("annualmincharge",
                                                  "a least sum of a year; tariffs know a least sum of a month");
    std::int64_t least = 0;
    for (const std::string_view field : {"minmonthlycharge", "mincharge"}) {
        const auto amount = fields.number(field, 2);
        if (!amount || *amount <= 0) continue;
        const std::string unit = field == "mincharge" ? fields.text("minchargeunits") : "$/month";
        if (unit == "$/month")
            least = std::max(least, *amount);
        else
            fields.gathering().refuse_unless_left_out(
                "mincharge", unit.empty()
                                 ? std::string("minchargeunits is missing: what time it is for")
                                 : fmt::format("in {}; tariffs know a least sum of a month", formats::shown(unit)));
    }
    if (least == 0 || sheet.charges.empty()) return;
    sheet.charges.push_back(
        {"minimum", "minimum", "Minimum charge", kAccount, {{"amount", quoted_decimal(least, 2)}, {"of", "[all]"}}});
}

}  // namespace mainspring::exchange::urdb
