// Shared by the files that pack and unpack a derivation.
#pragma once
#include "base/bytes.hpp"
#include "billing/derivation.hpp"

namespace mainspring::billing::packed {

inline void put(Date date, ByteWriter& to) { to.zigzag(date.time_since_epoch().count()); }
inline Date get_date(ByteReader& from) { return Date{std::chrono::days{from.zigzag()}}; }
inline void put(DateRange range, ByteWriter& to) {
    put(range.from, to);
    to.zigzag(range.days());
}
inline DateRange get_range(ByteReader& from) {
    const Date first = get_date(from);
    return {first, first + std::chrono::days{from.zigzag()}};
}
template <class Int>
Int get(ByteReader& from) {
    return static_cast<Int>(from.zigzag());
}

void put_meter(const MeterPart& part, ByteWriter& to);
ProvenMeter get_meter(ByteReader& from);
void put_channel(const ChannelPart& part, ByteWriter& to);
ProvenChannel get_channel(ByteReader& from);
// Losses, gas at base conditions and related meters of a section. REQUIRES of `get`: its meters are there.
void put_adjustments(const Section& section, ByteWriter& to);
void get_adjustments(ByteReader& from, ProvenSection& section);

}  // namespace mainspring::billing::packed
