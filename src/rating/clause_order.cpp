#include <algorithm>

#include "rating/section_rater.hpp"

namespace mainspring::rating {

void ClauseOrder::build(const std::vector<const tariff::Plan*>& plans) {
    versions_ = plans.size();
    one_version_ = versions_ == 1;
    size_ = plans.front()->clauses.size();
    if (one_version_) return;
    names_.clear();
    ranks_.clear();
    first_.clear();
    for (const auto* plan : plans) {
        first_.push_back(ranks_.size());
        const std::size_t added_before = names_.size();
        for (const auto& clause : plan->clauses) ranks_.push_back(find_or_add(clause.name, added_before));
        ranks_.push_back(kNoClause);  // the rounding line
    }
    size_ = names_.size();
    clauses_.assign(size_ * versions_, kNoClause);
    for (std::size_t version = 0; version < versions_; ++version)
        for (std::size_t clause = 0; clause < plans[version]->clauses.size(); ++clause)
            clauses_[rank(version, clause) * versions_ + version] = static_cast<std::uint16_t>(clause);
}

// Names are unique within a version, so that only those of earlier versions are looked at.
std::size_t ClauseOrder::find_or_add(std::string_view name, std::size_t added_before) {
    const auto end = names_.begin() + static_cast<std::ptrdiff_t>(added_before);
    const auto found = std::find(names_.begin(), end, name);
    if (found != end) return static_cast<std::size_t>(found - names_.begin());
    names_.push_back(name);
    return names_.size() - 1;
}

}  // namespace mainspring::rating
