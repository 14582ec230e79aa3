// From the proof of a bill to the page that is printed. Pure: the caller resolves keys and versions to names.
#pragma once
#include <compare>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "billing/carry.hpp"
#include "billing/derivation.hpp"
#include "document/bill_page.hpp"
#include "tariff/plan.hpp"

namespace mainspring::billing {

// One register of one installation in one version, as a derivation names it.
struct RegisterKey {
    std::int64_t service_point_id = 0;
    Date installed_from;
    std::int16_t installation_version = 0;
    std::int16_t register_no = 0;
    friend auto operator<=>(const RegisterKey&, const RegisterKey&) = default;
};
struct RegisterNames {
    std::string serial;
    std::string stream;  // "total", "peak", …
    Unit unit{};
    std::int64_t multiplier_e6 = 1'000'000;
    std::int64_t volume_factor_e8 = 100'000'000;
};
// One version of an agreement, as a derivation names it.
struct AgreementKey {
    std::int64_t agreement_id = 0;
    Date valid_from;
    std::int16_t version = 0;
    friend auto operator<=>(const AgreementKey&, const AgreementKey&) = default;
};
struct PointNames {
    std::string address, code;
};

// The dated texts that a derivation refers to by key and version.
struct BillNames {
    document::Language language = document::Language::en;
    document::Utility utility;
    std::string customer_name;
    std::vector<std::string> postal_address;
    std::string account_number, bill_number;
    std::string cancels_number, replaces_number;  // of head.cancels_seq and replaces_seq
    std::optional<std::int64_t> replaced_minor;   // the total of the bill that this one replaces
    std::map<std::int64_t, PointNames> points;    // by service point id
    std::map<RegisterKey, RegisterNames> registers;
    std::map<AgreementKey, std::string> stated_facts;  // "contract_kw=200;persons=5"; absent: none
    std::map<std::int64_t, std::shared_ptr<const tariff::Plan>> plans;  // by version id: all that the sections name
    Carry carry;                             // the one that this bill handed on: history of the chart
    std::set<std::int64_t> estimated_openings;  // agreements whose bill before this one ended on an estimate
    std::vector<document::BalanceLine> balances;
    std::optional<std::string> amount_due;   // with the balances; absent: the bill's total
    std::optional<document::PaymentSlip> slip;  // printed when something is to be paid
    std::vector<document::Words> legal;
};

// BugError when a plan is missing. Unknown points and registers are printed by their numbers. The sections of a credit
// note are those of the bill that it takes back; their charges are printed with the signs turned.
document::BillPage bill_page_of(const Derivation& bill, const BillNames& names);

const tariff::Plan& plan_of(const BillNames& names, std::int64_t version_id);
// Of an unknown register: its numbers.
RegisterNames register_of(const BillNames& names, const RegisterKey& key);

// What a maximum register showed at a read.
struct ProvenMaximum {
    std::size_t register_index = 0;  // into ProvenMeter::register_no
    RegisterNames known;
    std::size_t boundary = 0;  // index of the read
    DateRange days;
    std::int64_t value_micro = 0;   // on the dials
    std::int64_t demand_micro = 0;  // after the multiplier
};
std::vector<ProvenMaximum> maxima_of(const BillNames& names, std::int64_t point, const ProvenMeter& meter);

}  // namespace mainspring::billing
