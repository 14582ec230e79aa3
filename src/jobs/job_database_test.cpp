#include <future>
#include <set>

#include "base/ensure.hpp"
#include "jobs/job_problem.hpp"
#include "jobs/job_world.hpp"
#include "support/statements.hpp"

namespace mainspring::jobs {

TEST_CASE("the same order is one job, another under its command id is refused") {
    JobWorld world;
    const JobKind& kind = *world.kinds.find("compare");
    JobOrder order = world.order(R"({"a": 1, "b": 2})");
    const Job job = start_job(world.pool(), world.clock, kind, order).value();
    CHECK(job.state == JobState::queued);
    CHECK(job.started_by == world.actor.code);
    order.parameters_json = R"({"b": 2, "a": 1})";
    CHECK(start_job(world.pool(), world.clock, kind, order)->job_id == job.job_id);
    order.parameters_json = R"({"a": 1})";
    CHECK(start_job(world.pool(), world.clock, kind, order).error().code == JobRefusalCode::command_reused);
    const JobKind& other = *world.kinds.find("import_meters");
    JobOrder by_cashier = world.order();
    by_cashier.actor_id = world.cashier.actor_id;
    CHECK(start_job(world.pool(), world.clock, other, by_cashier).error().code == JobRefusalCode::access);
}

TEST_CASE("a job is carried out once, tells how far it is and leaves files") {
    JobWorld world;
    const std::int64_t id = world.start();
    world.run = [&](JobWork& work) {
        work.progress({"reading", 3, 10});
        const Job seen = world.job(id);
        CHECK(seen.state == JobState::running);
        CHECK(seen.progress.phase == "reading");
        CHECK(seen.progress.done == 3);
        work.keep({"a.csv", "text/csv", "old"});
        work.keep({"a.csv", "text/csv", std::string("n\0w", 3)});
        return JobEnd{.message = "Ten of ten.", .result_json = R"({"n": 10})"};
    };
    JobRunner runner = world.runner();
    CHECK(runner.run_one());
    const Job done = world.job(id);
    CHECK(done.state == JobState::done);
    CHECK(done.message == "Ten of ten.");
    CHECK(done.result_json == R"({"n": 10})");
    with_tx(world.pool(), {}, [&](Tx& tx) {
        CHECK(files_of(tx, id).at(0).bytes == 3);
        CHECK(file_of(tx, id, "a.csv")->content == std::string("n\0w", 3));
        CHECK_FALSE(file_of(tx, id, "b.csv"));
    });
    CHECK_FALSE(runner.run_one());
    CHECK(stop_job(world.pool(), world.clock, world.kinds, world.command(id)).error().code ==
          JobRefusalCode::not_at_work);
    CHECK(resume_job(world.pool(), world.clock, world.kinds, world.command(id)).error().code ==
          JobRefusalCode::not_stopped);
}

TEST_CASE("a job that runs stops when it is asked to, and goes on when it is resumed") {
    JobWorld world;
    const std::int64_t id = world.start();
    const JobCommand stop = world.command(id);
    int steps = 0;
    world.run = [&](JobWork& work) -> JobEnd {
        ++steps;
        work.progress({"a", 0, 2});
        CHECK_FALSE(work.must_stop());
        if (steps == 1) CHECK(stop_job(world.pool(), world.clock, world.kinds, stop)->stop_asked);
        work.progress({"b", 1, 2});
        if (work.must_stop()) throw Stopped();
        return {};
    };
    JobRunner runner = world.runner();
    CHECK(runner.run_one());
    CHECK(world.job(id).state == JobState::stopped);
    CHECK_FALSE(runner.run_one());
    // The same command again is the same answer, not another stop.
    CHECK(stop_job(world.pool(), world.clock, world.kinds, stop)->state == JobState::stopped);
    CHECK(resume_job(world.pool(), world.clock, world.kinds, {id, stop.command_id, stop.actor_id}).error().code ==
          JobRefusalCode::command_reused);
    CHECK(resume_job(world.pool(), world.clock, world.kinds, world.command(id)).has_value());
    CHECK(world.job(id).state == JobState::queued);
    CHECK(runner.run_one());
    CHECK(world.job(id).state == JobState::done);
    CHECK(steps == 2);
}

TEST_CASE("a command id of stopping is not one of another job") {
    JobWorld world;
    const std::int64_t first = world.start(), second = world.start();
    JobCommand stop = world.command(first);
    CHECK(stop_job(world.pool(), world.clock, world.kinds, stop)->state == JobState::cancelled);
    stop.job_id = second;
    CHECK(stop_job(world.pool(), world.clock, world.kinds, stop).error().code == JobRefusalCode::command_reused);
    CHECK(stop_job(world.pool(), world.clock, world.kinds, world.command(99)).error().code ==
          JobRefusalCode::unknown_job);
    const Job import = *start_job(world.pool(), world.clock, *world.kinds.find("import_meters"), world.order());
    JobCommand by_cashier = world.command(import.job_id);
    by_cashier.actor_id = world.cashier.actor_id;
    CHECK(stop_job(world.pool(), world.clock, world.kinds, by_cashier).error().code == JobRefusalCode::access);
    CHECK(resume_job(world.pool(), world.clock, world.kinds, by_cashier).error().code == JobRefusalCode::access);
    CHECK(world.cleaned == 0);
    CHECK(stop_job(world.pool(), world.clock, world.kinds, world.command(import.job_id)).has_value());
    CHECK(world.cleaned == 1);
}

TEST_CASE("a program that ends gives its job back") {
    JobWorld world;
    const std::int64_t id = world.start();
    world.run = [](JobWork& work) -> JobEnd {
        if (work.must_stop()) throw Stopped();
        return {};
    };
    {
        JobRunner ending = world.runner();
        ending.stop();
        CHECK(ending.run_one());
    }
    CHECK(world.job(id).state == JobState::queued);
    JobRunner next = world.runner();
    CHECK(next.run_one());
    CHECK(world.job(id).state == JobState::done);
}

TEST_CASE("what fails says why, and can be tried again") {
    JobWorld world;
    const std::int64_t id = world.start();
    JobRunner runner = world.runner();
    world.run = [](JobWork&) -> JobEnd { throw std::runtime_error("cannot read a.csv"); };
    CHECK(runner.run_one());
    CHECK(world.job(id).state == JobState::failed);
    CHECK(world.job(id).message == "cannot read a.csv");
    CHECK(resume_job(world.pool(), world.clock, world.kinds, world.command(id))->state == JobState::queued);
    world.run = [](JobWork&) { return JobEnd{.failed = true, .message = "There is no header."}; };
    CHECK(runner.run_one());
    CHECK(world.job(id).state == JobState::failed);
    CHECK(stop_job(world.pool(), world.clock, world.kinds, world.command(id))->state == JobState::cancelled);
}

TEST_CASE("nobody takes a job that another program works at, or that lies elsewhere") {
    JobWorld world;
    const std::int64_t id = world.start();
    JobOrder order = world.order();
    order.place = "there";
    const std::int64_t elsewhere = world.start(order);
    JobRunner first = world.runner("here"), second = world.runner("here");
    world.run = [&](JobWork&) -> JobEnd {
        CHECK_FALSE(second.run_one());
        CHECK(second.notice_dead() == 0);
        return {};
    };
    CHECK(first.run_one());
    CHECK(world.job(id).state == JobState::done);
    CHECK(world.job(elsewhere).state == JobState::queued);
    world.run = [](JobWork&) { return JobEnd{}; };
    JobRunner there = world.runner("there");
    CHECK(there.run_one());
    CHECK(world.job(elsewhere).state == JobState::done);
}

TEST_CASE("a job whose program lost the database is noticed, and can be resumed") {
    JobWorld world;
    const std::int64_t id = world.start();
    JobRunner runner = world.runner();
    bool went_on = false;
    world.run = [&](JobWork& work) -> JobEnd {
        work.progress({"a", 0, 9});
        with_tx(world.database.superuser(), {}, [](Tx& tx) {
            tx.exec_once(
                "select pg_terminate_backend(pid, 10000) from pg_locks where locktype = 'advisory' and classid = 19545 "
                "and database = (select oid from pg_database where datname = current_database())");
        });
        work.progress({"b", 1, 9});
        went_on = true;
        return {};
    };
    CHECK_THROWS_AS(runner.run_one(), DbError);
    CHECK_FALSE(went_on);
    CHECK(world.job(id).state == JobState::running);
    JobRunner other = world.runner();
    CHECK(other.notice_dead() == 1);
    CHECK(other.notice_dead() == 0);
    CHECK(world.job(id).state == JobState::failed);
    CHECK(world.job(id).message == "The program that worked at it died.");
    world.run = [](JobWork&) { return JobEnd{}; };
    REQUIRE(resume_job(world.pool(), world.clock, world.kinds, world.command(id)));
    CHECK(other.run_one());
    CHECK(world.job(id).state == JobState::done);
}

TEST_CASE("threads take jobs as they come") {
    JobWorld world;
    std::promise<void> ran;
    world.run = [&](JobWork&) {
        ran.set_value();
        return JobEnd{};
    };
    JobRunner runner = world.runner();
    runner.start();
    const std::int64_t id = world.start();
    runner.wake();
    ran.get_future().wait();
    runner.stop();
    CHECK(world.job(id).state == JobState::done);
}

TEST_CASE("a kind is registered once, and every refusal has a problem of its own") {
    JobWorld world;
    CHECK_THROWS_AS(world.kinds.add({.name = "compare"}), BugError);
    std::set<std::string> types;
    for (std::size_t code = 0; code < kJobRefusals; ++code) {
        const auto problem = problem_of({static_cast<JobRefusalCode>(code), "why"});
        CHECK(problem.status < 500);
        CHECK(types.insert(problem.type).second);
    }
    CHECK_THROWS_AS(problem_of({static_cast<JobRefusalCode>(kJobRefusals), ""}), BugError);
    for (std::size_t state = 0; state < kJobStates; ++state) {
        const auto each = static_cast<JobState>(state);
        CHECK(job_state_of(text_of(each)) == each);
    }
    CHECK(statement_problems(world.database).empty());
}

}  // namespace mainspring::jobs
