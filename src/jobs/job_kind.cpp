#include "jobs/job_kind.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "base/ensure.hpp"

namespace mainspring::jobs {

void JobKinds::add(JobKind kind) {
    ensure(find(kind.name) == nullptr, fmt::format("the kind of jobs '{}' is registered once", kind.name));
    kinds_.push_back(std::move(kind));
}

const JobKind* JobKinds::find(std::string_view name) const {
    const auto at = std::ranges::find(kinds_, name, &JobKind::name);
    return at != kinds_.end() ? &*at : nullptr;
}

std::vector<std::string> JobKinds::names() const {
    std::vector<std::string> names;
    for (const JobKind& kind : kinds_) names.push_back(kind.name);
    return names;
}

}  // namespace mainspring::jobs
