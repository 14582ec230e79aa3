// bill touched; bill rebill --touched: the bills that stand on facts which no longer count.
#pragma once
#include <string>

#include "main/session.hpp"

namespace mainspring::cli {

struct TouchedFlags {
    std::string utility;
    std::int32_t limit = 1000;
};
Exit list_touched(Session& session, const TouchedFlags& flags);

struct RebillTouchedFlags {
    std::string utility, issued_on, reason, command_id;
    int due_days = 21;
};
// A transaction an account; goes on with the next account when one is refused.
Exit rebill_touched(Session& session, const RebillTouchedFlags& flags);

}  // namespace mainspring::cli
