#include "metering/relation.hpp"

#include <algorithm>
#include <limits>

#include "customer/dated.hpp"

namespace mainspring::metering {

std::string_view text_of(RelationKind kind) { return kind == RelationKind::sub_meter ? "sub_meter" : "check_meter"; }

std::expected<RelationKind, std::string> relation_kind_of(std::string_view text) {
    if (text == "sub_meter") return RelationKind::sub_meter;
    if (text == "check_meter") return RelationKind::check_meter;
    return std::unexpected("'" + std::string(text) + "' is no kind of relation (sub_meter, check_meter)");
}

std::string_view text_of(TakenBy by) {
    switch (by) {
        case TakenBy::meter: return "meter";
        case TakenBy::quantity: return "quantity";
        case TakenBy::ratio: return "ratio";
    }
    return "meter";
}

std::expected<TakenBy, std::string> taken_by_of(std::string_view text) {
    for (const auto by : {TakenBy::meter, TakenBy::quantity, TakenBy::ratio})
        if (text_of(by) == text) return by;
    return std::unexpected("'" + std::string(text) + "' is no way to take a sub-meter off (meter, quantity, ratio)");
}

std::vector<DateRange> RelationNet::active_days(const RelationKey& key) const {
    std::vector<DateRange> days;
    const auto found = facts_.find(key);
    if (found == facts_.end()) return days;
    const auto timeline = customer::timeline_of(found->second);
    for (std::size_t i = 0; i < timeline.size(); ++i)
        if (!timeline[i].ended)
            days.push_back({timeline[i].valid_from, i + 1 < timeline.size() ? timeline[i + 1].valid_from : kForever});
    return days;
}

bool RelationNet::is_above(std::int64_t point, std::int64_t target, DateRange days) const {
    if (point == target) return true;
    const RelationKey first{point, std::numeric_limits<std::int64_t>::min(), RelationKind::sub_meter};
    for (auto at = facts_.lower_bound(first); at != facts_.end() && at->first.parent_id == point; ++at)
        for (const DateRange& active : active_days(at->first)) {
            const DateRange both{std::max(days.from, active.from), std::min(days.to, active.to)};
            if (both.from < both.to && is_above(at->first.child_id, target, both)) return true;
        }
    return false;
}

RelationNet::Change RelationNet::state(const RelationKey& key, const Statement& statement, RelationFact& out) {
    auto& facts = facts_[key];
    const auto timeline = customer::timeline_of(facts);
    const auto* holds = customer::fact_on(timeline, statement.valid_from);
    const bool of_this_day = holds != nullptr && holds->valid_from == statement.valid_from;
    if (of_this_day && holds->ended == statement.ended && holds->terms == statement.terms) return Change::none;
    const auto stands = [&](const RelationFact& fact) {
        return fact.valid_from == statement.valid_from && fact.source >= statement.known_since;
    };
    if (statement.known_since != 0 && std::ranges::any_of(facts, stands)) return Change::none;
    if (!of_this_day && statement.ended && (holds == nullptr || holds->ended)) return Change::nothing_to_end;
    out = {statement.valid_from, customer::next_version(facts, statement.valid_from), false, statement.ended, 0,
           statement.terms};
    const auto before = facts;
    facts.push_back(out);
    for (const DateRange& days : active_days(key))
        if (is_above(key.child_id, key.parent_id, days)) {
            facts = before;
            return Change::cycle;
        }
    return out.version == 1 ? Change::added : Change::versioned;
}

}  // namespace mainspring::metering
