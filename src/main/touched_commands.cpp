#include "main/touched_commands.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <map>

#include "billing/rebill_touched_service.hpp"
#include "billing/touched.hpp"
#include "main/output.hpp"
#include "main/run_text.hpp"

namespace mainspring::cli {

namespace {

// "read S01 2026-02-01: version 1 -> 2"
std::string fact_text(const billing::TouchedFact& fact) {
    const std::string versions = fact.old_version.empty()
                                     ? fmt::format("new, version {}", fact.new_version)
                                     : fmt::format("version {} -> {}", fact.old_version, fact.new_version);
    return fmt::format("{} {}: {}", text_of(fact.kind), fact.key, versions);
}

std::string facts_json(const std::vector<billing::TouchedFact>& facts) {
    return json_list(facts, [](const billing::TouchedFact& fact) {
        return JsonObject()
            .text("kind", text_of(fact.kind))
            .text("key", fact.key)
            .text("old_version", fact.old_version)
            .text("new_version", fact.new_version)
            .done();
    });
}

// What all accounts came to.
class Outcome {
public:
    void add(const std::vector<billing::RebilledBill>& bills) {
        bills_.insert(bills_.end(), bills.begin(), bills.end());
        for (const auto& bill : bills) {
            Sum& sum = sums_[std::string(bill.currency.text())];
            sum.currency = bill.currency;
            sum.old_minor += bill.old_minor;
            sum.new_minor += bill.new_minor;
        }
    }
    void refuse(const billing::RefusedAccount& account) {
        complain(fmt::format("account {}, bill {}: {}", account.account_code, account.bill_number, account.reason));
        refused_.push_back(JsonObject()
                               .text("account", account.account_code)
                               .number("bill", account.bill_number)
                               .text("reason", account.reason)
                               .done());
    }
    std::string text(Session& session) const {
        std::string bills = rebill_text(session, bills_);
        if (session.json()) {
            bills.pop_back();  // the line's end
            return fmt::format("{{\"bills\": {}, \"totals\": [{}], \"refused\": [{}]}}\n", bills, totals(session),
                               fmt::join(refused_, ", "));
        }
        return fmt::format("{}{}{} bills rebilled, {} accounts refused\n", bills, totals(session), bills_.size(),
                           refused_.size());
    }
    Exit exit_status() const { return refused_.empty() ? Exit::ok : Exit::partly; }

private:
    struct Sum {
        Currency currency;
        Int128 old_minor = 0, new_minor = 0;
    };
    std::string totals(Session& session) const {
        std::string text;
        for (const auto& [code, sum] : sums_) {
            const std::string was = format_sum(sum.old_minor, sum.currency),
                              now = format_sum(sum.new_minor, sum.currency),
                              difference = format_sum(sum.new_minor - sum.old_minor, sum.currency);
            text += session.json()
                        ? (text.empty() ? "" : ", ") + JsonObject()
                                                           .text("currency", code)
                                                           .text("old_total", was)
                                                           .text("new_total", now)
                                                           .text("difference", difference)
                                                           .done()
                        : fmt::format("total {}: old {}, new {}, difference {}\n", code, was, now, difference);
        }
        return text;
    }

    std::vector<billing::RebilledBill> bills_;
    std::map<std::string, Sum> sums_;
    std::vector<std::string> refused_;
};

std::function<void(const billing::Progress&)> shown_on(ProgressLine& line) {
    return [&line](const billing::Progress& step) { line.show(step.phase, step.done, step.total); };
}

std::vector<billing::TouchedBill> touched(Session& session, billing::TouchedQuery query) {
    ProgressLine line("accounts");
    query.progress = shown_on(line);
    return billing::touched_bills(session.database().app(), query);
}

}  // namespace

Exit list_touched(Session& session, const TouchedFlags& flags) {
    const org::Utility utility = session.utility(flags.utility);
    session.require(org::Permission::look, utility.root_unit_id);
    Table table({{"BILL", "bill", Table::Kind::number},
                 {"ACCOUNT", "account"},
                 {"FROM", "period_from"},
                 {"TO", "period_to"},
                 {"FACTS", "facts", Table::Kind::json}});
    billing::TouchedQuery query;
    query.legal_entity_id = utility.legal_entity_id;
    query.limit = static_cast<std::size_t>(flags.limit);
    if (!flags.ends_after.empty()) query.ends_after = date_argument("--ends-after", flags.ends_after);
    for (const auto& bill : touched(session, query)) {
        std::string facts;
        for (const auto& fact : bill.facts) facts += (facts.empty() ? "" : "; ") + fact_text(fact);
        table.add({fmt::to_string(bill.number), bill.account_code, format_date(bill.period.from),
                   format_date(bill.period.to), session.json() ? facts_json(bill.facts) : facts});
    }
    if (session.json())
        print(table.json() + "\n");
    else
        print(table.empty() ? "No bill in force stands on a fact that no longer counts.\n" : table.text());
    return Exit::ok;
}

Exit rebill_touched(Session& session, const billing::RebillCommand& command) {
    const auto answer = [&] {
        ProgressLine line("accounts");
        return billing::rebill_touched(session.database().app(), session.clock(), {command, shown_on(line)});
    }();
    if (!answer) throw Failure(Exit::refused, answer.error().text);
    Outcome outcome;
    outcome.add(answer->bills);
    for (const auto& account : answer->refused) outcome.refuse(account);
    print(outcome.text(session));
    return outcome.exit_status();
}

}  // namespace mainspring::cli
