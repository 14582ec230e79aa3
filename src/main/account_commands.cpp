#include <fmt/format.h>
#include <memory>

#include "billing/bill_list_service.hpp"
#include "customer/account_view_service.hpp"
#include "customer/dated.hpp"
#include "ledger/book_service.hpp"
#include "ledger/ledger_service.hpp"
#include "main/commands.hpp"
#include "main/output.hpp"
#include "metering/point_view_service.hpp"
#include "payment/payment_service.hpp"
#include "payment/payment_view_service.hpp"

namespace mainspring::cli {

namespace {

struct AccountFlags {
    std::string account, utility, from, to, command_id;
    // pay
    std::string amount, method = "cash", reference, received_on, payment, reason, on;
};

struct Found {
    org::Utility utility;
    customer::AccountRef account;
    Currency currency;
    ledger::BookKey book() const { return {account.cell, account.account_id}; }
};

Found find(Session& session, const AccountFlags& flags) {
    Found found{.utility = session.utility(flags.utility), .account = {}, .currency = {}};
    const auto account = with_tx(session.database().app(), TxOptions(), [&](Tx& tx) {
        return customer::find_account(tx, found.utility.legal_entity_id, flags.account);
    });
    if (!account)
        throw Failure(Exit::refused, fmt::format("utility {} has no account '{}'", found.utility.code, flags.account));
    found.account = *account;
    found.currency = *currency_of(account->currency);
    return found;
}

std::string money_text(std::int64_t minor, Currency currency) { return format_money({minor, currency}); }

std::string name_of(const ledger::Chart& chart, std::int32_t number) {
    const auto* account = chart.find(number);
    return account != nullptr ? account->key : fmt::to_string(number);
}

std::string_view text_of(ledger::EntryKind kind) {
    switch (kind) {
        case ledger::EntryKind::bill: return "bill";
        case ledger::EntryKind::cancellation: return "cancellation";
        case ledger::EntryKind::payment: return "payment";
        case ledger::EntryKind::payment_reversal: return "payment undone";
        case ledger::EntryKind::match: return "credit used";
        case ledger::EntryKind::match_reversal: return "credit given back";
        case ledger::EntryKind::adjustment: return "adjustment";
    }
    return "";
}

// In words, with what a person can do about it.
std::string_view words_of(payment::PaymentRefusal refusal) {
    switch (refusal) {
        case payment::PaymentRefusal::access: return "you may not take payments there";
        case payment::PaymentRefusal::command_reused: return "this command id was used for another request";
        case payment::PaymentRefusal::unknown_account: return "there is no such account of a customer";
        case payment::PaymentRefusal::amount_not_positive: return "the amount must be above zero";
        case payment::PaymentRefusal::currency_differs: return "the book is kept in another currency";
        case payment::PaymentRefusal::period_closed: return "the month of the business day is closed, or years ahead";
        case payment::PaymentRefusal::out_of_range: return "the amount, or the balance with it, is too large";
        case payment::PaymentRefusal::unknown_payment: return "there is no such payment";
        case payment::PaymentRefusal::already_undone: return "it was taken back before, by another command";
        case payment::PaymentRefusal::credit_used:
            return "its credit went into something that cannot be taken back with it";
    }
    return "";
}

// "In credit" and "owed" spare the reader the question what the sign means.
std::string balance_text(std::int64_t minor, Currency currency) {
    return fmt::format("{} {}{}", money_text(minor, currency), currency.text(),
                       minor > 0   ? " (owed to us)"
                       : minor < 0 ? " (in credit)"
                                   : "");
}

// pay ----------------------------------------------------------------------------------------------------------------

void tell_payment(const Session& session, const Found& found, const ledger::Chart& chart,
                  const payment::PaymentResult& result) {
    Table shares({{"SETTLED", "receivable"}, {"ITEM", "item"}, {"AMOUNT", "amount", Table::Kind::amount}});
    for (const auto& share : result.shares)
        shares.add({name_of(chart, share.account_no), fmt::format("{}/{}", share.item.seq, share.item.leg),
                    money_text(share.amount, found.currency)});
    if (session.json()) {
        print(JsonObject()
                  .text("command_id", format_uuid(result.command_id))
                  .text("account", found.account.code)
                  .text("amount", format_money(result.amount))
                  .text("currency", found.currency.text())
                  .raw("settled", shares.json())
                  .text("credit", money_text(result.credit, found.currency))
                  .number("entry", result.entry_seq)
                  .done() +
              "\n");
        return;
    }
    print(fmt::format("Payment {} of {} {} on account {}\n{}Credit: {} {}\n", format_uuid(result.command_id),
                      format_money(result.amount), found.currency.text(), found.account.code,
                      shares.empty() ? std::string() : shares.text(), money_text(result.credit, found.currency),
                      found.currency.text()));
}

Exit pay(Session& session, const AccountFlags& flags) {
    const Found found = find(session, flags);
    const auto amount = parse_money(flags.amount, found.currency);
    if (!amount)
        throw Failure(Exit::usage, fmt::format("AMOUNT: '{}' in {}: {}", flags.amount, found.currency.text(),
                                               mainspring::text_of(amount.error())));
    const ledger::Chart chart = ledger::load_chart(session.database().app());
    const payment::PayCommand command{
        .command_id = session.command_id(flags.command_id),
        .account = {found.account.cell, found.account.account_id, found.account.legal_entity_id, found.currency},
        .amount = *amount,
        .method = *payment::method_of(flags.method),
        .reference = flags.reference,
        .received_on =
            flags.received_on.empty() ? std::optional<Date>() : date_argument("--received-on", flags.received_on),
        .actor_id = session.actor().actor_id};
    const auto result = payment::pay({session.database().app(), session.clock(), chart}, command);
    if (!result)
        throw Failure(Exit::refused, fmt::format("account {}, payment {}: {}", flags.account,
                                                 format_uuid(command.command_id), words_of(result.error())));
    tell_payment(session, found, chart, *result);
    return Exit::ok;
}

Exit undo(Session& session, const AccountFlags& flags) {
    const auto payment_id = Uuid::parse(flags.payment);
    if (!payment_id) throw Failure(Exit::usage, fmt::format("PAYMENT: '{}' is no UUID", flags.payment));
    const org::Utility utility = session.utility(flags.utility);
    const auto paid = with_tx(session.database().app(), TxOptions(), [&](Tx& tx) {
        return payment::locate_payment(tx, org::cells_of(tx, utility.legal_entity_id), *payment_id);
    });
    if (!paid)
        throw Failure(Exit::refused,
                      fmt::format("utility {} has no payment {}", utility.code, format_uuid(*payment_id)));
    const ledger::Chart chart = ledger::load_chart(session.database().app());
    const payment::UndoCommand command{
        .command_id = session.command_id(flags.command_id),
        .cell_id = paid->cell,
        .payment_command_id = *payment_id,
        .reason = flags.reason,
        .business_date = flags.on.empty() ? std::optional<Date>() : date_argument("--on", flags.on),
        .actor_id = session.actor().actor_id};
    const auto result = payment::undo({session.database().app(), session.clock(), chart}, command);
    if (!result)
        throw Failure(Exit::refused, fmt::format("payment {}: {}", format_uuid(*payment_id), words_of(result.error())));
    print(session.json() ? JsonObject()
                                   .text("command_id", format_uuid(result->command_id))
                                   .text("payment", format_uuid(*payment_id))
                                   .text("amount", format_money(paid->amount))
                                   .text("currency", paid->amount.currency.text())
                                   .number("entry", result->entry_seq)
                                   .done() +
                               "\n"
                         : fmt::format("Payment {} of {} {} is taken back.\n", format_uuid(*payment_id),
                                       format_money(paid->amount), paid->amount.currency.text()));
    return Exit::ok;
}

// account show -------------------------------------------------------------------------------------------------------

struct AccountPage {
    customer::AccountView view;
    std::vector<metering::PointMeters> meters;
    std::vector<metering::RelationView> relations;
    std::map<std::int64_t, std::string> point_codes;  // of the relations
    std::vector<billing::BillSummary> bills;
};

std::string terms_text(const customer::AgreementFact& fact) {
    if (fact.ended) return "ended";
    std::string text = fmt::format("{} ({}", fact.terms.tariff, customer::text_of(fact.terms.customer_class));
    for (const std::string& entitlement : fact.terms.entitlements) text += ", " + entitlement;
    if (fact.terms.dwellings != 1) text += fmt::format(", {} dwellings", fact.terms.dwellings);
    if (!fact.terms.facts.empty()) text += ", " + customer::text_of(fact.terms.facts);
    return text + ")";
}

Table agreements_of(const AccountPage& page) {
    Table table({{"SERVICE POINT", "service_point"},
                 {"COMMODITY", "commodity"},
                 {"FROM", "from"},
                 {"TERMS", "terms"},
                 {"ADDRESS", "address"}});
    for (const auto& service : page.view.services)
        for (const auto& fact : service.facts)
            table.add({service.service_point, std::string(mainspring::text_of(service.commodity)),
                       format_date(fact.valid_from), terms_text(fact),
                       fmt::format("{}", fmt::join(service.premise_address, ", "))});
    return table;
}

Table meters_of(const AccountPage& page) {
    Table table(
        {{"SERVICE POINT", "service_point"}, {"FROM", "from"}, {"METER", "serial"}, {"REGISTERS", "registers"}});
    for (const auto& point : page.meters) {
        const auto service =
            std::ranges::find(page.view.services, point.service_point_id, &customer::ServiceView::service_point_id);
        for (const auto& fact : point.timeline) {
            std::string registers;
            for (const auto& installed : fact.registers)
                registers += fmt::format(
                    "{}{} {}{}", registers.empty() ? "" : ", ", installed.code, mainspring::text_of(installed.unit),
                    installed.interval_minutes == 0 ? std::string()
                                                    : fmt::format(" every {} min", installed.interval_minutes));
            table.add({service->service_point, format_date(fact.valid_from),
                       fact.device_id == 0 ? "(none)" : fact.serial, registers});
        }
    }
    return table;
}

Table relations_of(const AccountPage& page) {
    using metering::TakenBy;
    Table table({{"PARENT", "parent"},
                 {"CHILD", "child"},
                 {"RELATION", "kind"},
                 {"FROM", "from"},
                 {"STATE", "state"},
                 {"TAKEN BY", "taken_by"},
                 {"AMOUNT", "amount"}});
    for (const auto& relation : page.relations)
        table.add({page.point_codes.at(relation.parent_id), page.point_codes.at(relation.child_id),
                   std::string(metering::text_of(relation.kind)), format_date(relation.valid_from),
                   relation.ended ? "ended" : "holds", std::string(metering::text_of(relation.terms.by)),
                   relation.terms.by == TakenBy::meter
                       ? ""
                       : format_decimal(relation.terms.amount, relation.terms.by == TakenBy::ratio ? 8 : 6)});
    return table;
}

Table balances_of(const ledger::AccountBalance& balance, const ledger::Chart& chart, Currency currency) {
    Table table({{"RECEIVABLE", "receivable"}, {"BALANCE", "balance", Table::Kind::amount}});
    for (const auto& item : balance.by_item)
        table.add({name_of(chart, item.account_no), money_text(item.amount, currency)});
    return table;
}

Table items_of(const std::vector<ledger::Item>& items, const ledger::Chart& chart, Currency currency) {
    Table table({{"DUE", "due_on"},
                 {"OF", "business_date"},
                 {"KIND", "kind"},
                 {"RECEIVABLE", "receivable"},
                 {"AMOUNT", "amount", Table::Kind::amount},
                 {"OPEN", "open", Table::Kind::amount}});
    for (const auto& item : items)
        table.add({format_date(item.due_on), format_date(item.business_date), std::string(text_of(item.kind)),
                   name_of(chart, item.account_no), money_text(item.original, currency),
                   money_text(item.open, currency)});
    return table;
}

Table bills_of(const AccountPage& page) {
    Table table({{"BILL", "number", Table::Kind::number},
                 {"KIND", "kind"},
                 {"FROM", "from"},
                 {"TO", "to"},
                 {"ISSUED", "issued_on"},
                 {"DUE", "due_on"},
                 {"TOTAL", "total", Table::Kind::amount}});
    for (const auto& bill : page.bills) {
        std::string kind = bill.credit_note ? "credit note" : "bill";
        if (bill.estimated) kind += ", estimated";
        if (bill.cancelled) kind += ", cancelled";
        table.add({fmt::to_string(bill.number), kind, format_date(bill.period.from), format_date(bill.period.to),
                   format_date(bill.issued_on), format_date(bill.due_on), format_money(bill.total)});
    }
    return table;
}

AccountPage load_page(Session& session, const Found& found) {
    return with_tx(session.database().app(), {Isolation::repeatable_read, {}, Access::read_only}, [&](Tx& tx) {
        AccountPage page{.view = customer::account_view(tx, found.account, session.today(found.utility)),
                         .meters = {},
                         .relations = {},
                         .point_codes = {},
                         .bills = billing::last_bills(tx, {found.account.cell, found.account.account_id})};
        std::vector<std::int64_t> points;
        for (const auto& service : page.view.services) points.push_back(service.service_point_id);
        std::ranges::sort(points);
        points.erase(std::ranges::unique(points).begin(), points.end());
        page.meters = metering::meters_of(tx, found.account.cell, points);
        page.relations = metering::relations_of(tx, found.account.cell, points);
        points.clear();
        for (const auto& relation : page.relations)
            points.insert(points.end(), {relation.parent_id, relation.child_id});
        page.point_codes = customer::service_point_codes(tx, found.account.cell, points);
        return page;
    });
}

Exit show(Session& session, const AccountFlags& flags) {
    const Found found = find(session, flags);
    session.require(org::Permission::look, found.account.org_unit_id);
    const AccountPage page = load_page(session, found);
    Pool& pool = session.database().app();
    const ledger::Chart chart = ledger::load_chart(pool);
    const auto balance = ledger::account_balance(pool, found.book());
    const Table agreements = agreements_of(page), meters = meters_of(page), bills = bills_of(page),
                relations = relations_of(page), balances = balances_of(balance, chart, found.currency),
                items = items_of(ledger::open_items(pool, chart, found.book()), chart, found.currency);
    if (session.json()) {
        print(JsonObject()
                  .text("account", found.account.code)
                  .text("utility", found.utility.code)
                  .text("party", page.view.party_code)
                  .text("name", page.view.party_name)
                  .raw("address", json_texts(page.view.party_address))
                  .text("email", page.view.email)
                  .text("phone", page.view.phone)
                  .text("opened_on", format_date(page.view.opened_on))
                  .text("cycle", found.account.cycle)
                  .text("currency", found.currency.text())
                  .text("balance", money_text(balance.total, found.currency))
                  .raw("balances", balances.json())
                  .raw("open_items", items.json())
                  .raw("agreements", agreements.json())
                  .raw("meters", meters.json())
                  .raw("relations", relations.json())
                  .raw("bills", bills.json())
                  .done() +
              "\n");
        return Exit::ok;
    }
    std::string text =
        fmt::format("Account {} of {}, opened {}, cycle {}\n{} ({}){}{}\n", found.account.code, found.utility.code,
                    format_date(page.view.opened_on), found.account.cycle, page.view.party_name, page.view.party_code,
                    page.view.party_address.empty() ? "" : ", ", fmt::join(page.view.party_address, ", "));
    if (!page.view.email.empty() || !page.view.phone.empty())
        text += fmt::format("{} {}\n", page.view.email, page.view.phone);
    text += fmt::format("Balance: {}\n", balance_text(balance.total, found.currency));
    for (const Table* table : {&agreements, &meters, &relations, &balances, &items, &bills})
        if (!table->empty()) text += "\n" + table->text();
    print(text);
    return Exit::ok;
}

// account statement --------------------------------------------------------------------------------------------------

Exit statement(Session& session, const AccountFlags& flags) {
    const Found found = find(session, flags);
    session.require(org::Permission::look, found.account.org_unit_id);
    DateRange dates{Date{std::chrono::year{1900} / 1 / 1}, kForever};
    if (!flags.from.empty()) dates.from = date_argument("--from", flags.from);
    if (!flags.to.empty()) dates.to = date_argument("--to", flags.to) + std::chrono::days(1);
    if (dates.from >= dates.to) throw Failure(Exit::usage, "--to lies before --from");
    Pool& pool = session.database().app();
    const auto said = ledger::statement(pool, ledger::load_chart(pool), found.book(), dates);
    Table table({{"DATE", "date"},
                 {"ENTRY", "entry", Table::Kind::number},
                 {"KIND", "kind"},
                 {"DUE", "due_on"},
                 {"AMOUNT", "amount", Table::Kind::amount},
                 {"BALANCE", "balance", Table::Kind::amount}});
    for (const auto& line : said.lines)
        table.add({format_date(line.business_date), fmt::to_string(line.seq), std::string(text_of(line.kind)),
                   line.due_on ? format_date(*line.due_on) : "", money_text(line.amount, found.currency),
                   money_text(line.balance, found.currency)});
    const std::string opening = money_text(said.opening, found.currency),
                      closing = money_text(said.closing, found.currency);
    if (session.json())
        print(JsonObject()
                  .text("account", found.account.code)
                  .text("currency", found.currency.text())
                  .text("opening", opening)
                  .raw("lines", table.json())
                  .text("closing", closing)
                  .done() +
              "\n");
    else
        print(fmt::format("Account {}, {}\nOpening balance: {}\n{}Closing balance: {}\n", found.account.code,
                          found.currency.text(), opening, table.text(), closing));
    return Exit::ok;
}

using AccountCommand = Exit (*)(Session&, const AccountFlags&);

std::shared_ptr<AccountFlags> add(Command command, AccountCommand run) {
    auto flags = std::make_shared<AccountFlags>();
    command.utility(flags->utility);
    command.runs([flags, run](Session& session) { return run(session, *flags); });
    return flags;
}

void add_pay(Command app) {
    Command pay_command = app.add(
        "pay", "Take a payment: settles the oldest items first, the rest becomes credit. `pay undo` takes one back");
    auto flags = add(pay_command, pay);
    pay_command.option("ACCOUNT", flags->account, "Code of the account");
    pay_command.option("AMOUNT", flags->amount, "In the account's currency: 120.50");
    pay_command.option("--method", flags->method, "Where the money is").one_of({"cash", "bank", "transit"});
    pay_command.option("--reference", flags->reference, "Of the payer or the bank");
    pay_command.option("--received-on", flags->received_on, "Day; without it today");
    pay_command.command_id(flags->command_id);
    pay_command.runs([flags](Session& session) { return pay(session, *flags); },
                     [flags] { return flags->account.empty() || flags->amount.empty() ? "ACCOUNT and AMOUNT" : ""; });

    Command undo_command = pay_command.add("undo", "Take a payment back: what it settled is open again");
    auto undone = add(undo_command, undo);
    undo_command.option("PAYMENT", undone->payment, "Command id of the payment").required();
    undo_command.option("--reason", undone->reason, "Kept with the reversal").required();
    undo_command.option("--on", undone->on, "Business day; without it today");
    undo_command.command_id(undone->command_id);
}

}  // namespace

void add_account_commands(Command app) {
    add_pay(app);
    Command account = app.add_group("account", "Look at an account; move customers in and out");

    Command show_command = account.add("show", "Customer, supplies, meters, balances, open items and the last bills");
    show_command.option("ACCOUNT", add(show_command, show)->account, "Code of the account").required();

    Command statement_command = account.add("statement", "Everything posted, with the balance after each line");
    auto said = add(statement_command, statement);
    statement_command.option("ACCOUNT", said->account, "Code of the account").required();
    statement_command.option("--from", said->from, "First day");
    statement_command.option("--to", said->to, "Last day");
    add_move_commands(account);
}

}  // namespace mainspring::cli
