#include "billing/run_runner.hpp"

#include <fmt/format.h>

#include "billing/report.hpp"
#include "billing/resources.hpp"

namespace mainspring::billing {
namespace {

// Empty, or why it ended early.
std::string execute(const RunRunner::Setup& setup, const RunWork& work) {
    const auto status = run_status(setup.pool, work.run_id);
    if (!status) return status.error().text;
    const RunResources resources = load_resources(setup.pool, status->run.clock);
    ExecuteOptions options;
    options.run_id = work.run_id;
    options.workers = setup.workers;
    options.spill_folder = setup.spill_folder / fmt::format("run-{}", work.run_id);
    options.until = work.until;
    options.doer = work.doer;
    const Instant begun = setup.clock.now();
    const auto executed = execute_run(setup.pool, resources, options);
    with_tx(setup.pool, TxOptions(),
            [&](Tx& tx) { add_worked_ms(tx, work.run_id, (setup.clock.now() - begun).count()); });
    if (!executed) return executed.error().text;
    if (*executed == Executed::issued) std::filesystem::remove_all(options.spill_folder);
    return "";
}

}  // namespace

RunRunner::~RunRunner() {
    for (auto& [run_id, job] : jobs_)
        if (job->thread.joinable()) job->thread.join();
}

bool RunRunner::start(const RunWork& work) {
    const std::lock_guard lock(mutex_);
    auto& job = jobs_[work.run_id];
    if (job && job->working) return false;
    if (job && job->thread.joinable()) job->thread.join();
    job = std::make_unique<Job>();
    job->thread = std::jthread([this, work, &job = *job] { work_on(work, job); });
    return true;
}

void RunRunner::work_on(const RunWork& work, Job& job) {
    std::string problem;
    try {
        problem = execute(setup_, work);
    } catch (const DbError& error) {
        problem = error.what();
    } catch (const std::exception& error) {
        problem = fmt::format("a fault of the program: {}", error.what());
    }
    const std::lock_guard lock(mutex_);
    job.problem = problem;
    job.working = false;
}

bool RunRunner::is_at(std::int64_t run_id) const {
    const std::lock_guard lock(mutex_);
    const auto at = jobs_.find(run_id);
    return at != jobs_.end() && at->second->working;
}

std::string RunRunner::problem_of(std::int64_t run_id) const {
    const std::lock_guard lock(mutex_);
    const auto at = jobs_.find(run_id);
    return at != jobs_.end() ? at->second->problem : "";
}

}  // namespace mainspring::billing
