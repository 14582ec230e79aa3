#include "customer/account_list_service.hpp"

#include <fmt/format.h>

namespace mainspring::customer {
namespace {

// The range of a beginning is asked with < and >=, which row-level security lets an index answer; LIKE it does not.
#define MAINSPRING_ACCOUNT_ROW                                                                                     \
    "select a.cell_id, a.account_id, a.legal_entity_id, a.code, coalesce(p.name, ''), coalesce(p.address, '{}'), " \
    "coalesce(u.code, ''), a.currency::text, a.opened_on from a "                                                  \
    "left join lateral (select p.name, p.address from customer.party p where p.cell_id = a.party_cell_id "         \
    "and p.party_id = a.party_id and not p.voided order by p.valid_from desc, p.version desc limit 1) p on true "  \
    "left join org.org_unit u on u.org_unit_id = a.org_unit_id order by a.code, a.cell_id"

const Statement kList{
    "customer.list_accounts",
    "with a as materialized (select * from customer.account where legal_entity_id = $1 and code > $2 "
    "and ($3::int4[] = '{}' or org_unit_id = any($3)) order by code limit $4) " MAINSPRING_ACCOUNT_ROW};
const Statement kByCode{
    "customer.accounts_beginning",
    "with a as materialized (select * from customer.account where code >= $1 and code < $2 "
    "and ($3::int4 is null or legal_entity_id = $3) order by code limit $4) " MAINSPRING_ACCOUNT_ROW};
const Statement kByName{
    "customer.accounts_by_name",
    "with a as materialized (select * from customer.account where (party_cell_id, party_id) in "
    "(select cell_id, party_id from customer.party where search_name >= $1 and search_name < $2) "
    "and ($3::int4 is null or legal_entity_id = $3) and code > $5 order by code limit $4) " MAINSPRING_ACCOUNT_ROW};
const Statement kByAddress{
    "customer.accounts_by_address",
    "with a as materialized (select * from customer.account where (cell_id, account_id) in "
    "(select g.cell_id, g.account_id from customer.premise m join customer.service_point s using (cell_id, premise_id) "
    "join customer.agreement g using (cell_id, service_point_id) "
    "where m.search_address >= $1 and m.search_address < $2) "
    "and ($3::int4 is null or legal_entity_id = $3) order by code limit $4) " MAINSPRING_ACCOUNT_ROW};
const Statement kOfPoint{
    "customer.account_of_point",
    "with a as materialized (select a.* from customer.agreement g join customer.account a using (cell_id, account_id) "
    "where g.cell_id = $1 and g.service_point_id = $2 and not g.voided and not g.ended "
    "order by g.valid_from > $3, abs(g.valid_from - $3), g.version desc limit 1) " MAINSPRING_ACCOUNT_ROW};

const Statement kUnitOfAccount{"customer.unit_of_account",
                               "select org_unit_id from customer.account where cell_id = $1 and account_id = $2"};

const Statement kPartyKey{
    "customer.party_key_of_account",
    "select party_cell_id, party_id from customer.account where cell_id = $1 and account_id = $2"};

#undef MAINSPRING_ACCOUNT_ROW

std::vector<ListedAccount> rows_of(const Result& result) {
    std::vector<ListedAccount> rows;
    for (const Row row : result)
        rows.push_back({.cell = row.get<CellId>(0),
                        .account_id = row.get<std::int64_t>(1),
                        .legal_entity_id = row.get<std::int32_t>(2),
                        .code = row.get<std::string>(3),
                        .name = row.get<std::string>(4),
                        .address = row.get<std::vector<std::string>>(5),
                        .unit = row.get<std::string>(6),
                        .currency = row.get<std::string>(7),
                        .opened_on = row.get<Date>(8)});
    return rows;
}

// As the columns search_name and search_address fold it.
const Statement kFold{"customer.fold", "select lower($1::text)"};

std::string folded(Tx& tx, const std::string& text) { return tx.exec(kFold, text).one().get<std::string>(0); }

}  // namespace

std::optional<std::int32_t> unit_of_account(Tx& tx, CellId cell, std::int64_t account_id) {
    const Result rows = tx.exec(kUnitOfAccount, cell, account_id);
    const auto row = rows.maybe_one();
    return row ? std::optional(row->get<std::int32_t>(0)) : std::nullopt;
}

std::optional<org::PartyKey> party_of_account(Tx& tx, CellId cell, std::int64_t account_id) {
    const Result rows = tx.exec(kPartyKey, cell, account_id);
    const auto row = rows.maybe_one();
    return row ? std::optional(org::PartyKey{row->get<CellId>(0), row->get<std::int64_t>(1)}) : std::nullopt;
}

std::string end_of_prefix(std::string_view begins) { return std::string(begins) + "\xF4\x8F\xBF\xBF"; }

std::vector<ListedAccount> list_accounts(Tx& tx, const AccountListQuery& query) {
    return rows_of(tx.exec(kList, query.legal_entity_id, query.after, query.units, std::int64_t{query.limit}));
}

std::vector<ListedAccount> accounts_by_code(Tx& tx, const AccountSearch& search) {
    return rows_of(tx.exec(kByCode, search.begins, end_of_prefix(search.begins), search.legal_entity_id,
                           std::int64_t{search.limit}));
}

std::vector<ListedAccount> accounts_by_name(Tx& tx, const AccountSearch& search) {
    const std::string name = folded(tx, search.begins);
    return rows_of(
        tx.exec(kByName, name, end_of_prefix(name), search.legal_entity_id, std::int64_t{search.limit}, search.after));
}

std::vector<ListedAccount> accounts_by_address(Tx& tx, const AccountSearch& search) {
    const std::string address = folded(tx, search.begins);
    return rows_of(
        tx.exec(kByAddress, address, end_of_prefix(address), search.legal_entity_id, std::int64_t{search.limit}));
}

std::optional<ListedAccount> account_of_point(Tx& tx, CellId cell, std::int64_t service_point_id, Date on) {
    auto rows = rows_of(tx.exec(kOfPoint, cell, service_point_id, on));
    return rows.empty() ? std::nullopt : std::optional(std::move(rows.front()));
}

}  // namespace mainspring::customer
