// The life of a meter with registers: what each round reads. Part of the generator.
#pragma once
#include <string_view>

#include "sample/generator.hpp"
#include "sample/output.hpp"
#include "sample/population.hpp"

namespace mainspring::sample {

struct RegisterLife {
    const Mix& mix;
    const MeterPlan& plan;
    std::optional<Date> moved_on;
    std::string_view point, serial, next_serial;  // next: of the device after an exchange
};

// Appends the rows of one service point, in order of time.
void write_register_reads(OutputFile& file, Random& random, const RegisterLife& life, GenerateReport& report);

// Code of the register of a stream: "1" for the first.
void append_register_code(std::string& out, const Supply& supply, std::size_t stream);

}  // namespace mainspring::sample
