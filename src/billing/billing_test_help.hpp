// Short texts for the tests of billing: one supply with its meters and reads, and the section that comes of it.
#pragma once
#include <deque>
#include <sstream>

#include "billing/section.hpp"
#include "rating/rating_test_help.hpp"

namespace mainspring::billing::testing {

using rating::testing::day;
using rating::testing::micro;
using rating::testing::tariff_of;

inline const tariff::Tariff& flat_tariff() {
    static const tariff::Tariff tariff = tariff_of({{.charges = "energy energy_flat price: '0.5'"}});
    return tariff;
}

// The tariff with one thing about its only version changed.
template <class Change>
tariff::Tariff changed(const tariff::Tariff& tariff, Change change) {
    tariff::Plan plan = *tariff.versions.front();
    change(plan);
    tariff::Tariff other;
    other.versions.push_back(std::make_shared<const tariff::Plan>(std::move(plan)));
    return other;
}

inline Register dial(std::int16_t register_no = 1, tariff::Stream stream = tariff::kTotal) {
    Register r;
    r.register_no = register_no;
    r.stream = stream;
    r.unit = Unit::kwh;
    r.dials = 4;
    return r;
}

inline Register hourly(std::int16_t register_no = 1, tariff::Stream stream = tariff::kTotal) {
    Register r = dial(register_no, stream);
    r.dials = 0;
    r.interval_minutes = 60;
    return r;
}

struct Meter {
    std::int64_t device = 1;
    std::string_view from = "2020-01-01", to = "2200-01-01";
    std::vector<Register> registers{dial()};
    std::int64_t volume_factor_e8 = 100'000'000;
    metering::MeasuringConditions conditions{};
};

// "31 310; 28 280 e": days, use of register 1, e for estimated.
inline std::vector<PeriodUse> history_of(const std::string& text) {
    std::vector<PeriodUse> history;
    std::istringstream rows(text);
    for (std::string row; std::getline(rows, row, ';');) {
        std::istringstream words(row);
        std::string use, mark;
        PeriodUse period;
        if (!(words >> period.days >> use)) continue;
        words >> mark;
        period.estimated = mark == "e";
        period.total_micro = micro(use);
        period.by_register = {{std::int16_t{1}, period.total_micro}};
        history.push_back(period);
    }
    return history;
}

struct Carried {
    std::string_view through = "2026-01-01", value = "1000";
    std::string history = "31 310";
    int estimates = 0;  // in a row, up to the last bill
    std::int64_t device = 1;
};
inline AgreementCarry carry_of(const Carried& carried) {
    AgreementCarry carry;
    carry.agreement_id = 5;
    carry.billed_through = day(carried.through);
    carry.device_id = carried.device;
    carry.estimated = carried.estimates > 0;
    carry.estimates_in_a_row = carried.estimates;
    carry.registers = {{1, micro(carried.value)}};
    carry.history = history_of(carried.history);
    return carry;
}

// One agreement, and the run that bills it: January 2026 unless said otherwise.
struct Supply {
    Supply() {
        rules.period = {day("2026-01-01"), day("2026-02-01")};
        agreement.agreement_id = 5;
        agreement.service_point_id = 50;
        agreement.commodity = Commodity::electricity;
        for (const char* name : {"Asia/Shanghai", "Europe/London"})
            reference.zones.emplace(name, Zone::named(name).value());
    }
    Supply(const Supply&) = delete;
    Supply& operator=(const Supply&) = delete;

    Supply& supplied(std::string_view from, std::string_view to = "2200-01-01",
                     const tariff::Tariff& tariff = flat_tariff()) {
        AgreementVersion version;
        version.dates = {day(from), day(to)};
        version.version = static_cast<std::int16_t>(versions.size() + 1);
        version.tariff = &tariff;
        version.customer_class = tariff::CustomerClass::residential;
        versions.push_back(version);
        return *this;
    }
    Supply& meter(const Meter& meter) {
        Installation installation;
        installation.dates = {day(meter.from), day(meter.to)};
        installation.version = 1;
        installation.device_id = meter.device;
        installation.volume_factor_e8 = meter.volume_factor_e8;
        if (meter.conditions.any()) installation.conditions = &conditions.emplace_back(meter.conditions);
        installation.registers = registers.emplace_back(meter.registers);
        installations.push_back(installation);
        return *this;
    }
    // "2026-01-01 1000; 2026-02-01 #2 1300,- s": day, device, value of register 1, 2, … (- for none), status.
    Supply& read(const std::string& text) {
        std::istringstream rows(text);
        for (std::string row; std::getline(rows, row, ';');) {
            std::istringstream words(row);
            std::string word;
            Read read;
            read.device_id = 1;
            read.version = 1;
            auto& numbers = register_numbers.emplace_back();
            auto& shown = values.emplace_back();
            words >> word;
            read.on = day(word);
            read.at = Instant{read.on} + std::chrono::minutes{static_cast<int>(reads.size())};
            while (words >> word) {
                if (word[0] == '#')
                    read.device_id = word[1] - '0';
                else if (word[0] >= 'a')
                    read.status = word[0];
                else
                    add_values(word, numbers, shown);
            }
            read.register_no = numbers;
            read.value_micro = shown;
            reads.push_back(read);
        }
        return *this;
    }
    // Hours from the start of the local day: "10*1 2*N 12*4.5".
    Supply& hours(std::string_view on, const std::string& text, std::int16_t register_no = 1) {
        auto& day_values = values.emplace_back();
        auto& qualities = texts.emplace_back();
        std::istringstream words(text);
        for (std::string word; words >> word;) {
            const auto star = word.find('*');
            const int times = star == std::string::npos ? 1 : std::stoi(word.substr(0, star));
            const std::string value = star == std::string::npos ? word : word.substr(star + 1);
            for (int i = 0; i < times; ++i) {
                day_values.push_back(value == "N" ? 0 : micro(value));
                qualities += value == "N" ? 'N' : 'A';
            }
        }
        const auto& zone = versions.front().tariff->versions.front()->zone;
        channel_days.push_back(
            {register_no, reference.zones.at(zone).start_of(day(on)), 1, 60, 6, day_values, qualities});
        return *this;
    }
    // The point `id` stands above (or below) with what hangs on it.
    Supply& near(std::int64_t id, Supply* other = nullptr) {
        RelatedPoint point{id, {}, {}, {}};
        if (other != nullptr) {
            const Agreement& facts_of_other = other->facts();
            point = {id, facts_of_other.installations, facts_of_other.reads, facts_of_other.channel_days};
        }
        related.push_back(point);
        return *this;
    }
    // "50 51 ratio 0.1 2026-01-10 2026-01-20": parent, child, how, how much, days.
    Supply& relation(const std::string& text) {
        std::istringstream words(text);
        Relation relation;
        std::string by, amount, from = "2020-01-01", to = "2200-01-01";
        words >> relation.parent_id >> relation.child_id >> by >> amount >> from >> to;
        relation.terms.by = metering::taken_by_of(by).value();
        if (relation.terms.by != metering::TakenBy::meter)
            relation.terms.amount =
                parse_decimal(amount, relation.terms.by == metering::TakenBy::ratio ? 8 : 6).value();
        relation.dates = {day(from), day(to)};
        relation.version = 1;
        relations.push_back(relation);
        return *this;
    }
    Supply& period(std::string_view from, std::string_view to) {
        rules.period = {day(from), day(to)};
        return *this;
    }
    Supply& accept(Cause cause, std::string_view upto = "2026-12-31", std::int64_t agreement_id = 0) {
        accepted.push_back({agreement_id, cause, day(upto)});
        return *this;
    }

    const Agreement& facts() {
        agreement.versions = versions;
        agreement.installations = installations;
        agreement.reads = reads;
        std::ranges::sort(channel_days, {}, [](const ChannelDay& d) { return std::pair(d.register_no, d.start); });
        agreement.channel_days = channel_days;
        agreement.relations = relations;
        agreement.related = related;
        return agreement;
    }
    // "2026-01-01 2026-02-01 final: total 2026-01-01 2026-02-01 300"; "held: no_meter"; "nothing".
    std::string bill(const AgreementCarry* carry = nullptr) {
        exceptions.clear();
        const auto result = build_section({facts(), carry, rules, reference, accepted}, section, exceptions);
        if (result == SectionResult::nothing_to_bill) return "nothing";
        if (result == SectionResult::held_back) {
            std::string text = "held:";
            for (const auto& exception : exceptions) text += " " + std::string(text_of(exception.cause));
            return text;
        }
        CHECK(exceptions.empty());
        std::string text = dates_text(section.dates);
        if (section.final) text += " final";
        if (section.estimated) text += " estimated";
        for (std::size_t i = 0; i < section.pieces.size(); ++i) {
            const auto& piece = section.pieces[i];
            text += fmt::format("{} {} {} {}", i == 0 ? ":" : ",", tariff::name_of(piece.stream),
                                dates_text(piece.dates), format_decimal(piece.micro, 6));
        }
        return text;
    }
    std::string bill(const Carried& carried) {
        const AgreementCarry carry = carry_of(carried);
        return bill(&carry);
    }

    static std::string dates_text(DateRange dates) { return format_date(dates.from) + " " + format_date(dates.to); }

    Agreement agreement;
    RunRules rules;
    Reference reference;
    std::vector<Acceptance> accepted;
    std::vector<AgreementVersion> versions;
    std::vector<Installation> installations;
    std::vector<Read> reads;
    std::vector<ChannelDay> channel_days;
    std::vector<Relation> relations;
    std::vector<RelatedPoint> related;
    std::deque<metering::MeasuringConditions> conditions;  // of installations
    Section section;
    std::vector<Exception> exceptions;

private:
    static void add_values(const std::string& text, std::vector<std::int16_t>& numbers,
                           std::vector<std::int64_t>& shown) {
        std::istringstream words(text);
        std::int16_t register_no = 0;
        for (std::string value; std::getline(words, value, ',');) {
            ++register_no;
            if (value == "-") continue;
            numbers.push_back(register_no);
            shown.push_back(micro(value));
        }
    }

    // Spans of the facts point into these; a deque does not move what it holds.
    std::deque<std::vector<Register>> registers;
    std::deque<std::vector<std::int16_t>> register_numbers;
    std::deque<std::vector<std::int64_t>> values;
    std::deque<std::string> texts;
};

}  // namespace mainspring::billing::testing
