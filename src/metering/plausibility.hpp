// Does a reading fit what the register showed before? The same rules hold a bill back (docs/BILLING.md, "Checks that
// hold a bill back"), but for one register and before anything is stored. Pure.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "calendar/date.hpp"
#include "metering/installation.hpp"

namespace mainspring::metering {

// What a register showed on a day.
struct Mark {
    Date on;
    std::int64_t value_micro = 0;
};

struct PlausibilityQuestion {
    const InstalledRegister& installed;
    Mark read;
    std::span<const Mark> before;  // of the same device, ascending, on days before the read's
    std::optional<Mark> after = std::nullopt;
};

// The order is the precedence: the first that fits is what is wrong.
enum class Doubt : std::uint8_t {
    digits,    // finer than the register shows
    backward,  // lower than before, and no rollover
    ahead,     // higher than a later read
    use_zero,
    use_high,
    use_low,
};
std::string_view text_of(Doubt doubt);

struct Plausibility {
    std::optional<Mark> previous;
    // Multiplied, since the previous one; nothing without one, where it went backward, and of a maximum.
    std::optional<std::int64_t> use_micro;
    struct Range {
        std::int64_t from_micro = 0, to_micro = 0;
    };
    std::optional<Range> usual;  // of use in these days, by the register's own history; nothing without history
    std::optional<Doubt> doubt;
    std::string sentence;  // what was expected; empty without a doubt
};
Plausibility judge(const PlausibilityQuestion& question);

// (current - previous) mod 10^dials; nothing when it went backward: a lower value is a rollover only where the previous
// one is above 90 % of 10^dials.
struct Values {
    std::int64_t previous_micro = 0, current_micro = 0;
};
std::optional<std::int64_t> advance_of(const InstalledRegister& installed, const Values& values);

}  // namespace mainspring::metering
