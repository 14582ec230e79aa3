#include "money/money.hpp"

#include "base/ensure.hpp"

namespace mainspring {

Money operator+(Money a, Money b) {
    ensure(a.currency == b.currency, "sum of two currencies");
    return {narrow(Int128{a.minor} + b.minor), a.currency};
}

Money operator-(Money a) { return {narrow(-Int128{a.minor}), a.currency}; }

Money operator-(Money a, Money b) { return a + -b; }

std::string format_money(Money money) { return format_sum(money.minor, money.currency); }

std::string format_sum(Int128 minor, Currency currency) {
    const int digits = minor_digits(currency);
    return format_fixed(minor, digits, digits);
}

std::string format_sum(std::string_view minor, Currency currency) {
    const auto sum = parse_whole(minor);
    ensure(sum.has_value(), "a sum of money is a whole number of minor units");
    return format_sum(*sum, currency);
}

std::expected<Money, DecimalError> parse_money(std::string_view text, Currency currency) {
    auto minor = parse_decimal(text, minor_digits(currency));
    if (!minor) return std::unexpected(minor.error());
    return Money{*minor, currency};
}

Amount operator+(Amount a, Amount b) { return {add(a.value, b.value)}; }

Amount exact(Money money) {
    return {multiply(money.minor, power_of_ten(Amount::kScale - minor_digits(money.currency)))};
}

Money round(Amount amount, Currency currency, RoundingRule rule) {
    const Int128 step = multiply(rule.step_minor, power_of_ten(Amount::kScale - minor_digits(currency)));
    return {narrow(multiply(divide_rounded(amount.value, step, rule.mode), rule.step_minor)), currency};
}

Money round_share(Money base, std::int64_t ratio_e8, RoundingRule rule) {
    const Int128 step = multiply(rule.step_minor, power_of_ten(8));
    const Int128 steps = divide_rounded(multiply(base.minor, ratio_e8), step, rule.mode);
    return {narrow(multiply(steps, rule.step_minor)), base.currency};
}

}  // namespace mainspring
