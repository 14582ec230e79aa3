// The facts of a range of accounts, loaded in sorted streams and put together in memory (docs/BILLING.md).
#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <unordered_map>
#include <vector>

#include "billing/account_bill.hpp"
#include "billing/facts.hpp"
#include "billing/run.hpp"
#include "storage/pool.hpp"

namespace mainspring::billing {

// Tariffs by key, as of the run.
using TariffIndex = std::unordered_map<std::string, const tariff::Tariff*>;

struct FactRange {
    CellId cell;
    std::int64_t account_from = 0, account_to = 0;
    std::int32_t legal_entity_id = 0;
    std::string_view cycle;
    DateRange period;      // nominal
    int window_after_days = 0;
    Instant known_at;      // facts recorded later are not seen
};

// Owns everything that its accounts' spans point to. Reused from range to range: load() forgets the range before.
class RangeFacts {
public:
    RangeFacts();
    ~RangeFacts();
    RangeFacts(const RangeFacts&) = delete;
    RangeFacts& operator=(const RangeFacts&) = delete;

    // Reads what was known at `known_at`, by several statements. REQUIRES: `known_at` is a look (org/fact_moment.hpp),
    // so that all of it is there and none is to come; and that no bill of the range is written meanwhile, or one
    // snapshot (repeatable read).
    void load(Tx& tx, const FactRange& range, const TariffIndex& tariffs);
    // The same for one account whose bills are being taken back: its chain is `carry`, whatever is stored.
    void load(Tx& tx, const FactRange& range, const TariffIndex& tariffs, const Carry& carry);

    // The same as if no account had been billed yet, with the reads (and interval values) from `since` on.
    void load_since(Tx& tx, const FactRange& range, const TariffIndex& tariffs, Date since);

    std::span<const Account> accounts() const;  // ascending by id
    // The bills so far; null: none yet.
    const BillChain* chain_of(std::int64_t account_id) const;
    std::span<const Acceptance> accepted_of(std::int64_t account_id) const;

private:
    struct Arena;
    std::unique_ptr<Arena> arena_;
};

}  // namespace mainspring::billing
