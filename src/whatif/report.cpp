#include "whatif/report.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "money/money.hpp"

namespace mainspring::whatif {

namespace {

std::string money(Int128 minor, const std::string& currency) {
    const int digits = minor_digits(currency_of(currency).value());
    return format_fixed(minor, digits, digits);
}

// With two decimals; empty where there is nothing to compare with.
std::string percent(Int128 now, Int128 then) {
    if (now == 0) return "";
    const Int128 base = now < 0 ? -now : now;
    return format_fixed(divide_rounded((then - now) * 10'000, base, RoundingMode::half_up), 2, 2);
}

Sheet classes(const Outcome& outcome) {
    Sheet sheet{"classes",
                {"currency", "class", "accounts", "bills", "now", "then", "difference", "percent", "winners", "losers"},
                {false, false, true, true, true, true, true, true, true, true},
                {}};
    const auto add = [&](const std::string& currency, std::string_view name, const Group& group) {
        sheet.rows.push_back({currency, std::string(name), fmt::to_string(group.accounts),
                              fmt::to_string(group.sections), money(group.now_minor, currency),
                              money(group.then_minor, currency), money(group.then_minor - group.now_minor, currency),
                              percent(group.now_minor, group.then_minor), fmt::to_string(group.winners),
                              fmt::to_string(group.losers)});
    };
    for (const std::string& currency : currencies_of(outcome)) {
        Group all;
        for (const auto& [key, group] : outcome.groups()) {
            if (key.first != currency) continue;
            add(currency, tariff::text_of(key.second), group);
            all.add(group);
        }
        add(currency, "all", all);
    }
    return sheet;
}

// Clauses that only one side has stand with an empty other side.
Sheet clauses(const Outcome& outcome) {
    Sheet sheet{"clauses",
                {"currency", "tariff", "clause", "quantity_now", "now", "quantity_then", "then", "difference"},
                {false, false, false, true, true, true, true, true},
                {}};
    std::map<ClauseKey, std::pair<const ClauseMoney*, const ClauseMoney*>> both;
    for (const auto& [key, sum] : outcome.now()) both[key].first = &sum;
    for (const auto& [key, sum] : outcome.then()) both[key].second = &sum;
    for (const auto& [key, sides] : both) {
        std::vector<std::string> row{key.currency, key.tariff, key.clause};
        Int128 difference = 0;
        for (const ClauseMoney* side : {sides.first, sides.second}) {
            row.push_back(side == nullptr ? "" : format_decimal(side->quantity_micro, Quantity::kScale));
            row.push_back(side == nullptr ? "" : money(side->amount_minor, key.currency));
            if (side != nullptr) difference += side == sides.first ? -side->amount_minor : side->amount_minor;
        }
        row.push_back(money(difference, key.currency));
        sheet.rows.push_back(std::move(row));
    }
    return sheet;
}

std::array<std::int64_t, kBuckets> buckets_of(const Outcome& outcome, const std::string& currency) {
    std::array<std::int64_t, kBuckets> sum{};
    for (const auto& [key, group] : outcome.groups())
        for (std::size_t bucket = 0; key.first == currency && bucket < kBuckets; ++bucket)
            sum[bucket] += group.buckets[bucket];
    return sum;
}

Sheet distribution(const Outcome& outcome) {
    Sheet sheet{"distribution", {"currency", "change", "accounts"}, {false, false, true}, {}};
    for (const std::string& currency : currencies_of(outcome)) {
        const auto buckets = buckets_of(outcome, currency);
        for (std::size_t bucket = 0; bucket < kBuckets; ++bucket)
            sheet.rows.push_back({currency, bucket_text(bucket), fmt::to_string(buckets[bucket])});
    }
    return sheet;
}

Sheet largest(const WhatIfAnswer& answer) {
    Sheet sheet{"largest", customer_columns(), {false, false, false, true, true, true, true}, {}};
    const auto customers = answer.outcome.largest();
    for (std::size_t i = 0; i < customers.size(); ++i)
        sheet.rows.push_back(customer_row(customers[i], answer.accounts[i]));
    return sheet;
}

Sheet unrated(const Outcome& outcome) {
    Sheet sheet{"unrated", {"side", "cause", "bills"}, {false, false, true}, {}};
    for (const auto& [cause, count] : outcome.unrated_now())
        sheet.rows.push_back({"now", cause, fmt::to_string(count)});
    for (const auto& [cause, count] : outcome.unrated_then())
        sheet.rows.push_back({"then", cause, fmt::to_string(count)});
    return sheet;
}

}  // namespace

std::vector<std::string> currencies_of(const Outcome& outcome) {
    std::vector<std::string> found;
    for (const auto& [key, group] : outcome.groups())
        if (found.empty() || found.back() != key.first) found.push_back(key.first);
    return found;
}

std::vector<std::string> customer_columns() {
    return {"account", "class", "currency", "now", "then", "difference", "percent"};
}

std::vector<std::string> customer_row(const Customer& customer, const std::string& account) {
    const std::string currency(customer.currency.text());
    return {account,
            std::string(tariff::text_of(customer.customer_class)),
            currency,
            money(customer.now_minor, currency),
            money(customer.then_minor, currency),
            money(Int128{customer.then_minor} - customer.now_minor, currency),
            percent(customer.now_minor, customer.then_minor)};
}

std::vector<Sheet> sheets_of(const WhatIfAnswer& answer) {
    const Outcome& outcome = answer.outcome;
    return {classes(outcome), clauses(outcome), distribution(outcome), largest(answer), unrated(outcome)};
}

std::string csv_row(const std::vector<std::string>& cells) {
    std::string row;
    for (const std::string& cell : cells) {
        if (&cell != &cells.front()) row += ',';
        if (cell.find_first_of(",\"\n\r") == std::string::npos) {
            row += cell;
            continue;
        }
        row += '"';
        for (const char c : cell) row.append(c == '"' ? 2 : 1, c);
        row += '"';
    }
    return row + "\n";
}

std::string csv_head(const Sheet& sheet) { return csv_row(sheet.columns); }

std::string csv_of(const Sheet& sheet) {
    std::string text = csv_head(sheet);
    for (const auto& row : sheet.rows) text += csv_row(row);
    return text;
}

}  // namespace mainspring::whatif
