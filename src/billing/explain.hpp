// A bill as plain text, with everything that it rests on: reads and versions, segments, every line's arithmetic and
// rounding, the hash. Whoever has the text and docs/TARIFFS.md can compute the bill again by hand. `mainspring bill
// explain`.
#pragma once
#include <string>

#include "billing/bill_page_of.hpp"

namespace mainspring::billing {

// Computes each line again; one that comes out otherwise is marked "!!". BugError when a plan is missing.
std::string explain_text(const Derivation& bill, const BillNames& names, const Sha256& hash);

// The same for programs: one JSON object; decimals and moneys are texts.
std::string explain_json(const Derivation& bill, const BillNames& names, const Sha256& hash);

}  // namespace mainspring::billing
