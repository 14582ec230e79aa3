// One line of an accounts file, checked by itself. Columns: docs of account_import.hpp.
#pragma once
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "customer/agreement.hpp"
#include "customer/customer_store.hpp"
#include "formats/csv.hpp"

namespace mainspring::customer {

struct AccountRow {
    int line = 0;
    std::string party_code;
    PartyText party;
    std::string account_code;
    Date opened_on;
    std::string cycle;
    std::string premise_code;
    std::vector<std::string> premise_address;
    std::string service_point_code;
    Commodity commodity = Commodity::electricity;
    std::optional<std::string> gas_zone;
    Terms terms;
    Date valid_from;
    std::optional<Date> valid_to;
};

formats::CsvOptions account_csv_options(std::string file);

class AccountRowParser {
public:
    AccountRowParser(const formats::CsvHeader& header, std::string file, std::string default_language);
    std::expected<AccountRow, formats::Problem> parse(const formats::CsvRow& row) const;

private:
    std::vector<std::optional<std::size_t>> columns_;  // by Column
    std::string file_, default_language_;
};

// "a|b||c" -> a, b, "", c; empty text -> no lines.
std::vector<std::string> split_list(std::string_view text, char separator);

}  // namespace mainspring::customer
