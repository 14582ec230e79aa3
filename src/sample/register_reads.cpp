#include "sample/register_reads.hpp"

#include <algorithm>

#include "base/decimal.hpp"
#include "base/ensure.hpp"

namespace mainspring::sample {
namespace {

constexpr std::size_t kMostStreams = 8;

struct Visit {
    Date day;
    std::string_view reason;
    enum class Kind : std::uint8_t { install, round, exchange, move } kind = Kind::round;
    bool last = false;
};

class Reader {
public:
    Reader(OutputFile& file, Random& random, const RegisterLife& life, GenerateReport& report)
        : file_(file), random_(random), life_(life), supply_(*life.plan.supply), report_(report) {
        ensure(supply_.streams.size() <= kMostStreams, "a meter of a mix has too many registers");
        full_scale_ = static_cast<std::int64_t>(power_of_ten(supply_.dials + supply_.decimals));
    }

    void run() {
        start_registers();
        write({.day = life_.mix.first_month, .reason = "install", .kind = Visit::Kind::install}, life_.serial);
        bool missed = false;
        for (Date month = life_.mix.first_month; month <= life_.mix.last_month; month = first_of_next_month(month)) {
            visit_inside(month);
            const bool last = month == life_.mix.last_month;
            const Date round = first_of_next_month(month) + jitter();
            advance(round);
            // Without a period that was read there is nothing to estimate from; a read soon after an estimate could
            // lie below it.
            const bool may_miss = month > life_.mix.first_month && !missed && !life_.moved_on &&
                                  !life_.plan.exchanged_on && !(last && life_.plan.odd_at_the_end);
            missed = may_miss && random_.chance(life_.mix.rates.missing_reads);
            if (missed) {
                ++report_.missing_reads;
                continue;
            }
            if (last && life_.plan.odd_at_the_end) spoil();
            write({.day = round, .reason = "billing", .last = last}, serial());
        }
    }

private:
    std::chrono::days jitter() {
        const int most = life_.mix.read_jitter_days;
        return std::chrono::days(random_.between(-most, most));
    }
    std::string_view serial() const { return exchanged_ ? life_.next_serial : life_.serial; }

    void start_registers() {
        now_ = life_.mix.first_month;
        for (std::size_t i = 0; i < supply_.streams.size(); ++i) {
            values_[i] = random_.below(full_scale_ / 10 * 8);
            if (life_.plan.rolls_over) values_[i] = full_scale_ - 1 - std::min(use_of(i, 20), full_scale_ / 20);
            written_[i] = values_[i];
        }
    }

    // What the register counts in so many days, in its last decimal.
    std::int64_t use_of(std::size_t stream, int days) const {
        const Int128 micro = multiply(multiply(life_.plan.daily_micro, days), supply_.streams[stream].second) / 1000;
        const Int128 shown = multiply(micro, 1'000'000) / life_.plan.multiplier_e6;
        return narrow(shown / power_of_ten(6 - supply_.decimals));
    }

    void advance(Date to) {
        const int days = days_between(now_, to);
        for (std::size_t i = 0; i < supply_.streams.size(); ++i) {
            const std::int64_t use = use_of(i, days) / 1000 * random_.between(850, 1150) + use_of(i, days) % 1000;
            values_[i] = (values_[i] + use) % full_scale_;
        }
        now_ = to;
    }

    void visit_inside(Date month) {
        const auto inside = [&](const std::optional<Date>& day) {
            return day && *day >= month && *day < first_of_next_month(month);
        };
        if (inside(life_.moved_on)) {
            advance(*life_.moved_on);
            write({.day = *life_.moved_on, .reason = "move", .kind = Visit::Kind::move}, serial());
        }
        if (!inside(life_.plan.exchanged_on)) return;
        advance(*life_.plan.exchanged_on);
        write({.day = *life_.plan.exchanged_on, .reason = "remove", .kind = Visit::Kind::exchange}, life_.serial);
        exchanged_ = true;
        for (std::size_t i = 0; i < supply_.streams.size(); ++i) values_[i] = random_.below(20);
        write({.day = *life_.plan.exchanged_on, .reason = "install", .kind = Visit::Kind::exchange}, life_.next_serial);
        ++report_.exchanges;
    }

    // Half of the odd reads are far too high, half lie below the one before.
    void spoil() {
        const bool high = random_.chance(500);
        for (std::size_t i = 0; i < supply_.streams.size(); ++i) {
            const std::int64_t use = (values_[i] - written_[i] + full_scale_) % full_scale_;
            values_[i] = high ? (values_[i] + use * 8) % full_scale_ : std::max<std::int64_t>(written_[i] - use / 2, 0);
        }
        ++report_.odd_reads;
    }

    void write(const Visit& visit, std::string_view serial_shown) {
        const std::int64_t minute = visit.kind == Visit::Kind::round ? random_.between(8 * 60, 17 * 60 - 1) : 10 * 60;
        std::string& out = file_.text();
        for (std::size_t i = 0; i < supply_.streams.size(); ++i) {
            out += life_.point;
            out += ',';
            out += serial_shown;
            out += ',';
            append_register_code(out, supply_, i);
            out += ',';
            append_date(out, visit.day);
            out += ' ';
            append_whole(out, minute / 60, 2);
            out += ':';
            append_whole(out, minute % 60, 2);
            out += ',';
            append_fixed(out, values_[i], supply_.decimals);
            out += ",A,";
            out += visit.reason;
            out += '\n';
            written_[i] = values_[i];
        }
        file_.written(std::ssize(supply_.streams));
    }

    OutputFile& file_;
    Random& random_;
    const RegisterLife& life_;
    const Supply& supply_;
    GenerateReport& report_;
    std::int64_t full_scale_ = 1;
    Date now_;
    bool exchanged_ = false;
    std::array<std::int64_t, kMostStreams> values_{}, written_{};
};

}  // namespace

void append_register_code(std::string& out, const Supply& supply, std::size_t stream) {
    if (supply.streams.size() == 1) {
        out += "1";
        return;
    }
    out += 'T';
    append_whole(out, static_cast<std::int64_t>(stream) + 1);
}

void write_register_reads(OutputFile& file, Random& random, const RegisterLife& life, GenerateReport& report) {
    Reader(file, random, life, report).run();
}

}  // namespace mainspring::sample
