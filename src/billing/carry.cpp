#include "billing/carry.hpp"

#include <algorithm>

#include "base/bytes.hpp"

namespace mainspring::billing {

namespace {

// The first: no agreement has left anything for the charges of later sections.
constexpr std::uint8_t kWithoutCharges = 1, kWithCharges = 2;

void encode_use(const PeriodUse& use, ByteWriter& to) {
    to.varint(static_cast<std::uint64_t>(use.days) << 1 | (use.estimated ? 1 : 0));
    to.zigzag(use.total_micro);
    to.varint(use.by_register.size());
    for (const auto& [register_no, micro] : use.by_register) {
        to.zigzag(register_no);
        to.zigzag(micro);
    }
}

void decode_use(ByteReader& from, PeriodUse& use) {
    const std::uint64_t head = from.varint();
    use.days = static_cast<std::int32_t>(head >> 1);
    use.estimated = (head & 1) != 0;
    use.total_micro = from.zigzag();
    use.by_register.resize(from.count());
    for (auto& [register_no, micro] : use.by_register) {
        register_no = static_cast<std::int16_t>(from.zigzag());
        micro = from.zigzag();
    }
}

}  // namespace

const AgreementCarry* Carry::find(std::int64_t agreement_id) const {
    for (const auto& agreement : agreements)
        if (agreement.agreement_id == agreement_id) return &agreement;
    return nullptr;
}

void encode(const Carry& carry, std::vector<std::uint8_t>& out) {
    ByteWriter to(out);
    const bool charges = std::ranges::any_of(carry.agreements, [](const auto& each) { return !each.left.empty(); });
    to.u8(charges ? kWithCharges : kWithoutCharges);
    to.varint(carry.agreements.size());
    for (const auto& agreement : carry.agreements) {
        to.zigzag(agreement.agreement_id);
        to.zigzag(agreement.billed_through.time_since_epoch().count());
        to.zigzag(agreement.device_id);
        to.varint(static_cast<std::uint64_t>(agreement.estimates_in_a_row) << 1 | (agreement.estimated ? 1 : 0));
        to.varint(agreement.registers.size());
        for (const auto& value : agreement.registers) {
            to.zigzag(value.register_no);
            to.zigzag(value.value_micro);
        }
        to.varint(agreement.history.size());
        for (const auto& use : agreement.history) encode_use(use, to);
        if (charges) put(agreement.left, to);
    }
}

void decode(std::span<const std::uint8_t> bytes, Carry& out) {
    ByteReader from(bytes);
    const std::uint8_t version = from.u8();
    if (version != kWithoutCharges && version != kWithCharges) throw BytesError("carry of an unknown version");
    out.agreements.resize(from.count());
    for (auto& agreement : out.agreements) {
        agreement.agreement_id = from.zigzag();
        agreement.billed_through = Date{std::chrono::days{from.zigzag()}};
        agreement.device_id = from.zigzag();
        const std::uint64_t head = from.varint();
        agreement.estimated = (head & 1) != 0;
        agreement.estimates_in_a_row = static_cast<std::int32_t>(head >> 1);
        agreement.registers.resize(from.count());
        for (auto& value : agreement.registers) {
            value.register_no = static_cast<std::int16_t>(from.zigzag());
            value.value_micro = from.zigzag();
        }
        agreement.history.resize(from.count());
        for (auto& use : agreement.history) decode_use(from, use);
        agreement.left.clear();
        if (version == kWithCharges) get(from, agreement.left);
    }
    if (!from.at_end()) throw BytesError("carry is longer than it says");
}

}  // namespace mainspring::billing
