#include "main/run_text.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "billing/run_service.hpp"
#include "ledger/ledger_service.hpp"
#include "main/output.hpp"

namespace mainspring::cli {

namespace {

struct Rate {
    std::int64_t bills = 0, worked_ms = 0;
    std::int64_t per_second() const { return worked_ms > 0 ? bills * 1000 / worked_ms : 0; }
};

struct Summary {
    billing::RunStatus status;
    std::vector<billing::RunMoney> money;
    std::vector<billing::UseSum> use;
    std::vector<billing::ClauseSum> clauses;
    std::vector<billing::AccountSum> accounts;
    std::vector<billing::CauseCount> causes;
    std::int64_t worked_ms = 0;
    org::Utility utility;

    std::int64_t bills_per_second() const { return Rate{status.bills, worked_ms}.per_second(); }
    std::string sum_text(const std::string& minor) const { return format_sum(minor, utility.currency); }
};

Summary gather(Session& session, std::int64_t run_id) {
    Summary summary;
    Pool& pool = session.database().app();
    auto status = billing::run_status(pool, run_id);
    if (!status) throw Failure(Exit::refused, status.error().text);
    summary.status = *status;
    with_tx(pool, TxOptions(Isolation::repeatable_read), [&](Tx& tx) {
        summary.money = billing::money_of_run(tx, run_id);
        summary.use = billing::use_of_run(tx, run_id);
        summary.clauses = billing::clause_sums(tx, run_id);
        summary.accounts = billing::account_sums(tx, run_id);
        summary.causes = billing::exceptions_by_cause(tx, run_id);
        summary.worked_ms = billing::worked_ms(tx, run_id);
        summary.utility = *org::find_utility(tx, summary.status.run.legal_entity_id);
    });
    return summary;
}

Table use_table(const Summary& s) {
    Table table({{"COMMODITY", "commodity"},
                 {"QUANTITY", "quantity", Table::Kind::amount},
                 {"UNIT", "unit"},
                 {"SECTIONS", "sections", Table::Kind::number}});
    for (const auto& use : s.use) table.add({use.commodity, use.quantity, use.unit, fmt::to_string(use.sections)});
    return table;
}

Table charge_table(const Summary& s) {
    Table table({{"TARIFF", "tariff"},
                 {"VERSION", "version"},
                 {"CHARGE", "charge"},
                 {"LINES", "lines", Table::Kind::number},
                 {"QUANTITY", "quantity", Table::Kind::amount},
                 {"UNIT", "unit"},
                 {"AMOUNT", "amount", Table::Kind::amount}});
    for (const auto& sum : s.clauses)
        table.add({sum.tariff, sum.version, sum.clause, fmt::to_string(sum.lines), sum.quantity, sum.unit,
                   s.sum_text(sum.amount_minor)});
    return table;
}

Table ledger_table(const Summary& s) {
    Table table({{"LEDGER ACCOUNT", "account"}, {"AMOUNT", "amount", Table::Kind::amount}});
    for (const auto& sum : s.accounts) table.add({sum.key, s.sum_text(sum.amount_minor)});
    return table;
}

Table cause_table(const Summary& s) {
    Table table({{"HELD BACK", "cause"}, {"COUNT", "count", Table::Kind::number}, {"FOR INSTANCE", "example"}});
    for (const auto& cause : s.causes) table.add({cause.cause, fmt::to_string(cause.count), cause.example});
    return table;
}

std::string as_json(const org::Utility& utility, const billing::UtilitySums& sums) {
    Table use({{"", "commodity"}, {"", "quantity"}, {"", "unit"}});
    for (const auto& each : sums.use) use.add({each.commodity, each.quantity, each.unit});
    Table causes({{"", "cause"}, {"", "count", Table::Kind::number}});
    for (const auto& each : sums.causes) causes.add({each.cause, fmt::to_string(each.count)});
    return JsonObject()
        .text("utility", utility.code)
        .number("runs", sums.runs)
        .number("accounts", sums.accounts)
        .number("bills", sums.bills)
        .number("bills_per_second", Rate{sums.bills, sums.worked_ms}.per_second())
        .text("total", format_sum(sums.total_minor, utility.currency))
        .text("currency", utility.currency.text())
        .raw("use", use.json())
        .number("exceptions", sums.exceptions)
        .raw("causes", causes.json())
        .done();
}

// Several commodities and causes stand below each other.
void add_rows(Table& table, const org::Utility& utility, const billing::UtilitySums& sums) {
    const std::size_t rows = std::max({std::size_t{1}, sums.use.size(), sums.causes.size()});
    for (std::size_t i = 0; i < rows; ++i) {
        std::vector<std::string> cells(6);
        if (i == 0)
            cells = {utility.code,
                     fmt::to_string(sums.accounts),
                     fmt::to_string(sums.bills),
                     fmt::to_string(Rate{sums.bills, sums.worked_ms}.per_second()),
                     format_sum(sums.total_minor, utility.currency),
                     std::string(utility.currency.text())};
        const auto use = i < sums.use.size() ? sums.use[i] : billing::UseSum();
        for (const auto& cell : {use.quantity, use.unit, use.commodity}) cells.push_back(cell);
        const bool held = i < sums.causes.size();
        cells.push_back(held ? fmt::to_string(sums.causes[i].count) : i == 0 ? "0" : "");
        cells.push_back(held ? sums.causes[i].cause : "");
        table.add(std::move(cells));
    }
}

std::string as_json(const Summary& s) {
    const auto& run = s.status.run;
    Table money({{"", "currency"}, {"", "bills", Table::Kind::number}, {"", "total"}});
    for (const auto& m : s.money) money.add({m.currency, fmt::to_string(m.bills), s.sum_text(m.total_minor)});
    return JsonObject()
               .number("run", run.run_id)
               .text("utility", s.utility.code)
               .text("state", billing::text_of(run.state))
               .text("period_from", format_date(run.rules.period.from))
               .text("period_to", format_date(run.rules.period.to))
               .number("ranges", s.status.ranges)
               .number("ranges_rated", s.status.ranges_rated)
               .number("ranges_issued", s.status.ranges_issued)
               .number("accounts", s.status.accounts)
               .number("bills", s.status.bills)
               .number("exceptions", s.status.exceptions)
               .number("took_ms", s.worked_ms)
               .number("bills_per_second", s.bills_per_second())
               .raw("money", money.json())
               .raw("use", use_table(s).json())
               .raw("charges", charge_table(s).json())
               .raw("ledger", ledger_table(s).json())
               .raw("causes", cause_table(s).json())
               .done() +
           "\n";
}

}  // namespace

std::string run_summary(Session& session, std::int64_t run_id) {
    const Summary s = gather(session, run_id);
    if (session.json()) return as_json(s);
    const auto& run = s.status.run;
    std::string text =
        fmt::format("Run {} of {}, {} to {}: {}\n", run.run_id, s.utility.code, format_date(run.rules.period.from),
                    format_date(run.rules.period.to), billing::text_of(run.state));
    text += fmt::format("  accounts {:>10}   bills {:>10}   exceptions {:>6}   ranges {}/{}/{} (all/rated/issued)\n",
                        s.status.accounts, s.status.bills, s.status.exceptions, s.status.ranges, s.status.ranges_rated,
                        s.status.ranges_issued);
    if (s.worked_ms > 0) text += fmt::format("  {} ms, {} bills/s\n", s.worked_ms, s.bills_per_second());
    for (const auto& m : s.money)
        text += fmt::format("  billed {:>18} {} in {} bills\n", s.sum_text(m.total_minor), m.currency, m.bills);
    for (const Table& table : {use_table(s), charge_table(s), ledger_table(s), cause_table(s)})
        if (!table.empty()) text += table.text("  ");
    return text;
}

std::string summary_of_utilities(Session& session) {
    struct Row {
        org::Utility utility;
        billing::UtilitySums sums;
    };
    std::vector<Row> rows;
    with_tx(session.database().app(), TxOptions(Isolation::repeatable_read), [&](Tx& tx) {
        rows.clear();
        for (org::Utility& utility : org::all_utilities(tx)) {
            auto sums = billing::sums_of_utility(tx, utility.legal_entity_id);
            rows.push_back({std::move(utility), std::move(sums)});
        }
    });
    if (session.json()) {
        std::string text;
        for (const auto& [utility, sums] : rows) text += (text.empty() ? "" : ",\n ") + as_json(utility, sums);
        return "[" + text + "]\n";
    }
    Table table({{"UTILITY", "utility"},
                 {"ACCOUNTS", "accounts", Table::Kind::number},
                 {"BILLS", "bills", Table::Kind::number},
                 {"BILLS/S", "bills_per_second", Table::Kind::number},
                 {"BILLED", "total", Table::Kind::amount},
                 {"", "currency"},
                 {"USE", "quantity", Table::Kind::amount},
                 {"", "unit"},
                 {"COMMODITY", "commodity"},
                 {"HELD BACK", "count", Table::Kind::number},
                 {"CAUSE", "cause"}});
    for (const auto& [utility, sums] : rows) add_rows(table, utility, sums);
    return table.text();
}

std::string exceptions_text(Session& session, const billing::ExceptionPage& page) {
    const auto rows =
        with_tx(session.database().app(), TxOptions(), [&](Tx& tx) { return billing::exceptions_of(tx, page); });
    std::string text, objects;
    for (const auto& row : rows) {
        const JsonObject object = JsonObject()
                                      .text("account", row.account)
                                      .number("cell", row.cell_id)
                                      .number("account_id", row.account_id)
                                      .number("agreement_id", row.agreement_id)
                                      .text("cause", row.cause)
                                      .text("detail", row.detail);
        objects += (objects.empty() ? "" : ",\n ") + object.done();
        text += fmt::format("account {} (cell {}), agreement {}: {}: {}\n", row.account, row.cell_id, row.agreement_id,
                            row.cause, row.detail);
    }
    return session.json() ? "[" + objects + "]\n" : text;
}

std::string rebill_text(Session& session, const std::vector<billing::RebilledBill>& bills) {
    std::string text = session.json() ? "[" : "";
    for (std::size_t i = 0; i < bills.size(); ++i) {
        const auto& b = bills[i];
        const std::string old_total = format_money({b.old_minor, b.currency}),
                          new_total = format_money({b.new_minor, b.currency});
        const std::string difference = format_sum(Int128{b.new_minor} - b.old_minor, b.currency);
        if (session.json())
            text += fmt::format(R"({}{{"old": {}, "credit_note": {}, "new": {}, "old_total": "{}", "new_total": "{}", )"
                                R"("difference": "{}", "currency": "{}"}})",
                                i > 0 ? ", " : "", b.old_number, b.credit_note_number, b.new_number, old_total,
                                new_total, difference, b.currency.text());
        else
            text += fmt::format(
                "bill {} ({} to {}) {} {}: credit note {}{}, difference {}\n", b.old_number, format_date(b.period.from),
                format_date(b.period.to), old_total, b.currency.text(), b.credit_note_number,
                b.new_number != 0 ? fmt::format(", new bill {} of {}", b.new_number, new_total) : "", difference);
    }
    return session.json() ? text + "]\n" : text;
}

}  // namespace mainspring::cli
