// Works on bill runs in the background of a server. What is lost with the program is taken up again by "resume": the
// run's own state says where it is.
#pragma once
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "billing/run_service.hpp"

namespace mainspring::billing {

struct RunWork {
    std::int64_t run_id = 0;
    ExecuteOptions::After until = ExecuteOptions::After::check;
    org::Doer doer = {};
};

class RunRunner {
public:
    struct Setup {
        Pool& pool;
        const Clock& clock;
        std::filesystem::path spill_folder;  // a folder a run below it
        int workers = 2;
    };
    explicit RunRunner(Setup setup) : setup_(std::move(setup)) {}
    ~RunRunner();  // waits for the runs under way
    RunRunner(const RunRunner&) = delete;
    RunRunner& operator=(const RunRunner&) = delete;

    // False: this program is at the run already.
    bool start(const RunWork& work);
    bool is_at(std::int64_t run_id) const;
    // Why the last try of the run ended early; empty: it did not.
    std::string problem_of(std::int64_t run_id) const;

private:
    struct Job {
        std::jthread thread;
        bool working = true;
        std::string problem;
    };
    void work_on(const RunWork& work, Job& job);

    Setup setup_;
    mutable std::mutex mutex_;
    std::map<std::int64_t, std::unique_ptr<Job>> jobs_;
};

}  // namespace mainspring::billing
