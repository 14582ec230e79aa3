#include <charconv>
#include <fmt/format.h>
#include <memory>
#include <ostream>

#include "ledger/hledger_service.hpp"
#include "ledger/ledger_service.hpp"
#include "ledger/trial_balance_service.hpp"
#include "ledger/verify_service.hpp"
#include "main/commands.hpp"
#include "main/output.hpp"
#include "metering/read_feed.hpp"

namespace mainspring::cli {

namespace {

struct LedgerFlags {
    std::string utility, as_of, posted_until, file, month, command_id;
};

// "2026-07-01T12:00:00Z", "2026-07-01 14:00+02:00".
Instant instant_argument(const std::string& option, const std::string& text) {
    const auto fail = [&](std::string_view why) {
        throw Failure(Exit::usage, fmt::format("{}: '{}': {}", option, text, why));
    };
    std::string_view wall = text;
    std::chrono::minutes offset{};
    if (wall.ends_with('Z')) {
        wall.remove_suffix(1);
    } else {
        const std::string_view zone = wall.size() > 6 ? wall.substr(wall.size() - 6) : std::string_view();
        int hours = -1, minutes = -1;
        const bool shape = zone.size() == 6 && (zone[0] == '+' || zone[0] == '-') && zone[3] == ':' &&
                           std::from_chars(zone.data() + 1, zone.data() + 3, hours).ptr == zone.data() + 3 &&
                           std::from_chars(zone.data() + 4, zone.data() + 6, minutes).ptr == zone.data() + 6;
        if (!shape || hours < 0 || hours > 14 || minutes < 0 || minutes > 59)
            fail("needs its zone: 2026-07-01T12:00:00Z or 2026-07-01T14:00:00+02:00");
        offset = std::chrono::minutes((hours * 60 + minutes) * (zone[0] == '-' ? -1 : 1));
        wall.remove_suffix(6);
    }
    const auto time = metering::parse_wall_time(wall);
    if (!time) fail(time.error());
    int seconds = 0;
    if (wall.size() == 19) std::from_chars(wall.data() + 17, wall.data() + 19, seconds);
    return Instant(time->date) + std::chrono::minutes(time->minute_of_day) + std::chrono::seconds(seconds) - offset;
}

Exit trial_balance(Session& session, const LedgerFlags& flags) {
    ledger::TrialBalanceQuery query;
    std::int32_t unit = 0;
    if (!flags.utility.empty()) {
        const org::Utility utility = session.utility(flags.utility);
        query.legal_entity_id = utility.legal_entity_id;
        unit = utility.root_unit_id;
    }
    session.require(org::Permission::look, unit);
    if (!flags.as_of.empty()) query.upto = date_argument("--as-of", flags.as_of);
    if (!flags.posted_until.empty()) query.posted_upto = instant_argument("--posted-until", flags.posted_until);
    Pool& pool = session.database().app();
    const auto balance = ledger::trial_balance(
        pool, query, query.posted_upto ? ledger::TrialBalanceSource::journal : ledger::TrialBalanceSource::read_model);
    const ledger::Chart chart = ledger::load_chart(pool);
    std::map<std::int32_t, std::string> utilities;
    for (auto& utility : with_tx(pool, TxOptions(), org::all_utilities))
        utilities[utility.legal_entity_id] = std::move(utility.code);
    Table table({{"UTILITY", "utility"},
                 {"CURRENCY", "currency"},
                 {"ACCOUNT", "account", Table::Kind::number},
                 {"KEY", "key"},
                 {"DEBITS", "debits", Table::Kind::amount},
                 {"CREDITS", "credits", Table::Kind::amount},
                 {"BALANCE", "balance", Table::Kind::amount}});
    for (const auto& [key, turnover] : balance.rows()) {
        const auto* account = chart.find(key.account_no);
        table.add({utilities[key.legal_entity_id], std::string(key.currency.text()), fmt::to_string(key.account_no),
                   account != nullptr ? account->key : "", format_sum(turnover.debits, key.currency),
                   format_sum(turnover.credits, key.currency), format_sum(turnover.balance(), key.currency)});
    }
    const bool balanced = balance.is_balanced();
    if (session.json())
        print(JsonObject().raw("balanced", balanced ? "true" : "false").raw("rows", table.json()).done() + "\n");
    else
        print(table.text() + (balanced ? "Debits equal credits.\n" : "Debits DO NOT equal credits.\n"));
    return balanced ? Exit::ok : Exit::refused;
}

ledger::JournalProgress shown_on(ProgressLine& line, std::string_view phase) {
    return [&line, phase](const ledger::JournalStep& step) { line.show(phase, step.done, step.total); };
}

Exit export_journal(Session& session, const LedgerFlags& flags) {
    session.require(org::Permission::look, 0);
    std::int64_t entries = 0;
    {
        ProgressLine line("entries");
        write_whole_file(flags.file, [&](std::ostream& out) {
            entries = ledger::export_hledger(session.database().app(), out, shown_on(line, "export"));
        });
    }
    if (flags.file == "-") return Exit::ok;
    print(session.json() ? JsonObject().text("file", flags.file).number("entries", entries).done() + "\n"
                         : fmt::format("{}: {} entries\n", flags.file, entries));
    return Exit::ok;
}

void roll_up(Session& session) {
    Pool& pool = session.database().app();
    ProgressLine line("cells");
    std::vector<CellId> cells;
    with_tx(pool, TxOptions(), [&](Tx& tx) {
        cells.clear();
        for (const auto& utility : org::all_utilities(tx))
            for (const CellId cell : org::cells_of(tx, utility.legal_entity_id)) cells.push_back(cell);
    });
    std::int64_t done = 0;
    for (const CellId cell : cells) {
        ledger::rollup(pool, session.clock(), cell);
        line.show("summing up", ++done, static_cast<std::int64_t>(cells.size()));
    }
}

Exit verify(Session& session) {
    session.require(org::Permission::look, 0);
    roll_up(session);
    const auto report = [&] {
        ProgressLine line("entries");
        return ledger::verify(session.database().app(), shown_on(line, "verify"));
    }();
    Table table({{"WHAT", "check"}, {"WHERE", "where"}, {"DETAIL", "detail"}});
    for (const auto& finding : report.findings)
        table.add({std::string(ledger::text_of(finding.check)), finding.where, finding.detail});
    if (session.json()) {
        print(JsonObject()
                  .raw("good", report.good() ? "true" : "false")
                  .number("books", report.books)
                  .number("entries", report.entries)
                  .number("legs", report.legs)
                  .number("findings_count", report.findings_count)
                  .raw("findings", table.json())
                  .done() +
              "\n");
    } else {
        print(fmt::format(
            "{} entries of {} books, {} legs: {}\n", report.entries, report.books, report.legs,
            report.good() ? "every rule of the ledger holds" : fmt::format("{} findings", report.findings_count)));
        if (!report.good()) print(table.text());
    }
    return report.good() ? Exit::ok : Exit::refused;
}

Exit set_period(Session& session, const LedgerFlags& flags, ledger::PeriodState state) {
    const std::string first_day = flags.month + "-01";
    if (flags.month.size() != 7 || !parse_date(first_day))
        throw Failure(Exit::usage, fmt::format("MONTH: '{}' is no month such as 2026-03", flags.month));
    const org::Utility utility = session.utility(flags.utility);
    const std::chrono::year_month_day day(*parse_date(first_day));
    const auto set = ledger::set_period(
        session.database().app(), session.clock(),
        {.command_id = session.command_id(flags.command_id),
         .legal_entity_id = utility.legal_entity_id,
         .period = static_cast<int>(day.year()) * 100 + static_cast<std::int32_t>(static_cast<unsigned>(day.month())),
         .state = state,
         .actor_id = session.actor().actor_id,
         .org_unit_id = utility.root_unit_id});
    if (!set) throw Failure(Exit::refused, set.error().text);
    const std::string_view word = state == ledger::PeriodState::closed ? "closed" : "open";
    print(session.json() ? JsonObject()
                                   .text("utility", utility.code)
                                   .text("period", flags.month)
                                   .text("state", word)
                                   .raw("changed", *set ? "true" : "false")
                                   .done() +
                               "\n"
                         : fmt::format("{} of {} is {}{}.\n", flags.month, utility.code, word,
                                       *set ? "" : " (it was so already)"));
    return Exit::ok;
}

void add_period(Command ledger) {
    Command period = ledger.add_group("period", "Months that nothing can be posted into any more");
    for (const auto state : {ledger::PeriodState::closed, ledger::PeriodState::open}) {
        const bool close = state == ledger::PeriodState::closed;
        Command command = period.add(close ? "close" : "open", close ? "From now on nothing is posted into the month"
                                                                     : "Open a closed month again");
        auto flags = std::make_shared<LedgerFlags>();
        command.option("MONTH", flags->month, "2026-03").required();
        command.utility(flags->utility);
        command.command_id(flags->command_id);
        command.runs([flags, state](Session& session) { return set_period(session, *flags, state); });
    }
}

}  // namespace

void add_ledger_commands(Command app) {
    Command ledger = app.add_group("ledger", "The books: balances, export, proof, periods");
    auto flags = std::make_shared<LedgerFlags>();

    Command balance = ledger.add("trial-balance", "Debits, credits and balance of every account");
    balance.option("--utility", flags->utility, "Code; without it all");
    balance.option("--as-of", flags->as_of, "Business day, included; without it all days");
    balance.option("--posted-until", flags->posted_until, "What was known at this instant: 2026-07-01T12:00:00Z");
    balance.runs([flags](Session& session) { return trial_balance(session, *flags); });

    Command journal =
        ledger.add("export", "Write the journal for hledger, which then checks every balance: hledger -f FILE balance");
    journal.option("FILE", flags->file, "'-': standard output").required();
    journal.runs([flags](Session& session) { return export_journal(session, *flags); });

    ledger.add("verify", "Prove every rule of the ledger on all that is stored; exit status 1 when one fails")
        .runs(verify);
    add_period(ledger);
}

}  // namespace mainspring::cli
