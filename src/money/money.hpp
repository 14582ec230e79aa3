// Money is a whole number of minor units of one currency; an Amount is what a price times a quantity gives before
// anybody rounds. The only way from Amount to Money is round(), with the rule named by the tariff.
#pragma once
#include <cstdint>
#include <string>

#include "base/decimal.hpp"
#include "money/currency.hpp"

namespace mainspring {

struct Money {
    std::int64_t minor = 0;  // minor units: cents, fen, fils
    Currency currency;
    friend bool operator==(const Money&, const Money&) = default;
};

// Both throw BugError when the currencies differ or the sum leaves 64 bits.
Money operator+(Money a, Money b);
Money operator-(Money a, Money b);
Money operator-(Money a);

// Decimal text in major units: {53880, CNY} -> "538.80".
std::string format_money(Money money);
// The same of a sum of many, which may have left 64 bits.
std::string format_sum(Int128 minor, Currency currency);
// REQUIRES: the text of a whole number of minor units, as the database sums them.
std::string format_sum(std::string_view minor, Currency currency);
std::expected<Money, DecimalError> parse_money(std::string_view text, Currency currency);

// An exact value in major units at scale 14 (price 8 + quantity 6).
struct Amount {
    static constexpr int kScale = 14;
    Int128 value = 0;
    friend bool operator==(const Amount&, const Amount&) = default;
};
Amount operator+(Amount a, Amount b);
Amount exact(Money money);

// Where a value rounds is the tariff's specification. `step_minor` is the grid in minor units: 1 for cents,
// 5 for Swiss cash rounding, 100 for whole units of a currency with two digits.
// A rule finer than the minor unit cannot be money and is refused when the tariff is compiled.
struct RoundingRule {
    std::int64_t step_minor = 1;
    RoundingMode mode = RoundingMode::half_up;
    friend bool operator==(const RoundingRule&, const RoundingRule&) = default;
};
Money round(Amount amount, Currency currency, RoundingRule rule);

// money * ratio, exactly, rounded once. Ratio is an integer at scale 8: 0.05 = 5,000,000.
Money round_share(Money base, std::int64_t ratio_e8, RoundingRule rule);

}  // namespace mainspring
