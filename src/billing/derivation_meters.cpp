// What a derivation holds of meters, reads and interval days.
#include "billing/derivation_parts.hpp"

namespace mainspring::billing::packed {

namespace {

void put_boundary(const Boundary& boundary, ByteWriter& to) {
    to.u8(static_cast<std::uint8_t>(boundary.origin));
    put(boundary.on, to);
    if (boundary.read != nullptr) {
        to.zigzag(boundary.read->at.time_since_epoch().count());
        to.zigzag(boundary.read->version);
        to.u8(static_cast<std::uint8_t>(boundary.read->quality));
    }
    for (const auto value : boundary.values) to.zigzag(value);
}

ProvenBoundary get_boundary(ByteReader& from, std::size_t registers) {
    ProvenBoundary boundary;
    boundary.origin = static_cast<Boundary::Origin>(from.u8());
    boundary.on = get_date(from);
    if (boundary.origin == Boundary::Origin::read) {
        boundary.read_at = Instant{std::chrono::milliseconds{from.zigzag()}};
        boundary.version = get<std::int16_t>(from);
        boundary.quality = static_cast<char>(from.u8());
    }
    for (std::size_t i = 0; i < registers; ++i) boundary.values.push_back(from.zigzag());
    return boundary;
}

void put_advance(const Advance& advance, ByteWriter& to) {
    to.varint(advance.register_index);
    to.varint(std::uint64_t{advance.boundary} << 1 | (advance.rolled_over ? 1 : 0));
    to.zigzag(advance.metered_micro);
    to.zigzag(advance.calorific_value_e4);
    if (advance.calorific_value_e4 != 0) to.zigzag(advance.billed_micro);
}

Advance get_advance(ByteReader& from) {
    Advance advance;
    advance.register_index = static_cast<std::uint16_t>(from.varint());
    const std::uint64_t boundary = from.varint();
    advance.boundary = static_cast<std::uint16_t>(boundary >> 1);
    advance.rolled_over = (boundary & 1) != 0;
    advance.metered_micro = from.zigzag();
    advance.calorific_value_e4 = from.zigzag();
    advance.billed_micro = advance.calorific_value_e4 != 0 ? from.zigzag() : advance.metered_micro;
    return advance;
}

}  // namespace

void put_meter(const MeterPart& part, ByteWriter& to) {
    put(part.installation->dates.from, to);
    to.zigzag(part.installation->version);
    to.zigzag(part.installation->device_id);
    to.varint(part.registers.size());
    for (const auto index : part.registers) to.zigzag(part.installation->registers[index].register_no);
    to.varint(part.boundaries.size());
    for (const auto& boundary : part.boundaries) put_boundary(boundary, to);
    to.varint(part.advances.size());
    for (const auto& advance : part.advances) put_advance(advance, to);
}

ProvenMeter get_meter(ByteReader& from) {
    ProvenMeter meter;
    meter.installed_from = get_date(from);
    meter.installation_version = get<std::int16_t>(from);
    meter.device_id = from.zigzag();
    meter.register_no.resize(from.count());
    for (auto& no : meter.register_no) no = get<std::int16_t>(from);
    meter.boundaries.resize(from.count());
    for (auto& boundary : meter.boundaries) boundary = get_boundary(from, meter.register_no.size());
    meter.advances.resize(from.count());
    for (auto& advance : meter.advances) advance = get_advance(from);
    return meter;
}

namespace {

template <class Rows, class RowOf>
void put_rows(const Rows& rows, const RowOf& row_of, ByteWriter& to) {
    to.varint(rows.size());
    Instant last{};
    for (const auto& item : rows) {
        const ChannelDay& row = row_of(item);
        to.zigzag((row.start - last) / std::chrono::minutes{1});
        to.zigzag(row.version);
        last = row.start;
    }
}

std::vector<ProvenRow> get_rows(ByteReader& from) {
    std::vector<ProvenRow> rows(from.count());
    Instant last{};
    for (auto& row : rows) {
        row.start = last + std::chrono::minutes{from.zigzag()};
        row.version = get<std::int16_t>(from);
        last = row.start;
    }
    return rows;
}

}  // namespace

void put_channel(const ChannelPart& part, ByteWriter& to) {
    put(part.installation->dates.from, to);
    to.zigzag(part.installation->version);
    to.zigzag(part.installation->registers[part.register_index].register_no);
    to.zigzag(part.values);
    to.zigzag(part.estimated_linear);
    to.zigzag(part.estimated_like_day);
    put_rows(part.days, [](const ChannelDay& day) -> const ChannelDay& { return day; }, to);
    put_rows(part.like_days, [](const ChannelDay* day) -> const ChannelDay& { return *day; }, to);
}

ProvenChannel get_channel(ByteReader& from) {
    ProvenChannel channel;
    channel.installed_from = get_date(from);
    channel.installation_version = get<std::int16_t>(from);
    channel.register_no = get<std::int16_t>(from);
    channel.values = get<std::int32_t>(from);
    channel.estimated_linear = get<std::int32_t>(from);
    channel.estimated_like_day = get<std::int32_t>(from);
    channel.rows = get_rows(from);
    channel.like_rows = get_rows(from);
    return channel;
}

}  // namespace mainspring::billing::packed
