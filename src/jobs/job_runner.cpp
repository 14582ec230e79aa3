#include "jobs/job_runner.hpp"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "base/ensure.hpp"
#include "jobs/job_store.hpp"

namespace mainspring::jobs {
namespace {

// The advisory lock of a job, for as long as this lives.
class JobLock {
public:
    JobLock(Connection& connection, std::int64_t job_id)
        : connection_(connection), job_id_(job_id), held_(store::try_lock(connection, job_id)) {}
    ~JobLock() {
        if (!held_ || !connection_.is_open()) return;
        try {
            store::unlock(connection_, job_id_);
        } catch (const DbError&) {
            // The connection is lost, and the lock with it.
        }
    }
    JobLock(const JobLock&) = delete;
    JobLock& operator=(const JobLock&) = delete;
    bool held() const { return held_; }

private:
    Connection& connection_;
    std::int64_t job_id_;
    bool held_;
};

class Work final : public JobWork {
public:
    struct Parts {
        Connection& connection;
        const Clock& clock;
        const std::atomic<bool>& program_ends;
        std::chrono::milliseconds every;
    };
    Work(Job job, const Parts& parts) : job_(std::move(job)), parts_(parts) {}

    const Job& job() const override { return job_; }

    void progress(const JobProgress& progress) override {
        const auto now = std::chrono::steady_clock::now();
        const bool due = written_at_ == Steady{} || progress.phase != job_.progress.phase ||
                         now - written_at_ >= parts_.every || progress.done == progress.total;
        job_.progress = progress;
        if (!due) return;
        written_at_ = now;
        const auto asked = store::write_progress(parts_.connection, {job_.job_id, progress, parts_.clock.now()});
        if (asked == store::Asked::not_running) throw Stopped();
        stop_asked_ = asked == store::Asked::to_stop;
    }

    bool must_stop() const override { return stop_asked_ || parts_.program_ends; }
    void keep(const JobFile& file) override { store::write_file(parts_.connection, job_.job_id, file); }

    bool stop_was_asked() const { return stop_asked_; }

private:
    using Steady = std::chrono::steady_clock::time_point;
    Job job_;
    Parts parts_;
    Steady written_at_{};
    std::atomic<bool> stop_asked_ = false;  // read by whatever threads the kind has
};

struct Ended {
    JobState state{};
    JobEnd end;
};

Ended carry_out(const JobKind& kind, Work& work) {
    try {
        JobEnd end = kind.run(work);
        return {end.failed ? JobState::failed : JobState::done, std::move(end)};
    } catch (const Stopped&) {
        if (work.stop_was_asked()) return {JobState::stopped, {.message = "Stopped as asked."}};
        return {JobState::queued, {.message = "Waits for a program to go on with it."}};
    } catch (const DbError& error) {
        return {JobState::failed, {.failed = true, .message = "The database failed: " + error.message()}};
    } catch (const std::exception& error) {
        return {JobState::failed, {.failed = true, .message = error.what()}};
    }
}

}  // namespace

class JobRunner::Impl {
public:
    Impl(Pool& pool, const Clock& clock, const JobKinds& kinds, RunnerOptions options)
        : pool_(pool), clock_(clock), kinds_(kinds), options_(std::move(options)) {}

    void start() {
        ensure(threads_.empty(), "a runner is started once");
        for (int i = 0; i < options_.threads; ++i) threads_.emplace_back([this] { work(); });
    }

    void stop() {
        {
            const std::scoped_lock lock(mutex_);
            ends_ = true;
        }
        woken_.notify_all();
        for (std::thread& thread : threads_) thread.join();
        threads_.clear();
    }

    void wake() {
        {
            const std::scoped_lock lock(mutex_);
            ++wakes_;
        }
        woken_.notify_one();
    }

    bool run_one() {
        Pool::Lease lease = pool_.acquire();
        const auto names = kinds_.names();
        for (const std::int64_t job_id : store::queued_jobs(*lease, {names, options_.place})) {
            const JobLock lock(*lease, job_id);
            if (!lock.held()) continue;
            auto job = store::set_running(*lease, job_id, clock_.now());
            if (!job) continue;
            run(*lease, std::move(*job));
            return true;
        }
        return false;
    }

    int notice_dead() {
        Pool::Lease lease = pool_.acquire();
        int noticed = 0;
        const auto names = kinds_.names();
        for (const std::int64_t job_id : store::running_jobs(*lease, {names, options_.place})) {
            const JobLock lock(*lease, job_id);
            // Whoever ends a job lets its lock go only after that.
            if (lock.held() &&
                end(*lease, job_id, {JobState::failed, {.message = "The program that worked at it died."}}))
                ++noticed;
        }
        return noticed;
    }

private:
    void work() {
        while (!ends_) {
            const std::uint64_t seen = wakes();
            try {
                notice_dead();
                while (!ends_ && run_one()) {
                }
            } catch (const DbError&) {
                // The database is away: look again later.
            }
            std::unique_lock lock(mutex_);
            woken_.wait_for(lock, options_.look_every, [&] { return ends_.load() || wakes_ != seen; });
        }
    }

    std::uint64_t wakes() {
        const std::scoped_lock lock(mutex_);
        return wakes_;
    }

    void run(Connection& connection, Job job) {
        const JobKind& kind = *kinds_.find(job.kind);
        Work work(std::move(job), {connection, clock_, ends_, options_.progress_every});
        const Ended ended = carry_out(kind, work);
        if (end(connection, work.job().job_id, ended) && ended.state == JobState::done && kind.clean_up)
            kind.clean_up(work.job());
    }

    bool end(Connection& connection, std::int64_t job_id, const Ended& ended) {
        return store::end_job(connection,
                              {{job_id, ended.state, ended.end.message, clock_.now()}, ended.end.result_json});
    }

    Pool& pool_;
    const Clock& clock_;
    const JobKinds& kinds_;
    const RunnerOptions options_;
    std::mutex mutex_;
    std::condition_variable woken_;
    std::atomic<bool> ends_ = false;
    std::uint64_t wakes_ = 0;
    std::vector<std::thread> threads_;
};

JobRunner::JobRunner(Pool& pool, const Clock& clock, const JobKinds& kinds, RunnerOptions options)
    : impl_(std::make_unique<Impl>(pool, clock, kinds, std::move(options))) {}
JobRunner::~JobRunner() { stop(); }
void JobRunner::start() { impl_->start(); }
void JobRunner::stop() { impl_->stop(); }
void JobRunner::wake() { impl_->wake(); }
bool JobRunner::run_one() { return impl_->run_one(); }
int JobRunner::notice_dead() { return impl_->notice_dead(); }

}  // namespace mainspring::jobs
