// People who can sign in to the demo, one a role.
#pragma once
#include <string>

#include "main/session.hpp"

namespace mainspring::cli {

// Those who are not there yet are made, with the demo's password. What to tell about them: a line each.
std::string make_demo_users(Session& session);

}  // namespace mainspring::cli
