#include "billing/touched.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <optional>
#include <tuple>

#include "billing/derivation.hpp"
#include "customer/billing_stream.hpp"
#include "pricebook/pricebook_service.hpp"

namespace mainspring::billing {

namespace {

using Kind = TouchedFact::Kind;

// Every statement is of the accounts [$3, $4) of the cell $2 and of the legal entity $1: bounded, whatever the whole
// is. Bills in force whose period ends after $5.
#define MAINSPRING_IN_FORCE                                                                                      \
    "with force as not materialized (select b.cell_id, b.account_id, b.bill_seq, b.period_from, b.period_to, "   \
    "b.recorded_at "                                                                                             \
    "from billing.bill b where b.cell_id = $2 and b.account_id >= $3 and b.account_id < $4 "                     \
    "and b.legal_entity_id = $1 and b.kind = 1 and b.period_to > $5 and not exists (select from billing.bill c " \
    "where c.cell_id = b.cell_id and c.account_id = b.account_id and c.cancels_seq = b.bill_seq)), "
#define MAINSPRING_POINT_COLUMNS "g.cell_id, g.account_id, p.service_point_id, p.code, p.gas_zone "
#define MAINSPRING_OF_RANGE "where g.cell_id = $2 and g.account_id >= $3 and g.account_id < $4 "
#define MAINSPRING_BESIDE(own, other)                              \
    "union select " MAINSPRING_POINT_COLUMNS                       \
    "from customer.agreement g join metering.relation r "          \
    "on r.cell_id = g.cell_id and r.kind = 'sub_meter' and r." own \
    " = g.service_point_id "                                       \
    "join customer.service_point p on p.cell_id = r.cell_id and p.service_point_id = r." other " " MAINSPRING_OF_RANGE
// Of the accounts' points, and of those above and below them.
#define MAINSPRING_POINTS                                                                                            \
    "points as not materialized (select " MAINSPRING_POINT_COLUMNS                                                   \
    "from customer.agreement g join customer.service_point p using (cell_id, service_point_id) " MAINSPRING_OF_RANGE \
        MAINSPRING_BESIDE("parent_id", "child_id") MAINSPRING_BESIDE("child_id", "parent_id") "), "
// Only sources that came after the first of those bills.
#define MAINSPRING_SOURCES                                            \
    "sources as (select source_id, recorded_at from metering.source " \
    "where recorded_at > (select min(recorded_at) from force)) "
// Columns: bill; scope, key for a person, day, moment, number within the scope, registers, version, whether it counts.
#define MAINSPRING_BILL_OF_FACT "select f.cell_id, f.account_id, f.bill_seq, "

const Statement kReads{
    "billing.touched_by_reads", MAINSPRING_IN_FORCE MAINSPRING_POINTS MAINSPRING_SOURCES MAINSPRING_BILL_OF_FACT
    "r.service_point_id, p.code || ' ' || r.read_on, r.read_on, r.read_at, r.device_id, r.register_no, r.version, "
    "not r.voided and r.status <> 'r' "
    "from sources s join metering.register_read r on r.source = s.source_id "
    "join points p using (cell_id, service_point_id) join force f using (cell_id, account_id) "
    "where r.cell_id = $2 and s.recorded_at > f.recorded_at and r.read_on between f.period_from and f.period_to"};
// Like days reach back 35 days, and a row may begin a day before its values. None of the period's values lie in the
// days after it, which come with every import and must lead to no bill.
const Statement kIntervalDays{
    "billing.touched_by_interval_days", MAINSPRING_IN_FORCE MAINSPRING_POINTS MAINSPRING_SOURCES MAINSPRING_BILL_OF_FACT
    "i.service_point_id, p.code || ' ' || (i.start_at at time zone e.zone)::date || ' register ' || i.register_no, "
    "(i.start_at at time zone e.zone)::date, i.start_at, i.register_no::int8, '{}'::int2[], i.version, not i.voided "
    "from sources s join metering.interval_day i on i.source = s.source_id "
    "join points p using (cell_id, service_point_id) join force f using (cell_id, account_id) "
    "join org.legal_entity e on e.legal_entity_id = $1 "
    "where i.cell_id = $2 and s.recorded_at > f.recorded_at and i.start_at >= f.period_from::timestamptz - interval "
    "'37 days' "
    "and (i.start_at at time zone e.zone)::date <= f.period_to"};
const Statement kInstallations{
    "billing.touched_by_installations", MAINSPRING_IN_FORCE MAINSPRING_POINTS
    "late as (select * from metering.installation where cell_id = $2 and recorded_at > (select min(recorded_at) from "
    "force)) " MAINSPRING_BILL_OF_FACT
    "i.service_point_id, p.code || ' ' || i.valid_from, i.valid_from, i.recorded_at, 0::int8, '{}'::int2[], i.version, "
    "not i.voided from late i join points p using (cell_id, service_point_id) join force f using (cell_id, account_id) "
    "where i.recorded_at > f.recorded_at and i.valid_from < f.period_to"};
const Statement kAgreements{
    "billing.touched_by_agreements", MAINSPRING_IN_FORCE
    "late as (select * from customer.agreement where cell_id = $2 and account_id >= $3 and account_id < $4 and "
    "recorded_at > (select min(recorded_at) from "
    "force)) " MAINSPRING_BILL_OF_FACT
    "g.agreement_id, g.agreement_id || ' ' || g.valid_from, g.valid_from, g.recorded_at, 0::int8, '{}'::int2[], "
    "g.version, not g.voided from late g join force f using (cell_id, account_id) "
    "where g.recorded_at > f.recorded_at and g.valid_from < f.period_to"};
const Statement kCalorificValues{
    "billing.touched_by_calorific_values", MAINSPRING_IN_FORCE MAINSPRING_POINTS
    "late as (select * from metering.calorific_value where recorded_at > (select min(recorded_at) from "
    "force)) " MAINSPRING_BILL_OF_FACT
    "p.service_point_id, v.gas_zone || ' ' || v.valid_from, v.valid_from, v.recorded_at, 0::int8, '{}'::int2[], "
    "v.version, true from late v join points p using (gas_zone) join force f using (cell_id, account_id) "
    "where v.recorded_at > f.recorded_at and v.valid_from < f.period_to"};
// Of the points of the account and of those above and below them; the registers say how the sub-meter is taken off.
const Statement kRelations{
    "billing.touched_by_relations", MAINSPRING_IN_FORCE MAINSPRING_POINTS
    "late as (select * from metering.relation where cell_id = $2 and kind = 'sub_meter' and recorded_at > (select "
    "min(recorded_at) from force)) " MAINSPRING_BILL_OF_FACT
    "r.parent_id, above.code || ' > ' || below.code || ' ' || r.valid_from, r.valid_from, r.recorded_at, r.child_id, "
    "array[array_position('{meter,quantity,ratio}', r.taken_by) - 1]::int2[], r.version, not r.voided from late r "
    "join customer.service_point above on above.cell_id = $2 and above.service_point_id = r.parent_id "
    "join customer.service_point below on below.cell_id = $2 and below.service_point_id = r.child_id "
    "cross join lateral (values (r.parent_id), (r.child_id)) ends (service_point_id) "
    "join points p on p.service_point_id = ends.service_point_id join force f on f.account_id = p.account_id "
    "where r.recorded_at > f.recorded_at and r.valid_from < f.period_to"};
// Of accounts whose tariffs name the series or the input: charges can follow no other.
#define MAINSPRING_NAMED                                                                      \
    "and exists (select from customer.agreement g join tariff.version t on t.key = g.tariff " \
    "where g.cell_id = f.cell_id and g.account_id = f.account_id and t.state = 'active' "     \
    "and position(v.name in t.document) > 0)"
const Statement kPriceDays{
    "billing.touched_by_price_days", MAINSPRING_IN_FORCE
    "late as (select * from tariff.price_series where recorded_at > (select min(recorded_at) from "
    "force)) " MAINSPRING_BILL_OF_FACT
    "0::int8, v.name || ' ' || v.on_date, v.on_date, v.recorded_at, 0::int8, '{}'::int2[], v.version, true "
    "from late v join force f on v.on_date >= f.period_from and v.on_date < f.period_to "
    "where v.recorded_at > f.recorded_at " MAINSPRING_NAMED};
// Inputs lie up to 24 months before the day that they are for.
const Statement kInputs{
    "billing.touched_by_inputs", MAINSPRING_IN_FORCE
    "late as (select * from tariff.input where recorded_at > (select min(recorded_at) from "
    "force)) " MAINSPRING_BILL_OF_FACT
    "0::int8, v.name || ' ' || to_char(v.month, 'YYYY-MM'), v.month, v.recorded_at, 0::int8, '{}'::int2[], v.version, "
    "true from late v join force f on v.month >= f.period_from - interval '25 months' and v.month < f.period_to "
    "where v.recorded_at > f.recorded_at " MAINSPRING_NAMED};
const Statement kTariffVersions{
    "billing.touched_by_tariff_versions", MAINSPRING_IN_FORCE
    "late as (select * from tariff.version where state = 'active' "
    "and activated_at > (select min(recorded_at) from force)) "
    "select distinct f.cell_id, f.account_id, f.bill_seq, v.version_id, v.key, v.effective, v.activated_at, 0::int8, "
    "'{}'::int2[], 1::int2, true from late v join customer.agreement g on g.tariff = v.key "
    "and g.cell_id = $2 and g.account_id >= $3 and g.account_id < $4 join force f using (cell_id, account_id) "
    "where v.activated_at > f.recorded_at and v.effective < f.period_to"};
// What there is of late at all, whatever the planner knows of the tables: most ranges need none of the searches.
const Statement kAnyLate{
    "billing.touched_any_late",
    "with first as (select min(recorded_at) as at from billing.bill where cell_id = $2 and account_id >= $3 "
    "and account_id < $4 and legal_entity_id = $1 and kind = 1 and period_to > $5) "
    "select exists (select from metering.source where recorded_at > first.at), "
    "exists (select from metering.installation where cell_id = $2 and recorded_at > first.at), "
    "exists (select from customer.agreement where cell_id = $2 and account_id >= $3 and account_id < $4 "
    "and recorded_at > first.at), "
    "exists (select from metering.calorific_value where recorded_at > first.at), "
    "exists (select from tariff.version where state = 'active' and activated_at > first.at), "
    "exists (select from tariff.price_series where recorded_at > first.at), "
    "exists (select from tariff.input where recorded_at > first.at), "
    "exists (select from metering.relation where cell_id = $2 and recorded_at > first.at) from first"};
const Statement kBill{"billing.touched_bill",
                      "select b.number, b.period_from, b.period_to, b.derivation, a.code from billing.bill b "
                      "join customer.account a using (cell_id, account_id) where b.cell_id = $1 and b.account_id = $2 "
                      "and b.bill_seq = $3"};

#undef MAINSPRING_IN_FORCE
#undef MAINSPRING_POINTS
#undef MAINSPRING_BESIDE
#undef MAINSPRING_OF_RANGE
#undef MAINSPRING_POINT_COLUMNS
#undef MAINSPRING_SOURCES
#undef MAINSPRING_BILL_OF_FACT
#undef MAINSPRING_NAMED

struct BillKey {
    CellId cell;
    std::int64_t account_id = 0;
    std::int32_t bill_seq = 0;
    friend auto operator<=>(const BillKey&, const BillKey&) = default;
};

// A fact recorded after a bill that may stand on it; the highest version of its key.
struct LateFact {
    Kind kind{};
    std::int64_t scope = 0;  // service point, agreement, tariff version; of a relation the point above
    std::string key;
    Date on;
    Instant at;
    std::int64_t number = 0;  // device of a read, register of an interval day, the point below of a relation
    std::vector<std::int16_t> registers;
    std::int16_t version = 0;
    bool counts = false;

    auto identity() const { return std::tie(kind, scope, on, key, number); }
    bool is_same_fact(const LateFact& other) const {
        const bool dated = kind != Kind::read && kind != Kind::interval_day;
        return identity() == other.identity() && (dated || at == other.at);
    }
};
using LateFacts = std::map<BillKey, std::vector<LateFact>>;

void add(LateFact fact, std::vector<LateFact>& facts) {
    const auto at = std::ranges::find_if(facts, [&](const LateFact& other) { return fact.is_same_fact(other); });
    if (at == facts.end())
        facts.push_back(std::move(fact));
    else if (at->version < fact.version)
        *at = std::move(fact);
}

LateFacts late_facts(Tx& tx, const TouchedQuery& query, const customer::AccountRange& range) {
    LateFacts found;
    const auto exec = [&](const Statement& statement) {
        return tx.exec(statement, query.legal_entity_id, range.cell, range.account_from, range.account_to,
                       query.ends_after);
    };
    const auto take = [&](Kind kind, const Statement& statement) {
        for (const Row row : exec(statement))
            add({kind, row.get<std::int64_t>(3), row.get<std::string>(4), row.get<Date>(5), row.get<Instant>(6),
                 row.get<std::int64_t>(7), row.get<std::vector<std::int16_t>>(8), row.get<std::int16_t>(9),
                 row.get<bool>(10)},
                found[{row.get<CellId>(0), row.get<std::int64_t>(1), row.get<std::int32_t>(2)}]);
    };
    const Result late = exec(kAnyLate);
    const Row any = late.one();
    if (any.get<bool>(0)) {
        take(Kind::read, kReads);
        take(Kind::interval_day, kIntervalDays);
    }
    if (any.get<bool>(1)) take(Kind::installation, kInstallations);
    if (any.get<bool>(2)) take(Kind::agreement, kAgreements);
    if (any.get<bool>(3)) take(Kind::calorific_value, kCalorificValues);
    if (any.get<bool>(4)) take(Kind::tariff_version, kTariffVersions);
    if (any.get<bool>(5)) take(Kind::price_day, kPriceDays);
    if (any.get<bool>(6)) take(Kind::input, kInputs);
    if (any.get<bool>(7)) take(Kind::relation, kRelations);
    return found;
}

// The version that the bill knew; nullopt: the bill does not stand on the fact. Version 0: it would by now.
using Known = std::optional<std::int16_t>;
constexpr std::int16_t kUnknown = 0;

Known pinned(std::int16_t version, const LateFact& fact) { return version == fact.version ? Known() : Known(version); }

Known in_meter(const ProvenMeter& meter, const LateFact& fact) {
    if (meter.device_id != fact.number || meter.boundaries.empty()) return {};
    const ProvenBoundary* of_day = nullptr;
    for (const auto& boundary : meter.boundaries) {
        if (boundary.on != fact.on) continue;
        if (boundary.origin == Boundary::Origin::read && boundary.read_at == fact.at)
            return pinned(boundary.version, fact);
        of_day = &boundary;
    }
    const bool holds_all = std::ranges::all_of(meter.register_no, [&](std::int16_t no) {
        return std::ranges::find(fact.registers, no) != fact.registers.end();
    });
    if (!fact.counts || !holds_all) return {};
    if (of_day == nullptr)
        return meter.boundaries.front().on < fact.on && fact.on < meter.boundaries.back().on ? Known(kUnknown)
                                                                                             : Known();
    const bool gives_way = of_day->origin == Boundary::Origin::estimate ||
                           (of_day->origin == Boundary::Origin::read && of_day->read_at < fact.at);
    return gives_way ? Known(kUnknown) : Known();
}

// Where the channel stands on the row, known by its instant.
const ProvenRow* row_of(const ProvenChannel& channel, const LateFact& fact) {
    if (channel.register_no != fact.number) return nullptr;
    for (const auto* rows : {&channel.rows, &channel.like_rows})
        if (const auto row = std::ranges::find(*rows, fact.at, &ProvenRow::start); row != rows->end()) return &*row;
    return nullptr;
}

Known in_channel(const ProvenSection& section, const ProvenChannel& channel, const LateFact& fact) {
    if (channel.register_no != fact.number) return {};
    constexpr std::chrono::days kLookBack{35};
    const Date first = section.dates.from - (channel.estimated_like_day > 0 ? kLookBack : std::chrono::days{0});
    return fact.counts && first <= fact.on && fact.on < section.dates.to ? Known(kUnknown) : Known();
}

// Dated facts: each holds from its day to the next one's.
struct Pin {
    Date from;
    std::int16_t version = 0;
};
Known in_pins(std::span<const Pin> pins, const ProvenSection& section, const LateFact& fact) {
    for (const auto& pin : pins)
        if (pin.from == fact.on) return pinned(pin.version, fact);
    const bool later = std::ranges::any_of(pins, [&](const Pin& pin) { return pin.from < fact.on; });
    return fact.counts && later && fact.on < section.dates.to ? Known(kUnknown) : Known();
}

// A relation of the section's point, or one that counts for a ratio that the section is charged with.
Known in_relations(const ProvenSection& section, const LateFact& fact) {
    const auto by = static_cast<metering::TakenBy>(fact.registers.front());
    std::vector<Pin> pins;
    bool above = fact.scope == section.service_point_id;
    for (const auto& pin : section.adjustments.relations) {
        if (pin.parent_id == fact.scope && pin.child_id == fact.number) pins.push_back({pin.valid_from, pin.version});
        above = above || (pin.parent_id == fact.scope && by == metering::TakenBy::quantity);
    }
    if (!pins.empty()) {
        const bool began_inside = pins.front().from > section.dates.from && fact.on < pins.front().from;
        if (began_inside && fact.counts) return Known(kUnknown);
        return in_pins(pins, section, fact);
    }
    const bool concerns = above || (fact.number == section.service_point_id && by != metering::TakenBy::meter);
    return concerns && fact.counts && fact.on < section.dates.to ? Known(kUnknown) : Known();
}

std::vector<Pin> installations_of(std::span<const ProvenMeter> meters, std::span<const ProvenChannel> channels) {
    std::vector<Pin> pins;
    for (const auto& meter : meters) pins.push_back({meter.installed_from, meter.installation_version});
    for (const auto& channel : channels) pins.push_back({channel.installed_from, channel.installation_version});
    if (pins.empty()) pins.push_back({Date::min(), kUnknown});  // unmetered: any meter is news
    return pins;
}

Known in_meters(std::span<const ProvenMeter> meters, const LateFact& fact) {
    for (const auto& meter : meters)
        if (const Known known = in_meter(meter, fact)) return known;
    return {};
}

Known in_channels(const ProvenSection& section, std::span<const ProvenChannel> channels, const LateFact& fact) {
    for (const auto& channel : channels)
        if (const ProvenRow* row = row_of(channel, fact)) return pinned(row->version, fact);
    for (const auto& channel : channels)
        if (const Known known = in_channel(section, channel, fact)) return known;
    return {};
}

// What a point above or below shows.
Known in_related(const ProvenSection& section, const ProvenRelated& related, const LateFact& fact) {
    switch (fact.kind) {
        case Kind::read: return in_meters(related.meters, fact);
        case Kind::interval_day: return in_channels(section, related.channels, fact);
        case Kind::installation: return in_pins(installations_of(related.meters, related.channels), section, fact);
        default: return {};
    }
}

// A section cannot do without a price or value that it needs, so what it does not pin it does not stand on.
Known in_published(std::span<const PublishedPin> pins, const LateFact& fact) {
    const std::string_view name = std::string_view(fact.key).substr(0, fact.key.find(' '));
    const auto pin = std::ranges::find_if(pins, [&](const auto& one) { return one.on == fact.on && one.name == name; });
    return pin == pins.end() ? Known() : pinned(pin->version, fact);
}

Known known_of(const ProvenSection& section, const LateFact& fact) {
    if (fact.kind == Kind::price_day) return in_published(section.published.prices, fact);
    if (fact.kind == Kind::input) return in_published(section.published.inputs, fact);
    if (fact.kind == Kind::relation) return in_relations(section, fact);
    for (const auto& related : section.adjustments.related)
        if (related.service_point_id == fact.scope && fact.kind != Kind::agreement)
            if (const Known known = in_related(section, related, fact)) return known;
    if (fact.scope != (fact.kind == Kind::agreement ? section.agreement_id : section.service_point_id)) return {};
    std::vector<Pin> pins;
    switch (fact.kind) {
        case Kind::read: return in_meters(section.meters, fact);
        case Kind::interval_day: return in_channels(section, section.channels, fact);
        case Kind::installation: return in_pins(installations_of(section.meters, section.channels), section, fact);
        case Kind::agreement:
            for (const auto& span : section.spans) pins.push_back({span.valid_from, span.version});
            return in_pins(pins, section, fact);
        case Kind::calorific_value:
            for (const auto& value : section.calorific_values) pins.push_back({value.valid_from, value.version});
            return in_pins(pins, section, fact);
        case Kind::price_day:
        case Kind::input:
        case Kind::relation:
        case Kind::tariff_version: return {};
    }
    return {};
}

using Versions = std::map<std::int64_t, pricebook::StoredVersion>;

// A version activated later than the bill that would now rate days of one of its segments.
std::optional<TouchedFact> by_tariff(const ProvenSection& section, const LateFact& fact, const Versions& versions) {
    const auto& late = versions.at(fact.scope);
    for (const auto& segment : section.segments) {
        const auto& rated = versions.at(section.plan_version_ids[segment.version]);
        if (rated.key == late.key && rated.effective < late.effective && late.effective < segment.dates.to)
            return TouchedFact{Kind::tariff_version, fact.key, rated.version, late.version};
    }
    return std::nullopt;
}

std::vector<TouchedFact> facts_of(const Derivation& proof, const std::vector<LateFact>& late,
                                  const Versions& versions) {
    std::vector<TouchedFact> facts;
    for (const auto& section : proof.sections)
        for (const auto& fact : late) {
            std::optional<TouchedFact> touched;
            if (fact.kind == Kind::tariff_version)
                touched = by_tariff(section, fact, versions);
            else if (const Known known = known_of(section, fact))
                touched = TouchedFact{fact.kind, fact.key, *known == kUnknown ? "" : fmt::to_string(*known),
                                      fmt::to_string(fact.version)};
            if (touched && std::ranges::find(facts, *touched) == facts.end()) facts.push_back(std::move(*touched));
        }
    std::ranges::sort(facts, {}, [](const TouchedFact& fact) { return std::tie(fact.kind, fact.key); });
    return facts;
}

}  // namespace

std::string_view text_of(Kind kind) {
    constexpr std::string_view kNames[] = {"read",      "interval_day",    "installation",
                                           "agreement", "calorific_value", "price_day",
                                           "input",     "tariff_version",  "relation"};
    return kNames[static_cast<std::size_t>(kind)];
}

namespace {

void add_touched(Tx& tx, const LateFacts& found, std::vector<TouchedBill>& bills) {
    if (found.empty()) return;
    Versions versions;
    for (auto& version : pricebook::list_versions(tx)) versions.emplace(version.version_id, std::move(version));
    for (const auto& [key, late] : found) {
        const Result result = tx.exec(kBill, key.cell, key.account_id, key.bill_seq);
        const Row row = result.one();
        const auto bytes = row.get<std::vector<std::byte>>(3);
        const Derivation proof = decode_derivation({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
        auto facts = facts_of(proof, late, versions);
        if (facts.empty()) continue;
        bills.push_back({key.cell,
                         key.account_id,
                         row.get<std::string>(4),
                         key.bill_seq,
                         row.get<std::int64_t>(0),
                         {row.get<Date>(1), row.get<Date>(2)},
                         std::move(facts)});
    }
}

}  // namespace

std::vector<TouchedBill> touched_bills(Pool& pool, const TouchedQuery& query) {
    const TxOptions snapshot{Isolation::repeatable_read, {}, Access::read_only};
    const auto ranges = with_tx(pool, snapshot, [&](Tx& tx) {
        return customer::account_ranges(tx, {query.legal_entity_id, "", query.range_size});
    });
    std::int64_t done = 0, total = 0;
    for (const auto& range : ranges) total += range.count;
    std::vector<TouchedBill> bills;
    for (const auto& range : ranges) {
        if (bills.size() >= query.limit) break;
        const auto of_range = with_tx(pool, snapshot, [&](Tx& tx) {
            std::vector<TouchedBill> touched;
            add_touched(tx, late_facts(tx, query, range), touched);
            return touched;
        });
        bills.insert(bills.end(), of_range.begin(), of_range.end());
        done += range.count;
        if (query.progress) query.progress({"look", done, total});
    }
    if (bills.size() > query.limit) bills.resize(query.limit);
    return bills;
}

}  // namespace mainspring::billing
