// Inside of execute_run: what the phases share.
#pragma once
#include <atomic>
#include <functional>
#include <mutex>

#include "billing/billing_store.hpp"
#include "billing/run_service.hpp"

namespace mainspring::billing {

// The run as its workers see it. Immutable while a phase works.
struct RunWork {
    Pool& pool;
    Run run;
    RunContext context;
    TariffIndex tariffs;
    const ledger::Chart& chart;
    SpillFolder spill;
    const ExecuteOptions& options;
};

// Facts of the range, rated: the bills in order of account, and what was held back.
struct RatedRange {
    SpillWriter spill;
    ClauseTotals totals;
    std::vector<store::AccountException> exceptions;
    std::int32_t accounts = 0;
};
// Holds the buffers of one thread.
class RangeRater {
public:
    explicit RangeRater(const RunWork& work) : work_(work) {}
    // Reads in a transaction of its own; writes nothing.
    RatedRange rate(const RunRange& range);

private:
    const RunWork& work_;
    RangeFacts facts_;
};

// SQLSTATE of our own: a range that must be rated again at issue gives other bills than were checked.
inline constexpr std::string_view kFactsChanged = "MS001";

// Thrown by issue when the month of the bills was closed meanwhile; what is issued stays, the run waits.
struct PeriodClosed {};

// True when all ranges are through; false when a stop was asked.
bool rate_ranges(RunWork& work, std::vector<RunRange>& ranges);
bool issue_ranges(RunWork& work, std::vector<RunRange>& ranges);

// Runs `one` for every range that `todo` names, on the run's workers, until done or asked to stop. The first exception
// of a worker stops the others and is thrown.
class RangePool {
public:
    RangePool(const RunWork& work, std::string_view phase) : work_(work), phase_(phase) {}
    // `make` is called once in each thread and gives that thread's function.
    using Worker = std::function<void(RunRange&)>;
    bool run(std::vector<RunRange>& ranges, RangeState todo, const std::function<Worker()>& make);

private:
    void work_off(std::vector<RunRange*>& queue, const std::function<Worker()>& make);
    bool stop_asked();
    void report(std::int64_t accounts);

    const RunWork& work_;
    std::string_view phase_;
    std::atomic<std::size_t> next_{0};
    std::atomic<bool> stop_{false};
    std::mutex mutex_;  // of progress, failure and the stop question
    std::exception_ptr failure_;
    std::int64_t done_ = 0, total_ = 0;
};

}  // namespace mainspring::billing
