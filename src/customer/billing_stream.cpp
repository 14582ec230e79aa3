#include "customer/billing_stream.hpp"

#include <fmt/format.h>
#include <iterator>

#include "base/ensure.hpp"

namespace mainspring::customer {
namespace {

const Statement kAccountCodes{
    "customer.account_codes",
    "select code from customer.account where cell_id = $1 and account_id = any($2) order by account_id"};
const Statement kRanges{
    "customer.account_ranges",
    "select cell_id, min(account_id), max(account_id) + 1, count(*) from ("
    "select cell_id, account_id, (row_number() over (partition by cell_id order by account_id) - 1) / $3 as part "
    "from customer.account where legal_entity_id = $1 and (cycle = $2 or $2 = '')) numbered "
    "group by cell_id, part order by cell_id, part"};
// The legal entity and the cycle are texts, which COPY cannot take: they come along and are compared here.
const Statement kAccounts{
    "customer.accounts_in_range",
    "select account_id, party_cell_id, party_id, org_unit_id, currency::text, legal_entity_id, cycle "
    "from customer.account where cell_id = $1 and account_id >= $2 and account_id < $3 order by account_id"};
const Statement kAgreements{
    "customer.agreements_in_range",
    "select a.account_id, a.agreement_id, a.service_point_id, a.valid_from, a.version, a.voided, a.ended, a.tariff, "
    "a.customer_class, a.entitlements, a.dwellings, p.commodity, p.gas_zone, a.fact_names, a.fact_values_micro "
    "from customer.agreement a join customer.service_point p using (cell_id, service_point_id) "
    "where a.cell_id = $1 and a.account_id >= $2 and a.account_id < $3 "
    "and a.recorded_at <= $4 order by a.account_id, a.agreement_id, a.valid_from, a.version"};

std::string joined(const std::vector<std::string>& names) {
    std::string out;
    for (const std::string& name : names) {
        if (!out.empty()) out += ';';
        out += name;
    }
    return out;
}

// `text` keeps its memory from row to row.
std::int32_t number_of_facts(const CopyOut& rows, TextTable& texts, std::string& text) {
    const auto values = rows.get<ArrayView<std::int64_t>>(14);
    if (values.empty()) return 0;
    const auto names = rows.get<std::vector<std::string_view>>(13);
    text.clear();
    for (std::size_t i = 0; i < names.size(); ++i)
        fmt::format_to(std::back_inserter(text), "{}{}={}", i == 0 ? "" : ";", names[i], values[i]);
    return texts.number_of(text);
}

}  // namespace

std::int32_t TextTable::number_of(std::string_view text) {
    if (const auto at = numbers_.find(text); at != numbers_.end()) return at->second;
    const auto number = static_cast<std::int32_t>(texts_.size());
    const auto at = numbers_.emplace(std::string(text), number).first;
    texts_.push_back(at->first);
    return number;
}

std::vector<std::string> account_codes(Tx& tx, CellId cell, std::span<const std::int64_t> account_ids) {
    std::vector<std::string> codes;
    if (account_ids.empty()) return codes;
    const Result rows = tx.exec(kAccountCodes, cell, account_ids);
    for (const Row row : rows) codes.push_back(row.get<std::string>(0));
    return codes;
}

std::vector<AccountRange> account_ranges(Tx& tx, const RangeRequest& request) {
    ensure(request.size > 0, "ranges hold at least one account");
    std::vector<AccountRange> out;
    const Result rows = tx.exec(kRanges, request.legal_entity_id, request.cycle, request.size);
    for (const Row row : rows)
        out.push_back(
            {row.get<CellId>(0), row.get<std::int64_t>(1), row.get<std::int64_t>(2), row.get<std::int64_t>(3)});
    return out;
}

void accounts_in_range(Tx& tx, const AccountQuery& query, std::vector<AccountRecord>& out) {
    out.clear();
    CopyOut rows = tx.copy_out(kAccounts, query.range.cell, query.range.account_from, query.range.account_to);
    while (rows.next()) {
        if (rows.get<std::int32_t>(5) != query.legal_entity_id || rows.get<std::string_view>(6) != query.cycle)
            continue;
        AccountRecord& record = out.emplace_back();
        record.account_id = rows.get<std::int64_t>(0);
        record.party_cell = rows.get<std::int32_t>(1);
        record.party_id = rows.get<std::int64_t>(2);
        record.org_unit_id = rows.get<std::int32_t>(3);
        const auto currency = rows.get<std::string_view>(4);
        std::copy_n(currency.begin(), 3, record.currency.begin());
    }
}

void agreements_in_range(Tx& tx, const AccountRange& range, TextTable& texts, std::vector<AgreementRecord>& out) {
    out.clear();
    std::string facts;
    CopyOut rows = tx.copy_out(kAgreements, range.cell, range.account_from, range.account_to, range.known_at);
    while (rows.next()) {
        AgreementRecord& record = out.emplace_back();
        record.account_id = rows.get<std::int64_t>(0);
        record.agreement_id = rows.get<std::int64_t>(1);
        record.service_point_id = rows.get<std::int64_t>(2);
        record.valid_from = rows.get<Date>(3);
        record.version = rows.get<std::int16_t>(4);
        record.voided = rows.get<bool>(5);
        record.ended = rows.get<bool>(6);
        record.tariff = texts.number_of(rows.get<std::string_view>(7));
        record.customer_class = static_cast<CustomerClass>(rows.get<std::int16_t>(8));
        const auto entitlements = rows.get<std::vector<std::string>>(9);
        record.entitlements = entitlements.empty() ? 0 : texts.number_of(joined(entitlements));
        record.dwellings = rows.get<std::int32_t>(10);
        record.commodity = static_cast<Commodity>(rows.get<std::int16_t>(11));
        record.gas_zone = texts.number_of(rows.get<std::optional<std::string_view>>(12).value_or(""));
        record.facts = number_of_facts(rows, texts, facts);
    }
}

namespace {

const Statement kAccountCode{"customer.account_code",
                             "select code from customer.account where cell_id = $1 and account_id = $2"};

}  // namespace

std::string account_code(Tx& tx, CellId cell, std::int64_t account_id) {
    const Result result = tx.exec(kAccountCode, cell, account_id);
    return result.empty() ? std::string() : result.one().get<std::string>(0);
}

}  // namespace mainspring::customer
