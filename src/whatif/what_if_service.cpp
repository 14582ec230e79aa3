#include "whatif/what_if_service.hpp"

#include <algorithm>
#include <atomic>
#include <fmt/format.h>
#include <map>
#include <mutex>
#include <thread>

#include "billing/range_facts.hpp"
#include "billing/resources.hpp"
#include "customer/billing_stream.hpp"
#include "whatif/comparer.hpp"

namespace mainspring::whatif {

namespace {

// A year of reads of this many accounts is some megabytes.
constexpr std::int64_t kRangeSize = 2000;

bool is_beyond(const Customer& customer, int percent) {
    const Int128 change = Int128{customer.then_minor} - customer.now_minor;
    const Int128 base = customer.now_minor;
    return (change < 0 ? -change : change) * 100 > (base < 0 ? -base : base) * percent;
}

// Gives the customers of the ranges on in the order of the ranges, whichever is done first.
class InOrder {
public:
    explicit InOrder(const WhatIfOptions& options) : options_(options) {}

    void add(std::size_t range, std::vector<BeyondThreshold> customers) {
        const std::lock_guard lock(mutex_);
        count_ += static_cast<std::int64_t>(customers.size());
        if (!options_.beyond) return;
        waiting_[range] = std::move(customers);
        for (auto next = waiting_.find(next_); next != waiting_.end(); next = waiting_.find(++next_)) {
            options_.beyond(next->second);
            waiting_.erase(next);
        }
    }
    std::int64_t count() const { return count_; }

private:
    const WhatIfOptions& options_;
    std::mutex mutex_;
    std::map<std::size_t, std::vector<BeyondThreshold>> waiting_;
    std::size_t next_ = 0;
    std::int64_t count_ = 0;
};

class Asker {
public:
    Asker(Pool& pool, const Question& question, const WhatIfQuestion& asked, const WhatIfOptions& options)
        : pool_(pool),
          question_(question),
          asked_(asked),
          options_(options),
          in_order_(options),
          outcome_(asked.listed) {}

    void run(const billing::RunResources& resources, const std::vector<customer::AccountRange>& ranges) {
        tariffs_ = billing::index_of(resources);
        for (const auto& range : ranges) total_ += range.count;
        std::vector<std::thread> threads;
        const auto count =
            std::min<std::size_t>(static_cast<std::size_t>(std::max(1, options_.workers)), ranges.size());
        for (std::size_t i = 0; i < count; ++i) threads.emplace_back([&] { work_off(ranges); });
        for (auto& thread : threads) thread.join();
        if (failure_) std::rethrow_exception(failure_);
    }

    Outcome& outcome() { return outcome_; }
    std::int64_t beyond() const { return in_order_.count(); }
    bool stopped() const { return stopped_; }

private:
    void work_off(const std::vector<customer::AccountRange>& ranges) {
        Outcome mine(asked_.listed);
        Comparer comparer(question_);
        try {
            billing::RangeFacts facts;
            while (!stopped_) {
                const std::size_t at = next_++;
                if (at >= ranges.size()) break;
                in_order_.add(at, compare(ranges[at], facts, comparer, mine));
                report(ranges[at].count);
            }
        } catch (...) {
            const std::lock_guard lock(mutex_);
            if (!failure_) failure_ = std::current_exception();
            stopped_ = true;
        }
        mine.add_now(comparer.now());
        mine.add_then(comparer.then());
        const std::lock_guard lock(mutex_);
        outcome_.add(mine);
    }

    std::vector<BeyondThreshold> compare(const customer::AccountRange& range, billing::RangeFacts& facts,
                                         Comparer& comparer, Outcome& mine) {
        return with_tx(pool_, {Isolation::repeatable_read, {}, Access::read_only}, [&](Tx& tx) {
            facts.load_since(tx,
                             {range.cell, range.account_from, range.account_to - 1, asked_.legal_entity_id,
                              asked_.cycle, asked_.dates, asked_.window_after_days, asked_.known_at},
                             tariffs_, asked_.dates.from - std::chrono::days{asked_.window_before_days});
            return beyond_of(tx, range.cell, facts, comparer, mine);
        });
    }

    std::vector<BeyondThreshold> beyond_of(Tx& tx, CellId cell, const billing::RangeFacts& facts, Comparer& comparer,
                                           Outcome& mine) {
        std::vector<BeyondThreshold> beyond;
        std::vector<std::int64_t> ids;
        for (const auto& account : facts.accounts()) {
            auto customer = comparer.compare(account, mine);
            if (!customer) continue;
            customer->cell = cell;
            mine.add(*customer, comparer.sections());
            if (!is_beyond(*customer, asked_.threshold_percent)) continue;
            beyond.push_back({*customer, {}});
            ids.push_back(customer->account_id);
        }
        if (!options_.beyond) return beyond;
        auto codes = customer::account_codes(tx, cell, ids);
        for (std::size_t i = 0; i < codes.size(); ++i) beyond[i].account = std::move(codes[i]);
        return beyond;
    }

    void report(std::int64_t accounts) {
        const std::lock_guard lock(mutex_);
        done_ += accounts;
        if (options_.progress) options_.progress({"rate", done_, total_});
        if (options_.stop && options_.stop()) stopped_ = true;
    }

    Pool& pool_;
    const Question& question_;
    const WhatIfQuestion& asked_;
    const WhatIfOptions& options_;
    billing::TariffIndex tariffs_;
    InOrder in_order_;
    std::atomic<std::size_t> next_{0};
    std::atomic<bool> stopped_{false};
    std::mutex mutex_;
    std::exception_ptr failure_;
    std::int64_t done_ = 0, total_ = 0;
    Outcome outcome_;
};

std::expected<void, std::string> check(const billing::RunResources& resources, const Scenario& scenario,
                                       const WhatIfQuestion& question) {
    constexpr int kMostDays = 5 * 366;
    if (question.dates.days() <= 0 || question.dates.days() > kMostDays)
        return std::unexpected(fmt::format("the period {} to {} is not between a day and five years",
                                           format_date(question.dates.from), format_date(question.dates.to)));
    if (scenario.keys().empty()) return std::unexpected("the scenario replaces no tariff");
    for (const std::string& key : scenario.keys())
        if (!resources.tariffs.contains(key))
            return std::unexpected(fmt::format("the scenario replaces '{}', which is not in force", key));
    return {};
}

billing::Reference reference_for(const billing::RunResources& resources, const Scenario& scenario) {
    billing::Reference reference = billing::reference_of(resources);
    for (const std::string& name : scenario.zones()) reference.zones.try_emplace(name, Zone::named(name).value());
    return reference;
}

}  // namespace

std::expected<WhatIfAnswer, std::string> ask_what_if(Pool& pool, const billing::RunResources& resources,
                                                     const Scenario& scenario, const WhatIfQuestion& question,
                                                     const WhatIfOptions& options) {
    if (const auto sound = check(resources, scenario, question); !sound) return std::unexpected(sound.error());
    const Question shared{question.dates,
                          {.period = question.dates,
                           .window_before_days = question.window_before_days,
                           .window_after_days = question.window_after_days,
                           .limits = {}},
                          reference_for(resources, scenario),
                          scenario};
    const auto ranges = with_tx(pool, TxOptions(), [&](Tx& tx) {
        return customer::account_ranges(tx, {question.legal_entity_id, question.cycle, kRangeSize});
    });
    Asker asker(pool, shared, question, options);
    asker.run(resources, ranges);
    WhatIfAnswer answer{std::move(asker.outcome()), {}, asker.beyond(), asker.stopped()};
    for (const Customer& customer : answer.outcome.largest())
        answer.accounts.push_back(with_tx(pool, TxOptions(), [&](Tx& tx) {
            return customer::account_codes(tx, customer.cell, {&customer.account_id, 1}).front();
        }));
    return answer;
}

}  // namespace mainspring::whatif
