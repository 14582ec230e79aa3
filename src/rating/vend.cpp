#include "rating/vend.hpp"

#include <algorithm>
#include <fmt/core.h>

#include "base/ensure.hpp"

namespace mainspring::rating {

using tariff::Clause;
using tariff::ClauseKind;
using tariff::LineForm;

namespace {

bool has_negative_price(const Clause& clause) {
    return clause.price_e8 < 0 ||
           std::ranges::any_of(clause.tiers, [](const tariff::Tier& tier) { return tier.price_e8 < 0; });
}

// From the bound of a slab on all units cost what the next one says: less would be a reward for buying more.
bool falls(const std::vector<tariff::Tier>& tiers) {
    return std::ranges::adjacent_find(tiers, [](const auto& a, const auto& b) { return b.price_e8 < a.price_e8; }) !=
           tiers.end();
}

bool counts_total_alone(const Clause& clause) {
    const bool periods = std::ranges::any_of(clause.tiers, [](const auto& t) { return !t.period_prices_e8.empty(); });
    return clause.of == tariff::Streams{tariff::kTotal} && clause.quantity.less.empty() && !periods;
}

std::string why_not(const Clause& clause) {
    const LineForm form = tariff::form_of(clause.kind);
    if (clause.kind == ClauseKind::energy_time_of_use) return "is priced by periods";
    if (form == LineForm::demand || form == LineForm::indexed || clause.kind == ClauseKind::power_factor)
        return "needs what a meter has measured";
    if (clause.hours_of) return "needs what a meter has measured";
    if (clause.tiering.bounds == tariff::TierBounds::each_day) return "begins anew every day";
    if (clause.agreed != tariff::kNoFact) return "may have an agreed price";
    if (!clause.formula.steps.empty()) return "follows a formula";
    if (has_negative_price(clause)) return "has a negative price";
    if (form == LineForm::quantity && !counts_total_alone(clause)) return "counts more than the units bought";
    const bool by_all = clause.kind == ClauseKind::energy_slab || clause.bands.by == tariff::Bands::By::use;
    if (by_all && falls(clause.tiers)) return "becomes cheaper for all units from a bound on";
    if (clause.when.of.empty()) return "";
    const bool ends = clause.when.upto_micro != tariff::UseCondition{}.upto_micro;
    if (ends != tariff::is_discount(clause.kind)) return "falls away, or is taken off, from a use on";
    return "";
}

// The same prices in units of 10^-4 minor units. Throws OverflowError.
void refine(tariff::Plan& plan) {
    const auto finer = [](std::int64_t& value) { value = narrow(Int128{value} * VendTariff::kFineness); };
    for (Clause& clause : plan.clauses) {
        finer(clause.price_e8);
        finer(clause.limit_minor);
        for (tariff::Tier& tier : clause.tiers) finer(tier.price_e8);
        clause.round = {};
    }
    plan.round_line = plan.round_bill = {};
    plan.carries_rounding = false;
}

void leave_units_alone(tariff::Plan& plan) {
    for (Clause& clause : plan.clauses) {
        const LineForm form = tariff::form_of(clause.kind);
        if (form == LineForm::days || form == LineForm::months || form == LineForm::limit) clause.classes = 0;
    }
}

// Prices so many steps by one form of the tariff.
class Pricer {
public:
    Pricer(const tariff::Tariff& tariff, const SectionInput& section, std::int64_t step_micro)
        : input_(section), spans_(section.spans.begin(), section.spans.end()), step_micro_(step_micro) {
        for (AgreementSpan& span : spans_) span.tariff = &tariff;
        input_.spans = spans_;
    }

    std::expected<std::int64_t, VendProblem> total_of(std::int64_t steps, RatedSection& out) {
        const Piece units{tariff::kTotal, input_.dates, narrow(Int128{steps} * step_micro_)};
        input_.pieces = {&units, 1};
        const auto rated = rater_.rate(input_, out);
        if (!rated) return std::unexpected(VendProblem{VendRefusal::not_rated, rated.error()});
        return out.total_minor;
    }

private:
    SectionInput input_;
    std::vector<AgreementSpan> spans_;
    std::int64_t step_micro_;
    Rater rater_;
};

class Search {
public:
    Search(const VendTariff& sold, const SectionInput& section, const VendTerms& terms, RatedSection& out)
        : published_(sold.tariff(), section, terms.step_micro),
          fine_(sold.fine(), section, terms.step_micro),
          money_minor_(terms.money_minor),
          out_(out) {}

    // Whether the money is enough for so many steps.
    std::expected<bool, VendProblem> is_enough_for(std::int64_t steps) {
        const auto exact = fine_.total_of(steps, scratch_);
        if (!exact) return std::unexpected(exact.error());
        if (*exact > Int128{money_minor_} * VendTariff::kFineness) return false;
        const auto total = published_.total_of(steps, out_);
        if (!total) return std::unexpected(total.error());
        return *total <= money_minor_;
    }

    // Doubled until it is too much, then halved between. REQUIRES: enough for none.
    std::expected<std::int64_t, VendProblem> most(std::int64_t limit) {
        std::int64_t enough = 0, too_many = 1;
        while (too_many <= limit) {
            const auto answer = is_enough_for(too_many);
            if (!answer) return std::unexpected(answer.error());
            if (!*answer) break;
            enough = too_many;
            too_many *= 2;
        }
        too_many = std::min(too_many, limit + 1);
        while (too_many - enough > 1) {
            const std::int64_t middle = enough + (too_many - enough) / 2;
            const auto answer = is_enough_for(middle);
            if (!answer) return std::unexpected(answer.error());
            (*answer ? enough : too_many) = middle;
        }
        return enough;
    }

    std::expected<std::int64_t, VendProblem> charge(std::int64_t steps) { return published_.total_of(steps, out_); }

private:
    Pricer published_, fine_;
    std::int64_t money_minor_;
    RatedSection& out_;
    RatedSection scratch_;
};

}  // namespace

std::expected<VendTariff, std::string> VendTariff::make(const tariff::Tariff& tariff, Charges charges) {
    VendTariff sold;
    sold.tariff_ = std::make_shared<tariff::Tariff>(tariff::Tariff{tariff.key, {}});
    sold.fine_ = std::make_shared<tariff::Tariff>(tariff::Tariff{tariff.key, {}});
    for (const auto& version : tariff.versions) {
        for (const Clause& clause : version->clauses)
            if (const std::string reason = why_not(clause); !reason.empty())
                return std::unexpected(
                    fmt::format("{} {}: the charge '{}' {}", version->key, version->version, clause.name, reason));
        auto published = std::make_shared<tariff::Plan>(*version);
        if (charges == Charges::of_units) leave_units_alone(*published);
        auto fine = std::make_shared<tariff::Plan>(*published);
        try {
            refine(*fine);
        } catch (const OverflowError&) {
            return std::unexpected(fmt::format("{} {}: a price is out of range", version->key, version->version));
        }
        sold.tariff_->versions.push_back(std::move(published));
        sold.fine_->versions.push_back(std::move(fine));
    }
    return sold;
}

std::expected<Vend, VendProblem> vend(const VendTariff& sold, const SectionInput& section, const VendTerms& terms,
                                      RatedSection& out) {
    ensure(terms.step_micro > 0 && terms.most_micro > 0, "units are given in positive steps");
    Search search(sold, section, terms, out);
    const auto none = search.is_enough_for(0);
    if (!none) return std::unexpected(none.error());
    if (!*none) return std::unexpected(VendProblem{VendRefusal::money_too_little, {}});
    const auto steps = search.most(terms.most_micro / terms.step_micro);
    if (!steps) return std::unexpected(steps.error());
    const auto charged = search.charge(*steps);
    if (!charged) return std::unexpected(charged.error());
    return Vend{*steps * terms.step_micro, *charged};
}

}  // namespace mainspring::rating
