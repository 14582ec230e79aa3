// Invariants that must hold whatever the input: a broken one is a bug of ours, never a user's mistake.
#pragma once
#include <source_location>
#include <stdexcept>
#include <string>
#include <string_view>

namespace mainspring {

class BugError : public std::logic_error {
    using std::logic_error::logic_error;
};

[[noreturn]] void fail_ensure(std::string_view what, std::source_location where);

// Always on, in every build. Throws BugError with the place.
inline void ensure(bool condition, std::string_view what,
                   std::source_location where = std::source_location::current()) {
    if (!condition) [[unlikely]]
        fail_ensure(what, where);
}

}  // namespace mainspring
