// What the customers of an invented utility are like: the text that the generator draws from. A YAML file:
//
//   prefix: QH                      # of all codes: letters and digits
//   country: cn                     # names and addresses: cn gb au us za
//   zone: Asia/Shanghai             # of the reads
//   accounts: 900                   # unless the command says otherwise
//   months: [2026-06, 2026-07]      # first and last one with reads, unless the command says otherwise
//   read_jitter_days: 1             # a round reads up to so many days before or after the month's end
//   interval_format: nem12          # nem12 | profile (a CSV with its profile beside it); default profile
//   bench_tariffs: true             # also writes the synthetic tariffs of bench_tariffs.hpp
//   calorific: {NORTH: "39.4"}      # gas zones and their mean MJ/m3
//   per_mille:                      # all default to 0
//     exchanges: 20                 # of the meters with registers, once in all the months
//     missing_reads: 50             # of the rounds from the second month on
//     moves: 15                     # of the premises, once in all the months
//     zero_use: 10                  # of the premises
//     rollovers: 5                  # of the meters with registers
//     odd_reads: 5                  # of the meters with registers, in the last month: too high, or backward
//     gaps: 20                      # of the interval meters
//   segments:
//     - name: household
//       share: 60                   # weight among the segments
//       party: person               # person | company; default person
//       entitlements: {care: 80}    # per mille of the accounts
//       dwellings: {per_mille: 30, most: 6}
//       supplies:                   # each one service point of the account
//         - commodity: electricity
//           tariff: some-key
//           class: residential
//           per_mille: 1000         # of the accounts that have it; default 1000
//           meter: registers        # registers | interval | none
//           streams: {peak: 600, valley: 400}   # registers and their shares, together 1000; default {total: 1000}
//           minutes: 30             # of an interval meter
//           daily: "7.2"            # typical use in units of the register
//           spread: 60              # percent around it
//           unit: kWh               # default: m3 for gas and water, else kWh
//           dials: 6                # default 6
//           decimals: 1             # default 1
//           multipliers: ["1"]      # one of them for each meter
//           volume_factor: "1"
#pragma once
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "calendar/date.hpp"
#include "calendar/zone.hpp"
#include "quantity/quantity.hpp"

namespace mainspring::sample {

enum class MeterKind : std::uint8_t { registers, interval, none };
enum class IntervalFormat : std::uint8_t { profile, nem12 };
enum class PartyKind : std::uint8_t { person, company };
enum class Country : std::uint8_t { cn, gb, au, us, za };

struct Supply {
    Commodity commodity = Commodity::electricity;
    std::string tariff, customer_class;
    int per_mille = 1000;
    MeterKind meter = MeterKind::registers;
    std::vector<std::pair<std::string, int>> streams;  // name, share per mille
    int minutes = 30;
    std::int64_t daily_micro = 0;
    int spread_percent = 0;
    Unit unit = Unit::kwh;
    int dials = 6, decimals = 1;
    std::vector<std::int64_t> multipliers_e6;
    std::string volume_factor = "1";
};

struct Segment {
    std::string name;
    int share = 1;
    PartyKind party = PartyKind::person;
    std::vector<std::pair<std::string, int>> entitlements;  // name, per mille
    int dwellings_per_mille = 0, most_dwellings = 1;
    std::vector<Supply> supplies;
};

struct MixRates {
    int exchanges = 0, missing_reads = 0, moves = 0, zero_use = 0, rollovers = 0, odd_reads = 0, gaps = 0;
};

enum class BenchTariffs : std::uint8_t { no, yes };

struct Mix {
    std::string prefix;
    Country country = Country::gb;
    Zone zone;
    std::int64_t accounts = 0;
    Date first_month, last_month;  // first days
    int read_jitter_days = 0;
    IntervalFormat interval_format = IntervalFormat::profile;
    BenchTariffs bench_tariffs = BenchTariffs::no;
    std::vector<std::pair<std::string, std::int64_t>> calorific_e4;  // by gas zone
    MixRates rates;
    std::vector<Segment> segments;
};

// "2026-06" -> its first day.
std::expected<Date, std::string> parse_month(std::string_view text);

// `file` names it in the message: "mix.yaml:3: share: '0' is no whole number from 1 to 1000000".
std::expected<Mix, std::string> parse_mix(std::string_view text, std::string_view file);

}  // namespace mainspring::sample
