#include "jobs/job_runner.hpp"
#include "jobs/job_service.hpp"
#include "jobs/upload.hpp"
#include "metering/import_job.hpp"
#include "metering/import_world.hpp"

namespace mainspring::metering {
namespace {

const std::string kReadsHead = "service_point,serial,register,read_at,value,quality,reason\n";

struct ImportJobWorld : ImportWorld {
    ImportJobWorld() {
        add_metering_jobs(kinds, {database.app(), kTestClock, uploads});
        points({"S1"});
        meters("S1,2026-01-01,,M1,E1,total,kWh,5,,\n");
        legal_entity_id =
            with_tx(database.app(), {}, [&](Tx& tx) { return org::find_utility(tx, "u")->legal_entity_id; });
    }
    // Carries it out; `more` are members of the parameters.
    jobs::Job run(std::string_view kind, const std::string& content, const std::string& more = "") {
        const Uuid command_id = Uuid::random_v7(kTestClock);
        const std::string place = format_uuid(command_id);
        jobs::keep_upload({uploads, place, "file.csv"}, content);
        const auto job =
            jobs::start_job(database.app(), kTestClock, *kinds.find(kind),
                            {.command_id = command_id,
                             .legal_entity_id = legal_entity_id,
                             .parameters_json = fmt::format(
                                 R"({{"folder": "{}", "file_name": "file.csv", "utility": "u"{}}})", place, more),
                             .actor_id = actor.actor_id,
                             .actor_code = actor.code});
        REQUIRE(job);
        REQUIRE(runner.run_one());
        return this->job(job->job_id);
    }
    jobs::Job job(std::int64_t job_id) {
        return with_tx(database.app(), {}, [&](Tx& tx) { return *jobs::job_of(tx, job_id); });
    }
    std::string report(const jobs::Job& job) {
        return with_tx(database.app(), {},
                       [&](Tx& tx) { return jobs::file_of(tx, job.job_id, "report.csv")->content; });
    }
    bool any_upload() const { return std::filesystem::exists(uploads) && !std::filesystem::is_empty(uploads); }

    std::filesystem::path uploads = folder / "uploads";
    std::int32_t legal_entity_id = 0;
    jobs::JobKinds kinds;
    jobs::JobRunner runner{database.app(), kTestClock, kinds, {.progress_every = std::chrono::milliseconds(0)}};
};

}  // namespace

TEST_CASE("reads are imported by a job that tells what it did not take") {
    ImportJobWorld world;
    const jobs::Job job =
        world.run("import_reads",
                  kReadsHead + "S1,M1,E1,2026-02-01,100,A,\nS9,M1,E1,2026-02-01,100,A,\nS1,M1,E1,2026-03-01,x,A,\n");
    CHECK(job.state == jobs::JobState::done);
    CHECK(job.message == "3 lines: 1 added, 0 changed, 0 unchanged, 2 rejected, 0 warnings");
    CHECK(stored_json(job.result_json).at("added").integer() == 1);
    CHECK(job.progress.done == job.progress.total);
    CHECK(world.count("metering.register_read") == 1);
    const std::string report = world.report(job);
    CHECK(report.starts_with("file,line,field,severity,reason\r\n"));
    CHECK(report.find(R"("file.csv",3,"service_point",record,"there is no service point 'S9'")") != std::string::npos);
    CHECK(report.find(R"("file.csv",4,"value",record,)") != std::string::npos);
    CHECK_FALSE(world.any_upload());
}

TEST_CASE("a dry run reports and writes nothing") {
    ImportJobWorld world;
    const jobs::Job job =
        world.run("import_reads", kReadsHead + "S1,M1,E1,2026-02-01,100,A,\n", R"(, "dry_run": "true")");
    CHECK(job.message == "1 lines: 1 added, 0 changed, 0 unchanged, 0 rejected, 0 warnings (nothing was written)");
    CHECK(world.count("metering.register_read") == 0);
}

TEST_CASE("meters, relations and calorific values have their kinds") {
    ImportJobWorld world;
    world.points({"S1", "S2"});
    CHECK(world
              .run("import_meters",
                   "service_point_code,installed_on,serial,register_code,stream,unit,dials\nS2,2026-01-01,M2,E1,total,"
                   "kWh,5\n")
              .message == "1 lines: 1 added, 0 changed, 0 unchanged, 0 rejected, 0 warnings");
    CHECK(world.run("import_relations", "parent,child,kind,valid_from\nS1,S2,sub_meter,2026-01-01\n").state ==
          jobs::JobState::done);
    CHECK(world.count("metering.relation") == 1);
    CHECK(world.run("import_calorific", "gas_zone,valid_from,value\nEA,2026-01-01,39.4\n").state ==
          jobs::JobState::done);
    CHECK(world.count("metering.calorific_value") == 1);
}

TEST_CASE("reads by a profile bring its text") {
    ImportJobWorld world;
    const auto& objection = world.kinds.find("import_reads")->objection;
    CHECK(objection(stored_json(R"({"format": "csv"})")).empty());
    CHECK(objection(stored_json(R"({"format": "profile"})")) ==
          "The format profile, and only that, brings the text of a profile.");
    CHECK_FALSE(objection(stored_json(R"({"profile": "x"})")).empty());
    CHECK(objection(stored_json(R"({"format": "profile", "profile": "a: ["})")).starts_with("profile:"));
}

TEST_CASE("a file that cannot be read fails, and waits for another try") {
    ImportJobWorld world;
    const jobs::Job job = world.run("import_reads", "nothing,of,this\n1,2,3\n");
    CHECK(job.state == jobs::JobState::failed);
    CHECK(job.message.starts_with("file.csv:"));
    CHECK(world.any_upload());
    CHECK(world.run("import_reads", "x", R"(, "utility": "v")").state == jobs::JobState::failed);
}

TEST_CASE("an import that was asked to stop goes on when it is resumed") {
    ImportJobWorld world;
    jobs::JobKind stopping = *world.kinds.find("import_reads");
    std::int64_t job_id = 0;
    bool asked = false;
    // Asks when the import tells its first step.
    struct Asking final : jobs::JobWork {
        jobs::JobWork& inner;
        std::function<void()> ask;
        Asking(jobs::JobWork& work, std::function<void()> question) : inner(work), ask(std::move(question)) {}
        const jobs::Job& job() const override { return inner.job(); }
        void progress(const jobs::JobProgress& progress) override {
            if (progress.total > 0) ask();
            inner.progress(progress);
        }
        bool must_stop() const override { return inner.must_stop(); }
        void keep(const jobs::JobFile& file) override { inner.keep(file); }
    };
    jobs::JobKinds kinds;
    stopping.run = [&, run = stopping.run](jobs::JobWork& work) {
        Asking asking(work, [&] {
            if (asked) return;
            asked = true;
            job_id = work.job().job_id;
            REQUIRE(jobs::stop_job(world.database.app(), kTestClock, world.kinds,
                                   {job_id, Uuid::random_v7(kTestClock), world.actor.actor_id}));
        });
        return run(asking);
    };
    kinds.add(stopping);
    std::swap(world.kinds, kinds);
    jobs::JobRunner runner(world.database.app(), kTestClock, world.kinds,
                           {.progress_every = std::chrono::milliseconds(0)});
    CHECK(world.run("import_reads", kReadsHead + "S1,M1,E1,2026-02-01,100,A,\n").state == jobs::JobState::stopped);
    CHECK(world.any_upload());
    REQUIRE(jobs::resume_job(world.database.app(), kTestClock, world.kinds,
                             {job_id, Uuid::random_v7(kTestClock), world.actor.actor_id}));
    CHECK(runner.run_one());
    CHECK(world.job(job_id).state == jobs::JobState::done);
    CHECK(world.count("metering.register_read") == 1);
    CHECK_FALSE(world.any_upload());
}

TEST_CASE("no cell of a report is a formula") {
    ImportReport report;
    report.add({.file = "=a", .line = 2, .field = "b\"c", .reason = "@x", .severity = formats::Severity::record});
    report.rejected += 5;
    CHECK(report_csv(report) ==
          "file,line,field,severity,reason\r\n\"'=a\",2,\"b\"\"c\",record,\"'@x\"\r\n,,,,5 more\r\n");
}

}  // namespace mainspring::metering
