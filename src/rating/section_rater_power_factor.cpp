// The adjustment for the power factor. docs/TARIFFS.md, "Power factor".
#include <algorithm>

#include "rating/roots.hpp"
#include "rating/section_rater.hpp"

namespace mainspring::rating {

using tariff::Clause;
using tariff::ClauseKind;
using tariff::PowerFactorTable;

namespace {

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
    share_line(derived, base, ratio, {}).quantity_micro =
        narrow(factor * power_of_ten(Quantity::kScale - table.decimals));
}

}  // namespace mainspring::rating
