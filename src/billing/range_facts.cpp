#include "billing/range_facts.hpp"

#include <algorithm>
#include <charconv>
#include <deque>

#include "base/ensure.hpp"
#include "billing/billing_store.hpp"
#include "customer/billing_stream.hpp"
#include "metering/billing_stream.hpp"

namespace mainspring::billing {

namespace {

// [first, first + count) of one of the arena's arrays; turned into a span when the array no longer grows.
struct Slice {
    std::size_t first = 0, count = 0;
};
template <class T>
std::span<const T> view(const std::vector<T>& all, Slice slice) {
    return std::span(all).subspan(slice.first, slice.count);
}

struct PendingAgreement {
    std::int64_t account_id = 0;
    Agreement agreement;
    Slice versions;
    std::size_t point = 0;  // index into the service points
};

struct PointFacts {
    Slice installations, reads, channel_days;
};

}  // namespace

struct RangeFacts::Arena {
    // Kept from range to range: numbers of texts and what they mean here.
    customer::TextTable texts;
    std::vector<std::optional<const tariff::Tariff*>> tariff_of;
    std::vector<std::optional<std::uint64_t>> entitlements_of;
    std::vector<std::optional<tariff::Stream>> stream_of;
    std::vector<std::optional<std::span<const rating::FactValue>>> stated_of;
    std::deque<std::vector<rating::FactValue>> stated;  // what stated_of points into

    // As streamed.
    std::vector<customer::AccountRecord> account_rows;
    std::vector<customer::AgreementRecord> agreement_rows;
    std::vector<metering::StoredRelation> relation_rows;
    metering::InstallationBatch installation_rows;
    metering::ReadBatch read_rows;
    metering::IntervalBatch interval_rows;

    // As resolved.
    std::vector<std::int64_t> points;
    std::vector<PointFacts> point_facts;
    std::vector<PendingAgreement> pending;
    std::vector<AgreementVersion> versions;
    std::vector<Register> registers;
    std::vector<Slice> installation_registers;
    std::vector<Installation> installations;
    std::vector<Read> reads;
    std::vector<ChannelDay> channel_days;
    std::vector<Relation> relations;  // by (parent, child, first day)
    std::deque<std::vector<Relation>> relations_of;  // what agreements point into
    std::deque<std::vector<RelatedPoint>> related_of;
    std::vector<Agreement> agreements;
    std::vector<Account> accounts;
    std::unordered_map<std::int64_t, BillChain> chains;
    std::map<std::int64_t, std::vector<Acceptance>> accepted;
    std::optional<Date> since;  // in place of what the chains say

    void clear();
    void read_customers(Tx& tx, const FactRange& range);
    void read_chains(Tx& tx, const FactRange& range);
    void read_relations(Tx& tx, const FactRange& range);
    void read_meters(Tx& tx, const FactRange& range);
    void resolve_agreements(const TariffIndex& tariffs);
    void resolve_installations();
    void resolve_reads();
    void resolve_intervals();
    void resolve_relations();
    void assemble();
    void resolve(Tx& tx, const FactRange& range, const TariffIndex& tariffs);

private:
    template <class T, class Make>
    T cached(std::vector<std::optional<T>>& cache, std::int32_t number, const Make& make);
    std::size_t point_of(std::int64_t service_point_id) const;
    void add_points(const std::vector<std::int64_t>& ids);
    void add_related(Agreement& agreement);
    Date first_day(const FactRange& range) const;
    std::vector<std::int64_t> interval_points() const;
    std::uint64_t entitlement_bits(std::int32_t number);
    std::span<const rating::FactValue> stated_facts(std::int32_t number);
    Register register_of(const metering::RegisterRecord& row);
};

void RangeFacts::Arena::clear() {
    points.clear();
    point_facts.clear();
    pending.clear();
    versions.clear();
    registers.clear();
    installation_registers.clear();
    installations.clear();
    reads.clear();
    channel_days.clear();
    relations.clear();
    relations_of.clear();
    related_of.clear();
    agreements.clear();
    accounts.clear();
    since.reset();
}

template <class T, class Make>
T RangeFacts::Arena::cached(std::vector<std::optional<T>>& cache, std::int32_t number, const Make& make) {
    const auto at = static_cast<std::size_t>(number);
    if (cache.size() < texts.size()) cache.resize(texts.size());
    if (!cache[at]) cache[at] = make(texts.text_of(number));
    return *cache[at];
}

std::size_t RangeFacts::Arena::point_of(std::int64_t service_point_id) const {
    return static_cast<std::size_t>(std::ranges::lower_bound(points, service_point_id) - points.begin());
}

void RangeFacts::Arena::read_customers(Tx& tx, const FactRange& range) {
    const customer::AccountRange accounts_range{range.cell, range.account_from, range.account_to + 1, 0,
                                                range.known_at};
    customer::accounts_in_range(tx, {accounts_range, range.legal_entity_id, range.cycle}, account_rows);
    customer::agreements_in_range(tx, accounts_range, texts, agreement_rows);
    accepted = store::acceptances_in_range(tx, range.cell, range.account_from, range.account_to, range.known_at);
    std::vector<std::int64_t> ids;
    for (const auto& row : agreement_rows) ids.push_back(row.service_point_id);
    add_points(ids);
}

void RangeFacts::Arena::add_points(const std::vector<std::int64_t>& ids) {
    points.insert(points.end(), ids.begin(), ids.end());
    std::ranges::sort(points);
    points.erase(std::unique(points.begin(), points.end()), points.end());
    point_facts.resize(points.size());
}

// The points above and below those of the range, and what else stands below the points above: a ratio is taken of what
// fixed quantities leave.
void RangeFacts::Arena::read_relations(Tx& tx, const FactRange& range) {
    relation_rows = metering::sub_meters(tx, {range.cell, points, range.known_at});
    if (relation_rows.empty()) return;
    std::vector<std::int64_t> parents, ends;
    for (const auto& row : relation_rows) {
        if (!std::ranges::binary_search(points, row.key.parent_id)) parents.push_back(row.key.parent_id);
        ends.insert(ends.end(), {row.key.parent_id, row.key.child_id});
    }
    std::ranges::sort(parents);
    parents.erase(std::unique(parents.begin(), parents.end()), parents.end());
    for (auto& row : metering::sub_meters(tx, {range.cell, parents, range.known_at}))
        if (std::ranges::binary_search(parents, row.key.parent_id)) relation_rows.push_back(row);
    const auto order = [](const metering::StoredRelation& row) {
        return std::tuple(row.key, row.fact.valid_from, row.fact.version);
    };
    std::ranges::sort(relation_rows, {}, order);
    const auto same = [&](const auto& a, const auto& b) { return order(a) == order(b); };
    relation_rows.erase(std::unique(relation_rows.begin(), relation_rows.end(), same), relation_rows.end());
    add_points(ends);
}

void RangeFacts::Arena::read_chains(Tx& tx, const FactRange& range) {
    std::vector<std::int64_t> ids;
    for (const auto& row : account_rows) ids.push_back(row.account_id);
    chains = store::chains_in_range(tx, range.cell, range.account_from, range.account_to, ids);
}

// The earliest start of a section of the range. An agreement that is billed to its end has none: with it, a range would
// read more reads from year to year.
Date RangeFacts::Arena::first_day(const FactRange& range) const {
    if (since) return *since;
    Date first = range.period.to;
    for (const auto& item : pending) {
        const auto chain = chains.find(item.account_id);
        const AgreementCarry* carry =
            chain == chains.end() ? nullptr : chain->second.carry.find(item.agreement.agreement_id);
        const Date through = carry != nullptr ? carry->billed_through : Date::min();
        for (const auto& version : view(versions, item.versions))
            if (version.dates.to > through) {
                first = std::min(first, std::max(through, version.dates.from));
                break;
            }
    }
    return first;
}

std::vector<std::int64_t> RangeFacts::Arena::interval_points() const {
    std::vector<std::int64_t> ids;
    for (const auto& row : installation_rows.rows) {
        const auto channels = installation_rows.registers_of(row);
        const bool interval = std::ranges::any_of(channels, [](const auto& r) { return r.interval_minutes > 0; });
        if (interval && (ids.empty() || ids.back() != row.service_point_id)) ids.push_back(row.service_point_id);
    }
    return ids;
}

void RangeFacts::Arena::read_meters(Tx& tx, const FactRange& range) {
    const metering::Points all{range.cell, points, range.known_at};
    const Date first = first_day(range);
    metering::installations(tx, all, texts, installation_rows);
    metering::register_reads(tx, all, {first, range.period.to + std::chrono::days{range.window_after_days + 1}},
                             read_rows);
    interval_rows.rows.clear();
    const auto with_intervals = interval_points();
    if (with_intervals.empty()) return;
    // 35 days of like days, a day of slack for zones at either end.
    const Instant from = first - std::chrono::days{37}, to = range.period.to + std::chrono::days{1};
    metering::interval_days(tx, {range.cell, with_intervals, range.known_at}, {from, to}, interval_rows);
}

std::uint64_t RangeFacts::Arena::entitlement_bits(std::int32_t number) {
    return cached(entitlements_of, number, [](std::string_view names) {
        std::uint64_t bits = 0;
        while (!names.empty()) {
            const auto end = names.find(';');
            bits |= tariff::entitlement_bit(names.substr(0, end));
            names = end == std::string_view::npos ? std::string_view() : names.substr(end + 1);
        }
        return bits;
    });
}

std::span<const rating::FactValue> RangeFacts::Arena::stated_facts(std::int32_t number) {
    return cached(stated_of, number, [&](std::string_view text) {
        auto& facts = stated.emplace_back();
        while (!text.empty()) {
            const auto equals = text.find('='), end = std::min(text.find(';'), text.size());
            rating::FactValue& fact = facts.emplace_back();
            fact.fact = tariff::fact_of(text.substr(0, equals));
            std::from_chars(text.data() + equals + 1, text.data() + end, fact.micro);
            text.remove_prefix(std::min(end + 1, text.size()));
        }
        return std::span<const rating::FactValue>(facts);
    });
}

void RangeFacts::Arena::resolve_agreements(const TariffIndex& tariffs) {
    const auto tariff = [&](std::int32_t number) {
        return cached(tariff_of, number, [&](std::string_view key) -> const tariff::Tariff* {
            const auto at = tariffs.find(std::string(key));
            return at == tariffs.end() ? nullptr : at->second;
        });
    };
    bool open = false;  // the last version of the agreement waits for its end
    const auto close = [&](Date end) {
        if (open) versions.back().dates.to = end;
        open = false;
    };
    for (std::size_t i = 0; i < agreement_rows.size(); ++i) {
        const auto& row = agreement_rows[i];
        const bool same_agreement = !pending.empty() && pending.back().agreement.agreement_id == row.agreement_id &&
                                    pending.back().account_id == row.account_id;
        if (!same_agreement) {
            close(kForever);
            PendingAgreement next{row.account_id, {}, {versions.size(), 0}, point_of(row.service_point_id)};
            next.agreement.agreement_id = row.agreement_id;
            next.agreement.service_point_id = row.service_point_id;
            next.agreement.commodity = row.commodity;
            next.agreement.gas_zone = texts.text_of(row.gas_zone);
            pending.push_back(next);
        }
        const auto* following = i + 1 < agreement_rows.size() ? &agreement_rows[i + 1] : nullptr;
        if (following != nullptr && following->agreement_id == row.agreement_id &&
            following->account_id == row.account_id && following->valid_from == row.valid_from)
            continue;  // a later version of the same fact
        if (row.voided) continue;
        close(row.valid_from);
        if (row.ended) continue;
        versions.push_back({{row.valid_from, kForever},
                            row.version,
                            tariff(row.tariff),
                            static_cast<tariff::CustomerClass>(row.customer_class),
                            entitlement_bits(row.entitlements),
                            row.dwellings,
                            stated_facts(row.facts)});
        ++pending.back().versions.count;
        open = true;
    }
    close(kForever);
}

Register RangeFacts::Arena::register_of(const metering::RegisterRecord& row) {
    Register r;
    r.register_no = row.register_no;
    r.billed = row.stream != 0;
    if (r.billed)
        r.stream = cached(stream_of, row.stream, [](std::string_view name) { return tariff::stream_of(name); });
    r.unit = row.unit;
    r.dials = row.dials;
    r.decimals = row.decimals;
    r.multiplier_e6 = row.multiplier_e6;
    r.interval_minutes = row.interval_minutes;
    return r;
}

void RangeFacts::Arena::resolve_installations() {
    const auto& rows = installation_rows.rows;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto& row = rows[i];
        const bool superseded = i + 1 < rows.size() && rows[i + 1].service_point_id == row.service_point_id &&
                                rows[i + 1].valid_from == row.valid_from;
        if (superseded || row.voided) continue;
        Slice& slice = point_facts[point_of(row.service_point_id)].installations;
        if (slice.count == 0)
            slice.first = installations.size();
        else
            installations.back().dates.to = row.valid_from;
        ++slice.count;
        Installation installation;
        installation.dates = {row.valid_from, kForever};
        installation.version = row.version;
        installation.device_id = row.device_id;
        installation.volume_factor_e8 = row.volume_factor_e8;
        if (row.conditions != 0) installation.conditions = &installation_rows.conditions[row.conditions - 1];
        installations.push_back(installation);
        installation_registers.push_back({registers.size(), row.registers});
        for (const auto& r : installation_rows.registers_of(row)) registers.push_back(register_of(r));
    }
    for (std::size_t i = 0; i < installations.size(); ++i)
        installations[i].registers = view(registers, installation_registers[i]);
}

void RangeFacts::Arena::resolve_reads() {
    const auto& rows = read_rows.rows;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto& row = rows[i];
        const bool superseded = i + 1 < rows.size() && rows[i + 1].service_point_id == row.service_point_id &&
                                rows[i + 1].read_at == row.read_at && rows[i + 1].device_id == row.device_id;
        if (superseded || row.voided || row.status == 'r') continue;
        Slice& slice = point_facts[point_of(row.service_point_id)].reads;
        if (slice.count++ == 0) slice.first = reads.size();
        reads.push_back({row.read_on, row.read_at, row.device_id, row.version, row.quality, row.status,
                         read_rows.registers_of(row), read_rows.values_of(row)});
    }
}

void RangeFacts::Arena::resolve_intervals() {
    const auto& rows = interval_rows.rows;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto& row = rows[i];
        const bool superseded = i + 1 < rows.size() && rows[i + 1].service_point_id == row.service_point_id &&
                                rows[i + 1].register_no == row.register_no && rows[i + 1].start == row.start;
        if (superseded || row.voided) continue;
        Slice& slice = point_facts[point_of(row.service_point_id)].channel_days;
        if (slice.count++ == 0) slice.first = channel_days.size();
        channel_days.push_back({row.register_no, row.start, row.version, row.interval_minutes, row.scale,
                                interval_rows.values_of(row), interval_rows.qualities_of(row)});
    }
}

// From the rows of each relation, by day and version, the days on which it holds.
void RangeFacts::Arena::resolve_relations() {
    for (std::size_t i = 0; i < relation_rows.size(); ++i) {
        const auto& [cell, key, fact] = relation_rows[i];
        const auto* next = i + 1 < relation_rows.size() ? &relation_rows[i + 1] : nullptr;
        const bool superseded = next != nullptr && next->key == key && next->fact.valid_from == fact.valid_from;
        if (superseded || fact.voided) continue;
        if (!relations.empty() && relations.back().parent_id == key.parent_id &&
            relations.back().child_id == key.child_id && relations.back().dates.to > fact.valid_from)
            relations.back().dates.to = fact.valid_from;
        if (!fact.ended)
            relations.push_back({key.parent_id, key.child_id, {fact.valid_from, kForever}, fact.version, fact.terms});
    }
}

// The relations of the agreement's point and of those above it, and what their meters show.
void RangeFacts::Arena::add_related(Agreement& agreement) {
    if (relations.empty()) return;
    const std::int64_t own = agreement.service_point_id;
    std::vector<std::int64_t> above{own};
    for (const auto& relation : relations)
        if (relation.child_id == own) above.push_back(relation.parent_id);
    std::vector<Relation> found;
    std::ranges::copy_if(relations, std::back_inserter(found),
                         [&](const Relation& each) { return std::ranges::find(above, each.parent_id) != above.end(); });
    if (found.empty()) return;
    std::vector<std::int64_t> ids(above.begin() + 1, above.end());
    for (const auto& relation : found)
        if (relation.parent_id == own) ids.push_back(relation.child_id);
    std::ranges::sort(ids);
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    auto& points_around = related_of.emplace_back();
    for (const auto id : ids) {
        const PointFacts& facts = point_facts[point_of(id)];
        points_around.push_back({id, view(installations, facts.installations), view(reads, facts.reads),
                                 view(channel_days, facts.channel_days)});
    }
    agreement.relations = relations_of.emplace_back(std::move(found));
    agreement.related = points_around;
}

void RangeFacts::Arena::assemble() {
    for (auto& item : pending) {
        const PointFacts& facts = point_facts[item.point];
        item.agreement.versions = view(versions, item.versions);
        item.agreement.installations = view(installations, facts.installations);
        item.agreement.reads = view(reads, facts.reads);
        item.agreement.channel_days = view(channel_days, facts.channel_days);
        add_related(item.agreement);
        agreements.push_back(item.agreement);
    }
    std::size_t next = 0;
    for (const auto& row : account_rows) {
        while (next < pending.size() && pending[next].account_id < row.account_id) ++next;
        Slice slice{next, 0};
        while (next < pending.size() && pending[next].account_id == row.account_id) ++next, ++slice.count;
        accounts.push_back({row.account_id, row.org_unit_id, Currency{row.currency}, view(agreements, slice)});
    }
}

void RangeFacts::Arena::resolve(Tx& tx, const FactRange& range, const TariffIndex& tariffs) {
    read_relations(tx, range);
    resolve_agreements(tariffs);
    read_meters(tx, range);
    resolve_installations();
    resolve_reads();
    resolve_intervals();
    resolve_relations();
    assemble();
}

RangeFacts::RangeFacts() : arena_(std::make_unique<Arena>()) {}
RangeFacts::~RangeFacts() = default;

void RangeFacts::load(Tx& tx, const FactRange& range, const TariffIndex& tariffs) {
    arena_->clear();
    arena_->read_customers(tx, range);
    arena_->read_chains(tx, range);
    arena_->resolve(tx, range, tariffs);
}

void RangeFacts::load(Tx& tx, const FactRange& range, const TariffIndex& tariffs, const Carry& carry) {
    arena_->clear();
    arena_->read_customers(tx, range);
    arena_->chains.clear();
    arena_->chains[range.account_from].carry = carry;
    arena_->resolve(tx, range, tariffs);
}

void RangeFacts::load_since(Tx& tx, const FactRange& range, const TariffIndex& tariffs, Date since) {
    arena_->clear();
    arena_->since = since;
    arena_->read_customers(tx, range);
    arena_->chains.clear();
    arena_->resolve(tx, range, tariffs);
}

std::span<const Account> RangeFacts::accounts() const { return arena_->accounts; }

const BillChain* RangeFacts::chain_of(std::int64_t account_id) const {
    const auto at = arena_->chains.find(account_id);
    return at == arena_->chains.end() ? nullptr : &at->second;
}

std::span<const Acceptance> RangeFacts::accepted_of(std::int64_t account_id) const {
    const auto at = arena_->accepted.find(account_id);
    if (at == arena_->accepted.end()) return {};
    return at->second;
}

}  // namespace mainspring::billing
