#include "exchange/csv_prices.hpp"

#include <algorithm>
#include <deque>
#include <fmt/core.h>
#include <map>

#include "base/decimal.hpp"
#include "exchange/tariff_sheet.hpp"
#include "formats/csv.hpp"
#include "tariff/tariff_text.hpp"

namespace mainspring::exchange {

namespace {

// Columns of the tariff; a blank cell means what the tariff's first row says.
const std::vector<std::string> kHead{"effective", "name", "commodity", "currency", "zone", "class", "document"};
const std::vector<std::string> kCharge{"charge", "charge_name", "account", "kind", "price"};
const std::vector<std::string> kOptional{"upto", "bounds", "period", "days", "hours", "of", "item"};

struct Row {
    int line = 0;
    std::map<std::string, std::string, std::less<>> cells;
    const std::string& operator[](std::string_view column) const { return cells.find(column)->second; }
};

// Rows of one charge.
using Charge = std::vector<const Row*>;

struct Table {
    std::string tariff, version;
    std::vector<Row> rows;
};

class TableConverter {
public:
    TableConverter(const Table& table, const Choices& choices) : table_(table), gathering_(choices, made_) {}

    Conversion run() {
        const Row& first = table_.rows.front();
        made_.name = fmt::format("{} {}", table_.tariff, table_.version);
        sheet_.key = table_.tariff;
        sheet_.version = table_.version;
        check_head();
        sheet_.effective = first["effective"];
        sheet_.name = first["name"];
        sheet_.commodity = first["commodity"];
        sheet_.unit = sheet_.commodity == "water" ? "m3" : "kWh";
        sheet_.currency = first["currency"];
        sheet_.zone = first["zone"];
        sheet_.customer_class = first["class"];
        sheet_.document = first["document"];
        check_plain();
        std::vector<Charge> charges;
        for (const Row& row : table_.rows) {
            const auto same = std::ranges::find_if(
                charges, [&](const Charge& charge) { return (*charge.front())["charge"] == row["charge"]; });
            if (same == charges.end())
                charges.push_back({&row});
            else if (same + 1 != charges.end())
                refuse(row, "charge", "its rows must follow each other");
            else
                same->push_back(&row);
        }
        for (const Charge& charge : charges) add_charge(charge);
        write_calendar();
        finish();
        return std::move(made_);
    }

private:
    void refuse(const Row& row, std::string_view column, std::string reason) {
        gathering_.refuse(fmt::format("line {}, {}", row.line, column), std::move(reason));
    }

    void check_head() {
        for (const Row& row : table_.rows)
            for (const auto& column : kHead)
                if (!row[column].empty() && row[column] != table_.rows.front()[column])
                    refuse(row, column, "is not what the first row of the tariff says");
    }

    // What stands bare in the text.
    void check_plain() {
        const Row& first = table_.rows.front();
        if (slug(sheet_.key, {'-', 60}) != sheet_.key || sheet_.key.empty())
            refuse(first, "tariff", "must be a-z, 0-9 and -");
        if (!parse_date(sheet_.effective)) refuse(first, "effective", "must be a date like 2026-01-31");
        for (const auto* column : {"commodity", "currency", "class"})
            if (first[column].empty() || first[column].find_first_not_of(kLetters) != std::string::npos)
                refuse(first, column, "must be a word");
    }

    std::string decimal(const Row& row, std::string_view column, int scale) {
        const auto value = parse_decimal(row[column], scale);
        if (value) return quoted_decimal(*value, scale);
        refuse(row, column, std::string(text_of(value.error())));
        return "\"0\"";
    }

    void add_charge(const Charge& rows) {
        const Row& first = *rows.front();
        SheetCharge charge{quote(first["charge"]), "", first["charge_name"], quote(first["account"]), {}};
        if (!first["item"].empty()) charge.keys.emplace_back("item", quote(first["item"]));
        for (const Row* row : rows) {
            if ((*row)["kind"] != first["kind"]) refuse(*row, "kind", "is not that of the charge's first row");
            for (const auto* column : {"charge_name", "account", "bounds", "item", "of"})
                if (row != &first && !(*row)[column].empty() && (*row)[column] != first[column])
                    refuse(*row, column, "is not what the charge's first row says");
        }
        const std::string& kind = first["kind"];
        if (kind == "per_unit")
            add_per_unit(rows, charge);
        else if (kind == "per_day" || kind == "per_month")
            add_fixed(rows, charge);
        else if (kind == "percent" || kind == "tax")
            add_share(rows, charge);
        else
            refuse(first, "kind", "must be per_unit, per_day, per_month, percent or tax");
        sheet_.charges.push_back(std::move(charge));
    }

    void single(const Charge& rows) {
        if (rows.size() > 1) refuse(*rows[1], "charge", "has a second row, which only per_unit may have");
        for (const auto* column : {"upto", "bounds", "period", "days", "hours"})
            if (!(*rows[0])[column].empty()) refuse(*rows[0], column, "has no meaning for this kind");
    }

    void add_fixed(const Charge& rows, SheetCharge& charge) {
        single(rows);
        const Row& row = *rows.front();
        if (!row["of"].empty()) refuse(row, "of", "has no meaning for this kind");
        charge.kind = row["kind"] == "per_day" ? "fixed_per_day" : "fixed_per_period";
        charge.keys.emplace_back("price", decimal(row, "price", 8));
    }

    void add_share(const Charge& rows, SheetCharge& charge) {
        single(rows);
        const Row& row = *rows.front();
        charge.kind = row["kind"] == "tax" ? "tax" : "percentage";
        charge.keys.emplace_back("percent", decimal(row, "price", 6));
        std::vector<std::string> names;
        std::string_view rest = row["of"].empty() ? std::string_view("all") : std::string_view(row["of"]);
        while (!rest.empty()) {
            const std::size_t end = std::min(rest.find(' '), rest.size());
            if (end > 0) names.push_back(quote(rest.substr(0, end)));
            rest.remove_prefix(std::min(end + 1, rest.size()));
        }
        charge.keys.emplace_back("of", bracketed(names));
    }

    void add_per_unit(const Charge& rows, SheetCharge& charge) {
        const Row& first = *rows.front();
        if (!first["of"].empty()) refuse(first, "of", "has no meaning for this kind");
        const bool by_period = std::ranges::any_of(rows, [](const Row* row) { return !(*row)["period"].empty(); });
        if (by_period) return add_periods(rows, charge);
        for (const Row* row : rows)
            for (const auto* column : {"days", "hours"})
                if (!(*row)[column].empty()) refuse(*row, column, "stands without a period");
        if (rows.size() == 1 && first["upto"].empty()) {
            if (!first["bounds"].empty()) refuse(first, "bounds", "stands without tiers");
            charge.kind = "energy_flat";
            charge.keys.emplace_back("price", decimal(first, "price", 8));
            return;
        }
        std::vector<std::string> tiers;
        for (const Row* row : rows) {
            const bool last = row == rows.back();
            if (last != (*row)["upto"].empty())
                refuse(*row, "upto", last ? "must be blank in the last tier" : "is missing: where the tier ends");
            const std::string price = decimal(*row, "price", 8);
            tiers.push_back((*row)["upto"].empty()
                                ? fmt::format("{{price: {}}}", price)
                                : fmt::format("{{upto: {}, price: {}}}", decimal(*row, "upto", 6), price));
        }
        charge.kind = "energy_tiered";
        charge.keys.emplace_back("bounds", quote(first["bounds"].empty() ? "bill" : first["bounds"]));
        charge.keys.emplace_back("tiers", bracketed(tiers));
    }

    void add_periods(const Charge& rows, SheetCharge& charge) {
        std::string prices;
        std::vector<std::string> names;
        for (const Row* row : rows) {
            if ((*row)["period"].empty()) refuse(*row, "period", "is missing: the other rows have one");
            for (const auto* column : {"upto", "bounds"})
                if (!(*row)[column].empty()) refuse(*row, column, "stands beside periods");
            add_rule(*row);
            if (std::ranges::find(names, (*row)["period"]) != names.end()) continue;
            names.push_back((*row)["period"]);
            prices += fmt::format("{}{}: {}", prices.empty() ? "{" : ", ", quote((*row)["period"]),
                                  decimal(*row, "price", 8));
            for (const Row* other : rows)
                if ((*other)["period"] == (*row)["period"] && (*other)["price"] != (*row)["price"])
                    refuse(*other, "price", "is another price of the same period");
        }
        charge.kind = "energy_time_of_use";
        charge.keys.emplace_back("prices", prices + "}");
    }

    // The hours of a period; other charges may repeat them.
    void add_rule(const Row& row) {
        std::string rule = "{period: " + quote(row["period"]);
        const std::string& days = row["days"];
        if (!days.empty() && days != "weekday" && days != "weekend")
            refuse(row, "days", "must be weekday, weekend or blank");
        if (!days.empty()) rule += ", day_types: [" + quote(days) + "]";
        by_day_ = by_day_ || !days.empty();
        std::vector<std::string> hours;
        std::string_view rest = row["hours"];
        while (!rest.empty()) {
            const std::size_t end = std::min(rest.find(' '), rest.size());
            if (end > 0) hours.push_back(quote(rest.substr(0, end)));
            rest.remove_prefix(std::min(end + 1, rest.size()));
        }
        if (!hours.empty()) rule += ", hours: " + bracketed(hours);
        rule += "}";
        if (std::ranges::find(rules_, rule) == rules_.end()) rules_.push_back(std::move(rule));
    }

    void write_calendar() {
        if (rules_.empty()) return;
        if (by_day_) sheet_.calendar = "  day_types: {weekday: [mon, tue, wed, thu, fri], weekend: [sat, sun]}\n";
        sheet_.calendar += "  periods:\n";
        for (const auto& rule : rules_) sheet_.calendar += "    - " + rule + "\n";
    }

    // What the reader of tariffs has against it is refused here too.
    void finish() {
        if (!gathering_.clean()) return;
        std::string text = yaml_of(sheet_);
        const auto read = tariff::read_tariff(text, "");
        if (!read)
            for (const auto& problem : read.error()) gathering_.refuse(problem.path, problem.reason);
        if (!gathering_.clean()) return;
        made_.file_name = fmt::format("{}-{}.yaml", sheet_.key, slug(sheet_.version, {'-', 40}));
        made_.text = std::move(text);
    }

    static constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    const Table& table_;
    Conversion made_;
    Gathering gathering_;
    TariffSheet sheet_;
    std::vector<std::string> rules_;
    bool by_day_ = false;
};

std::expected<std::deque<Table>, std::string> read_tables(formats::CsvReader& reader) {
    std::deque<Table> tables;
    while (auto next = reader.next()) {
        if (!*next) return std::unexpected(formats::text_of(next->error()));
        const formats::CsvRow& csv = ***next;
        Row row{csv.line(), {}};
        for (const auto* columns : {&kHead, &kCharge, &kOptional})
            for (const auto& column : *columns) row.cells[column] = csv[column];
        const std::string tariff(csv["tariff"].empty() && !tables.empty() ? tables.back().tariff : csv["tariff"]);
        const std::string version(csv["version"].empty() && !tables.empty() ? tables.back().version : csv["version"]);
        auto same = std::ranges::find_if(
            tables, [&](const Table& table) { return table.tariff == tariff && table.version == version; });
        if (same == tables.end()) same = tables.insert(tables.end(), {tariff, version, {}});
        same->rows.push_back(std::move(row));
    }
    return tables;
}

}  // namespace

std::expected<std::vector<Conversion>, std::string> convert_csv_prices(std::string_view csv, std::string_view file_name,
                                                                       const Choices& choices) {
    formats::CsvOptions options{.file = std::string(file_name), .required = {"tariff", "version"}};
    options.required.insert(options.required.end(), kHead.begin(), kHead.end());
    options.required.insert(options.required.end(), kCharge.begin(), kCharge.end());
    options.optional = kOptional;
    auto reader = formats::CsvReader::open(csv, std::move(options));
    if (!reader) return std::unexpected(formats::text_of(reader.error()));
    const auto tables = read_tables(*reader);
    if (!tables) return std::unexpected(tables.error());
    if (tables->empty()) return std::unexpected(fmt::format("{}: has no row", file_name));
    std::vector<Conversion> made;
    for (const Table& table : *tables) made.push_back(TableConverter(table, choices).run());
    return made;
}

}  // namespace mainspring::exchange
