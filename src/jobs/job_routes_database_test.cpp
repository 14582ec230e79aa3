#include <fstream>
#include <iterator>

#include "jobs/job_routes.hpp"
#include "jobs/job_world.hpp"
#include "support/api_calls.hpp"

namespace mainspring::jobs {
namespace {

const std::string kJobs = "/utilities/u/jobs";
const std::string kImport = "/utilities/u/imports?kind=meters&file_name=m.csv";

struct JobRouteWorld : JobWorld {
    JobRouteWorld() { api.act_as(actor); }
    std::string path(std::int64_t job_id) const { return fmt::format("{}/{}", kJobs, job_id); }

    int woken = 0;
    ApiCalls api{database, clock, [this](api::Routes& routes) {
                     add_job_routes(
                         routes, {.kinds = kinds, .folder = folder, .place = "here", .on_queued = [this] { ++woken; }});
                 }};
};

}  // namespace

TEST_CASE("an upload waits in a folder for its job") {
    JobRouteWorld world;
    const std::string key = ApiCalls::new_key();
    const ApiReply first = world.api.upload(kImport + "&dry_run=true", "a,b\n", key);
    CHECK(first.status() == 202);
    const Json job = first.json();
    CHECK(job.at("kind").text() == "import_meters");
    CHECK(job.at("parameters").at("dry_run").text() == "true");
    CHECK(job.at("parameters").at("utility").text() == "u");
    CHECK(world.woken == 1);
    const auto file = world.folder / job.at("parameters").at("folder").text() / "m.csv";
    std::ifstream in(file, std::ios::binary);
    CHECK(std::string(std::istreambuf_iterator<char>(in), {}) == "a,b\n");

    CHECK(world.api.upload(kImport + "&dry_run=true", "a,b\n", key).response.body == first.response.body);
    const ApiReply other = world.api.upload(kImport + "&dry_run=true", "a,c\n", key);
    CHECK(other.status() == 409);
    CHECK(other.problem() == "command_reused");
    CHECK(world.api.upload(kImport, "a,b\n", key).problem() == "command_reused");
    CHECK(std::filesystem::exists(file));
    CHECK(std::distance(std::filesystem::directory_iterator(world.folder), {}) == 1);
}

TEST_CASE("uploads that are refused leave nothing behind") {
    JobRouteWorld world;
    const auto upload = [&](const std::string& query, const std::string& body = "x") {
        return world.api.upload("/utilities/u/imports?" + query, body, ApiCalls::new_key());
    };
    CHECK(upload("kind=meters&file_name=../m.csv").field() == "query.file_name");
    CHECK(upload("kind=meters&file_name=a/m.csv").field() == "query.file_name");
    CHECK(upload("kind=meters&file_name=.m").field() == "query.file_name");
    CHECK(upload("kind=meters").field() == "query.file_name");
    CHECK(upload("kind=cats&file_name=m.csv").field() == "query.kind");
    CHECK(upload("kind=reads&file_name=m.csv").problem() == "unknown_kind");
    CHECK(upload("kind=meters&file_name=m.csv&profile=p").json().at("detail").text() == "No profile here.");
    CHECK(upload("kind=meters&file_name=m.csv", "").field() == "body");
    CHECK(world.api.upload("/utilities/v/imports?kind=meters&file_name=m.csv", "x", ApiCalls::new_key()).problem() ==
          "unknown_utility");
    CHECK(world.api.post(kImport, "{}", ApiCalls::new_key()).field() == "header.Content-Type");
    CHECK(world.api.upload(kImport, "x", "no uuid").field() == "header.Idempotency-Key");
    world.api.act_as(world.cashier);
    CHECK(upload("kind=meters&file_name=m.csv").problem() == "not_allowed");
    CHECK_FALSE(std::filesystem::exists(world.folder));
}

TEST_CASE("jobs are listed in pages, latest first, those of kinds that the caller may handle") {
    JobRouteWorld world;
    const std::int64_t first = world.start(), second = world.start();
    const std::int64_t import =
        start_job(world.pool(), world.clock, *world.kinds.find("import_meters"), world.order())->job_id;
    const Json page = world.api.get(kJobs + "?limit=2").json();
    REQUIRE(page.at("items").items().size() == 2);
    CHECK(page.at("items").items().at(0).at("job").integer() == import);
    CHECK(page.at("items").items().at(1).at("job").integer() == second);
    const Json rest = world.api.get(kJobs + "?limit=2&after=" + page.at("next").text()).json();
    REQUIRE(rest.at("items").items().size() == 1);
    CHECK(rest.at("items").items().at(0).at("job").integer() == first);
    CHECK(rest.find("next") == nullptr);
    CHECK(world.api.get(kJobs + "?kind=import_").json().at("items").items().size() == 1);
    CHECK(world.api.get(kJobs + "?after=x").field() == "query.after");
    world.api.act_as(world.cashier);
    CHECK(world.api.get(kJobs).json().at("items").items().size() == 2);
    CHECK(world.api.get(world.path(import)).problem() == "unknown_job");
    CHECK(world.api.post(world.path(import) + "/stop", "", ApiCalls::new_key()).problem() == "unknown_job");
}

TEST_CASE("a job is watched until it ends, and its files are downloaded") {
    JobRouteWorld world;
    const std::int64_t id = world.start();
    const ApiReply reply = world.api.get(world.path(id) + "/events");
    REQUIRE(reply.response.events);
    const auto next = reply.response.events->next;
    CHECK(next().name == "job");
    CHECK(next().data.empty());  // nothing new
    CHECK(world.api.get(world.path(id) + "/report").problem() == "unknown_file");
    world.run = [&](JobWork& work) {
        work.progress({"reading", 1, 2});
        const auto part = next();
        CHECK(stored_json(part.data).at("phase").text() == "reading");
        CHECK_FALSE(part.last);
        work.keep({"report.csv", "text/csv", "file,line\r\n"});
        work.keep({"chart.svg", "image/svg+xml", "<svg/>"});
        return JobEnd{};
    };
    JobRunner runner = world.runner();
    CHECK(runner.run_one());
    const auto end = next();
    CHECK(end.name == "end");
    CHECK(end.last);
    CHECK(stored_json(end.data).at("files").items().size() == 2);
    const ApiReply report = world.api.get(world.path(id) + "/report");
    CHECK(report.response.content_type == "text/csv");
    CHECK(report.response.body == "file,line\r\n");
    CHECK(world.api.get(world.path(id) + "/files/chart.svg").response.body == "<svg/>");
    CHECK(world.api.get(world.path(id) + "/files/x").problem() == "unknown_file");
    CHECK(world.api.get(world.path(id)).json().at("files").items().at(0).at("name").text() == "chart.svg");
}

TEST_CASE("stopping and resuming through the API") {
    JobRouteWorld world;
    const std::int64_t id = world.start();
    world.run = [](JobWork&) { return JobEnd{.failed = true, .message = "no"}; };
    JobRunner runner = world.runner();
    CHECK(runner.run_one());
    const std::string key = ApiCalls::new_key();
    CHECK(world.api.post(world.path(id) + "/resume", "", key).json().at("state").text() == "queued");
    CHECK(world.api.post(world.path(id) + "/resume", "", key).status() == 202);
    CHECK(world.woken == 2);
    CHECK(world.api.post(world.path(id) + "/resume", "", ApiCalls::new_key()).problem() == "not_stopped");
    CHECK(world.api.post(world.path(id) + "/stop", "", key).problem() == "command_reused");
    CHECK(world.api.post(world.path(id) + "/stop", "", ApiCalls::new_key()).json().at("state").text() == "cancelled");
    CHECK(world.api.post(world.path(id) + "/stop", "", ApiCalls::new_key()).problem() == "not_at_work");
    CHECK(world.api.get(world.path(99)).problem() == "unknown_job");
    const auto other = org::parse_utility("code: v\nname: {en: V}\ncurrency: EUR\nzone: UTC\n", "v.yaml");
    REQUIRE(org::add_utility(world.pool(), world.clock, {*other, world.actor.actor_id}));
    CHECK(world.api.get(fmt::format("/utilities/v/jobs/{}", id)).problem() == "unknown_job");
    CHECK(world.api.get("/utilities/v/jobs").json().at("items").items().empty());
    CHECK(world.api.get(kJobs + "/x").field() == "path.job");
    CHECK(world.api.get(kJobs + "/99999999999999999999").field() == "path.job");
}

}  // namespace mainspring::jobs
