// Worked examples of a tariff version: what must come out to the last digit before the version may be activated.
// Meaning: docs/TARIFFS.md, "Examples".
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "calendar/date.hpp"
#include "tariff/plan.hpp"

namespace mainspring::tariff {

struct Example {
    enum class Origin : std::uint8_t { publisher, hand };
    struct Piece {
        Stream stream = kTotal;
        DateRange dates;
        std::int64_t micro = 0;
    };
    struct Line {
        std::string clause;  // or "rounding"
        std::int64_t amount_minor = 0;
    };
    std::string name;
    Origin origin{};
    std::string working;
    DateRange dates;
    std::vector<Piece> pieces;  // a usage without pieces covers `dates`
    CustomerClass customer_class{};
    std::uint64_t entitlements = 0;
    int dwellings = 1;
    struct FactGiven {
        FactId fact = kNoFact;
        std::int64_t micro = 0;
    };
    std::vector<FactGiven> facts;
    // What earlier sections left.
    struct CounterBefore {
        std::string clause;
        std::int64_t micro = 0;
    };
    struct DemandBefore {
        std::string clause;
        DateRange dates;
        std::int64_t micro = 0;
    };
    struct Series {
        std::string name;
        int minutes = 60;
        std::vector<std::int64_t> e8;  // from local midnight of the first day
    };
    struct Input {
        std::string name;
        Date month;
        std::int64_t e8 = 0;
    };
    struct Intervals {
        Stream measure = kTotal;
        int minutes = 60;
        std::vector<std::int64_t> micro;  // from local midnight of the first day
    };
    std::vector<Piece> peaks;
    std::vector<CounterBefore> counters_before;
    std::int64_t carried_before_minor = 0;
    std::vector<DemandBefore> demands_before;
    std::vector<Series> series;
    std::vector<Input> inputs;
    std::vector<Intervals> intervals;
    std::vector<Line> lines;  // the sum of the lines of each clause, in the order of the text
    std::int64_t total_minor = 0;
    std::vector<std::string> with;  // names of files beside this one
    int line = 0;                   // where it stands in its file, from 1
};

}  // namespace mainspring::tariff
