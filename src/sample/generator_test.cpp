// The real parsers read what the generator writes.
#include "sample/generator.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <fstream>
#include <sstream>
#include <unistd.h>

#include "customer/account_row.hpp"
#include "formats/csv_profile.hpp"
#include "formats/nem.hpp"
#include "metering/meter_row.hpp"
#include "rating/example_runner.hpp"
#include "sample/mix.hpp"

using namespace mainspring;
using namespace mainspring::sample;
namespace fs = std::filesystem;

namespace {

class Folder {
public:
    Folder() {
        static int number = 0;
        path_ = fs::temp_directory_path() / fmt::format("mainspring-sample-{}-{}", ::getpid(), ++number);
        fs::create_directories(path_);
    }
    ~Folder() { fs::remove_all(path_); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    operator const fs::path&() const { return path_; }
    fs::path operator/(const char* name) const { return path_ / name; }

private:
    fs::path path_;
};

std::string content_of(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    REQUIRE_MESSAGE(in, file.string());
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
}

const fs::path kSource = MAINSPRING_SOURCE_DIR;

GenerateReport must(const GenerateOptions& options) {
    const auto report = generate(options);
    REQUIRE_MESSAGE(report, (report ? "" : report.error()));
    return *report;
}

// Every file below the folder, name and bytes.
std::map<std::string, std::string> all_of(const fs::path& folder) {
    std::map<std::string, std::string> out;
    for (const auto& entry : fs::recursive_directory_iterator(folder))
        if (entry.is_regular_file()) out[fs::relative(entry.path(), folder).string()] = content_of(entry.path());
    return out;
}

template <class Fn>
void for_rows(const std::string& text, formats::CsvOptions options, Fn fn) {
    auto reader = formats::CsvReader::open(text, std::move(options));
    REQUIRE_MESSAGE(reader, (reader ? "" : formats::text_of(reader.error())));
    while (const auto row = reader->next()) {
        REQUIRE_MESSAGE(*row, (*row ? "" : formats::text_of(row->error())));
        fn(reader->header(), ***row);
    }
}

std::vector<customer::AccountRow> accounts_of(const fs::path& file) {
    std::vector<customer::AccountRow> out;
    const std::string text = content_of(file);
    for_rows(text, customer::account_csv_options("accounts.csv"), [&](const auto& header, const auto& row) {
        auto parsed = customer::AccountRowParser(header, "accounts.csv", "en").parse(row);
        REQUIRE_MESSAGE(parsed, (parsed ? "" : formats::text_of(parsed.error())));
        out.push_back(*std::move(parsed));
    });
    return out;
}

std::vector<metering::MeterRow> meters_of(const fs::path& file) {
    std::vector<metering::MeterRow> out;
    const std::string text = content_of(file);
    for_rows(text, metering::meter_csv_options("meters.csv"), [&](const auto&, const auto& row) {
        auto parsed = metering::parse_meter_row(row, "meters.csv");
        REQUIRE_MESSAGE(parsed, (parsed ? "" : formats::text_of(parsed.error())));
        out.push_back(*std::move(parsed));
    });
    return out;
}

// No service point is supplied twice on one day.
void check_supplies(const std::vector<customer::AccountRow>& rows) {
    std::map<std::string, std::vector<DateRange>> held;
    std::map<std::string, std::string> premise_of, party_of;
    for (const auto& row : rows) {
        const DateRange days{row.valid_from, row.valid_to.value_or(kForever)};
        for (const DateRange& other : held[row.service_point_code]) {
            const DateRange both = intersect(days, other);
            CHECK_MESSAGE(both.from >= both.to, row.service_point_code);
        }
        held[row.service_point_code].push_back(days);
        CHECK(premise_of.try_emplace(row.service_point_code, row.premise_code).first->second == row.premise_code);
        CHECK(party_of.try_emplace(row.account_code, row.party_code).first->second == row.party_code);
    }
}

// The reads name registers that hang there that day and fit their dials.
std::int64_t check_reads(const fs::path& file, const std::vector<metering::MeterRow>& meters) {
    // The latest statement of a register that holds on the day; a multiplier may have been changed.
    std::map<std::tuple<std::string, std::string, std::string, Date>, const metering::MeterRow*> known;
    for (const auto& meter : meters)
        known[{meter.service_point, meter.serial, meter.installed.code, meter.installed_on}] = &meter;
    std::int64_t count = 0;
    const std::string text = content_of(file);
    formats::CsvOptions options{.file = "reads.csv",
                                .required = {"service_point", "register", "read_at", "value"},
                                .optional = {"serial", "quality", "reason"}};
    for_rows(text, options, [&](const auto&, const formats::CsvRow& row) {
        ++count;
        const auto day = parse_date(row["read_at"].substr(0, 10));
        REQUIRE_MESSAGE(day, row.line());
        CHECK_MESSAGE(metering::read_reason_of(row["reason"]), row.line());
        const std::string point(row["service_point"]), serial(row["serial"]), code(row["register"]);
        const auto after = known.upper_bound({point, serial, code, *day});
        REQUIRE_MESSAGE(after != known.begin(), file.string(), ":", row.line());
        const metering::MeterRow& meter = *std::prev(after)->second;
        REQUIRE_MESSAGE((meter.service_point == point && meter.serial == serial && meter.installed.code == code),
                        file.string(), ":", row.line());
        CHECK_MESSAGE((!meter.removed_on || *day <= *meter.removed_on), file.string(), ":", row.line());
        const auto value = parse_decimal(row["value"], meter.installed.decimals);
        REQUIRE_MESSAGE(value, file.string(), ":", row.line());
        CHECK(*value < static_cast<std::int64_t>(power_of_ten(meter.installed.dials + meter.installed.decimals)));
    });
    return count;
}

struct CountingVisitor : formats::NemVisitor {
    std::int64_t missing = 0;
    std::vector<std::string> problems;
    void interval_day(const formats::NemChannel&, const formats::NemDay& day) override {
        for (const auto& range : day.qualities)
            if (range.quality.flag == 'N') missing += range.last - range.first + 1;
    }
    void problem(const formats::Problem& problem) override { problems.push_back(formats::text_of(problem)); }
};

std::int64_t interval_rows_of(const fs::path& folder) {
    const auto profile = formats::parse_csv_profile(content_of(folder / "interval_profile.yaml"), "profile");
    REQUIRE_MESSAGE(profile, (profile ? "" : formats::text_of(profile.error())));
    const auto file = formats::TextFile::from_bytes("reads_interval.csv", content_of(folder / "reads_interval.csv"));
    REQUIRE(file);
    std::int64_t reads = 0;
    formats::read_csv_reads(*file, *profile,
                            {.read = [&](const formats::CsvRead&) { ++reads; },
                             .problem = [](const formats::Problem& problem) { FAIL(formats::text_of(problem)); }});
    return reads;
}

std::vector<std::string> words_of(const std::string& text, const std::string& word) {
    std::vector<std::string> out;
    for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1))
        out.push_back(text.substr(at + word.size(), text.find_first_of(",\n", at + word.size()) - at - word.size()));
    return out;
}

const std::vector<std::string> kUtilities{"cn-qianhu", "gb-severn", "au-banksia", "us-redwood", "za-protea"};

}  // namespace

TEST_CASE("one seed gives the same bytes, another others") {
    const GenerateOptions options{.mix = kSource / "bench/mix.yaml", .out = {}, .accounts = 300};
    Folder a, b, c;
    GenerateOptions first = options, again = options, other = options;
    first.out = a, again.out = b, other.out = c;
    other.seed = 2;
    must(first), must(again), must(other);
    CHECK(all_of(a) == all_of(b));
    CHECK(content_of(a / "reads.csv") != content_of(c / "reads.csv"));
}

TEST_CASE("more accounts leave the first ones as they were") {
    Folder a, b;
    must({.mix = kSource / "bench/mix.yaml", .out = a, .accounts = 200});
    must({.mix = kSource / "bench/mix.yaml", .out = b, .accounts = 400});
    const std::string few = content_of(a / "reads.csv"), many = content_of(b / "reads.csv");
    CHECK(many.starts_with(few.substr(0, few.size() / 2)));
}

TEST_CASE("the real parsers take every row of every sample utility") {
    for (const std::string& utility : kUtilities) {
        CAPTURE(utility);
        Folder out;
        const auto report = must({.mix = kSource / "samples" / utility / "mix.yaml", .out = out});
        const auto accounts = accounts_of(out / "accounts.csv");
        const auto meters = meters_of(out / "meters.csv");
        check_supplies(accounts);
        CHECK(std::ranges::is_sorted(accounts, {}, &customer::AccountRow::account_code));
        std::set<std::string> codes;
        for (const auto& row : accounts) codes.insert(row.account_code);
        CHECK(std::ssize(codes) == report.accounts);
        CHECK(std::ssize(meters) == report.registers);
        std::set<std::string> serials;
        for (const auto& meter : meters) serials.insert(meter.serial);
        CHECK(std::ssize(serials) == report.meters);
        CHECK(check_reads(out / "reads.csv", meters) == report.reads);
        if (fs::exists(out / "reads_interval.csv")) CHECK(interval_rows_of(out) == report.interval_values);
        if (fs::exists(out / "reads_nem12")) {
            CountingVisitor visitor;
            const std::string text = content_of(out / "reads_nem12/0001.csv");
            const auto summary = formats::read_nem(text, "nem12", visitor);
            CHECK(visitor.problems.empty());
            CHECK(summary.framing_ok);
            CHECK(summary.days == report.interval_days);
            CHECK((visitor.missing > 0) == (report.gaps > 0));
        }
    }
}

TEST_CASE("the cases made by hand are sound") {
    for (const std::string& utility : kUtilities) {
        CAPTURE(utility);
        const fs::path folder = kSource / "samples" / utility / "cases";
        const auto accounts = accounts_of(folder / "accounts.csv");
        check_supplies(accounts);
        const auto meters = meters_of(folder / "meters.csv");
        std::set<std::string> points;
        for (const auto& row : accounts) points.insert(row.service_point_code);
        for (const auto& meter : meters) CHECK_MESSAGE(points.contains(meter.service_point), meter.service_point);
        check_reads(folder / "reads.csv", meters);
        if (fs::exists(folder / "reads_interval.csv")) CHECK(interval_rows_of(folder) > 0);
        for (const char* name : {"reads_nem12.csv", "reads_nem13.csv"}) {
            if (!fs::exists(folder / name)) continue;
            CountingVisitor visitor;
            const std::string text = content_of(folder / name);
            const auto summary = formats::read_nem(text, name, visitor);
            CHECK(summary.framing_ok);
            CHECK_MESSAGE(visitor.problems.empty(), fmt::format("{}", fmt::join(visitor.problems, "\n")));
            CHECK(summary.channels + summary.accumulations > 0);
        }
    }
}

TEST_CASE("every tariff that a sample names is there and is in force from the first day on") {
    std::map<std::string, Date> first_day;
    for (const auto& entry : fs::directory_iterator(kSource / "samples/tariffs")) {
        const std::string text = content_of(entry.path());
        if (entry.path().extension() != ".yaml") continue;
        const Date day = *parse_date(words_of(text, "\neffective: ").front());
        const auto [at, fresh] = first_day.try_emplace(words_of(text, "\ntariff: ").front(), day);
        at->second = std::min(at->second, day);
    }
    for (const std::string& utility : kUtilities) {
        CAPTURE(utility);
        const fs::path folder = kSource / "samples" / utility;
        for (const auto& row : accounts_of(folder / "cases/accounts.csv")) {
            REQUIRE_MESSAGE(first_day.contains(row.terms.tariff), row.terms.tariff);
            CHECK(first_day.at(row.terms.tariff) <= row.valid_from);
        }
        const auto mix = parse_mix(content_of(folder / "mix.yaml"), "mix.yaml");
        REQUIRE_MESSAGE(mix, (mix ? "" : mix.error()));
        for (const Segment& segment : mix->segments)
            for (const Supply& supply : segment.supplies) {
                REQUIRE_MESSAGE(first_day.contains(supply.tariff), supply.tariff);
                CHECK(first_day.at(supply.tariff) <= mix->first_month);
            }
    }
}

TEST_CASE("the tariffs for measuring bill their examples") {
    Folder out;
    const auto report = must({.mix = kSource / "bench/mix.yaml", .out = out, .accounts = 10});
    CHECK(report.tariff_files == 24);
    int files = 0;
    for (const auto& entry : fs::directory_iterator(out / "tariffs")) {
        const auto nothing = [](const std::string&) -> std::expected<std::string, std::string> {
            return std::unexpected("none");
        };
        const auto result = rating::test_tariff(content_of(entry.path()), entry.path().filename().string(), nothing);
        CHECK(rating::text_of(result) == "");
        CHECK(result.results.size() == 1);
        ++files;
    }
    CHECK(files == 24);
}

TEST_CASE("the benchmark mix has the shares that it claims") {
    Folder out;
    const auto report = must({.mix = kSource / "bench/mix.yaml", .out = out, .accounts = 20'000});
    CHECK(report.exchanges > 300);
    CHECK(report.exchanges < 500);
    CHECK(report.missing_reads > 850);
    CHECK(report.missing_reads < 1150);
    CHECK(report.moves > 200);
    CHECK(report.moves < 400);
}

TEST_CASE("a bad mix is refused with its place") {
    const auto refusal = [](std::string_view text) {
        const auto mix = parse_mix(text, "mix.yaml");
        REQUIRE(!mix);
        return mix.error();
    };
    const std::string head = "prefix: X\ncountry: gb\nzone: Europe/London\naccounts: 5\nmonths: [2026-01]\nsegments:\n";
    const std::string supply =
        "    supplies: [{commodity: electricity, tariff: t, class: residential, "
        "meter: registers, daily: \"5\"";
    CHECK(parse_mix(head + "  - name: a\n    share: 1\n" + supply + "}]\n", "mix.yaml"));
    CHECK(refusal("prefix: X\n") == "mix.yaml:1: country: is missing");
    CHECK(refusal(head + "  - name: a\n    share: 0\n" + supply + "}]\n") ==
          "mix.yaml:8: share: '0' is no whole number from 1 to 1000000");
    CHECK(refusal(head + "  - name: a\n    share: 1\n" + supply + ", streams: {day: 600, night: 300}}]\n") ==
          "mix.yaml:9: streams: the shares add up to 900, not to 1000");
    CHECK(refusal("colour: red\n") == "mix.yaml:1: colour: unknown key");
}
