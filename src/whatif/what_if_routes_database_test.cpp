// A question through the API, answered by a job.
#include "base/json_writer.hpp"
#include "jobs/job_runner.hpp"
#include "jobs/job_service.hpp"
#include "support/api_calls.hpp"
#include "support/billing_sample.hpp"
#include "whatif/what_if_job.hpp"
#include "whatif/what_if_routes.hpp"

using namespace mainspring;
using namespace mainspring::whatif;

namespace {

struct World : BillingSample {
    World() {
        add_what_if_job(kinds, {pool()});
        api.act_as(actor);
    }
    ApiReply ask(const std::string& with, const std::string& key = ApiCalls::new_key(),
                 const std::string& to = "2026-03-01") {
        return api.post("/utilities/u/what-if",
                        fmt::format(R"({{"from": "2026-01-01", "to": "{}", "with": [{}]}})", to, with), key);
    }
    jobs::Job job(std::int64_t job_id) {
        return with_tx(pool(), {}, [&](Tx& tx) { return *jobs::job_of(tx, job_id); });
    }
    jobs::Job answered(const std::string& with) {
        const ApiReply reply = ask(with);
        REQUIRE_MESSAGE(reply.status() == 202, reply.response.body);
        REQUIRE(runner.run_one());
        return job(reply.json().at("job").integer());
    }

    jobs::JobKinds kinds;
    jobs::JobRunner runner{pool(), clock(), kinds, {.progress_every = std::chrono::milliseconds(0)}};
    ApiCalls api{database, clock(), [this](api::Routes& routes) { add_what_if_routes(routes, kinds); }};
};

const Json& sheet(const Json& result, std::string_view name) {
    for (const Json& each : result.at("sheets").items())
        if (each.at("name").text() == name) return each;
    FAIL("there is no sheet ", name);
    return result;
}

}  // namespace

TEST_CASE("a what-if is answered by tables and files") {
    World world;
    const jobs::Job job = world.answered(R"({"replaces": "flat", "tariff": "bare"})");
    REQUIRE_MESSAGE(job.state == jobs::JobState::done, job.message);
    CHECK(job.title == "2026-01-01 to 2026-03-01");
    const Json result = stored_json(job.result_json);
    CHECK(result.at("beyond_threshold").integer() > 0);
    CHECK(sheet(result, "classes").at("rows").items().size() == 2);
    CHECK(sheet(result, "classes").at("columns").items().size() ==
          sheet(result, "classes").at("numbers").items().size());
    std::string names;
    with_tx(world.pool(), {}, [&](Tx& tx) {
        for (const auto& file : jobs::files_of(tx, job.job_id)) names += file.name + " ";
        CHECK(jobs::file_of(tx, job.job_id, "what-if.xlsx")->content.starts_with("PK"));
        CHECK(jobs::file_of(tx, job.job_id, "customers.csv")->content.find("A01") != std::string::npos);
    });
    CHECK(names ==
          "classes.csv clauses.csv customers.csv distribution-CNY.svg distribution.csv largest.csv revenue-CNY.svg "
          "unrated.csv what-if.xlsx ");
}

TEST_CASE("the same question is one job, and a stored version can be asked about") {
    World world;
    const std::string key = ApiCalls::new_key(), with = R"({"tariff": "flat", "version": "1"})";
    const ApiReply first = world.ask(with, key);
    CHECK(world.ask(with, key).response.body == first.response.body);
    CHECK(world.ask(R"({"tariff": "bare"})", key).problem() == "command_reused");
    CHECK(world.runner.run_one());
    const jobs::Job job = world.job(first.json().at("job").integer());
    REQUIRE_MESSAGE(job.state == jobs::JobState::done, job.message);
    CHECK(stored_json(job.result_json).at("beyond_threshold").integer() == 0);
}

TEST_CASE("questions that cannot be asked, or not be answered") {
    World world;
    CHECK(world.ask(R"({"replaces": "flat"})").field() == "body.with[0]");
    CHECK(world.ask(R"({"tariff": "flat", "text": "x"})").field() == "body.with[0]");
    CHECK(world.ask(R"({"text": "x"})").field() == "body.with[0].text");
    CHECK(world.ask(R"({"tariff": "flat", "version": "9"})").field() == "body.with[0].version");
    CHECK(world.ask(R"({"tariff": "flat"})", ApiCalls::new_key(), "2026-01-01").field() == "body.to");
    CHECK(world.ask(R"({"tariff": "flat"})", ApiCalls::new_key(), "2026-02-30").field() == "body.to");
    CHECK(world.ask("").field() == "body.with");
    CHECK(world.api
              .post("/utilities/v/what-if", R"({"from": "2026-01-01", "to": "2026-02-01", "with": [{"tariff": "x"}]})",
                    ApiCalls::new_key())
              .problem() == "unknown_utility");
    const jobs::Job unknown = world.answered(R"({"tariff": "nowhere"})");
    CHECK(unknown.state == jobs::JobState::failed);
    CHECK(unknown.message == "No tariff 'nowhere' is in force.");
    CHECK(world.answered(R"({"replaces": "nowhere", "tariff": "flat"})").state == jobs::JobState::failed);
}

TEST_CASE("a comparison stops when it is asked to, and begins again when it is resumed") {
    World world;
    const std::int64_t id = world.ask(R"({"tariff": "bare"})").json().at("job").integer();
    {
        jobs::JobRunner ending(world.pool(), world.clock(), world.kinds, {});
        ending.stop();
        CHECK(ending.run_one());
    }
    CHECK(world.job(id).state == jobs::JobState::queued);
    CHECK(world.runner.run_one());
    CHECK(world.job(id).state == jobs::JobState::done);
}
