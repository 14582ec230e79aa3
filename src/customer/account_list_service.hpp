// Accounts as lists, and by the beginning of what a person knows of them: code, name, address.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.hpp"
#include "calendar/date.hpp"
#include "org/user_service.hpp"
#include "storage/pool.hpp"

namespace mainspring::customer {

struct ListedAccount {
    CellId cell;
    std::int64_t account_id = 0;
    std::int32_t legal_entity_id = 0;
    std::string code, name;
    std::vector<std::string> address;  // the customer's
    std::string unit;                  // code
    std::string currency;
    Date opened_on;
};

struct AccountListQuery {
    std::int32_t legal_entity_id = 0;
    std::vector<std::int32_t> units = {};  // empty: all
    std::string after = {};                // code
    std::int32_t limit = 50;
};
// By code.
std::vector<ListedAccount> list_accounts(Tx& tx, const AccountListQuery& query);

// How a code, a name or the first line of an address begins; case does not matter for the latter two.
struct AccountSearch {
    std::string begins;
    std::optional<std::int32_t> legal_entity_id = std::nullopt;  // none: every utility
    std::string after = {};  // code, of accounts_by_name
    std::int32_t limit = 10;
};
std::vector<ListedAccount> accounts_by_code(Tx& tx, const AccountSearch& search);
std::vector<ListedAccount> accounts_by_name(Tx& tx, const AccountSearch& search);     // by code
std::vector<ListedAccount> accounts_by_address(Tx& tx, const AccountSearch& search);  // of premise or customer

// Who has an agreement on the service point on the day, or had the last one before it.
std::optional<ListedAccount> account_of_point(Tx& tx, CellId cell, std::int64_t service_point_id, Date on);

// The organisation unit of an account; nothing when there is no such account.
std::optional<std::int32_t> unit_of_account(Tx& tx, CellId cell, std::int64_t account_id);

// Whose account it is; nothing when there is no such account.
std::optional<org::PartyKey> party_of_account(Tx& tx, CellId cell, std::int64_t account_id);

// The first text that no text with this beginning reaches, in the order of code points.
std::string end_of_prefix(std::string_view begins);

}  // namespace mainspring::customer
