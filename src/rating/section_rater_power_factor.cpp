// The adjustment for the power factor. docs/TARIFFS.md, "Power factor".
#include <algorithm>

#include "rating/roots.hpp"
#include "rating/section_rater.hpp"

namespace mainspring::rating {

using tariff::Clause;
using tariff::ClauseKind;
using tariff::PowerFactorTable;

namespace {

bool share_a_day(DateRange a, DateRange b) { return a.from < b.to && b.from < a.to; }

// A stream by its measure ("" is the energy taken), and whether it is one of its periods.
struct StreamParts {
    std::string_view measure;
    bool is_period;
};

StreamParts parts_of(tariff::Stream stream) {
    if (stream == tariff::kTotal) return {"", false};
    const std::string_view name = tariff::name_of(stream), measure = name.substr(0, name.find('.'));
    const bool is_measure = measure == "export" || measure == "reactive" || measure == "reactive_export";
    return is_measure ? StreamParts{measure, measure.size() < name.size()} : StreamParts{"", true};
}

// Whether nothing counted what the stream stands for in these days: no register of its measure, or only the bare one
// where a period is asked for.
bool is_uncounted(tariff::Stream stream, DateRange dates, std::span<const Piece> pieces) {
    const StreamParts wanted = parts_of(stream);
    const auto is_bare_alone = [&](const Piece& bare) {
        const StreamParts parts = parts_of(bare.stream);
        if (parts.measure != wanted.measure || parts.is_period || !share_a_day(bare.dates, dates)) return false;
        return std::ranges::none_of(pieces, [&](const Piece& piece) {
            const StreamParts other = parts_of(piece.stream);
            return other.measure == wanted.measure && other.is_period && share_a_day(piece.dates, bare.dates);
        });
    };
    if (wanted.is_period && std::ranges::any_of(pieces, is_bare_alone)) return true;
    return !wanted.measure.empty() && std::ranges::none_of(pieces, [&](const Piece& piece) {
        return parts_of(piece.stream).measure == wanted.measure && share_a_day(piece.dates, dates);
    });
}

// What the table gives for a factor, in units of its last decimal.
std::int64_t ratio_of(const PowerFactorTable& table, std::int64_t factor) {
    std::int64_t top = narrow(power_of_ten(table.decimals));
    for (const auto& row : table.rows) {
        if (row.from <= factor) return narrow(Int128{row.ratio_e8} + Int128{row.each_e8} * (top - factor));
        top = row.from - 1;
    }
    return 0;
}

}  // namespace

bool SectionRater::power_factors_missing() const {
    for (std::size_t segment = 0; segment < segments_; ++segment) {
        const Segment& s = out_.segments[segment];
        if (!out_.plans[s.version]->has_power_factor) continue;
        const auto is_missing = [&](tariff::Stream stream) { return is_uncounted(stream, s.dates, input_.pieces); };
        for (const Clause& clause : out_.plans[s.version]->clauses) {
            if (clause.kind != ClauseKind::power_factor || !applies(clause, segment)) continue;
            if (std::ranges::any_of(clause.power_factor.active, is_missing) ||
                std::ranges::any_of(clause.power_factor.reactive, is_missing))
                return true;
        }
    }
    return false;
}

void SectionRater::power_factor(Derived derived) {
    const Clause& clause = out_.plans[derived.version]->clauses[derived.clause];
    const PowerFactorTable& table = clause.power_factor;
    Int128 active = 0, reactive = 0;
    for (std::size_t segment = 0; segment < segments_; ++segment) {
        if (out_.segments[segment].version != derived.version || !applies(clause, segment)) continue;
        active += quantity_of(table.active, segment);
        for (const tariff::Stream stream : table.reactive) {
            const Int128 quantity = work_.quantities.of(stream, segment);
            reactive += quantity < 0 ? -quantity : quantity;
        }
    }
    const Int128 one = power_of_ten(table.decimals);
    const std::int64_t factor = rounded_factor(narrow(active), narrow(reactive), narrow(one));
    const std::int64_t ratio = ratio_of(table, factor), base = narrow(percentage_base(derived));
    if (ratio == 0 || base == 0) return;
    share_line(derived, base, ratio).quantity_micro = narrow(factor * power_of_ten(Quantity::kScale - table.decimals));
}

}  // namespace mainspring::rating
