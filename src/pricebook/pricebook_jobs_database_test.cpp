#include <doctest/doctest.h>
#include <fmt/format.h>

#include "jobs/job_runner.hpp"
#include "jobs/job_service.hpp"
#include "jobs/upload.hpp"
#include "pricebook/pricebook_jobs.hpp"
#include "support/test_database.hpp"

namespace mainspring::pricebook {
namespace {

const FixedClock kClock{Instant{std::chrono::sys_days{std::chrono::year{2026} / 12 / 1}}};

struct World {
    World() {
        const auto file = org::parse_utility("code: u\nname: {en: U}\ncurrency: EUR\nzone: Europe/Berlin\n", "u.yaml");
        REQUIRE(file);
        actor = org::command_line_actor(database.app(), kClock);
        REQUIRE(org::add_utility(database.app(), kClock, {*file, actor.actor_id}));
        add_pricebook_jobs(kinds, {database.app(), kClock, uploads});
    }
    ~World() { std::filesystem::remove_all(uploads); }
    World(const World&) = delete;
    World& operator=(const World&) = delete;

    jobs::Job run(std::string_view kind, const std::string& content, const std::string& more = "") {
        const Uuid command_id = Uuid::random_v7(kClock);
        const std::string folder = format_uuid(command_id);
        jobs::keep_upload({uploads, folder, "file.csv"}, content);
        const auto job =
            jobs::start_job(database.app(), kClock, *kinds.find(kind),
                            {.command_id = command_id,
                             .legal_entity_id = 1,
                             .parameters_json = fmt::format(
                                 R"({{"folder": "{}", "file_name": "file.csv", "utility": "u"{}}})", folder, more),
                             .actor_id = actor.actor_id,
                             .actor_code = actor.code});
        REQUIRE(job);
        jobs::JobRunner runner(database.app(), kClock, kinds, {});
        REQUIRE(runner.run_one());
        return with_tx(database.app(), {}, [&](Tx& tx) { return *jobs::job_of(tx, job->job_id); });
    }

    TestDatabase database;
    org::Actor actor;
    jobs::JobKinds kinds;
    std::filesystem::path uploads =
        std::filesystem::temp_directory_path() / fmt::format("mainspring-pricebook-{}", database.name());
};

}  // namespace

TEST_CASE("customers are imported by a job that knows the tariffs") {
    World world;
    const jobs::Job job = world.run(
        "import_accounts",
        "party_code,party_name,account_code,opened_on,premise_code,premise_address,service_point_code,commodity,"
        "tariff,valid_from\nP1,N,A1,2020-01-01,R1,x,S1,electricity,nowhere,2020-01-01\n");
    CHECK(job.message == "1 lines: 1 added, 0 changed, 0 unchanged, 0 rejected, 1 warnings");
    CHECK(world.run("import_accounts", "x", R"(, "org_unit": "nowhere")").state == jobs::JobState::failed);
}

TEST_CASE("published prices need a series") {
    World world;
    CHECK_FALSE(world.kinds.find("import_prices")->objection(stored_json("{}")).empty());
    CHECK(world.kinds.find("import_prices")->objection(stored_json(R"({"series": "spot"})")).empty());
    const jobs::Job job = world.run("import_prices", "date,position,price\n2026-01-01,1,0.1\n",
                                    R"(, "series": "spot", "minutes": "1440")");
    CHECK(job.state == jobs::JobState::done);
    CHECK(stored_json(job.result_json).at("added").integer() == 1);
}

TEST_CASE("published values have their kind") {
    World world;
    const jobs::Job job = world.run("import_inputs", "name,month,value\nco2,2026-01,70\n");
    CHECK(job.state == jobs::JobState::done);
    CHECK(stored_json(job.result_json).at("added").integer() == 1);
}

}  // namespace mainspring::pricebook
