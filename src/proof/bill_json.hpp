// Rows whose packed columns must be spelled out: interval days and bills.
#pragma once
#include <cstdint>
#include <functional>
#include <string_view>

#include "storage/pool.hpp"

namespace mainspring::proof {

using JsonLine = std::function<void(std::string_view)>;

void each_interval_day(Tx& tx, std::int32_t legal_entity_id, const JsonLine& line);
// With sections and lines, as docs/BILLING.md and the checker name them; by (run, cell, account, bill_seq).
void each_bill(Tx& tx, std::int32_t legal_entity_id, const JsonLine& line);

}  // namespace mainspring::proof
