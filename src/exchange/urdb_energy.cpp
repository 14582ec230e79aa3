#include <algorithm>
#include <fmt/core.h>
#include <map>

#include "exchange/urdb_parts.hpp"

namespace mainspring::exchange::urdb {

namespace {

// A clause without its name yet.
struct Draft {
    SheetCharge charge;
    std::uint16_t seasons = 0;
    int rate = -1;  // of one rate alone
};

std::string tiers_of(const Rate& rate) {
    std::vector<std::string> tiers;
    for (const Tier& tier : rate.tiers)
        tiers.push_back(fmt::format(
            "{{{}price: {}}}",
            tier.upto_micro ? fmt::format("upto: {}, ", quoted_decimal(*tier.upto_micro, 6)) : std::string{},
            quoted_decimal(tier.price_e8, 8)));
    return bracketed(tiers);
}

class EnergyWriter {
public:
    EnergyWriter(const Rates& rates, TariffSheet& sheet)
        : axis_(rates.pattern.energy), calendar_(rates.calendar), sheet_(sheet) {}

    void run() {
        for (const Use& use : uses_of(calendar_, axis_, AxisName::energy))
            if (use.periods.empty()) drafts_.push_back(one_rate(use));
        for (const auto& [kind, seasons] : shared_seasons()) {
            if (kind == kPlain)
                drafts_.push_back(time_of_use(seasons));
            else if (kind == kApart)
                add_apart(seasons);
            else
                drafts_.push_back(tiers_by_period(seasons));
        }
        name_drafts();
    }

private:
    static constexpr int kPlain = -1, kApart = -2;  // else: the first rate of those with equal bounds

    const Rate& rate(int index) const { return axis_.rates[static_cast<std::size_t>(index)]; }

    // Over the total, or over periods of its own.
    Draft one_rate(const Use& use) const {
        Draft draft{{}, use.seasons, use.rate};
        const Rate& only = rate(use.rate);
        auto& keys = draft.charge.keys;
        limit_to_seasons(draft.charge, calendar_, use.seasons);
        draft.charge.kind = only.tiers.size() == 1 ? "energy_flat" : "energy_tiered";
        if (!use.periods.empty()) keys.emplace_back("of", listed(use.periods));
        if (only.tiers.size() == 1) {
            keys.emplace_back("price", quoted_decimal(only.tiers[0].price_e8, 8));
        } else {
            keys.emplace_back("bounds", only.daily ? "day" : "bill");
            keys.emplace_back("tiers", tiers_of(only));
        }
        return draft;
    }

    // Seasons whose days have several rates, by what sort of clause they get.
    std::map<int, std::uint16_t> shared_seasons() const {
        std::map<int, std::uint16_t> sorts;
        for (std::size_t s = 0; s < calendar_.seasons.size(); ++s) {
            const auto rates = rates_in(axis_, calendar_.month_of(s));
            if (rates.size() < 2) continue;
            sorts[sort_of(rates, sorts)] |= static_cast<std::uint16_t>(1U << s);
        }
        return sorts;
    }

    int sort_of(const std::vector<int>& rates, const std::map<int, std::uint16_t>& known) const {
        if (std::ranges::all_of(rates, [&](int r) { return rate(r).tiers.size() == 1; })) return kPlain;
        const Rate& first = rate(rates.front());
        if (!std::ranges::all_of(rates, [&](int r) { return rate(r).same_bounds(first); })) return kApart;
        for (const auto& [sort, seasons] : known)
            if (sort >= 0 && rate(sort).same_bounds(first)) return sort;
        return rates.front();
    }

    // "{peak: "0.3", off_peak: "0.1"}": the prices of one tier.
    std::string prices(std::uint16_t seasons, std::size_t tier) const {
        std::string text;
        for (const auto& period : calendar_.periods)
            if ((period.seasons & seasons) != 0)
                text += fmt::format("{}{}: {}", text.empty() ? "{" : ", ", period.name,
                                    quoted_decimal(rate(period.energy).tiers[tier].price_e8, 8));
        return text + "}";
    }

    Draft time_of_use(std::uint16_t seasons) const {
        Draft draft{{}, seasons};
        limit_to_seasons(draft.charge, calendar_, seasons);
        draft.charge.kind = "energy_time_of_use";
        draft.charge.keys.emplace_back("prices", prices(seasons, 0));
        return draft;
    }

    Draft tiers_by_period(std::uint16_t seasons) const {
        Draft draft{{}, seasons};
        limit_to_seasons(draft.charge, calendar_, seasons);
        draft.charge.kind = "energy_tiered";
        const auto period = std::ranges::find_if(calendar_.periods,
                                                 [&](const Calendar::Period& p) { return (p.seasons & seasons) != 0; });
        const Rate& bounds = rate(period->energy);
        std::vector<std::string> tiers;
        for (std::size_t t = 0; t < bounds.tiers.size(); ++t)
            tiers.push_back(fmt::format("{{{}prices: {}}}",
                                        bounds.tiers[t].upto_micro
                                            ? fmt::format("upto: {}, ", quoted_decimal(*bounds.tiers[t].upto_micro, 6))
                                            : std::string{},
                                        prices(seasons, t)));
        draft.charge.keys.emplace_back("bounds", bounds.daily ? "day" : "bill");
        draft.charge.keys.emplace_back("split", "proportional");
        draft.charge.keys.emplace_back("tiers", bracketed(tiers));
        return draft;
    }

    void add_apart(std::uint16_t seasons) {
        for (const Use& use : uses_of(calendar_, axis_, AxisName::energy)) {
            const auto inside = static_cast<std::uint16_t>(use.seasons & seasons);
            if (use.periods.empty() || inside == 0) continue;
            drafts_.push_back(one_rate({use.rate, inside, periods_of(calendar_, AxisName::energy, use.rate, inside)}));
        }
    }

    void name_drafts() {
        std::vector<std::string> names;
        for (Draft& draft : drafts_) {
            std::string word = season_words(calendar_, draft.seasons, "_");
            if (draft.rate >= 0 && word.size() < 40) word += fmt::format("_p{}", draft.rate);
            if (word.size() > 50) word = fmt::format("{}", names.size() + 1);
            std::string name = drafts_.size() == 1 ? "energy" : "energy_" + word;
            if (std::ranges::find(names, name) != names.end()) name = fmt::format("energy_{}", names.size() + 1);
            names.push_back(name);
            draft.charge.clause = name;
            draft.charge.name = "Energy";
            if (draft.seasons != calendar_.all_seasons())
                draft.charge.name += ", " + season_words(calendar_, draft.seasons, ", ");
            if (draft.charge.name.size() > 150) draft.charge.name = "Energy";
            draft.charge.account = kAccount;
            sheet_.charges.push_back(std::move(draft.charge));
        }
    }

    const Axis& axis_;
    const Calendar& calendar_;
    TariffSheet& sheet_;
    std::vector<Draft> drafts_;
};

void add_fuel(const Rates& rates, TariffSheet& sheet) {
    std::map<std::int64_t, std::uint16_t> seasons;  // by price
    const Calendar& calendar = rates.calendar;
    for (std::size_t s = 0; s < calendar.seasons.size(); ++s)
        seasons[rates.fuel_e8[static_cast<std::size_t>(calendar.month_of(s))]] |= static_cast<std::uint16_t>(1U << s);
    int number = 0;
    for (const auto& [price, in] : seasons) {
        if (price == 0) continue;
        SheetCharge charge{fmt::format("fuel_{}", ++number), "energy_flat", "Fuel adjustment", kAccount, {}};
        limit_to_seasons(charge, calendar, in);
        charge.keys.emplace_back("price", quoted_decimal(price, 8));
        sheet.charges.push_back(std::move(charge));
    }
}

}  // namespace

void add_energy_charges(const Rates& rates, TariffSheet& sheet) {
    const Axis& axis = rates.pattern.energy;
    if (std::ranges::any_of(axis.rates, [](const Rate& rate) { return !rate.tiers.empty(); }))
        EnergyWriter(rates, sheet).run();
    add_fuel(rates, sheet);
}

// Only who feeds in has registers for it, so the clauses ask for the entitlement `feeds_in`.
void add_export_charges(const Rates& rates, Gathering& gathering, TariffSheet& sheet) {
    const Axis& axis = rates.pattern.energy;
    std::map<std::int64_t, std::vector<Use>> by_price;
    for (Use& use : uses_of(rates.calendar, axis, AxisName::energy)) {
        const auto& tiers = axis.rates[static_cast<std::size_t>(use.rate)].tiers;
        if (tiers.empty()) continue;
        if (!std::ranges::all_of(tiers, [&](const Tier& tier) { return tier.sell_e8 == tiers[0].sell_e8; }))
            gathering.refuse_unless_left_out("energyratestructure.sell",
                                             fmt::format("energyratestructure[{}]: tiers buy at different prices; what "
                                                         "is fed in has one price in each period",
                                                         use.rate));
        else
            by_price[tiers[0].sell_e8].push_back(std::move(use));
    }
    const auto add = [&](SheetCharge charge, std::int64_t sell_e8) {
        charge.keys.emplace_back("price", quoted_decimal(-sell_e8, 8));
        charge.keys.emplace_back("for", "{entitlement: feeds_in}");
        sheet.charges.push_back(std::move(charge));
    };
    if (by_price.size() == 1 && by_price.begin()->first != 0)
        return add({"fed_in", "energy_flat", "Energy fed in", kAccount, {{"of", "export"}}}, by_price.begin()->first);
    int number = 0;
    for (const auto& [sell_e8, uses] : by_price)
        for (const Use& use : uses) {
            if (sell_e8 == 0) continue;
            SheetCharge charge{fmt::format("fed_in_{}", ++number), "energy_flat", "Energy fed in", kAccount, {}};
            limit_to_seasons(charge, rates.calendar, use.seasons);
            std::vector<std::string> streams;
            for (const auto& period : use.periods) streams.push_back("export." + period);
            charge.keys.emplace_back("of", streams.empty() ? "export" : listed(streams));
            add(std::move(charge), sell_e8);
        }
}

}  // namespace mainspring::exchange::urdb
