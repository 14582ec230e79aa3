#include "billing/derivation.hpp"

#include <algorithm>
#include <openssl/sha.h>

#include "billing/derivation_parts.hpp"

namespace mainspring::billing {

using namespace packed;

namespace {

// The first: nothing has come into the sections from charges of earlier ones. Then with published prices and values
// too; then with losses, gas at base conditions and related meters.
constexpr std::uint8_t kWithoutCharges = 1, kWithCharges = 2, kWithPublished = 3, kWithAdjustments = 4;

void put_head(const BillHead& head, ByteWriter& to) {
    to.zigzag(head.cell_id);
    to.zigzag(head.account_id);
    to.zigzag(head.bill_seq);
    to.u8(static_cast<std::uint8_t>(head.kind));
    to.zigzag(head.cancels_seq);
    to.zigzag(head.replaces_seq);
    put(head.period, to);
    put(head.issued_on, to);
    put(head.due_on, to);
    for (const char c : head.currency.code) to.u8(static_cast<std::uint8_t>(c));
    to.zigzag(head.total_minor);
    to.zigzag(head.flags);
}

BillHead get_head(ByteReader& from) {
    BillHead head;
    head.cell_id = get<std::int32_t>(from);
    head.account_id = from.zigzag();
    head.bill_seq = get<std::int32_t>(from);
    head.kind = static_cast<BillKind>(from.u8());
    head.cancels_seq = get<std::int32_t>(from);
    head.replaces_seq = get<std::int32_t>(from);
    head.period = get_range(from);
    head.issued_on = get_date(from);
    head.due_on = get_date(from);
    for (char& c : head.currency.code) c = static_cast<char>(from.u8());
    head.total_minor = from.zigzag();
    head.flags = get<std::int32_t>(from);
    return head;
}

// Streams are numbered for the process only, so a time-of-use line names its price by position.
std::uint64_t stored_part(const rating::RatedSection& rated, const rating::Line& line) {
    const tariff::Plan& plan = *rated.plans[line.version];
    if (line.clause >= plan.clauses.size()) return 0;
    const tariff::Clause& clause = plan.clauses[line.clause];
    if (clause.kind != tariff::ClauseKind::energy_time_of_use) return line.part;
    const auto at = std::ranges::find(clause.period_prices, line.part, &tariff::PeriodPrice::stream);
    return static_cast<std::uint64_t>(at - clause.period_prices.begin());
}

// The everyday line has no proration and no base: one byte says which fields follow.
void put_line(const rating::RatedSection& rated, const rating::Line& line, ByteWriter& to) {
    const bool prorated = line.numerator != 1 || line.denominator != 1;
    const bool has_base = line.base_minor != 0;
    const bool no_segment = line.segment == rating::kNoSegment;
    to.u8(static_cast<std::uint8_t>((prorated ? 1 : 0) | (has_base ? 2 : 0) | (no_segment ? 4 : 0)));
    to.varint(line.version);
    to.varint(line.clause);
    if (!no_segment) to.varint(line.segment);
    to.varint(stored_part(rated, line));
    to.zigzag(line.quantity_micro);
    to.zigzag(line.price_e8);
    if (has_base) to.zigzag(line.base_minor);
    if (prorated) {
        to.zigzag(line.numerator);
        to.zigzag(line.denominator);
    }
    to.zigzag(line.amount_minor);
}

rating::Line get_line(ByteReader& from) {
    rating::Line line;
    const std::uint8_t shape = from.u8();
    line.version = static_cast<std::uint16_t>(from.varint());
    line.clause = static_cast<std::uint16_t>(from.varint());
    if ((shape & 4) == 0) line.segment = static_cast<std::uint16_t>(from.varint());
    line.part = static_cast<std::uint16_t>(from.varint());
    line.quantity_micro = from.zigzag();
    line.price_e8 = from.zigzag();
    if ((shape & 2) != 0) line.base_minor = from.zigzag();
    if ((shape & 1) != 0) {
        line.numerator = from.zigzag();
        line.denominator = from.zigzag();
    }
    line.amount_minor = from.zigzag();
    return line;
}

void put_segment(const rating::Segment& segment, ByteWriter& to) {
    put(segment.dates, to);
    to.varint(segment.span);
    to.varint(segment.version);
    to.u8(segment.season);
}

rating::Segment get_segment(ByteReader& from) {
    rating::Segment segment;
    segment.dates = get_range(from);
    segment.span = static_cast<std::uint16_t>(from.varint());
    segment.version = static_cast<std::uint16_t>(from.varint());
    segment.season = from.u8();
    return segment;
}

void put_calorific_values(const Section& section, ByteWriter& to) {
    to.varint(section.calorific_values.size());
    if (section.calorific_values.empty()) return;
    to.text(section.agreement->gas_zone);
    for (const auto* value : section.calorific_values) {
        put(value->from, to);
        to.zigzag(value->version);
    }
}

void get_calorific_values(ByteReader& from, ProvenSection& section) {
    section.calorific_values.resize(from.count());
    if (section.calorific_values.empty()) return;
    section.gas_zone = from.text();
    for (auto& value : section.calorific_values) {
        value.valid_from = get_date(from);
        value.version = get<std::int16_t>(from);
    }
}

// Days of one series from the first on; 0 for a day between that is not pinned.
void put_series(std::span<const PublishedPin> days, ByteWriter& to) {
    to.text(days.front().name);
    put(DateRange{days.front().on, days.back().on + std::chrono::days{1}}, to);
    Date next = days.front().on;
    for (const auto& pin : days) {
        for (; next < pin.on; next += std::chrono::days{1}) to.zigzag(0);
        to.zigzag(pin.version);
        next += std::chrono::days{1};
    }
}

void put_published(const PublishedPins& pins, ByteWriter& to) {
    const auto same_name = [](const PublishedPin& a, const PublishedPin& b) { return a.name == b.name; };
    std::vector<std::span<const PublishedPin>> series;
    for (auto from = pins.prices.begin(); from != pins.prices.end();) {
        const auto end = std::find_if(from, pins.prices.end(), [&](const auto& pin) { return !same_name(*from, pin); });
        series.emplace_back(from, end);
        from = end;
    }
    to.varint(series.size());
    for (const auto& days : series) put_series(days, to);
    to.varint(pins.inputs.size());
    for (const auto& input : pins.inputs) {
        to.text(input.name);
        put(input.on, to);
        to.zigzag(input.version);
    }
}

void get_published(ByteReader& from, PublishedPins& pins) {
    for (auto series = from.count(); series > 0; --series) {
        const std::string name(from.text());
        const DateRange days = get_range(from);
        for (Date day = days.from; day < days.to; day += std::chrono::days{1})
            if (const auto version = get<std::int16_t>(from); version != 0) pins.prices.push_back({name, day, version});
    }
    pins.inputs.resize(from.count());
    for (auto& input : pins.inputs) {
        input.name = from.text();
        input.on = get_date(from);
        input.version = get<std::int16_t>(from);
    }
}

void put_section(const RatedAgreement& agreement, ByteWriter& to) {
    const Section& section = *agreement.section;
    const rating::RatedSection& rated = *agreement.rated;
    to.zigzag(section.agreement->agreement_id);
    to.zigzag(section.agreement->service_point_id);
    put(section.dates, to);
    to.u8(static_cast<std::uint8_t>((section.estimated ? 1 : 0) | (section.final ? 2 : 0)));
    to.u8(static_cast<std::uint8_t>(section.unit));
    to.zigzag(section.total_micro);
    to.varint(section.span_versions.size());
    for (const auto index : section.span_versions) {
        put(section.agreement->versions[index].dates.from, to);
        to.zigzag(section.agreement->versions[index].version);
    }
    to.varint(rated.plans.size());
    for (const auto* plan : rated.plans) to.zigzag(plan->version_id);
    to.varint(section.meters.size());
    for (const auto& meter : section.meters) put_meter(meter, to);
    to.varint(section.channels.size());
    for (const auto& channel : section.channels) put_channel(channel, to);
    put_calorific_values(section, to);
    to.varint(rated.segments.size());
    for (const auto& segment : rated.segments) put_segment(segment, to);
    to.varint(rated.lines.size());
    for (const auto& line : rated.lines) put_line(rated, line, to);
    to.zigzag(rated.total_minor);
}

ProvenSection get_section(ByteReader& from) {
    ProvenSection section;
    section.agreement_id = from.zigzag();
    section.service_point_id = from.zigzag();
    section.dates = get_range(from);
    const std::uint8_t flags = from.u8();
    section.estimated = (flags & 1) != 0;
    section.final = (flags & 2) != 0;
    section.unit = static_cast<Unit>(from.u8());
    section.total_micro = from.zigzag();
    section.spans.resize(from.count());
    for (auto& span : section.spans) {
        span.valid_from = get_date(from);
        span.version = get<std::int16_t>(from);
    }
    section.plan_version_ids.resize(from.count());
    for (auto& id : section.plan_version_ids) id = from.zigzag();
    section.meters.resize(from.count());
    for (auto& meter : section.meters) meter = get_meter(from);
    section.channels.resize(from.count());
    for (auto& channel : section.channels) channel = get_channel(from);
    get_calorific_values(from, section);
    section.segments.resize(from.count());
    for (auto& segment : section.segments) segment = get_segment(from);
    section.lines.resize(from.count());
    for (auto& line : section.lines) line = get_line(from);
    section.total_minor = from.zigzag();
    return section;
}

}  // namespace

void encode(const BillHead& head, std::span<const RatedAgreement> sections, std::vector<std::uint8_t>& out) {
    ByteWriter to(out);
    const bool charges =
        std::ranges::any_of(sections, [](const auto& each) { return !each.section->left_before.empty(); });
    const bool published =
        std::ranges::any_of(sections, [](const auto& each) { return !each.section->published.empty(); });
    const bool adjusted =
        std::ranges::any_of(sections, [](const auto& each) { return !each.section->adjustments.empty(); });
    to.u8(adjusted ? kWithAdjustments : published ? kWithPublished : charges ? kWithCharges : kWithoutCharges);
    put_head(head, to);
    to.varint(sections.size());
    for (const auto& section : sections) {
        put_section(section, to);
        if (charges || published || adjusted) put(section.section->left_before, to);
        if (published || adjusted) put_published(section.section->published, to);
        if (adjusted) put_adjustments(*section.section, to);
    }
}

void encode(const BillHead& head, std::vector<std::uint8_t>& out) { encode(head, {}, out); }

Derivation decode_derivation(std::span<const std::uint8_t> bytes) {
    ByteReader from(bytes);
    const std::uint8_t version = from.u8();
    if (version < kWithoutCharges || version > kWithAdjustments) throw BytesError("derivation of an unknown version");
    Derivation derivation;
    derivation.head = get_head(from);
    derivation.sections.resize(from.count());
    for (auto& section : derivation.sections) {
        section = get_section(from);
        if (version >= kWithCharges) get(from, section.left_before);
        if (version >= kWithPublished) get_published(from, section.published);
        if (version >= kWithAdjustments) get_adjustments(from, section);
    }
    if (!from.at_end()) throw BytesError("derivation is longer than it says");
    return derivation;
}

Sha256 sha256_of(std::span<const std::uint8_t> bytes) {
    Sha256 digest{};
    SHA256(bytes.data(), bytes.size(), digest.data());
    return digest;
}

}  // namespace mainspring::billing
