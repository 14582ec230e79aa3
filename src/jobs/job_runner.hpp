// Threads that work at jobs, in a program that goes on (`mainspring serve`). Any number of programs may: whoever works
// at a job holds its advisory lock, so that nobody else takes it; the connection that holds the lock also writes the
// progress, so that a program that lost the lock cannot go on unnoticed. A job that runs without its lock being held is
// one whose program died: whoever sees it says so, and a person may resume it.
#pragma once
#include <chrono>
#include <memory>
#include <string>

#include "base/clock.hpp"
#include "jobs/job_kind.hpp"
#include "storage/pool.hpp"

namespace mainspring::jobs {

struct RunnerOptions {
    int threads = 2;
    std::string place = {};  // jobs that name it as theirs are taken beside those of any place
    std::chrono::milliseconds look_every{1000};  // for a job to do, while there is none
    std::chrono::milliseconds progress_every{250};  // is written down; a new phase always
};

class JobRunner {
public:
    // All outlive it; no kind is added any more once it works. Each thread needs a connection of the pool, and what its
    // kind needs.
    JobRunner(Pool& pool, const Clock& clock, const JobKinds& kinds, RunnerOptions options);
    ~JobRunner();  // stop()

    void start();
    // Jobs under way stop at their next step and wait for the next program to go on with them.
    void stop();
    // Sooner than the next look.
    void wake();

    // Takes the oldest job that waits and carries it out in this thread. False when there is none.
    bool run_one();
    // Says so of jobs whose program died; how many.
    int notice_dead();

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace mainspring::jobs
