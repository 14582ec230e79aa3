#include "rating/formula.hpp"

#include <array>

#include "base/ensure.hpp"
#include "quantity/quantity.hpp"
#include "rating/exact.hpp"

namespace mainspring::rating {

using tariff::Formula;
using Op = Formula::Step::Op;

namespace {

// The one value whose negative is none leaves the range too.
void check_range(Int128 numerator) { static_cast<void>(multiply(numerator, -1)); }

// numerator / denominator in lowest terms, so that the exact value stays in 128 bits as long as it can.
Fraction reduced(Int128 numerator, Int128 denominator) {
    check_range(numerator);
    if (denominator < 0) {
        numerator = -numerator;
        denominator = -denominator;
    }
    const Int128 common = greatest_common_divisor(numerator, denominator);
    return {numerator / common, denominator / common};
}

Fraction sum_of(Fraction a, const Fraction& b) {
    a.add(b.numerator, b.denominator);
    return reduced(a.numerator, a.denominator);
}

Fraction product_of(const Fraction& a, const Fraction& b) {
    const Fraction left = reduced(a.numerator, b.denominator), right = reduced(b.numerator, a.denominator);
    return {multiply(left.numerator, right.numerator), multiply(left.denominator, right.denominator)};
}

class Stack {
public:
    void push(const Fraction& value) {
        ensure(size_ < values_.size(), "a formula is deeper than its reader allows");
        check_range(value.numerator);
        values_[size_++] = value;
    }
    Fraction pop() {
        ensure(size_ > 0, "a formula's step has no value");
        return values_[--size_];
    }

private:
    std::array<Fraction, 128> values_;
    std::size_t size_ = 0;
};

}  // namespace

std::optional<std::int64_t> evaluate(const Formula& formula, std::span<const std::int64_t> inputs_e8) {
    constexpr std::int64_t kScale = 100'000'000;
    static_assert(Price::kScale == 8);
    Stack stack;
    for (const auto& step : formula.steps) {
        if (step.op == Op::number || step.op == Op::input) {
            stack.push(reduced(step.op == Op::number ? step.number_e8 : inputs_e8[step.input], kScale));
            continue;
        }
        const Fraction right = stack.pop();
        const Fraction minus{-right.numerator, right.denominator};
        switch (step.op) {
            case Op::add: stack.push(sum_of(stack.pop(), right)); break;
            case Op::subtract: stack.push(sum_of(stack.pop(), minus)); break;
            case Op::multiply: stack.push(product_of(stack.pop(), right)); break;
            case Op::divide:
                if (right.numerator == 0) return std::nullopt;
                stack.push(product_of(stack.pop(), reduced(right.denominator, right.numerator)));
                break;
            default: stack.push(minus); break;
        }
    }
    const Fraction value = stack.pop();
    const Int128 steps =
        divide_rounded(multiply(value.numerator, power_of_ten(formula.decimals)), value.denominator, formula.mode);
    return narrow(multiply(steps, power_of_ten(Price::kScale - formula.decimals)));
}

}  // namespace mainspring::rating
