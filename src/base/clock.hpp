// The only source of "now". Business code receives a Clock&; tests and bill runs pass a fixed one.
#pragma once
#include <chrono>

namespace mainspring {

using Instant = std::chrono::sys_time<std::chrono::milliseconds>;

// Later than everything; "whatever is known".
inline constexpr Instant kEndOfTime = Instant::max();

class Clock {
public:
    virtual ~Clock() = default;
    virtual Instant now() const = 0;
};

class SystemClock final : public Clock {
public:
    Instant now() const override;
};

class FixedClock final : public Clock {
public:
    explicit FixedClock(Instant at) : at_(at) {}
    Instant now() const override { return at_; }

private:
    Instant at_;
};

}  // namespace mainspring
