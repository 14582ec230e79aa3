// bill touched; bill rebill --touched: the bills that stand on facts which no longer count.
#pragma once
#include <string>

#include "billing/rebill_service.hpp"
#include "main/session.hpp"

namespace mainspring::cli {

struct TouchedFlags {
    std::string utility, ends_after;
    std::int32_t limit = 1000;
};
Exit list_touched(Session& session, const TouchedFlags& flags);

// A transaction an account; goes on with the next account when one is refused. `command` says everything but the bill.
Exit rebill_touched(Session& session, const billing::RebillCommand& command);

}  // namespace mainspring::cli
