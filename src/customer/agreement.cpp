#include "customer/agreement.hpp"

#include <array>

#include "customer/dated.hpp"

namespace mainspring::customer {
namespace {

constexpr std::array<std::string_view, 4> kClasses{"residential", "commercial", "industrial", "public"};

std::optional<SupplyOverlap> overlap_of(std::span<const Agreement> on_point, DateRange days,
                                        std::optional<std::size_t> except) {
    for (std::size_t i = 0; i < on_point.size(); ++i) {
        if (except == i) continue;
        for (const DateRange& held : held_days(on_point[i]))
            if (held.from < days.to && days.from < held.to) return SupplyOverlap{on_point[i].account_id, held};
    }
    return std::nullopt;
}

// The agreement of the account that holds on the day, and the piece of its days.
std::optional<std::pair<std::size_t, DateRange>> holding(std::span<const Agreement> on_point,
                                                         const SupplyStatement& statement) {
    for (std::size_t i = 0; i < on_point.size(); ++i) {
        if (on_point[i].account_id != statement.account_id) continue;
        for (const DateRange& held : held_days(on_point[i]))
            if (held.contains(statement.from)) return std::pair(i, held);
    }
    return std::nullopt;
}

AgreementFact fact(const Agreement& agreement, Date valid_from, const Terms& terms) {
    return {.valid_from = valid_from, .version = next_version(agreement.rows, valid_from), .terms = terms};
}

// Moves the end of the piece `held` to `to`. Facts that would lie at or after the new end are taken back.
void move_end(const Agreement& agreement, DateRange held, Date to, std::vector<AgreementFact>& rows) {
    const auto timeline = timeline_of(agreement.rows);
    const AgreementFact* last = &timeline.front();
    for (const AgreementFact& each : timeline) {
        if (each.valid_from < to && !each.ended) last = &each;
        if (each.valid_from <= held.from || each.valid_from > held.to || each.valid_from == to) continue;
        if (each.valid_from < to && !each.ended) continue;
        AgreementFact back = fact(agreement, each.valid_from, each.terms);
        back.voided = true;
        rows.push_back(back);
    }
    AgreementFact end = fact(agreement, to, last->terms);
    end.ended = true;
    rows.push_back(end);
}

}  // namespace

std::string_view text_of(CustomerClass customer_class) {
    return kClasses[static_cast<std::size_t>(customer_class) - 1];
}

std::optional<CustomerClass> customer_class_of(std::string_view text) {
    for (std::size_t i = 0; i < kClasses.size(); ++i)
        if (kClasses[i] == text) return static_cast<CustomerClass>(i + 1);
    return std::nullopt;
}

std::vector<DateRange> held_days(const Agreement& agreement) {
    std::vector<DateRange> out;
    bool open = false;
    for (const AgreementFact& each : timeline_of(agreement.rows)) {
        if (!each.ended && !open) out.push_back({each.valid_from, kForever});
        if (each.ended && open) out.back().to = each.valid_from;
        open = !each.ended;
    }
    return out;
}

std::expected<SupplyChange, SupplyOverlap> apply_statement(std::span<const Agreement> on_point,
                                                           const SupplyStatement& statement) {
    SupplyChange change;
    const auto own = holding(on_point, statement);
    if (!own) {
        if (const auto overlap = overlap_of(on_point, {statement.from, statement.to.value_or(kForever)}, std::nullopt))
            return std::unexpected(*overlap);
        change.rows.push_back({.valid_from = statement.from, .terms = statement.terms});
        if (statement.to) change.rows.push_back({.valid_from = *statement.to, .ended = true, .terms = statement.terms});
        return change;
    }
    const auto& [index, held] = *own;
    const Agreement& agreement = on_point[index];
    change.agreement = index;
    const bool ends_elsewhere = statement.to && *statement.to != held.to;
    if (ends_elsewhere) {
        if (const auto overlap = overlap_of(on_point, {statement.from, *statement.to}, index))
            return std::unexpected(*overlap);
        for (const DateRange& other : held_days(agreement))
            if (other.from > held.from && other.from < *statement.to)
                return std::unexpected(SupplyOverlap{agreement.account_id, other});
    }
    const auto timeline = timeline_of(agreement.rows);
    if (fact_on(timeline, statement.from)->terms != statement.terms)
        change.rows.push_back(fact(agreement, statement.from, statement.terms));
    if (ends_elsewhere) move_end(agreement, held, *statement.to, change.rows);
    return change;
}

}  // namespace mainspring::customer
