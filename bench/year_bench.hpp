// Rating of whole years of interval values for rating_bench.
#pragma once
#include <cstdint>
#include <memory>

struct YearBench {
    static constexpr int kCustomers = 16;  // in turn, so that no customer's values are still at hand
    explicit YearBench(int interval_minutes);
    ~YearBench();

    // A bill-year of tariff d: energy by season and period, tiers, flat demand, demand by period, fixed; 12 bills.
    std::int64_t rate(std::int64_t customer);
    // The same bill by a loop over all values, with the period of each in a table.
    std::int64_t rate_plainly(std::int64_t customer) const;

    // 12 bills at a price of each interval.
    std::int64_t rate_market(std::int64_t customer);
    // Only the twelve sums of price times value, rounded.
    std::int64_t price_market(std::int64_t customer) const;
    std::int64_t price_market_plainly(std::int64_t customer) const;
    std::int64_t sum_plainly(std::int64_t customer) const;

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};
