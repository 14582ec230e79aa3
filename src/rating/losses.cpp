#include "rating/losses.hpp"

#include <algorithm>
#include <array>

#include "base/ensure.hpp"
#include "rating/exact.hpp"
#include "rating/wide.hpp"

namespace mainspring::rating {

using tariff::QuantityRounding;
using tariff::Stream;

namespace {

constexpr std::int64_t kMicro = 1'000'000;

Int128 step_of(QuantityRounding rounding) { return power_of_ten(Quantity::kScale - rounding.decimals); }

std::int64_t rounded(Int128 numerator, Int128 denominator, QuantityRounding rounding) {
    const Int128 step = step_of(rounding);
    return narrow(multiply(divide_rounded(numerator, multiply(denominator, step), rounding.mode), step));
}

// K (Wp^2 + Wq^2) * factor / denominator.
std::int64_t load_loss(const TransformerUse& use, std::int64_t factor, Int128 denominator, QuantityRounding rounding) {
    const Int128 step = step_of(rounding);
    const std::int64_t scaled = narrow(multiply(use.shape_micro, factor));
    const Wide value =
        product_of(sum_of_squares(use.active_micro, use.reactive_micro), static_cast<std::uint64_t>(scaled));
    return narrow(multiply(divide_wide(value, multiply(denominator, step), rounding.mode), step));
}

// The parent's streams while children are taken off.
class Parent {
public:
    Parent(std::span<const StreamQuantity> streams, const DeductionRule& rule) : left_(streams.begin(), streams.end()) {
        for (const Stream stream : rule.first)
            if (const auto at = find(stream); at != left_.end()) order_.push_back(index(at));
        for (std::size_t i = 0; i < left_.size(); ++i)
            if (std::ranges::find(order_, i) == order_.end()) order_.push_back(i);
    }

    Int128 sum() const {
        Int128 total = 0;
        for (const auto& stream : left_) total += stream.micro;
        return total;
    }

    void take(std::int64_t micro) {
        for (const std::size_t i : order_) micro = take_from(left_[i], micro);
        short_ += micro;
    }

    // Period by period where both count periods.
    void take(std::span<const StreamQuantity> child) {
        const bool has_periods = std::ranges::any_of(left_, is_period);
        for (const StreamQuantity& part : child) {
            const auto at = find(part.stream);
            if (!has_periods || !is_period(part))
                take(part.micro);
            else
                short_ += at == left_.end() ? part.micro : take_from(*at, part.micro);
        }
    }

    Deducted result(std::vector<std::int64_t> children) && {
        return {std::move(left_), std::move(children), narrow(short_)};
    }

private:
    using At = std::vector<StreamQuantity>::iterator;
    static bool is_period(const StreamQuantity& quantity) { return quantity.stream != tariff::kTotal; }
    At find(Stream stream) { return std::ranges::find(left_, stream, &StreamQuantity::stream); }
    std::size_t index(At at) { return static_cast<std::size_t>(at - left_.begin()); }

    // What could not be taken.
    static std::int64_t take_from(StreamQuantity& stream, std::int64_t micro) {
        const std::int64_t taken = std::min(std::max(stream.micro, std::int64_t{0}), micro);
        stream.micro -= taken;
        return micro - taken;
    }

    std::vector<StreamQuantity> left_;
    std::vector<std::size_t> order_{};
    Int128 short_ = 0;
};

std::int64_t sum_of(std::span<const StreamQuantity> quantities) {
    Int128 sum = 0;
    for (const auto& quantity : quantities) sum += quantity.micro;
    return narrow(sum);
}

void ensure_positive(const GasState& state) {
    ensure(state.pressure_micro > 0 && state.temperature_micro > 0 && state.compressibility_micro > 0,
           "a gas has a pressure, a temperature and a compressibility");
}

}  // namespace

TransformerLoss transformer_loss(const Transformer& transformer, const TransformerUse& use, QuantityRounding rounding) {
    ensure(transformer.rated_micro > 0 && use.days > 0, "a loss needs a rated power and days in service");
    ensure(transformer.copper_micro >= 0 && transformer.impedance_e8 >= 0 && use.shape_micro >= 0,
           "nameplates have no negative figures");
    const Int128 hours = Int128{use.days} * 24, rated = transformer.rated_micro;
    TransformerLoss loss;
    loss.iron_micro = rounded(transformer.iron_micro * hours, 1, rounding);
    loss.no_load_micro = rounded(multiply(rated * transformer.no_load_e8, hours), tariff::kWholeE8, rounding);
    loss.copper_micro = load_loss(use, transformer.copper_micro, multiply(rated * rated, hours * kMicro), rounding);
    loss.load_micro =
        load_loss(use, transformer.impedance_e8, multiply(rated * hours, Int128{kMicro} * tariff::kWholeE8), rounding);
    return loss;
}

std::int64_t part_of(std::int64_t micro, std::int64_t ratio_e8, QuantityRounding rounding) {
    return rounded(Int128{micro} * ratio_e8, tariff::kWholeE8, rounding);
}

Deducted deduct(std::span<const StreamQuantity> parent, std::span<const Child> children, const DeductionRule& rule) {
    Parent left(parent, rule);
    std::vector<std::int64_t> charged(children.size(), 0);
    std::int64_t after_fixed = 0;
    for (const auto by : {Child::By::fixed_quantity, Child::By::fixed_ratio, Child::By::meter}) {
        if (by == Child::By::fixed_ratio) after_fixed = narrow(left.sum());
        for (std::size_t i = 0; i < children.size(); ++i) {
            const Child& child = children[i];
            if (child.by != by) continue;
            if (by == Child::By::meter) {
                charged[i] = sum_of(child.read);
                left.take(child.read);
                continue;
            }
            charged[i] = by == Child::By::fixed_quantity ? child.fixed_micro
                                                         : part_of(after_fixed, child.ratio_e8, rule.round_ratio);
            left.take(charged[i]);
        }
    }
    return std::move(left).result(std::move(charged));
}

std::int64_t base_volume(std::int64_t measured_micro, const GasState& measured, const GasState& base,
                         QuantityRounding rounding) {
    ensure_positive(measured);
    ensure_positive(base);
    Ratio ratio = Ratio::reduced(measured.pressure_micro, base.pressure_micro);
    ratio = ratio.times(Ratio::reduced(base.temperature_micro, measured.temperature_micro));
    ratio = ratio.times(Ratio::reduced(base.compressibility_micro, measured.compressibility_micro));
    return rounded(Int128{measured_micro} * ratio.numerator, ratio.denominator, rounding);
}

}  // namespace mainspring::rating
