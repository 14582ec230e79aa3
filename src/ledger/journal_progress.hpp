// How far a walk through the journal has come.
#pragma once
#include <cstdint>
#include <functional>

namespace mainspring::ledger {

struct JournalStep {
    std::int64_t done = 0;   // entries seen
    std::int64_t total = 0;  // about how many there are; 0: not known
};
using JournalProgress = std::function<void(const JournalStep& step)>;

// Now and then, so that it costs nothing.
inline void tell_progress(const JournalProgress& on_progress, const JournalStep& step) {
    constexpr std::int64_t kEvery = 4096;
    if (!on_progress || step.done % kEvery != 0) return;
    on_progress({step.done, step.total >= step.done ? step.total : 0});
}

}  // namespace mainspring::ledger
