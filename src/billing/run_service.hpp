// The bill run: start, execute (rate, check, issue), ask to stop, cancel. Any number of processes and threads may
// execute one run; a range's row decides who wrote it. docs/BILLING.md; walkthrough in docs/ARCHITECTURE.md.
#pragma once
#include <cstdint>
#include <expected>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "billing/range_facts.hpp"
#include "billing/run.hpp"
#include "customer/customer_service.hpp"
#include "org/command_log.hpp"
#include "storage/pool.hpp"
#include "tariff/tariff_set.hpp"

namespace mainspring::billing {

enum class RunRefusal {
    unknown_run,
    unknown_utility,
    access,             // the actor may not bill in the unit of the run
    bad_period,         // not in order, or longer than a year
    unfinished_run,     // another run of the legal entity is between rating and issued
    not_cancellable,    // numbers are given out: it must be finished
    already_cancelled,
    chart_incomplete,   // a tariff posts to an account that the chart does not have
    nobody_to_bill,
    period_closed,      // the ledger period of the issue date
    command_reused,
    // The checked bills of a range are gone, and rated again they come out otherwise: somebody wrote facts past this
    // program. Cancel is no longer possible; a person may accept them (ExecuteOptions::changed).
    facts_changed,
};
struct RunProblem {
    RunRefusal code{};
    std::string text;
};

struct RunCommand {
    Uuid command_id;
    std::int32_t legal_entity_id = 0;
    std::string cycle = "monthly";
    RunRules rules;
    Date issued_on, due_on;
    std::int32_t actor_id = 0, org_unit_id = 0;
    std::int32_t range_size = 4000;
};
// The run of this command: made now, or the one made before with the same id.
std::expected<std::int64_t, RunProblem> start_run(Pool& pool, const Clock& clock, const RunCommand& command);

// What all ranges of a run share, loaded once: tariffs, calorific values, published prices and values, the chart.
struct RunResources {
    tariff::TariffSet tariffs;
    std::map<std::string, std::vector<CalorificValue>, std::less<>> calorific_values;
    rating::Published published;
    ledger::Chart chart;
};

struct Progress {
    std::string_view phase;  // "rate", "issue"
    std::int64_t done = 0, total = 0;  // accounts
};

struct ExecuteOptions {
    std::int64_t run_id = 0;
    int workers = 4;
    std::filesystem::path spill_folder;  // of this run; empty: issue rates again
    // After the check, before numbers are given out: a person looks at the exceptions first.
    enum class After : std::uint8_t { check, issue } until = After::issue;
    // In whose name the run is worked on, and since when; the bills keep the name of who started the run.
    org::Doer doer = {};
    // A person takes the ranges that are facts_changed as they come out now, each with an audit row. Only as many bills
    // as numbers are given out can be taken.
    enum class Changed : std::uint8_t { refuse, accept } changed = Changed::refuse;
    std::function<void(const Progress&)> progress;  // called from one thread at a time
};
enum class Executed { issued, checked, stopped, cancelled };
// Goes on from wherever the run is. Throws DbError when the database goes away: call again.
std::expected<Executed, RunProblem> execute_run(Pool& pool, const RunResources& resources,
                                                const ExecuteOptions& options);

std::expected<void, RunProblem> ask_stop(Pool& pool, std::int64_t run_id, const org::Doer& doer);
std::expected<void, RunProblem> cancel_run(Pool& pool, std::int64_t run_id, const org::Doer& doer);

// A person lets a cause pass for all agreements of the account. `doer.at` is the clock's; what is recorded may be
// later.
struct AcceptCommand {
    Cause cause{};
    Date upto;
    std::string reason;
};
std::expected<void, RunProblem> accept_cause(Tx& tx, const customer::AccountRef& account, const AcceptCommand& command,
                                             org::Doer doer);

struct RunStatus {
    Run run;
    std::int64_t ranges = 0, ranges_rated = 0, ranges_issued = 0;
    std::int64_t accounts = 0, bills = 0, exceptions = 0;
};
std::expected<RunStatus, RunProblem> run_status(Pool& pool, std::int64_t run_id);

}  // namespace mainspring::billing
