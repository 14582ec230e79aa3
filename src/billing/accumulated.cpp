#include "billing/accumulated.hpp"

#include <algorithm>

namespace mainspring::billing {

namespace {

void put_date(Date date, ByteWriter& to) { to.zigzag(date.time_since_epoch().count()); }
Date get_date(ByteReader& from) { return Date{std::chrono::days{from.zigzag()}}; }

const tariff::Plan* version_among(std::span<const AgreementVersion> versions, std::int64_t version_id) {
    for (const auto& version : versions) {
        if (version.tariff == nullptr || version_id == 0) continue;
        for (const auto& plan : version.tariff->versions)
            if (plan->version_id == version_id) return plan.get();
    }
    return nullptr;
}

// Of the last day of a section.
int last_month(DateRange section) {
    const std::chrono::year_month_day day{section.to - std::chrono::days{1}};
    return static_cast<int>(day.year()) * 12 + static_cast<int>(static_cast<unsigned>(day.month()));
}

// The same day a year later; of the 29th of February the first of March.
Date year_after(Date date) {
    const std::chrono::year_month_day day{date};
    return Date{(day.year() + std::chrono::years{1}) / day.month() / day.day()};
}

}  // namespace

void Accumulation::clear() {
    counters.clear();
    demands.clear();
    carried_minor = 0;
    carried_in = {};
}

void put(const Accumulation& accumulation, ByteWriter& to) {
    to.varint(accumulation.counters.size());
    for (const auto& counter : accumulation.counters) {
        to.text(counter.clause);
        put_date(counter.since, to);
        to.zigzag(counter.version_id);
        to.zigzag(counter.micro);
    }
    to.varint(accumulation.demands.size());
    for (const auto& demand : accumulation.demands) {
        to.text(demand.clause);
        put_date(demand.dates.from, to);
        to.zigzag(demand.dates.days());
        to.zigzag(demand.micro);
    }
    to.zigzag(accumulation.carried_minor);
    if (accumulation.carried_minor == 0) return;
    for (const char c : accumulation.carried_in.code) to.u8(static_cast<std::uint8_t>(c));
}

void get(ByteReader& from, Accumulation& out) {
    out.counters.resize(from.count());
    for (auto& counter : out.counters) {
        counter.clause = from.text();
        counter.since = get_date(from);
        counter.version_id = from.zigzag();
        counter.micro = from.zigzag();
    }
    out.demands.resize(from.count());
    for (auto& demand : out.demands) {
        demand.clause = from.text();
        const Date first = get_date(from);
        demand.dates = {first, first + std::chrono::days{from.zigzag()}};
        demand.micro = from.zigzag();
    }
    out.carried_minor = from.zigzag();
    out.carried_in = {};
    if (out.carried_minor == 0) return;
    for (char& c : out.carried_in.code) c = static_cast<char>(from.u8());
}

void for_rating(const Accumulation& left, std::span<const AgreementVersion> versions, rating::Accumulated& out) {
    out.clear();
    for (const auto& counter : left.counters)
        out.counters.push_back(
            {counter.clause, counter.since, version_among(versions, counter.version_id), counter.micro});
    out.demands = left.demands;
    out.carried_minor = left.carried_minor;
    out.carried_in = left.carried_in;
}

void for_carry(const rating::Accumulated& after, Accumulation& out) {
    out.clear();
    for (const auto& counter : after.counters)
        out.counters.push_back({counter.clause, counter.since,
                                counter.version != nullptr ? counter.version->version_id : 0, counter.micro});
    out.demands = after.demands;
    if (after.carried_minor == 0) return;
    out.carried_minor = after.carried_minor;
    out.carried_in = after.carried_in;
}

void pass_on(const rating::Accumulated& before, DateRange section, rating::Accumulated& after) {
    for (const auto& counter : before.counters)
        if (std::ranges::find(after.counters, counter.clause, &rating::Counter::clause) == after.counters.end() &&
            year_after(counter.since) > section.to)
            after.counters.push_back(counter);
    const auto still_asked = [&](const rating::PastDemand& demand) {
        return last_month(demand.dates) + kDemandMonths >= last_month(section) &&
               std::ranges::find(after.demands, demand) == after.demands.end();
    };
    std::vector<rating::PastDemand> older;
    std::ranges::copy_if(before.demands, std::back_inserter(older), still_asked);
    after.demands.insert(after.demands.begin(), older.begin(), older.end());
}

}  // namespace mainspring::billing
