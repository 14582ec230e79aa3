#include <fmt/format.h>

#include "billing/rebill_service.hpp"
#include "billing/report.hpp"
#include "billing/run_service.hpp"
#include "customer/customer_service.hpp"
#include "main/commands.hpp"
#include "main/output.hpp"
#include "main/run_text.hpp"
#include "main/touched_commands.hpp"

namespace mainspring::cli {

namespace {

using billing::RunProblem;

struct RunFlags {
    std::string utility, period, cycle = "monthly", issued_on, command_id;
    int due_days = 21, workers = 4, window_before = 6, window_after = 6;
    std::int32_t range_size = 4000;
    bool check_only = false, accept_changed = false;
    std::int64_t run_id = 0;
};

template <class T>
T value_or_fail(std::expected<T, RunProblem> result) {
    if (!result) throw Failure(Exit::refused, result.error().text);
    if constexpr (!std::is_void_v<T>) return std::move(*result);
}

// "2026-03": the calendar month; "2026-03-10..2026-04-09": both ends as dates, the second not included.
DateRange period_argument(const std::string& text) {
    const auto dots = text.find("..");
    if (dots != std::string::npos)
        return {date_argument("--period", text.substr(0, dots)), date_argument("--period", text.substr(dots + 2))};
    const Date first = date_argument("--period", text + "-01");
    return {first, first_of_next_month(first)};
}

Exit execute(Session& session, const RunFlags& flags, std::int64_t run_id) {
    Pool& pool = session.database().app();
    const billing::Run run = value_or_fail(billing::run_status(pool, run_id)).run;
    const auto resources = billing::load_resources(pool, run.clock);
    ProgressLine line("accounts");
    billing::ExecuteOptions options;
    options.run_id = run_id;
    options.workers = flags.workers;
    options.spill_folder = session.data_folder() / "spill" / fmt::format("run-{}", run_id);
    options.until = flags.check_only ? billing::ExecuteOptions::After::check : billing::ExecuteOptions::After::issue;
    options.doer = {session.actor().actor_id, run.org_unit_id, session.clock().now()};
    if (flags.accept_changed) options.changed = billing::ExecuteOptions::Changed::accept;
    options.progress = [&](const billing::Progress& p) { line.show(p.phase, p.done, p.total); };
    const auto started = session.clock().now();
    const auto executed = value_or_fail(billing::execute_run(pool, resources, options));
    if (run.state != billing::RunState::issued)
        with_tx(pool, TxOptions(),
                [&](Tx& tx) { billing::add_worked_ms(tx, run_id, (session.clock().now() - started).count()); });
    std::error_code ignored;
    if (executed == billing::Executed::issued) std::filesystem::remove_all(options.spill_folder, ignored);
    print(run_summary(session, run_id));
    if (executed == billing::Executed::cancelled) return Exit::refused;
    return executed == billing::Executed::stopped ? Exit::stopped : Exit::ok;
}

Exit run(Session& session, const RunFlags& flags) {
    const org::Utility utility = session.utility(flags.utility);
    billing::RunCommand command;
    command.command_id = session.command_id(flags.command_id);
    command.legal_entity_id = utility.legal_entity_id;
    command.cycle = flags.cycle;
    command.rules.period = period_argument(flags.period);
    command.rules.window_before_days = flags.window_before;
    command.rules.window_after_days = flags.window_after;
    command.issued_on =
        flags.issued_on.empty() ? session.today(utility) : date_argument("--issued-on", flags.issued_on);
    command.due_on = command.issued_on + std::chrono::days{flags.due_days};
    command.actor_id = session.actor().actor_id;
    command.org_unit_id = utility.root_unit_id;
    command.range_size = flags.range_size;
    const auto run_id = value_or_fail(billing::start_run(session.database().app(), session.clock(), command));
    return execute(session, flags, run_id);
}

// Without a number it is the last run of the utility, never that of another one.
std::int64_t last_run_if_none(Session& session, std::int64_t run_id, const std::string& utility_code) {
    if (run_id != 0) return run_id;
    const org::Utility utility = session.utility(utility_code);
    const auto last = with_tx(session.database().app(), TxOptions(),
                              [&](Tx& tx) { return billing::last_run(tx, utility.legal_entity_id); });
    if (!last) throw Failure(Exit::refused, fmt::format("there is no bill run of {} yet", utility.code));
    return *last;
}

Exit resume(Session& session, const RunFlags& flags) {
    return execute(session, flags, last_run_if_none(session, flags.run_id, flags.utility));
}

// The run that is meant, if the person may look at it.
std::int64_t run_to_see(Session& session, std::int64_t run_id, const std::string& utility) {
    run_id = last_run_if_none(session, run_id, utility);
    const auto status = value_or_fail(billing::run_status(session.database().app(), run_id));
    session.require(org::Permission::look, status.run.org_unit_id);
    return run_id;
}

Exit status(Session& session, const RunFlags& flags) {
    print(run_summary(session, run_to_see(session, flags.run_id, flags.utility)));
    return Exit::ok;
}

Exit summary(Session& session) {
    session.require(org::Permission::look, 0);
    print(summary_of_utilities(session));
    return Exit::ok;
}

Exit stop(Session& session, const RunFlags& flags) {
    const auto run_id = last_run_if_none(session, flags.run_id, flags.utility);
    const auto status = value_or_fail(billing::run_status(session.database().app(), run_id));
    value_or_fail(billing::ask_stop(session.database().app(), run_id,
                                    {session.actor().actor_id, status.run.org_unit_id, session.clock().now()}));
    if (session.json()) print(run_summary(session, run_id));
    return Exit::ok;
}

struct BillFlags {
    std::string utility, issued_on, reason, command_id, account, cause, upto;
    std::int64_t number = 0, run_id = 0;
    int due_days = 21;
    std::int32_t limit = 100;
    bool touched = false;
};

Exit take_back(Session& session, const BillFlags& flags, billing::RebillCommand::Mode mode) {
    if (flags.touched == (flags.number != 0))
        throw Failure(Exit::usage, "give the number of a bill, or --touched for all that facts have touched");
    const org::Utility utility = session.utility(flags.utility);
    billing::RebillCommand command;
    command.command_id = session.command_id(flags.command_id);
    command.bill = {utility.legal_entity_id, billing::BillKind::bill, flags.number};
    command.mode = mode;
    if (!flags.issued_on.empty()) command.issued_on = date_argument("--issued-on", flags.issued_on);
    command.due_days = flags.due_days;
    command.reason = flags.reason;
    command.actor_id = session.actor().actor_id;
    command.org_unit_id = utility.root_unit_id;
    if (flags.touched) return rebill_touched(session, command);
    const auto result = billing::rebill(session.database().app(), session.clock(), command);
    if (!result) throw Failure(Exit::refused, result.error().text);
    print(rebill_text(session, *result));
    return Exit::ok;
}

Exit accept(Session& session, const BillFlags& flags) {
    const org::Utility utility = session.utility(flags.utility);
    Pool& pool = session.database().app();
    const Date upto = date_argument("--upto", flags.upto);
    const auto cause = billing::cause_of(flags.cause);
    if (!cause || !billing::is_acceptable(*cause))
        throw Failure(Exit::refused, fmt::format("the cause '{}' cannot be accepted: it needs a fact", flags.cause));
    with_tx(pool, TxOptions(), [&](Tx& tx) {
        const auto account = customer::find_account(tx, utility.legal_entity_id, flags.account);
        if (!account) throw Failure(Exit::refused, fmt::format("there is no account '{}'", flags.account));
        value_or_fail(billing::accept_cause(tx, *account, {.cause = *cause, .upto = upto, .reason = flags.reason},
                                            {session.actor().actor_id, account->org_unit_id, session.clock().now()}));
    });
    if (session.json())
        print(JsonObject()
                  .text("account", flags.account)
                  .text("cause", billing::text_of(*cause))
                  .text("upto", format_date(upto))
                  .done() +
              "\n");
    return Exit::ok;
}

Exit exceptions(Session& session, const BillFlags& flags) {
    const auto run_id = run_to_see(session, flags.run_id, flags.utility);
    print(exceptions_text(session, {run_id, flags.cause, 0, 0, flags.limit}));
    return Exit::ok;
}

void add_run_options(Command command, RunFlags& flags) {
    command.option("--workers", flags.workers, "Threads; any number gives the same bills").range(1, 64);
    command.flag("--check-only", flags.check_only, "Stop after the check, before numbers are given out");
}

void add_runs(Command bill, const std::shared_ptr<RunFlags>& flags) {
    Command start = bill.add("run", "Bill a period: rate, check, issue and post");
    start.option("--period", flags->period, "Month 2026-03, or 2026-03-10..2026-04-10 (end not included)").required();
    start.utility(flags->utility);
    start.option("--cycle", flags->cycle, "Billing cycle of the accounts");
    start.option("--issued-on", flags->issued_on, "Date of the bills; without it today");
    start.option("--due-days", flags->due_days, "Days to pay").range(0, 365);
    start.option("--window-before", flags->window_before, "Days before the period's end in which a read may close it")
        .range(0, 31);
    start.option("--window-after", flags->window_after, "The same, after it").range(0, 31);
    start.option("--range-size", flags->range_size, "Accounts a transaction").range(1, 100000);
    start.command_id(flags->command_id);
    add_run_options(start, *flags);
    start.runs([flags](Session& s) { return run(s, *flags); });

    const auto add = [&](const char* name, const char* help, Exit (*what)(Session&, const RunFlags&)) {
        Command command = bill.add(name, help);
        command.option("RUN", flags->run_id, "Number of the run; without it the last one of the utility");
        command.utility(flags->utility);
        command.runs([flags, what](Session& s) { return what(s, *flags); });
        return command;
    };
    add("status", "How far a run is, and what it billed", status);
    bill.add("summary", "All utilities side by side: accounts, bills, money, use, what was held back").runs(summary);
    add("stop", "Ask a run to stop after the ranges under way", stop);
    Command go_on = add("resume", "Go on with a run that was stopped, killed or checked", resume);
    add_run_options(go_on, *flags);
    go_on.flag("--accept-changed", flags->accept_changed,
               "Issue ranges that come out otherwise than they were checked, if they are as many bills");
    add("cancel-run", "Give a run up that has not given out numbers", [](Session& s, const RunFlags& f) {
        const auto run_id = last_run_if_none(s, f.run_id, f.utility);
        const auto status = value_or_fail(billing::run_status(s.database().app(), run_id));
        value_or_fail(billing::cancel_run(s.database().app(), run_id,
                                          {s.actor().actor_id, status.run.org_unit_id, s.clock().now()}));
        if (s.json()) print(run_summary(s, run_id));
        return Exit::ok;
    });
}

void add_corrections(Command bill, const std::shared_ptr<BillFlags>& flags) {
    const auto add = [&](const char* name, const char* help, billing::RebillCommand::Mode mode) {
        Command command = bill.add(name, help);
        Option number = command.option("NUMBER", flags->number,
                                       "Number of the first wrong bill; later ones of the account go with it");
        if (mode == billing::RebillCommand::Mode::cancel_only) number.required();
        command.option("--reason", flags->reason, "Why, for the audit").required();
        command.utility(flags->utility);
        command.option("--issued-on", flags->issued_on, "Date of the credit notes and new bills; without it today");
        command.option("--due-days", flags->due_days, "Days to pay").range(0, 365);
        command.command_id(flags->command_id);
        command.runs([flags, mode](Session& s) { return take_back(s, *flags, mode); });
        return command;
    };
    add("cancel", "Take a bill back by a credit note", billing::RebillCommand::Mode::cancel_only);
    add("rebill", "Take bills back and bill again from today's facts", billing::RebillCommand::Mode::rebill)
        .flag("--touched", flags->touched,
              "All that `bill touched` lists, an account after the other; the same command id again does what "
              "was left and answers for all of it");
}

void add_touched(Command bill, const std::shared_ptr<TouchedFlags>& flags) {
    Command list = bill.add("touched", "Bills in force that stand on facts which no longer count");
    list.utility(flags->utility);
    list.option("--limit", flags->limit, "At most so many bills").range(1, 1000000);
    list.option("--ends-after", flags->ends_after, "Only bills whose period ends after this day; fewer facts are read");
    list.runs([flags](Session& s) { return list_touched(s, *flags); });
}

void add_exceptions(Command bill, const std::shared_ptr<BillFlags>& flags) {
    Command list = bill.add("exceptions", "What a run held back, and why");
    list.option("RUN", flags->run_id, "Number of the run; without it the last one of the utility");
    list.option("--cause", flags->cause, "Only this cause");
    list.option("--limit", flags->limit, "At most so many").range(1, 100000);
    list.utility(flags->utility);
    list.runs([flags](Session& s) { return exceptions(s, *flags); });
    Command pass = bill.add("accept", "Let an exception pass for an account; the next run bills it");
    pass.option("ACCOUNT", flags->account, "Code of the account").required();
    pass.option("--cause", flags->cause, "Cause, as listed").required();
    pass.option("--upto", flags->upto, "For periods that end on this day or before").required();
    pass.option("--reason", flags->reason, "Why, for the audit").required();
    pass.utility(flags->utility);
    pass.runs([flags](Session& s) { return accept(s, *flags); });
}

}  // namespace

void add_bill_commands(Command app) {
    Command bill = app.add_group("bill", "Bill runs and bills");
    add_runs(bill, std::make_shared<RunFlags>());
    const auto flags = std::make_shared<BillFlags>();
    add_corrections(bill, flags);
    add_touched(bill, std::make_shared<TouchedFlags>());
    add_exceptions(bill, flags);
    add_print_commands(bill);
}

}  // namespace mainspring::cli
