// The reverse index: from facts that changed to the bills that stand on what they said before. Nothing is stored for
// it: what was recorded after a bill leads to the bill by its keys (service point, agreement, zone, tariff key, days),
// and the derivation, which pins every fact by key and version, says whether it is meant. A witness: reads the facts of
// other rooms, writes none.
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "billing/run_service.hpp"

namespace mainspring::billing {

struct TouchedFact {
    enum class Kind : std::uint8_t {
        read,
        interval_day,
        installation,
        agreement,
        calorific_value,
        price_day,
        input,
        tariff_version,
        relation
    };
    Kind kind{};
    std::string key;  // for a person: "S01 2026-02-01"
    std::string old_version, new_version;  // old: what the bill pins; empty: it did not know the fact
    friend bool operator==(const TouchedFact&, const TouchedFact&) = default;
};
std::string_view text_of(TouchedFact::Kind kind);

struct TouchedBill {
    CellId cell;
    std::int64_t account_id = 0;
    std::string account_code;
    std::int32_t bill_seq = 0;
    std::int64_t number = 0;
    DateRange period;
    std::vector<TouchedFact> facts;  // never empty
};

// Bills in force whose facts are no longer those that count: a newer version of a pinned fact, or a new fact that would
// count on the section's days (docs/BILLING.md, "Bills touched by a fact"). By cell, account and seq, at most `limit`.
// Looks through the accounts range by range, each in a short transaction of its own, so that it may be broken off at
// any moment; what is recorded meanwhile may or may not be seen.
struct TouchedQuery {
    std::int32_t legal_entity_id = 0;
    std::size_t limit = SIZE_MAX;
    std::int64_t range_size = 5000;  // accounts
    Date ends_after = Date::min();  // only bills whose period ends later: what came since the oldest of them is read
    std::function<void(const Progress&)> progress = {};  // accounts looked through
};
std::vector<TouchedBill> touched_bills(Pool& pool, const TouchedQuery& query);

}  // namespace mainspring::billing
