// Counts of requests and how long they took, in the text form of Prometheus.
#pragma once
#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>

#include "http/server.hpp"

namespace mainspring::http {

class Metrics {
public:
    void count(const Answered& answered);  // by any thread
    std::string text(const Load& load) const;

private:
    static constexpr std::array<std::chrono::milliseconds::rep, 11> kBoundsMs{5,   10,    25,    50,    100,   250,
                                                                              500, 1'000, 2'500, 5'000, 10'000};
    struct Durations {
        std::array<std::int64_t, kBoundsMs.size() + 1> counts{};  // the last: longer than all bounds
        std::chrono::microseconds sum{0};
    };
    using Route = std::pair<std::string, std::string_view>;  // template, method

    void write_durations(std::string& text) const;

    mutable std::mutex mutex_;
    std::map<std::pair<Route, int>, std::int64_t> requests_;  // by status
    std::map<Route, Durations> durations_;
    std::int64_t bytes_sent_ = 0;
};

}  // namespace mainspring::http
