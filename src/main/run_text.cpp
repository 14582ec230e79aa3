#include "main/run_text.hpp"

#include <fmt/format.h>

#include "billing/run_service.hpp"
#include "ledger/ledger_service.hpp"

namespace mainspring::cli {

namespace {

std::string money(const std::string& minor_text, Currency currency) {
    const auto minor = parse_decimal(minor_text, 0);
    return minor ? format_money({*minor, currency}) : minor_text;
}

struct Summary {
    billing::RunStatus status;
    std::vector<billing::RunMoney> money;
    std::vector<billing::AccountSum> accounts;
    std::vector<billing::CauseCount> causes;
    org::Utility utility;
};

Summary gather(Session& session, std::int64_t run_id) {
    Summary summary;
    Pool& pool = session.database().app();
    auto status = billing::run_status(pool, run_id);
    if (!status) throw Failure(Exit::refused, status.error().text);
    summary.status = *status;
    with_tx(pool, TxOptions(Isolation::repeatable_read), [&](Tx& tx) {
        summary.money = billing::money_of_run(tx, run_id);
        summary.accounts = billing::account_sums(tx, run_id);
        summary.causes = billing::exceptions_by_cause(tx, run_id);
        summary.utility = *org::find_utility(tx, summary.status.run.legal_entity_id);
    });
    return summary;
}

std::string as_json(const Summary& s, std::int64_t took_ms) {
    const auto& run = s.status.run;
    std::string text = fmt::format(
        R"({{"run": {}, "utility": {}, "state": "{}", "period_from": "{}", "period_to": "{}", "ranges": {}, )"
        R"("ranges_rated": {}, )"
        R"("ranges_issued": {}, "accounts": {}, "bills": {}, "exceptions": {}, "took_ms": {}, "money": [)",
        run.run_id, json_quoted(s.utility.code), billing::text_of(run.state), format_date(run.rules.period.from),
        format_date(run.rules.period.to), s.status.ranges, s.status.ranges_rated, s.status.ranges_issued,
        s.status.accounts, s.status.bills, s.status.exceptions, took_ms);
    for (std::size_t i = 0; i < s.money.size(); ++i)
        text += fmt::format(R"({}{{"currency": "{}", "bills": {}, "total": "{}"}})", i > 0 ? ", " : "",
                            s.money[i].currency, s.money[i].bills, money(s.money[i].total_minor, s.utility.currency));
    text += "], \"charges\": {";
    for (std::size_t i = 0; i < s.accounts.size(); ++i)
        text += fmt::format(R"({}{}: "{}")", i > 0 ? ", " : "", json_quoted(s.accounts[i].key),
                            money(s.accounts[i].amount_minor, s.utility.currency));
    text += "}, \"causes\": {";
    for (std::size_t i = 0; i < s.causes.size(); ++i)
        text += fmt::format("{}{}: {}", i > 0 ? ", " : "", json_quoted(s.causes[i].cause), s.causes[i].count);
    return text + "}}\n";
}

}  // namespace

std::string run_summary(Session& session, std::int64_t run_id, std::int64_t took_ms) {
    const Summary s = gather(session, run_id);
    if (session.json()) return as_json(s, took_ms);
    const auto& run = s.status.run;
    std::string text =
        fmt::format("Run {} of {}, {} to {}: {}\n", run.run_id, s.utility.code, format_date(run.rules.period.from),
                    format_date(run.rules.period.to), billing::text_of(run.state));
    text += fmt::format("  accounts {:>10}   bills {:>10}   exceptions {:>6}   ranges {}/{}/{} (all/rated/issued)\n",
                        s.status.accounts, s.status.bills, s.status.exceptions, s.status.ranges, s.status.ranges_rated,
                        s.status.ranges_issued);
    if (took_ms > 0) text += fmt::format("  {} ms, {} bills/s\n", took_ms, s.status.bills * 1000 / took_ms);
    for (const auto& m : s.money)
        text += fmt::format("  billed {:>18} {} in {} bills\n", money(m.total_minor, s.utility.currency), m.currency,
                            m.bills);
    for (const auto& a : s.accounts)
        text += fmt::format("    {:<28} {:>16}\n", a.key, money(a.amount_minor, s.utility.currency));
    for (const auto& c : s.causes)
        text += fmt::format("  held back: {:<24} {:>6}   for instance {}\n", c.cause, c.count, c.example);
    return text;
}

std::string exceptions_text(Session& session, const billing::ExceptionPage& page) {
    const auto rows =
        with_tx(session.database().app(), TxOptions(), [&](Tx& tx) { return billing::exceptions_of(tx, page); });
    std::string text = session.json() ? "[" : "";
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto& row = rows[i];
        text +=
            session.json()
                ? fmt::format(R"({}{{"cell": {}, "account_id": {}, "agreement_id": {}, "cause": "{}", "detail": {}}})",
                              i > 0 ? ", " : "", row.cell_id, row.account_id, row.agreement_id, row.cause,
                              json_quoted(row.detail))
                : fmt::format("account {} (cell {}), agreement {}: {}: {}\n", row.account_id, row.cell_id,
                              row.agreement_id, row.cause, row.detail);
    }
    return session.json() ? text + "]\n" : text;
}

std::string rebill_text(Session& session, const std::vector<billing::RebilledBill>& bills) {
    std::string text = session.json() ? "[" : "";
    for (std::size_t i = 0; i < bills.size(); ++i) {
        const auto& b = bills[i];
        const std::string old_total = format_money({b.old_minor, b.currency}),
                          new_total = format_money({b.new_minor, b.currency});
        const std::string difference = format_money({b.new_minor - b.old_minor, b.currency});
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
