// What a person does through the API, from search to statement, on a small utility.
#include <doctest/doctest.h>
#include <thread>

#include "billing/bill_routes.hpp"
#include "billing/run_routes.hpp"
#include "customer/account_routes.hpp"
#include "ledger/ledger_service.hpp"
#include "ledger/trial_balance_service.hpp"
#include "office/dashboard_routes.hpp"
#include "office/ledger_routes.hpp"
#include "office/search_routes.hpp"
#include "office/timeline_routes.hpp"
#include "payment/payment_routes.hpp"
#include "support/api_calls.hpp"
#include "support/billing_sample.hpp"

namespace mainspring {
namespace {

const std::string kUtility = "/utilities/u";
const std::string kA01 = kUtility + "/accounts/A01";

struct Office : BillingSample {
    Office() { act_as("administrator"); }

    void act_as(const std::string& code) {
        const org::Role role{code};
        api.act_as(
            *org::ensure_actor(pool(), clock(), {.code = "the " + code, .name = "The " + code, .roles = {role}}));
    }
    std::string key() const { return ApiCalls::new_key(); }

    // January: rated, checked, released by another person.
    std::string bill_january() {
        const Json run = api.post(kUtility + "/runs", kJanuary, key()).json();
        const std::string path = fmt::format("{}/runs/{}", kUtility, run.at("run").text());
        wait_for(path);
        act_as("supervisor");
        REQUIRE(api.post(path + "/release", "", key()).status() == 202);
        wait_for(path);
        act_as("administrator");
        return path;
    }
    // Until no program is at the run, by its stream of events.
    void wait_for(const std::string& run_path) {
        const ApiReply stream = api.get(run_path + "/events");
        REQUIRE(stream.response.events.has_value());
        for (;;) {
            if (stream.response.events->next().last) return;
            std::this_thread::yield();
        }
    }

    static constexpr const char* kJanuary =
        R"({"cycle": "monthly", "from": "2026-01-01", "to": "2026-02-01", "issued_on": "2026-02-05"})";

    ledger::Chart chart = ledger::load_chart(pool());
    billing::RunRunner runner{{pool(), clock(), folder / "spill", 2}};
    ApiCalls api{database, clock(), [this](api::Routes& routes) {
                     customer::add_account_routes(routes);
                     billing::add_bill_routes(routes);
                     billing::add_run_routes(routes, runner);
                     payment::add_payment_routes(routes, chart);
                     office::add_dashboard_routes(routes);
                     office::add_ledger_routes(routes, chart);
                     office::add_search_routes(routes);
                     office::add_timeline_routes(routes);
                 }};
};

std::string items(const ApiReply& reply, const char* key) {
    std::string text;
    const Json page = reply.json();
    for (const Json& item : page.at("items").items()) text += item.at(key).text() + " ";
    return text;
}

}  // namespace

TEST_CASE("accounts are listed in pages, found by name, and shown as of a day") {
    Office office;
    const ApiReply page = office.api.get(kUtility + "/accounts?limit=5");
    CHECK(items(page, "account") == "A01 A02 A03 A04 A05 ");
    const std::string next = page.json().at("next").text();
    CHECK(items(office.api.get(kUtility + "/accounts?limit=5&after=" + next), "account") == "A06 A07 A08 A09 A10 ");
    CHECK(office.api.get(kUtility + "/accounts?limit=200").json().find("next") == nullptr);
    CHECK(office.api.get(kUtility + "/accounts?unit=nowhere").field() == "query.unit");
    CHECK(office.api.get("/utilities/nobody/accounts").problem() == "unknown_utility");

    const Json account = office.api.get(kA01 + "?as_of=2026-01-15").json();
    CHECK(account.at("currency").text() == office.account("A01").currency);
    CHECK(account.at("services").items().at(0).at("agreements").items().at(0).at("in_force").text() == "true");
    const Json before = office.api.get(kA01 + "?as_of=2025-12-31").json();
    CHECK(before.at("services").items().at(0).at("agreements").items().at(0).at("in_force").text() == "false");
    CHECK(office.api.get(kA01 + "?as_of=2026-02-30").field() == "query.as_of");
    CHECK(office.api.get(kUtility + "/accounts/A99").problem() == "unknown_account");
    const std::string name = account.at("party").at("name").text();
    CHECK(items(office.api.get(kUtility + "/accounts?name=" + name.substr(0, 3)), "account").starts_with("A01"));
}

TEST_CASE("a note is written once, whoever sends it again") {
    Office office;
    const std::string key = office.key();
    const ApiReply first = office.api.post(kA01 + "/notes", R"({"text": "called about the meter"})", key);
    CHECK(first.status() == 201);
    CHECK(office.api.post(kA01 + "/notes", R"({"text": "called about the meter"})", key).response.body ==
          first.response.body);
    CHECK(office.api.post(kA01 + "/notes", R"({"text": "another"})", key).problem() == "command_reused");
    office.api.post(kA01 + "/notes", R"({"text": "called again"})", office.key());
    const ApiReply latest = office.api.get(kA01 + "/notes?limit=1");
    CHECK(items(latest, "text") == "called again ");
    CHECK(items(office.api.get(kA01 + "/notes?after=" + latest.json().at("next").text()), "text") ==
          "called about the meter ");
    office.act_as("cashier");
    CHECK(office.api.post(kA01 + "/notes", R"({"text": "x"})", office.key()).problem() == "not_allowed");
}

TEST_CASE("customers move out and in; what cannot be is refused with its field") {
    Office office;
    const auto out = [&](const char* on) {
        return office.api.post(kA01 + "/move-out", fmt::format(R"({{"service_point": "S01", "on": "{}"}})", on),
                               office.key());
    };
    CHECK(out("2026-02-30").field() == "body.on");
    CHECK(out("2025-06-01").problem() == "not_supplied");
    CHECK(out("2026-03-01").status() == 201);
    CHECK(out("2026-03-02").problem() == "not_supplied");
    const auto in = [&](const std::string& account, const char* on) {
        return office.api.post(
            kUtility + "/accounts/" + account + "/move-in",
            fmt::format(R"({{"service_point": "S01", "on": "{}", "tariff": "flat", "dwellings": 2}})", on),
            office.key());
    };
    CHECK(in("A02", "2026-02-01").problem() == "supplied");
    const ApiReply moved = in("A02", "2026-03-11");
    CHECK(moved.status() == 201);
    CHECK(moved.json().at("gap_days").text() == "10");
}

TEST_CASE("a run is started by one person, released by another, and watched") {
    Office office;
    const std::string key = office.key();
    const ApiReply started = office.api.post(kUtility + "/runs", Office::kJanuary, key);
    REQUIRE(started.status() == 202);
    const std::string path = fmt::format("{}/runs/{}", kUtility, started.json().at("run").text());
    office.wait_for(path);
    CHECK(office.api.post(kUtility + "/runs", Office::kJanuary, key).json().at("run").text() ==
          started.json().at("run").text());
    CHECK(office.api.post(kUtility + "/runs", Office::kJanuary, office.key()).problem() == "unfinished_run");

    const Json checked = office.api.get(path).json();
    CHECK(checked.at("run").at("state").text() == "checked");
    const ApiReply page = office.api.get(path + "/exceptions?limit=1");
    CHECK(items(page, "cause") == "opening_read_missing ");
    CHECK(items(office.api.get(path + "/exceptions?limit=5&after=" + page.json().at("next").text()), "cause") ==
          "bill_negative ");
    CHECK(office.api.get(path + "/exceptions?after=none").field() == "query.after");

    const auto accept = [&](const char* cause) {
        return office.api.post(path + "/acceptances", fmt::format(R"({{"cause": "{}", "reason": "looked"}})", cause),
                               office.key());
    };
    CHECK(accept("opening_read_missing").problem() == "not_acceptable");
    CHECK(accept("bill_negative").json().at("accounts").text() == "1");

    CHECK(office.api.post(path + "/release", "", office.key()).problem() == "second_person");
    office.act_as("cashier");
    CHECK(office.api.post(path + "/release", "", office.key()).problem() == "not_allowed");
    office.act_as("supervisor");
    CHECK(office.api.post(path + "/release", "", office.key()).status() == 202);
    office.wait_for(path);
    const Json issued = office.api.get(path).json();
    CHECK(issued.at("run").at("state").text() == "issued");
    CHECK(issued.at("money").items().at(0).at("bills").text() == issued.at("run").at("bills").text());
    CHECK(!issued.at("charges").items().empty());
    office.act_as("administrator");
    CHECK(office.api.post(path + "/cancel", "", office.key()).problem() == "not_cancellable");
    CHECK(office.api.post(path + "/resume", "", office.key()).problem() == "wrong_state");
    CHECK(items(office.api.get(kUtility + "/runs"), "state") == "issued ");
    CHECK(office.api.get(kUtility + "/runs/999").problem() == "unknown_run");
}

TEST_CASE("a bill is shown as printed, explained, drawn, and billed again") {
    Office office;
    office.bill_january();
    const Json row = office.api.get(kA01 + "/bills").json().at("items").items().at(0);
    const std::string path = kUtility + "/bills/" + row.at("bill").text();
    const Json bill = office.api.get(path).json();
    CHECK(bill.at("total").text() == row.at("total").text());
    CHECK(bill.at("account").text() == "A01");
    CHECK(!bill.at("sections").items().at(0).at("groups").items().empty());
    CHECK(office.api.get(path + "?language=zh").status() == 200);
    const Json why = office.api.get(path + "/explanation").json();
    CHECK(why.at("total").text() == bill.at("total").text());
    CHECK(office.api.get(path + "/pdf").response.body.starts_with("%PDF"));
    CHECK(office.api.get(kUtility + "/bills/4711").problem() == "unknown_bill");
    CHECK(office.api.get(kUtility + "/bills/cn" + row.at("bill").text()).problem() == "unknown_bill");

    office.correct_read({.point = "S01", .on = "2026-02-01", .value = "1050"});
    office.pass_time();
    const std::string key = office.key();
    const ApiReply again = office.api.post(path + "/rebill", R"({"reason": "misread"})", key);
    REQUIRE(again.status() == 200);
    CHECK(office.api.post(path + "/rebill", R"({"reason": "misread"})", key).response.body == again.response.body);
    const Json rebilled = again.json().at("items").items().at(0);
    CHECK(office.api.get(path).json().at("cancelled_by").text() == rebilled.at("credit_note").text());
    const Json instead = office.api.get(kUtility + "/bills/" + rebilled.at("new_number").text()).json();
    CHECK(instead.at("replaces").text() == row.at("bill").text());
    CHECK(instead.at("replaced_total").text() == row.at("total").text());
    CHECK(office.api.post(path + "/rebill", R"({"reason": "again"})", office.key()).problem() == "already_cancelled");
    CHECK(items(office.api.get(kA01 + "/timeline"), "action") == "rebilled credit_note bill agreement ");
}

TEST_CASE("a payment is taken once, shown, listed and taken back") {
    Office office;
    office.bill_january();
    const std::string owed = office.api.get(kA01 + "/balance").json().at("balance").text();
    const std::string key = office.key(), body = fmt::format(R"({{"amount": "{}", "method": "cash"}})", owed);
    office.act_as("cashier");
    const ApiReply paid = office.api.post(kA01 + "/payments", body, key);
    REQUIRE(paid.status() == 201);
    CHECK(paid.json().at("balance").text() == "0.00");
    CHECK(paid.json().at("credit").text() == "0.00");
    CHECK(office.api.post(kA01 + "/payments", body, key).response.body == paid.response.body);
    CHECK(office.api.post(kA01 + "/payments", R"({"amount": "1.00", "method": "cash"})", key).problem() ==
          "command_reused");
    CHECK(office.api.post(kA01 + "/payments", R"({"amount": "1.005", "method": "cash"})", office.key()).field() ==
          "body.amount");
    CHECK(office.api.post(kA01 + "/payments", R"({"amount": "0", "method": "cash"})", office.key()).problem() ==
          "amount_not_positive");
    CHECK(items(office.api.get(kA01 + "/payments"), "amount") == owed + " ");
    const Json day = office.api.get(kUtility + "/payments").json();
    CHECK(day.at("totals").items().at(0).at("amount").text() == owed);
    CHECK(office.api.get(kUtility + "/payments?on=2020-01-01").json().at("items").items().empty());

    office.act_as("administrator");
    const std::string payment = kUtility + "/payments/" + key;
    CHECK(office.api.get(payment).response.body == paid.response.body);
    CHECK(office.api.post(payment + "/undo", R"({"reason": "wrong account"})", office.key()).status() == 200);
    CHECK(office.api.post(payment + "/undo", R"({"reason": "wrong account"})", office.key()).problem() ==
          "already_undone");
    CHECK(office.api.get(payment).json().at("payment").at("undone").text() == "true");
    CHECK(office.api.get(kA01 + "/balance").json().at("balance").text() == owed);
    CHECK(office.api.get(kUtility + "/payments/" + office.key()).problem() == "unknown_payment");
}

TEST_CASE("the books are read from the trial balance down to where an entry came from") {
    Office office;
    office.bill_january();
    const Json statement = office.api.get(kA01 + "/statement?from=2026-01-01&to=2026-12-31").json();
    CHECK(statement.at("lines").items().size() == 1);
    CHECK(statement.at("closing").text() == office.api.get(kA01 + "/balance").json().at("balance").text());
    CHECK(office.api.get(kA01 + "/statement?from=2026-02-01&to=2026-02-01").problem() == "bad_range");
    const Json balance = office.api.get(kUtility + "/ledger/trial-balance").json();
    CHECK(balance.at("balanced").text() == "true");
    CHECK(!balance.at("rows").items().empty());

    const std::string today = format_date(std::chrono::floor<std::chrono::days>(office.clock().now()));
    const std::string list = kUtility + "/ledger/entries?on=" + today + "&limit=2";
    const ApiReply first = office.api.get(list);
    CHECK(first.json().at("items").items().size() == 2);
    const ApiReply second = office.api.get(list + "&after=" + first.json().at("next").text());
    CHECK(items(first, "entry") != items(second, "entry"));
    CHECK(office.api.get(list + "&ledger_account=99").json().at("items").items().empty());
    CHECK(office.api.get(list + "&after=x").field() == "query.after");
    const std::string name = first.json().at("items").items().at(0).at("entry").text();
    const Json entry = office.api.get(kUtility + "/ledger/entries/" + name).json();
    CHECK(entry.at("origin").text().starts_with("bills/"));
    CHECK(office.api.get(kUtility + "/" + entry.at("origin").text()).json().at("entry").text() == name);
    CHECK(office.api.get(kUtility + "/ledger/entries/1.2.99").problem() == "unknown_entry");
}

TEST_CASE("the dashboard sums a unit up, before and after the read model is rolled up") {
    Office office;
    office.bill_january();
    office.pay("A01", 1000);
    const std::string month = format_date(std::chrono::floor<std::chrono::days>(office.clock().now())).substr(0, 7);
    const std::string path = kUtility + "/dashboard?month=" + month;
    const ApiReply before = office.api.get(path);
    const Json unit = before.json().at("unit");
    CHECK(unit.at("accounts").text() == "12");
    CHECK(unit.at("held_back").text() == "2");
    CHECK(unit.at("paid").text() == "10.00");
    CHECK(before.json().at("months").items().back().at("billed").text() == unit.at("billed").text());
    for (const CellId cell : with_tx(office.pool(), {}, [](Tx& tx) { return org::cells_of(tx, 1); }))
        ledger::rollup(office.pool(), office.clock(), cell);
    CHECK(office.api.get(path).response.body == before.response.body);
    CHECK(office.api.get(kUtility + "/dashboard?month=2026-13").field() == "query.month");
    CHECK(office.api.get(kUtility + "/dashboard?unit=nowhere").problem() == "unknown_unit");
}

TEST_CASE("one search finds accounts, names, meters, points and bills") {
    Office office;
    office.bill_january();
    const auto kinds = [&](const std::string& text) { return items(office.api.get("/search?q=" + text), "kind"); };
    CHECK(kinds("A01") == "account ");
    CHECK(kinds("S01") == "service_point ");
    CHECK(kinds("M01") == "meter ");
    CHECK(kinds("1").find("bill ") != std::string::npos);
    CHECK(kinds("nothing-like-it").empty());
    const Json meter = office.api.get("/search?q=M01").json().at("items").items().at(0);
    CHECK(meter.at("account").text() == "A01");
    CHECK(meter.at("utility").text() == "u");
}

}  // namespace mainspring
