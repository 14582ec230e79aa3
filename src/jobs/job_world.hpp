// A utility and kinds of jobs for the tests of this room.
#pragma once
#include <doctest/doctest.h>
#include <filesystem>
#include <fmt/format.h>
#include <functional>
#include <string>

#include "jobs/job_runner.hpp"
#include "jobs/job_service.hpp"
#include "org/org_service.hpp"
#include "support/test_database.hpp"

namespace mainspring::jobs {

struct JobWorld {
    JobWorld() {
        const auto file = org::parse_utility("code: u\nname: {en: U}\ncurrency: EUR\nzone: UTC\n", "u.yaml");
        REQUIRE(file);
        actor = org::command_line_actor(pool(), clock);
        REQUIRE(org::add_utility(pool(), clock, {*file, actor.actor_id}));
        utility = with_tx(pool(), {}, [](Tx& tx) { return *org::find_utility(tx, "u"); });
        cashier = *org::ensure_actor(pool(), clock, {.code = "till", .name = "Till", .roles = {org::Role::cashier}});
        kinds.add(
            {.name = "import_meters",
             .permission = org::Permission::change_meters,
             .objection =
                 [](const Json& parameters) { return parameters.find("profile") != nullptr ? "No profile here." : ""; },
             .run = [this](JobWork& work) { return run(work); },
             .clean_up = [this](const Job&) { ++cleaned; }});
        kinds.add({.name = "compare", .permission = org::Permission::look, .run = [this](JobWork& work) {
                       return run(work);
                   }});
    }
    ~JobWorld() { std::filesystem::remove_all(folder); }
    JobWorld(const JobWorld&) = delete;
    JobWorld& operator=(const JobWorld&) = delete;

    Pool& pool() { return database.app(); }
    JobOrder order(const std::string& parameters = "{}") {
        return {.command_id = Uuid::random_v7(clock),
                .legal_entity_id = utility.legal_entity_id,
                .parameters_json = parameters,
                .actor_id = actor.actor_id,
                .actor_code = actor.code};
    }
    JobCommand command(std::int64_t job_id) { return {job_id, Uuid::random_v7(clock), actor.actor_id}; }
    std::int64_t start(const JobOrder& order) {
        return start_job(pool(), clock, *kinds.find("compare"), order)->job_id;
    }
    std::int64_t start() { return start(order()); }
    Job job(std::int64_t job_id) {
        return with_tx(pool(), {}, [&](Tx& tx) { return *job_of(tx, job_id); });
    }
    JobRunner runner(const std::string& place = {}) {
        return {pool(), clock, kinds, {.place = place, .progress_every = std::chrono::milliseconds(0)}};
    }

    TestDatabase database;
    FixedClock clock{Instant{std::chrono::sys_days{std::chrono::year{2026} / 12 / 1}}};
    org::Utility utility;
    org::Actor actor, cashier;
    JobKinds kinds;
    std::function<JobEnd(JobWork&)> run = [](JobWork&) { return JobEnd{.message = "Done."}; };
    int cleaned = 0;
    std::filesystem::path folder =
        std::filesystem::temp_directory_path() / fmt::format("mainspring-jobs-{}", database.name());
};

}  // namespace mainspring::jobs
