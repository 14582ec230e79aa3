// What stands on a printed bill, as texts. Whoever fills it has formatted money, quantities and dates exactly; printing
// computes nothing. Every text may hold anything: it is cleaned before it is drawn (clean_text.hpp).
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "document/labels.hpp"

namespace mainspring::document {

// A text in two languages; a missing one is replaced by the other.
struct Words {
    std::string en, zh;
};

struct Colour {
    std::uint8_t red = 0, green = 0, blue = 0;
    friend bool operator==(const Colour&, const Colour&) = default;
};

// Drawn as a sign of the initials. A colour too light for white letters is darkened.
struct Logo {
    std::string initials;  // empty: the first letter of the name
    Colour colour{0x1f, 0x4e, 0x79};
};

struct Utility {
    Words name;
    std::vector<std::string> address;
    std::vector<std::string> contact;  // telephone, e-mail, web: one a line
    std::string tax_number;
    std::string bank;  // "IBAN … · BIC …" or bank name and account
    Logo logo;
};

enum class ReadKind : std::uint8_t { none, actual, estimated, customer };

struct ReadValue {
    std::string date, value;
    ReadKind kind = ReadKind::none;
};

struct MeterRow {
    std::string serial;
    Words register_name;  // "total", "peak", …
    ReadValue previous, current;
    std::string multiplier;  // empty or "1": not printed
    std::string usage, unit;
};

// "quantity × price = amount"; any of them may be empty but the amount.
struct ChargeLine {
    Words text;
    std::string from, to;  // both days are included
    std::string quantity, unit, price;
    std::string amount;
};

enum class GroupKind : std::uint8_t { charges, taxes };
struct ChargeGroup {
    Words title;
    GroupKind kind = GroupKind::charges;
    std::vector<ChargeLine> lines;
    std::string subtotal;  // empty: none is printed
};

enum class BarKind : std::uint8_t { past, past_estimated, current, current_estimated };
struct UsageBar {
    std::string label;  // "06/26"
    std::string value;  // as printed above the bar
    std::int64_t micro = 0;  // its height
    BarKind kind = BarKind::past;
};
struct UsageChart {
    std::string unit;
    std::vector<UsageBar> bars;  // in time order; fewer than two: no chart
};

enum class CommodityName : std::uint8_t { electricity, gas, water };

// One agreement of the bill.
struct BillSection {
    CommodityName commodity = CommodityName::electricity;
    std::string supply_address, service_point;
    Words tariff;
    std::vector<MeterRow> meters;
    std::vector<Words> meter_notes;  // gas conversion, an exchange, a rollover
    std::vector<ChargeGroup> groups;
    std::string total;
    UsageChart chart;
};

struct BalanceLine {
    Words text;
    std::string amount;
};

enum class PageKind : std::uint8_t { bill, credit_note };

struct PaymentSlip {
    Words payee;
    std::string bank, reference;
    std::string qr_payload;  // UTF-8, at most 2,331 bytes (error level M); empty: no code
};

struct BillPage {
    Language language = Language::en;
    PageKind kind = PageKind::bill;
    char decimal_mark = '.';  // of every number given: columns are aligned on it
    Utility utility;
    std::string customer_name;
    std::vector<std::string> postal_address;
    std::string account_number, bill_number;
    std::string issued_on, due_on;  // due_on empty: nothing is asked
    std::string period_from, period_to;  // both days are included
    std::string currency;
    std::vector<Words> messages;  // estimated, corrected bill replaces no. X, final bill, …
    std::vector<BillSection> sections;
    std::string total;  // of this bill
    std::vector<BalanceLine> balances;  // previous balance, payments: printed between total and amount due
    std::string amount_due;  // empty: the total
    std::optional<PaymentSlip> slip;
    std::vector<std::string> tariffs;  // legal footer: names and versions
    std::vector<Words> legal;  // legal footer: complaints, register court, …
};

}  // namespace mainspring::document
