#include "jobs/job_routes.hpp"

#include <fmt/format.h>
#include <memory>

#include "base/ensure.hpp"
#include "jobs/job_answer.hpp"
#include "jobs/job_problem.hpp"
#include "jobs/job_service.hpp"
#include "jobs/upload.hpp"
#include "org/org_service.hpp"

namespace mainspring::jobs {
namespace {

using api::Call;
using api::Problem;
using http::Response;

constexpr std::size_t kMostUploadBytes = 64U << 20U;  // held in memory; larger files by the command line
constexpr std::string_view kReport = "report.csv";

TxOptions as_caller(const Call& call) { return {Isolation::read_committed, {.actor_id = call.caller.actor_id}}; }

org::Utility utility_of(Tx& tx, const Call& call) {
    const std::string& code = call.path_values.front();
    auto utility = org::find_utility(tx, code);
    if (!utility || !org::may_see_utility(tx, call.caller.actor_id, utility->legal_entity_id))
        throw Problem(404, "unknown_utility", fmt::format("There is no utility '{}'.", code), "path.utility");
    return *std::move(utility);
}

class JobRoutes {
public:
    explicit JobRoutes(JobRouteParts parts) : parts_(std::move(parts)) {}

    Response list(Call& call) const {
        return with_tx(call.people, as_caller(call), [&](Tx& tx) {
            const org::Utility utility = utility_of(tx, call);
            JobPage page{utility.legal_entity_id, {}, call.after_number(), call.limit()};
            for (const JobKind& kind : parts_.kinds.all())
                if (kind.name.starts_with(call.query("kind").value_or("")) &&
                    may_handle(tx, call.caller.actor_id, kind, utility.legal_entity_id))
                    page.kinds.push_back(kind.name);
            const auto jobs = jobs_of(tx, page);
            return api::ok(api::page_json(jobs, call.limit(), jobs.empty() ? "" : fmt::to_string(jobs.back().job_id),
                                          job_row_json));
        });
    }

    Response show(Call& call) const {
        return with_tx(call.people, as_caller(call), [&](Tx& tx) {
            const Job job = job_of_call(tx, call);
            return api::ok(job_json(job, files_of(tx, job.job_id)));
        });
    }

    // An event for each change, named `job`; the last one is named `end`.
    Response watch(Call& call) const {
        const Job job = with_tx(call.people, as_caller(call), [&](Tx& tx) { return job_of_call(tx, call); });
        Response response;
        response.content_type = "text/event-stream";
        response.events = http::EventSource{};
        response.events->next = [&pool = call.program, job_id = job.job_id,
                                 told = std::make_shared<std::string>()]() -> http::EventSource::Part {
            const auto [now, files] = with_tx(
                pool, TxOptions(), [&](Tx& tx) { return std::pair(jobs::job_of(tx, job_id), files_of(tx, job_id)); });
            if (!now) return {.name = "end", .data = {}, .last = true};
            if (is_over(now->state)) return {.name = "end", .data = job_json(*now, files), .last = true};
            std::string json = job_row_json(*now);
            if (json == *told) return {};
            *told = json;
            return {.name = "job", .data = std::move(json)};
        };
        return response;
    }

    Response stop(Call& call) const {
        return accepted(stop_job(call.program, call.clock, parts_.kinds, command_of(call)));
    }

    Response resume(Call& call) const {
        auto outcome = resume_job(call.program, call.clock, parts_.kinds, command_of(call));
        wake();
        return accepted(outcome);
    }

    Response report(Call& call) const { return download(call, kReport); }
    Response file(Call& call) const { return download(call, call.path_values.at(2)); }

    Response start_import(Call& call) const {
        const JobKind* kind = parts_.kinds.find(import_kind_name(*call.query("kind")));
        if (kind == nullptr) throw Problem(422, "unknown_kind", "This server knows no such import.", "query.kind");
        const org::Utility utility =
            with_tx(call.people, as_caller(call), [&](Tx& tx) { return utility_of(tx, call); });
        // Before anything is written for somebody who may not.
        with_tx(call.people, as_caller(call), [&](Tx& tx) {
            if (const auto allowed = may_handle(tx, call.caller.actor_id, *kind, utility.legal_entity_id); !allowed)
                throw problem_of({JobRefusalCode::access, allowed.error().text});
        });
        JsonObject asked;
        asked.text("utility", utility.code).text("sha256", digest_text(call.request.body));
        for (const auto& [name, value] : call.request.query)
            if (name != "kind") asked.text(name, value);
        if (const std::string why = kind->objection ? kind->objection(stored_json(asked.done())) : ""; !why.empty())
            throw Problem(422, "bad_request", why);
        // Named by all that was asked for: another order under the same command id is refused and touches nothing.
        const std::string folder =
            format_uuid(*call.command_id) + "-" + digest_text(kind->name + asked.done()).substr(0, 16);
        const std::string file_name = *call.query("file_name");
        keep_upload({parts_.folder, folder, file_name}, call.request.body);
        const auto outcome = start_job(call.program, call.clock, *kind,
                                       {.command_id = *call.command_id,
                                        .legal_entity_id = utility.legal_entity_id,
                                        .title = file_name,
                                        .parameters_json = asked.text("folder", folder).done(),
                                        .place = parts_.place,
                                        .actor_id = call.caller.actor_id,
                                        .actor_code = call.caller.code});
        const bool needed = outcome && outcome->state != JobState::done && outcome->state != JobState::cancelled;
        if (!needed) remove_upload(parts_.folder, folder);
        wake();
        return accepted(outcome);
    }

private:
    void wake() const {
        if (parts_.on_queued) parts_.on_queued();
    }

    static std::int64_t job_id_of(const Call& call) { return std::stoll(call.path_values.at(1)); }

    Job job_of_call(Tx& tx, const Call& call) const {
        const org::Utility utility = utility_of(tx, call);
        const auto job = jobs::job_of(tx, job_id_of(call));
        const JobKind* kind = job ? parts_.kinds.find(job->kind) : nullptr;
        if (kind == nullptr || job->legal_entity_id != utility.legal_entity_id ||
            !may_handle(tx, call.caller.actor_id, *kind, job->legal_entity_id))
            throw Problem(404, "unknown_job", fmt::format("There is no job {}.", call.path_values.at(1)), "path.job");
        return *job;
    }

    JobCommand command_of(const Call& call) const {
        const Job job = with_tx(call.people, as_caller(call), [&](Tx& tx) { return job_of_call(tx, call); });
        return {job.job_id, *call.command_id, call.caller.actor_id};
    }

    Response download(const Call& call, std::string_view name) const {
        return with_tx(call.people, as_caller(call), [&](Tx& tx) {
            const Job job = job_of_call(tx, call);
            auto found = file_of(tx, job.job_id, name);
            if (!found)
                throw Problem(404, "unknown_file", fmt::format("Job {} has left no such file.", job.job_id),
                              "path.file");
            Response response;
            response.content_type = found->content_type;
            response.headers.emplace_back("Content-Disposition",
                                          fmt::format(R"(attachment; filename="job-{}-{}")", job.job_id, found->name));
            response.headers.emplace_back("Cache-Control", "no-store");
            response.body = std::move(found->content);
            return response;
        });
    }

    JobRouteParts parts_;
};

}  // namespace

std::string import_kind_name(std::string_view name) { return fmt::format("import_{}", name); }

void add_job_routes(api::Routes& routes, const JobRouteParts& parts) {
    using http::Method;
    const auto handlers = std::make_shared<const JobRoutes>(parts);
    const auto handler = [&](Response (JobRoutes::*handle)(Call&) const) {
        return [handlers, handle](Call& call) { return ((*handlers).*handle)(call); };
    };
    // That of the kind is asked for beside.
    const auto staff = api::staff_who_may(org::Permission::look);
    const std::string job = "/utilities/{utility}/jobs/{job}";
    routes.add({Method::get, "/utilities/{utility}/jobs", staff, handler(&JobRoutes::list)});
    routes.add({Method::get, job, staff, handler(&JobRoutes::show)});
    routes.add({Method::get, job + "/events", staff, handler(&JobRoutes::watch)});
    routes.add({Method::post, job + "/stop", staff, handler(&JobRoutes::stop)});
    routes.add({Method::post, job + "/resume", staff, handler(&JobRoutes::resume)});
    routes.add({Method::get, job + "/report", staff, handler(&JobRoutes::report)});
    routes.add({Method::get, job + "/files/{file}", staff, handler(&JobRoutes::file)});
    routes.add(
        {Method::post, "/utilities/{utility}/imports", staff, handler(&JobRoutes::start_import), kMostUploadBytes});
}

}  // namespace mainspring::jobs
