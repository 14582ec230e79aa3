// Shared by the parts of the service.
#pragma once
#include <string_view>

#include "org/command_log.hpp"

namespace mainspring::identity {

// Of the user of this code; without detail.
void audit_identity(Tx& tx, const org::Doer& doer, std::string_view action, std::string_view user);

}  // namespace mainspring::identity
