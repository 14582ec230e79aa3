// What an interval meter tells, as NEM12 or as a CSV with a profile. Part of the generator.
#pragma once
#include <filesystem>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "sample/generator.hpp"
#include "sample/output.hpp"
#include "sample/population.hpp"

namespace mainspring::sample {

struct IntervalLife {
    const MeterPlan& plan;
    std::string_view point, serial;
};

class IntervalWriter {
public:
    IntervalWriter(const Mix& mix, std::filesystem::path out, GenerateReport& report);
    void write(Random& random, const IntervalLife& life);
    void close();

private:
    static constexpr int kChannelsOfFile = 500;
    struct Gaps;

    void write_nem12(Random& random, const IntervalLife& life);
    void write_profile(Random& random, const IntervalLife& life);
    void fill_day(Random& random, const IntervalLife& life, int first_minute);
    OutputFile& nem12_file();
    void end_nem12_file();

    const Mix& mix_;
    std::filesystem::path out_;
    GenerateReport& report_;
    Instant from_, to_;  // the local days of all months
    std::optional<OutputFile> file_;
    int channels_ = 0, files_ = 0;
    std::vector<std::int64_t> values_;  // of one day, in thousandths of the unit
};

}  // namespace mainspring::sample
