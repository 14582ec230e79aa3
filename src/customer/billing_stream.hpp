// Sorted streams of customers' facts, for bill runs: binary, compact, one allocation a batch.
#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.hpp"
#include "base/id.hpp"
#include "calendar/date.hpp"
#include "customer/agreement.hpp"
#include "quantity/quantity.hpp"
#include "storage/pool.hpp"

namespace mainspring::customer {

// Small numbers for texts that repeat (tariff keys, zones, lists of entitlements). Number 0 is the empty text.
class TextTable {
public:
    TextTable() { number_of(""); }
    std::int32_t number_of(std::string_view text);
    std::string_view text_of(std::int32_t number) const { return texts_[static_cast<std::size_t>(number)]; }
    std::size_t size() const { return texts_.size(); }

private:
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
    };
    std::unordered_map<std::string, std::int32_t, Hash, std::equal_to<>> numbers_;
    std::vector<std::string_view> texts_;  // keys of numbers_, which do not move
};

struct AccountRange {
    CellId cell;
    std::int64_t account_from = 0, account_to = 0;  // [from, to)
    std::int64_t count = 0;                         // accounts asked for in it
    Instant known_at = kEndOfTime;                  // agreements: only what was recorded by then
};
// Ranges of at most `size` accounts that cover the cycle of a legal entity, by (cell, from). A range never spans two
// cells.
struct RangeRequest {
    std::int32_t legal_entity_id = 0;
    std::string_view cycle;  // empty: every cycle
    std::int64_t size = 0;
};
std::vector<AccountRange> account_ranges(Tx& tx, const RangeRequest& request);

struct AccountRecord {
    std::int64_t account_id = 0;
    std::int64_t party_id = 0;
    std::int32_t party_cell = 0;
    std::int32_t org_unit_id = 0;
    std::array<char, 3> currency{};
};

struct AccountQuery {
    AccountRange range;
    std::int32_t legal_entity_id = 0;
    std::string_view cycle;
};
// Ascending by account_id; `out` is overwritten, its memory kept.
void accounts_in_range(Tx& tx, const AccountQuery& query, std::vector<AccountRecord>& out);

// In the order of the ids. REQUIRES: they are ascending, and accounts of the cell.
std::vector<std::string> account_codes(Tx& tx, CellId cell, std::span<const std::int64_t> account_ids);

// One row of customer.agreement, with what billing needs of its service point.
struct AgreementRecord {
    std::int64_t account_id = 0, agreement_id = 0, service_point_id = 0;
    Date valid_from;
    std::int32_t tariff = 0;        // TextTable
    std::int32_t entitlements = 0;  // TextTable: the sorted names with ';' between
    std::int32_t gas_zone = 0;      // TextTable
    std::int32_t facts = 0;         // TextTable: name=millionths by name with ';' between
    std::int32_t dwellings = 1;
    std::int16_t version = 1;
    CustomerClass customer_class = CustomerClass::residential;
    Commodity commodity = Commodity::electricity;
    bool voided = false, ended = false;
};

// Every agreement row of the accounts in [from, to), by (account_id, agreement_id, valid_from, version).
void agreements_in_range(Tx& tx, const AccountRange& range, TextTable& texts, std::vector<AgreementRecord>& out);

// The account's code; empty when there is none of this id.
std::string account_code(Tx& tx, CellId cell, std::int64_t account_id);

}  // namespace mainspring::customer
