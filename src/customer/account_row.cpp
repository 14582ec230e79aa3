#include "customer/account_row.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <fmt/format.h>

namespace mainspring::customer {
namespace {

enum Column : std::size_t {
    kPartyCode,
    kPartyName,
    kLanguage,
    kPartyAddress,
    kEmail,
    kPhone,
    kTaxNumber,
    kAccountCode,
    kOpenedOn,
    kCycle,
    kPremiseCode,
    kPremiseAddress,
    kServicePoint,
    kCommodity,
    kGasZone,
    kTariff,
    kClass,
    kEntitlements,
    kDwellings,
    kFacts,
    kValidFrom,
    kValidTo,
    kColumns
};

struct ColumnName {
    std::string_view name;
    bool required = false;
};
constexpr std::array<ColumnName, kColumns> kNames{{{"party_code", true},
                                                   {"party_name", true},
                                                   {"language", false},
                                                   {"party_address", false},
                                                   {"email", false},
                                                   {"phone", false},
                                                   {"tax_number", false},
                                                   {"account_code", true},
                                                   {"opened_on", true},
                                                   {"cycle", false},
                                                   {"premise_code", true},
                                                   {"premise_address", true},
                                                   {"service_point_code", true},
                                                   {"commodity", true},
                                                   {"gas_zone", false},
                                                   {"tariff", true},
                                                   {"class", false},
                                                   {"entitlements", false},
                                                   {"dwellings", false},
                                                   {"facts", false},
                                                   {"valid_from", true},
                                                   {"valid_to", false}}};

struct Bad {
    std::string_view field;
    std::string reason;
};

class RowReader {
public:
    RowReader(const formats::CsvRow& row, const std::vector<std::optional<std::size_t>>& columns)
        : row_(row), columns_(columns) {}

    std::string_view text(Column column) const {
        return columns_[column] ? row_[*columns_[column]] : std::string_view();
    }
    std::string needed(Column column) const {
        const std::string_view cell = text(column);
        if (cell.empty()) fail(column, "is empty");
        return std::string(cell);
    }
    std::optional<std::string> optional(Column column) const {
        const std::string_view cell = text(column);
        return cell.empty() ? std::nullopt : std::optional<std::string>(cell);
    }
    Date date(Column column) const {
        const auto day = parse_date(text(column));
        if (!day) fail(column, day.error());
        return *day;
    }
    [[noreturn]] static void fail(Column column, std::string reason) {
        throw Bad{kNames[column].name, std::move(reason)};
    }

private:
    const formats::CsvRow& row_;
    const std::vector<std::optional<std::size_t>>& columns_;
};

Terms terms_of(const RowReader& cells) {
    Terms terms;
    terms.tariff = cells.needed(kTariff);
    if (const std::string_view text = cells.text(kClass); !text.empty()) {
        const auto found = customer_class_of(text);
        if (!found)
            RowReader::fail(kClass, fmt::format("'{}' is none of residential, commercial, industrial, public",
                                                formats::shown(text)));
        terms.customer_class = *found;
    }
    terms.entitlements = split_list(cells.text(kEntitlements), ';');
    std::ranges::sort(terms.entitlements);
    const auto doubles = std::ranges::unique(terms.entitlements);
    terms.entitlements.erase(doubles.begin(), doubles.end());
    if (const std::string_view text = cells.text(kDwellings); !text.empty()) {
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), terms.dwellings);
        if (error != std::errc() || end != text.data() + text.size() || terms.dwellings < 1)
            RowReader::fail(kDwellings, fmt::format("'{}' is no whole number from 1 on", formats::shown(text)));
    }
    auto facts = parse_stated_facts(cells.text(kFacts));
    if (!facts) RowReader::fail(kFacts, facts.error());
    terms.facts = *std::move(facts);
    return terms;
}

AccountRow row_of(const RowReader& cells, std::string_view default_language) {
    AccountRow row;
    row.party_code = cells.needed(kPartyCode);
    row.party.name = cells.needed(kPartyName);
    row.party.language = cells.text(kLanguage).empty() ? default_language : cells.text(kLanguage);
    row.party.address = split_list(cells.text(kPartyAddress), '|');
    row.party.email = cells.optional(kEmail);
    row.party.phone = cells.optional(kPhone);
    row.party.tax_number = cells.optional(kTaxNumber);
    row.account_code = cells.needed(kAccountCode);
    row.opened_on = cells.date(kOpenedOn);
    row.cycle = cells.text(kCycle).empty() ? "monthly" : cells.text(kCycle);
    row.premise_code = cells.needed(kPremiseCode);
    row.premise_address = split_list(cells.needed(kPremiseAddress), '|');
    row.service_point_code = cells.needed(kServicePoint);
    const auto commodity = commodity_of(cells.text(kCommodity));
    if (!commodity) RowReader::fail(kCommodity, commodity.error());
    row.commodity = *commodity;
    row.gas_zone = cells.optional(kGasZone);
    if (row.gas_zone.has_value() != (row.commodity == Commodity::gas))
        RowReader::fail(kGasZone, row.gas_zone ? "only gas has a zone" : "is empty; gas needs its zone");
    row.terms = terms_of(cells);
    row.valid_from = cells.date(kValidFrom);
    if (!cells.text(kValidTo).empty()) row.valid_to = cells.date(kValidTo);
    if (row.valid_to && *row.valid_to <= row.valid_from) RowReader::fail(kValidTo, "is not after valid_from");
    if (row.valid_from < row.opened_on) RowReader::fail(kValidFrom, "is before the account's opened_on");
    return row;
}

}  // namespace

std::vector<std::string> split_list(std::string_view text, char separator) {
    std::vector<std::string> out;
    while (!text.empty()) {
        const std::size_t at = text.find(separator);
        out.emplace_back(text.substr(0, at));
        text = at == std::string_view::npos ? std::string_view() : text.substr(at + 1);
    }
    return out;
}

formats::CsvOptions account_csv_options(std::string file) {
    formats::CsvOptions options{.file = std::move(file)};
    for (const ColumnName& column : kNames)
        (column.required ? options.required : options.optional).emplace_back(column.name);
    return options;
}

AccountRowParser::AccountRowParser(const formats::CsvHeader& header, std::string file, std::string default_language)
    : file_(std::move(file)), default_language_(std::move(default_language)) {
    for (const ColumnName& column : kNames) columns_.push_back(header.find(column.name));
}

std::expected<AccountRow, formats::Problem> AccountRowParser::parse(const formats::CsvRow& row) const {
    try {
        AccountRow out = row_of(RowReader(row, columns_), default_language_);
        out.line = row.line();
        return out;
    } catch (const Bad& bad) {
        return std::unexpected(formats::Problem{.file = file_,
                                                .line = row.line(),
                                                .field = std::string(bad.field),
                                                .reason = bad.reason,
                                                .severity = formats::Severity::record});
    }
}

}  // namespace mainspring::customer
