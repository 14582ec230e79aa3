// Numbers that agreements state, from the import to the bill and its proof, against a database.
#include <doctest/doctest.h>

#include "billing/bill_names.hpp"
#include "billing/explain.hpp"
#include "billing/report.hpp"
#include "support/billing_sample.hpp"

using namespace mainspring;
using namespace mainspring::billing;

namespace {

void add_capacity(BillingSample& sample) {
    sample.add_tariff({.key = "capacity",
                       .charges = "\n  - {clause: capacity, kind: fixed_per_day, name: {en: C}, account: "
                                  "revenue.electricity.fixed, price: '1', times: contract_kw, until: 2026-05-01}"
                                  "\n  - {clause: lamps, kind: fixed_per_day, name: {en: L}, account: "
                                  "revenue.electricity.fixed, price: '0.1'}",
                       .lines = "lamps: '1'",
                       .total = "1",
                       .head = "facts: {contract_kw: {unit: kW}}\n"});
}

}  // namespace

TEST_CASE("a price that an agreement has settled is billed, and the proof says so") {
    BillingSample sample;
    sample.add_tariff({.key = "special",
                       .charges = "\n  - {clause: lamps, kind: fixed_per_day, name: {en: L}, account: "
                                  "revenue.electricity.fixed, price: '0.1', agreed: lamp_price}",
                       .lines = "lamps: '1'",
                       .total = "1",
                       .head = "facts: {lamp_price: {unit: none}}\n"});
    sample.add_customers({"A20,S20,special", "A21,S21,special,lamp_price=0.05"});
    sample.pass_time();
    sample.bill(sample.january());
    CHECK(sample.bills("A20").at(0).total_minor == 3'10);
    const auto bills = sample.bills("A21");
    CHECK(bills.at(0).total_minor == 1'55);
    with_tx(sample.pool(), TxOptions(), [&](Tx& tx) {
        const auto derivation = decode_derivation(bills[0].derivation);
        const NameFinder finder(tx, org::find_utility(tx, "u").value());
        const std::string text =
            explain_text(derivation, finder.names_of(tx, bills[0], derivation), sha256_of(bills[0].derivation));
        CHECK(text.find(" (agreed: lamp_price)") != std::string::npos);
    });
}

TEST_CASE("facts that agreements state are rated, span by span, and shown in the proof") {
    BillingSample sample;
    add_capacity(sample);
    sample.add_customers({"A20,S20,capacity,contract_kw=2.5", "A21,S21,capacity", "A22,S22,capacity,persons=4"});
    sample.add_customers({"A20,S20,capacity,contract_kw=4;persons=3"}, "2026-01-11");
    sample.pass_time();
    const auto run = sample.bill(sample.january());
    // 10 days x 2.5 and 21 days x 4, 31 lamps of 0.1
    const auto bills = sample.bills("A20");
    REQUIRE(bills.size() == 1);
    CHECK(bills[0].total_minor == 112'10);
    CHECK(sample.bills("A21").empty());
    CHECK(sample.bills("A22").empty());
    with_tx(sample.pool(), TxOptions(), [&](Tx& tx) {
        const auto missing = exceptions_of(tx, {.run_id = run, .cause = "fact_missing"});
        CHECK(missing.size() == 2);
        const auto derivation = decode_derivation(bills[0].derivation);
        const NameFinder finder(tx, org::find_utility(tx, "u").value());
        const auto names = finder.names_of(tx, bills[0], derivation);
        const std::string text = explain_text(derivation, names, sha256_of(bills[0].derivation));
        CHECK(text.find("Agreement version 1 of 2026-01-01: contract_kw=2.5\n") != std::string::npos);
        CHECK(text.find("Agreement version 1 of 2026-01-11: contract_kw=4;persons=3\n") != std::string::npos);
        CHECK(text.find("!!") == std::string::npos);
        const std::string json = explain_json(derivation, names, sha256_of(bills[0].derivation));
        CHECK(json.find("\"facts\": \"contract_kw=4;persons=3\"") != std::string::npos);
    });
}
