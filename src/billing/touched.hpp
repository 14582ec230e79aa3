// The reverse index: from a fact that changed to the bills that stand on it. Nothing is stored for it: bills are found
// by the keys of their facts (account, period, run) and their derivations say which of them are meant.
#pragma once
#include <cstdint>
#include <vector>

#include "billing/billing_store.hpp"

namespace mainspring::billing {

struct TouchedBill {
    CellId cell;
    std::int64_t account_id = 0;
    std::int32_t bill_seq = 0;
    std::int64_t number = 0;
    friend bool operator==(const TouchedBill&, const TouchedBill&) = default;
};

// Bills in force (not cancelled) with a section of the service point that holds the day or ends on it; by account and
// seq.
struct ReadFact {
    CellId cell;
    std::int64_t service_point_id = 0;
    Date on;
};
std::vector<TouchedBill> bills_touched_by_read(Tx& tx, const ReadFact& fact);

// Bills in force that were rated by the tariff version, or would be by it now: with a section on days from `effective`
// on that an earlier version of the key rated.
struct VersionFact {
    std::int64_t version_id = 0;
    std::vector<std::int64_t> earlier_version_ids;
    Date effective;
};
std::vector<TouchedBill> bills_touched_by_tariff(Tx& tx, const VersionFact& fact);

}  // namespace mainspring::billing
