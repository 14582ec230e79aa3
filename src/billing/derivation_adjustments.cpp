// What a derivation holds of losses, gas at base conditions, and meters above and below.
#include "billing/derivation_parts.hpp"

namespace mainspring::billing::packed {

namespace {

void put_conditions(const metering::MeasuringConditions& conditions, ByteWriter& to) {
    to.zigzag(conditions.line_loss_e8);
    for (const auto& values : {stored(conditions.transformer), stored(conditions.gas)}) {
        to.varint(values.size());
        for (const auto value : values) to.zigzag(value);
    }
}

metering::MeasuringConditions get_conditions(ByteReader& from) {
    const auto values = [&] {
        std::vector<std::int64_t> found(from.count());
        for (auto& value : found) value = from.zigzag();
        return found;
    };
    metering::MeasuringConditions conditions;
    conditions.line_loss_e8 = from.zigzag();
    conditions.transformer = metering::transformer_of(values());
    conditions.gas = metering::gas_condition_of(values());
    return conditions;
}

void put_loss(const LossPart& part, ByteWriter& to) {
    put(part.installed_from, to);
    put(part.dates, to);
    put_conditions(part.conditions, to);
    for (const auto micro : {part.active_micro, part.reactive_micro, part.loss.iron_micro, part.loss.copper_micro,
                             part.loss.no_load_micro, part.loss.load_micro, part.line_micro})
        to.zigzag(micro);
}

LossPart get_loss(ByteReader& from) {
    LossPart part;
    part.installed_from = get_date(from);
    part.dates = get_range(from);
    part.conditions = get_conditions(from);
    for (auto* micro : {&part.active_micro, &part.reactive_micro, &part.loss.iron_micro, &part.loss.copper_micro,
                        &part.loss.no_load_micro, &part.loss.load_micro, &part.line_micro})
        *micro = from.zigzag();
    return part;
}

void put_share(const Share& share, ByteWriter& to) {
    to.zigzag(share.service_point_id);
    to.u8(share.from_above ? 1 : 0);
    put(share.dates, to);
    to.u8(static_cast<std::uint8_t>(share.terms.by));
    to.zigzag(share.terms.amount);
    to.zigzag(share.active_micro);
    to.zigzag(share.reactive_micro);
}

Share get_share(ByteReader& from) {
    Share share;
    share.service_point_id = from.zigzag();
    share.from_above = from.u8() != 0;
    share.dates = get_range(from);
    share.terms.by = static_cast<metering::TakenBy>(from.u8());
    share.terms.amount = from.zigzag();
    share.active_micro = from.zigzag();
    share.reactive_micro = from.zigzag();
    return share;
}

// Volumes at base conditions, of the advances of all meters one after the other.
template <class Meters>
void put_base_volumes(const Meters& meters, ByteWriter& to) {
    for (const auto& meter : meters)
        for (const auto& advance : meter.advances) to.zigzag(advance.base_micro);
}

void get_base_volumes(ByteReader& from, std::vector<ProvenMeter>& meters) {
    for (auto& meter : meters)
        for (auto& advance : meter.advances) {
            advance.base_micro = from.zigzag();
            if (advance.calorific_value_e4 == 0 && advance.base_micro != 0) advance.billed_micro = advance.base_micro;
        }
}

}  // namespace

void put_adjustments(const Section& section, ByteWriter& to) {
    const Adjustments& adjustments = section.adjustments;
    put_base_volumes(section.meters, to);
    to.varint(adjustments.losses.size());
    for (const auto& loss : adjustments.losses) put_loss(loss, to);
    to.varint(adjustments.relations.size());
    for (const auto& relation : adjustments.relations) {
        to.zigzag(relation.parent_id);
        to.zigzag(relation.child_id);
        put(relation.valid_from, to);
        to.zigzag(relation.version);
    }
    to.varint(adjustments.shares.size());
    for (const auto& share : adjustments.shares) put_share(share, to);
    to.varint(adjustments.related.size());
    for (const auto& related : adjustments.related) {
        to.zigzag(related.service_point_id);
        to.varint(related.meters.size());
        for (const auto& meter : related.meters) put_meter(meter, to);
        put_base_volumes(related.meters, to);
        to.varint(related.channels.size());
        for (const auto& channel : related.channels) put_channel(channel, to);
    }
}

void get_adjustments(ByteReader& from, ProvenSection& section) {
    ProvenAdjustments& adjustments = section.adjustments;
    get_base_volumes(from, section.meters);
    adjustments.losses.resize(from.count());
    for (auto& loss : adjustments.losses) loss = get_loss(from);
    adjustments.relations.resize(from.count());
    for (auto& relation : adjustments.relations) {
        relation.parent_id = from.zigzag();
        relation.child_id = from.zigzag();
        relation.valid_from = get_date(from);
        relation.version = get<std::int16_t>(from);
    }
    adjustments.shares.resize(from.count());
    for (auto& share : adjustments.shares) share = get_share(from);
    adjustments.related.resize(from.count());
    for (auto& related : adjustments.related) {
        related.service_point_id = from.zigzag();
        related.meters.resize(from.count());
        for (auto& meter : related.meters) meter = get_meter(from);
        get_base_volumes(from, related.meters);
        related.channels.resize(from.count());
        for (auto& channel : related.channels) channel = get_channel(from);
    }
}

}  // namespace mainspring::billing::packed
