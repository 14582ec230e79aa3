// What is logged of a request: enough to find and time it, nothing that tells of a person. No address of the caller, no
// path (its template instead), no query, no body.
#pragma once
#include <string>

#include "base/clock.hpp"
#include "http/server.hpp"

namespace mainspring::http {

// One line of JSON with its line break.
std::string log_line(const Answered& answered, Instant at);

}  // namespace mainspring::http
