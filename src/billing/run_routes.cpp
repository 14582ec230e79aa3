#include "billing/run_routes.hpp"

#include <fmt/format.h>

#include "base/json_writer.hpp"
#include "billing/billing_problem.hpp"
#include "billing/report.hpp"
#include "billing/run_list_service.hpp"
#include "customer/account_of_call.hpp"

namespace mainspring::billing {
namespace {

using api::Call;
using api::Problem;
using customer::utility_of;
using http::Response;

constexpr int kDueDays = 21;

std::string_view truth(bool value) { return value ? "true" : "false"; }

std::string run_json(const RunView& run, const RunRunner& runner) {
    const bool issuing = run.state == RunState::issuing || run.state == RunState::issued;
    JsonObject json;
    json.number("run", run.run_id)
        .text("cycle", run.cycle)
        .text("from", format_date(run.period.from))
        .text("to", format_date(run.period.to))
        .text("issued_on", format_date(run.issued_on))
        .text("due_on", format_date(run.due_on))
        .text("state", text_of(run.state))
        .raw("working", truth(runner.is_at(run.run_id)))
        .number("accounts", run.accounts)
        .number("ranges", run.ranges)
        .number("ranges_done", issuing ? run.ranges_issued : run.ranges_rated)
        .number("bills", run.bills)
        .number("exceptions", run.exceptions)
        .text("started_by", run.started_by)
        .text("started_at", api::instant_text(run.started_at));
    if (const std::string problem = runner.problem_of(run.run_id); !problem.empty()) json.text("problem", problem);
    return json.done();
}

struct RunOfCall {
    org::Utility utility;
    RunView run;
};
RunOfCall run_of(Tx& tx, const Call& call) {
    RunOfCall found{.utility = utility_of(tx, call), .run = {}};
    const auto run = run_view(tx, found.utility.legal_entity_id, std::stoll(call.path_values.at(1)));
    if (!run) throw Problem(404, "unknown_run", "There is no such run of the utility.", "path.run");
    found.run = *run;
    return found;
}

Response list(Call& call, const RunRunner& runner) {
    return with_tx(call.people, TxOptions(), [&](Tx& tx) {
        const org::Utility utility = utility_of(tx, call);
        const auto runs = list_runs(tx, {utility.legal_entity_id, call.after_number(), call.limit()});
        return api::ok(api::page_json(runs, call.limit(), runs.empty() ? "" : fmt::to_string(runs.back().run_id),
                                      [&](const RunView& run) { return run_json(run, runner); }));
    });
}

std::string money_text(const std::string& minor, std::string_view currency) {
    const auto known = currency_of(currency);
    ensure(known.has_value(), "a stored currency is known");
    const auto value = parse_whole(minor);
    ensure(value.has_value(), "a stored sum is a whole number");
    return format_fixed(*value, minor_digits(*known), minor_digits(*known));
}

std::string detail_json(Tx& tx, const RunOfCall& found, const RunRunner& runner) {
    const std::int64_t run = found.run.run_id;
    const std::string_view currency = found.utility.currency.text();
    const auto charge = [&](const ClauseSum& sum) {
        JsonObject json;
        json.text("tariff", sum.tariff).text("version", sum.version).text("clause", sum.clause);
        json.text("ledger_account", fmt::to_string(sum.account_no)).number("lines", sum.lines);
        if (!sum.unit.empty()) json.text("quantity", sum.quantity).text("unit", sum.unit);
        return json.text("amount", money_text(sum.amount_minor, currency)).done();
    };
    return JsonObject()
        .raw("run", run_json(found.run, runner))
        .list("money", money_of_run(tx, run),
              [](const RunMoney& money) {
                  return JsonObject()
                      .text("currency", money.currency)
                      .number("bills", money.bills)
                      .text("total", money_text(money.total_minor, money.currency))
                      .done();
              })
        .list("energy", use_of_run(tx, run),
              [](const UseSum& use) {
                  return JsonObject()
                      .text("commodity", use.commodity)
                      .text("unit", use.unit)
                      .text("quantity", use.quantity)
                      .number("sections", use.sections)
                      .done();
              })
        .list("charges", clause_sums(tx, run), charge)
        .list("exceptions_by_cause", exceptions_by_cause(tx, run),
              [](const CauseCount& cause) {
                  const auto known = cause_of(cause.cause);
                  return JsonObject()
                      .text("cause", cause.cause)
                      .number("count", cause.count)
                      .text("example", cause.example)
                      .raw("acceptable", truth(known && is_acceptable(*known)))
                      .done();
              })
        .done();
}

Response show(Call& call, const RunRunner& runner) {
    return with_tx(call.people, TxOptions(),
                   [&](Tx& tx) { return api::ok(detail_json(tx, run_of(tx, call), runner)); });
}

Response watch(Call& call, const RunRunner& runner) {
    const RunOfCall found = with_tx(call.people, TxOptions(), [&](Tx& tx) { return run_of(tx, call); });
    Response response;
    response.content_type = "text/event-stream";
    response.events = http::EventSource{.next = [&pool = call.people, &runner, entity = found.utility.legal_entity_id,
                                                 id = found.run.run_id, before = std::string()]() mutable {
        const bool working = runner.is_at(id);  // asked first: what it wrote last is seen after it
        const auto run = with_tx(pool, TxOptions(), [&](Tx& tx) { return run_view(tx, entity, id); });
        ensure(run.has_value(), "a run stays");
        http::EventSource::Part part{.name = working ? "run" : "end", .data = run_json(*run, runner), .last = !working};
        if (working && part.data == before) part.data.clear();
        if (working && !part.data.empty()) before = part.data;
        return part;
    }};
    return response;
}

// In the unit of the utility: a run is the whole utility's.
void require_permission(Tx& tx, const Call& call, org::Permission permission, const org::Utility& utility) {
    if (const auto allowed = org::require(tx, call.caller.actor_id, {permission, utility.root_unit_id}); !allowed)
        throw Problem(403, "not_allowed", allowed.error().text);
}

Response start(Call& call, RunRunner& runner) {
    const org::Utility utility = with_tx(call.people, TxOptions(), [&](Tx& tx) {
        org::Utility found = utility_of(tx, call);
        require_permission(tx, call, org::Permission::bill, found);
        return found;
    });
    RunCommand command;
    command.command_id = *call.command_id;
    command.legal_entity_id = utility.legal_entity_id;
    command.cycle = api::text_in(call.body, "cycle");
    command.rules.period = {*api::date_in(call.body, "from"), *api::date_in(call.body, "to")};
    const Date today = utility.zone_rules().date_of(call.clock.now());
    command.issued_on = api::date_in(call.body, "issued_on").value_or(today);
    command.due_on = api::date_in(call.body, "due_on").value_or(command.issued_on + std::chrono::days{kDueDays});
    command.actor_id = call.caller.actor_id;
    command.org_unit_id = utility.root_unit_id;
    const auto run_id = start_run(call.program, call.clock, command);
    if (!run_id) throw problem_of(run_id.error());
    const auto view = [&] {
        return with_tx(call.people, TxOptions(),
                       [&](Tx& tx) { return *run_view(tx, utility.legal_entity_id, *run_id); });
    };
    if (view().state == RunState::rating)
        runner.start(
            {*run_id, ExecuteOptions::After::check, {call.caller.actor_id, utility.root_unit_id, call.clock.now()}});
    return api::accepted(run_json(view(), runner));
}

Response list_exceptions(Call& call) {
    ExceptionPage page{.cause = call.query("cause").value_or(""), .limit = call.limit()};
    if (const auto after = call.query("after")) {
        std::array<char, 64> cause{};
        long long account = 0, agreement = 0;
        if (std::sscanf(after->c_str(), "%d.%lld.%lld.%63[a-z_]", &page.after_cell, &account, &agreement,
                        cause.data()) != 4)
            throw Problem(422, "bad_request", "it is not the 'next' of a page", "query.after");
        page.after_account = account;
        page.after_agreement = agreement;
        page.after_cause = cause.data();
    }
    return with_tx(call.people, TxOptions(), [&](Tx& tx) {
        page.run_id = run_of(tx, call).run.run_id;
        const auto found = exceptions_of(tx, page);
        std::string last;
        if (!found.empty())
            last = fmt::format("{}.{}.{}.{}", found.back().cell_id, found.back().account_id, found.back().agreement_id,
                               found.back().cause);
        return api::ok(api::page_json(found, page.limit, last, [&](const OpenException& each) {
            return JsonObject()
                .number("run", page.run_id)
                .text("account", each.account)
                .text("cause", each.cause)
                .text("detail", each.detail)
                .done();
        }));
    });
}

Cause acceptable_cause(const Call& call) {
    const std::string text = api::text_in(call.body, "cause");
    const auto cause = cause_of(text);
    if (!cause || !is_acceptable(*cause))
        throw Problem(422, "not_acceptable", fmt::format("The cause '{}' cannot be accepted: it needs a fact.", text),
                      "body.cause");
    return *cause;
}

// Accounts of a page of exceptions; each acceptance is idempotent by itself.
std::int64_t accept_page(const Call& call, const RunOfCall& found, const std::vector<OpenException>& page,
                         const AcceptCommand& command) {
    return with_tx(call.program, TxOptions(), [&](Tx& tx) {
        std::int64_t accounts = 0;
        std::string before;
        for (const OpenException& each : page) {
            if (each.account == before) continue;
            before = each.account;
            const auto account = customer::find_account(tx, found.utility.legal_entity_id, each.account);
            ensure(account.has_value(), "the account of an exception is there");
            const auto done =
                accept_cause(tx, *account, command, {call.caller.actor_id, account->org_unit_id, call.clock.now()});
            if (!done) throw problem_of(done.error());
            ++accounts;
        }
        return accounts;
    });
}

Response accept(Call& call) {
    const Cause cause = acceptable_cause(call);
    const std::string only = api::text_in(call.body, "account");
    const RunOfCall found = with_tx(call.people, TxOptions(), [&](Tx& tx) { return run_of(tx, call); });
    const AcceptCommand command{cause, found.run.period.to, api::text_in(call.body, "reason")};
    ExceptionPage page{.run_id = found.run.run_id, .cause = std::string(text_of(cause)), .limit = 500};
    std::int64_t accounts = 0;
    for (;;) {
        auto next = with_tx(call.people, TxOptions(), [&](Tx& tx) { return exceptions_of(tx, page); });
        if (next.empty()) break;
        page.after_cell = next.back().cell_id;
        page.after_account = next.back().account_id;
        page.after_agreement = next.back().agreement_id;
        page.after_cause = next.back().cause;
        if (!only.empty()) std::erase_if(next, [&](const OpenException& each) { return each.account != only; });
        accounts += accept_page(call, found, next, command);
    }
    if (!only.empty() && accounts == 0)
        throw Problem(422, "unknown_exception", "The run holds nothing of this account back for that cause.",
                      "body.account");
    return api::ok(JsonObject().number("accounts", accounts).done());
}

// Another person than who started it puts bills in force.
void require_second_person(const Call& call, const RunView& run) {
    const bool lonely = with_tx(call.program, TxOptions(), [&](Tx& tx) {
        return !org::any_other_may(tx, call.caller.actor_id, org::Permission::release_bills);
    });
    if (run.actor_id == call.caller.actor_id && !lonely)
        throw Problem(403, "second_person", "Who started a run does not release its bills: ask a second person.");
}

RunOfCall run_to_change(const Call& call, org::Permission permission) {
    return with_tx(call.people, TxOptions(), [&](Tx& tx) {
        RunOfCall found = run_of(tx, call);
        require_permission(tx, call, permission, found.utility);
        return found;
    });
}

Problem wrong_state(const char* text) { return {409, "wrong_state", text}; }

Response release(Call& call, RunRunner& runner) {
    const RunOfCall found = run_to_change(call, org::Permission::release_bills);
    const RunState state = found.run.state;
    if (state != RunState::checked && state != RunState::issuing && state != RunState::issued)
        throw wrong_state("Only a run that was checked to its end can be released.");
    require_second_person(call, found.run);
    if (state != RunState::issued)
        runner.start({found.run.run_id,
                      ExecuteOptions::After::issue,
                      {call.caller.actor_id, found.utility.root_unit_id, call.clock.now()}});
    return with_tx(call.people, TxOptions(),
                   [&](Tx& tx) { return api::accepted(run_json(run_of(tx, call).run, runner)); });
}

Response change(Call& call, RunRunner& runner) {
    const RunOfCall found = run_to_change(call, org::Permission::bill);
    const std::string& action = call.path_values.at(2);
    const org::Doer doer{call.caller.actor_id, found.utility.root_unit_id, call.clock.now()};
    const RunState state = found.run.state;
    std::expected<void, RunProblem> done;
    if (action == "resume") {
        if (state != RunState::rating && state != RunState::issuing)
            throw wrong_state("There is nothing to go on with.");
        runner.start({found.run.run_id,
                      state == RunState::rating ? ExecuteOptions::After::check : ExecuteOptions::After::issue, doer});
    } else if (action == "stop") {
        done = ask_stop(call.program, found.run.run_id, doer);
    } else {
        done = cancel_run(call.program, found.run.run_id, doer);
    }
    if (!done) throw problem_of(done.error());
    return with_tx(call.people, TxOptions(),
                   [&](Tx& tx) { return api::accepted(run_json(run_of(tx, call).run, runner)); });
}

}  // namespace

void add_run_routes(api::Routes& routes, RunRunner& runner) {
    using http::Method;
    const auto look = api::staff_who_may(org::Permission::look);
    const auto bill = api::staff_who_may(org::Permission::bill);
    const std::string runs = "/utilities/{utility}/runs", run = runs + "/{run}";
    routes.add({Method::get, runs, look, [&runner](Call& call) { return list(call, runner); }});
    routes.add({Method::post, runs, bill, [&runner](Call& call) { return start(call, runner); }});
    routes.add({Method::get, run, look, [&runner](Call& call) { return show(call, runner); }});
    routes.add({Method::get, run + "/events", look, [&runner](Call& call) { return watch(call, runner); }});
    routes.add({Method::get, run + "/exceptions", look, list_exceptions});
    routes.add({Method::post, run + "/acceptances", bill, accept});
    routes.add({Method::post, run + "/release", api::staff_who_may(org::Permission::release_bills),
                [&runner](Call& call) { return release(call, runner); }});
    routes.add({Method::post, run + "/{action}", bill, [&runner](Call& call) { return change(call, runner); }});
}

}  // namespace mainspring::billing
