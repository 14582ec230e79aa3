// Between what meters show and what is billed: losses of transformers and lines, meters behind meters, gas at base
// conditions. Pure, exact, rounded once. All quantities are millionths of their unit.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "tariff/plan.hpp"

namespace mainspring::rating {

// Nameplate of a transformer whose customer is metered on its low side. Ratios: 1 % = 10^6.
struct Transformer {
    std::int64_t rated_micro = 0;   // Se, kVA; above 0
    std::int64_t iron_micro = 0;    // P0, kW
    std::int64_t copper_micro = 0;  // Pk, kW at the rated load
    std::int64_t no_load_e8 = 0;    // I0, no-load current
    std::int64_t impedance_e8 = 0;  // Uk, short-circuit voltage
};

// What went through it.
struct TransformerUse {
    std::int64_t active_micro = 0, reactive_micro = 0;  // kWh, kvarh
    int days = 0;                                       // in service; above 0
    std::int64_t shape_micro = 1'000'000;               // K, how uneven the load is: 1.2 for three shifts
};

struct TransformerLoss {
    std::int64_t iron_micro = 0, copper_micro = 0;   // kWh
    std::int64_t no_load_micro = 0, load_micro = 0;  // kvarh
};

// With T = 24 h x days: iron P0 T, copper K (Wp^2 + Wq^2) Pk / (Se^2 T); reactive the same with Se I0 and Se Uk in
// place of P0 and Pk. Each of the four is rounded. Source: the usual rule for supply at high, metering at low voltage.
TransformerLoss transformer_loss(const Transformer& transformer, const TransformerUse& use,
                                 tariff::QuantityRounding rounding);

// A part of a quantity: loss of a line in percent, share of a fixed ratio.
std::int64_t part_of(std::int64_t micro, std::int64_t ratio_e8, tariff::QuantityRounding rounding);

struct StreamQuantity {
    tariff::Stream stream = tariff::kTotal;
    std::int64_t micro = 0;
    friend bool operator==(const StreamQuantity&, const StreamQuantity&) = default;
};

// A meter, or an agreed part, behind another meter.
struct Child {
    enum class By : std::uint8_t { fixed_quantity, fixed_ratio, meter } by{};
    std::int64_t fixed_micro = 0;             // fixed_quantity
    std::int64_t ratio_e8 = 0;                // fixed_ratio: of the parent after all fixed quantities
    std::span<const StreamQuantity> read{};   // meter: total, or periods
};

struct DeductionRule {
    std::vector<tariff::Stream> first;                              // see `deduct`
    tariff::QuantityRounding round_ratio{0, RoundingMode::half_up};
};

struct Deducted {
    std::vector<StreamQuantity> parent;    // what is left, stream by stream, never below zero
    std::vector<std::int64_t> children;    // what each child is to be charged with, in the order given
    std::int64_t short_micro = 0;          // what the parent did not have: above 0, someone must look at the meters
};

// Takes the children off the parent: fixed quantities, then fixed ratios, then meters, each kind in the order given. A
// child that counts the parent's periods is taken off period by period; one without periods from the streams of
// `first` in turn, then from the others in the order of the parent. A child is charged in full, also where the parent
// falls short.
Deducted deduct(std::span<const StreamQuantity> parent, std::span<const Child> children, const DeductionRule& rule);

// Absolute pressure in kPa, temperature in K, and compressibility; all above 0.
struct GasState {
    std::int64_t pressure_micro = 101'325'000;
    std::int64_t temperature_micro = 288'150'000;
    std::int64_t compressibility_micro = 1'000'000;
};

// Vb = Vm (P / Pb) (Tb / T) (Zb / Z). Not for correctors, which count Vb themselves. Source: ISO 13443.
std::int64_t base_volume(std::int64_t measured_micro, const GasState& measured, const GasState& base,
                         tariff::QuantityRounding rounding);

}  // namespace mainspring::rating
