// Published prices and values as they are kept, beside the views of them that rating takes (rating.hpp).
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "rating/rating.hpp"

namespace mainspring::rating {

// Local days of one series from `first` on, each in the version known.
struct PublishedSeries {
    std::string name, zone;  // zone: of the local days
    int minutes = 60;        // 15, 30, 60 or 1440
    Date first;
    std::vector<std::int64_t> e8;        // kNoPrice where nothing is published
    std::vector<std::int16_t> versions;  // of each day; 0: nothing is known of it

    PriceSeries view() const { return {name, first, minutes, e8}; }
    std::int16_t version_on(Date day) const {
        const int at = days_between(first, day);
        return at < 0 || at >= std::ssize(versions) ? std::int16_t{0} : versions[static_cast<std::size_t>(at)];
    }
};

struct PublishedInput {
    std::string name;
    Date month;  // its first day
    std::int64_t e8 = 0;
    std::int16_t version = 1;
};

struct Published {
    std::vector<PublishedSeries> series;  // by name
    std::vector<PublishedInput> inputs;   // by name and month, one each
};

}  // namespace mainspring::rating
