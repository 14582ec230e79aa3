// What bill runs did, as text or JSON for the terminal.
#pragma once
#include <string>
#include <vector>

#include "billing/rebill_service.hpp"
#include "billing/report.hpp"
#include "main/session.hpp"

namespace mainspring::cli {

// State, counts, rate, energy by commodity and unit, money by charge and by ledger account, exceptions by cause.
std::string run_summary(Session& session, std::int64_t run_id);
// A row a utility, over all its issued runs: accounts, bills, rate, money, use by commodity, exceptions by cause.
std::string summary_of_utilities(Session& session);
std::string exceptions_text(Session& session, const billing::ExceptionPage& page);
std::string rebill_text(Session& session, const std::vector<billing::RebilledBill>& bills);

}  // namespace mainspring::cli
