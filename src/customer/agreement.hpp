// Agreements as values: when a service point is supplied to whom, on which terms, and what a new statement about it
// means. No database.
#pragma once
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "calendar/date.hpp"

namespace mainspring::customer {

// Numbers as stored in customer.agreement.customer_class.
enum class CustomerClass : std::uint8_t { residential = 1, commercial = 2, industrial = 3, public_ = 4 };
std::string_view text_of(CustomerClass customer_class);
std::optional<CustomerClass> customer_class_of(std::string_view text);

// A number that an agreement states, such as its contract demand; in millionths. docs/TARIFFS.md, "Facts".
struct StatedFact {
    std::string name;
    std::int64_t micro = 0;
    friend bool operator==(const StatedFact&, const StatedFact&) = default;
};

// "contract_kw=200;persons=5" -> the facts, sorted by name; empty text -> none. The error says what is wrong.
std::expected<std::vector<StatedFact>, std::string> parse_stated_facts(std::string_view text);
std::string text_of(std::span<const StatedFact> facts);  // "contract_kw=200;persons=5"

struct Terms {
    std::string tariff;  // key
    CustomerClass customer_class = CustomerClass::residential;
    std::vector<std::string> entitlements;  // sorted, no doubles
    std::int32_t dwellings = 1;
    std::vector<StatedFact> facts = {};  // sorted by name, no doubles
    friend bool operator==(const Terms&, const Terms&) = default;
};

struct AgreementFact {
    Date valid_from;
    std::int16_t version = 1;
    bool voided = false;
    bool ended = false;  // from valid_from on there is no agreement
    Terms terms;
};

// One agreement with all its rows, as stored.
struct Agreement {
    std::int64_t account_id = 0, agreement_id = 0, service_point_id = 0;
    std::vector<AgreementFact> rows;
};

// The days on which the agreement holds: [first fact, end) pieces, ascending.
std::vector<DateRange> held_days(const Agreement& agreement);

// What someone says about an account and a service point: from this day on these terms, until that day if stated.
struct SupplyStatement {
    std::int64_t account_id = 0;
    Date from;
    std::optional<Date> to;  // nothing: says nothing about the end
    Terms terms;
};

struct SupplyOverlap {
    std::int64_t account_id = 0;
    DateRange days;
};

// The rows that make the statement true. `agreement` is the index of the agreement that goes on, none for a new one.
// No rows: it is true already.
struct SupplyChange {
    std::optional<std::size_t> agreement;
    std::vector<AgreementFact> rows;
};

// `on_point`: every agreement of the service point, of whatever account. Refused: the same day would be billed twice.
std::expected<SupplyChange, SupplyOverlap> apply_statement(std::span<const Agreement> on_point,
                                                           const SupplyStatement& statement);

}  // namespace mainspring::customer
