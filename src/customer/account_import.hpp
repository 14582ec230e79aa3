// Customers in bulk, from a CSV file with the columns
//   party_code, party_name, language*, party_address*, email*, phone*, tax_number*, account_code, opened_on, cycle*,
//   premise_code, premise_address, service_point_code, commodity, gas_zone*, tariff, class*, entitlements*,
//   dwellings*, facts*, valid_from, valid_to*   (* may be missing or empty)
// Lines of an address are separated by '|', entitlements and facts (contract_kw=200) by ';'. A row is one agreement:
// account x service point from valid_from on, until valid_to when given. Rows that name the same party, account,
// premise or service point must agree. The same file again changes nothing; other terms become a new version (same
// valid_from) or a new dated row; an absent valid_to says nothing about the end. Parties change from the day of the
// import on; premises and accounts cannot be changed here.
#pragma once
#include <expected>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "customer/import_report.hpp"
#include "org/org_service.hpp"

namespace mainspring::customer {

struct AccountImport {
    std::filesystem::path file;  // .csv, or a .zip of them
    std::string utility;         // code
    std::string org_unit = {};   // code; empty: the utility's root unit
    org::Actor actor;
    Uuid command_id;
    DryRun dry_run = DryRun::no;
    std::int32_t points_of_cell = org::kServicePointsOfCell;
    std::size_t rows_of_transaction = 20'000;
    // Says which tariff keys exist; unknown ones are warned about. May be empty.
    std::function<bool(std::string_view tariff)> knows_tariff = {};
    std::function<void(int line, LineOutcome outcome)> on_line = {};
    ProgressFunction on_progress = {};
};

enum class ImportRefusalCode : std::uint8_t { unknown_utility, unknown_unit, access, command_reused, file };
struct ImportRefusal {
    ImportRefusalCode code{};
    std::string text;
};

// Good rows are kept, bad ones reported. An import that was cut off is simply run again.
std::expected<ImportReport, ImportRefusal> import_accounts(Pool& pool, const Clock& clock, const AccountImport& import);

}  // namespace mainspring::customer
