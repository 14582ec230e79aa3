// Golden cases: tests/golden/tariff/*.yaml are right, bad/*.yaml wrong; each has its .expected beside it.
// UPDATE_GOLDEN=1 writes them anew.
#include <cstdlib>
#include <doctest/doctest.h>
#include <fmt/core.h>
#include <fstream>
#include <set>
#include <sstream>

#include "tariff/describe.hpp"
#include "tariff/tariff_text.hpp"

using namespace mainspring;
using namespace mainspring::tariff;
namespace fs = std::filesystem;

namespace {

const fs::path kSource = MAINSPRING_SOURCE_DIR;
const fs::path kGolden = kSource / "tests/golden/tariff";

std::string content_of(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
}

void compare(const fs::path& expected, const std::string& got) {
    if (std::getenv("UPDATE_GOLDEN") != nullptr) std::ofstream(expected, std::ios::binary) << got;
    CAPTURE(expected.filename().string());
    REQUIRE(fs::exists(expected));
    CHECK(content_of(expected) == got);
}

std::string describe(const Example& example, Currency currency) {
    std::string text =
        fmt::format("Example, line {}: {} ({}), {} to {}, {}, {} dwellings", example.line, example.name,
                    example.origin == Example::Origin::hand ? "hand" : "publisher", format_date(example.dates.from),
                    format_date(example.dates.to), text_of(example.customer_class), example.dwellings);
    for (const auto& name : entitlement_names(example.entitlements)) text += ", " + name;
    text += "\n   working: " + example.working.substr(0, example.working.find('\n')) + "\n";
    for (const auto& piece : example.pieces)
        text += fmt::format("   {} {} from {} to {}\n", name_of(piece.stream), format_decimal(piece.micro, 6),
                            format_date(piece.dates.from), format_date(piece.dates.to));
    for (const auto& counter : example.counters_before)
        text += fmt::format("   {} has counted {}\n", counter.clause, format_decimal(counter.micro, 6));
    for (const auto& peak : example.peaks)
        text += fmt::format("   peak {} {} from {} to {}\n", name_of(peak.stream), format_decimal(peak.micro, 6),
                            format_date(peak.dates.from), format_date(peak.dates.to));
    for (const auto& past : example.demands_before)
        text += fmt::format("   before: {} {} from {} to {}\n", past.clause, format_decimal(past.micro, 6),
                            format_date(past.dates.from), format_date(past.dates.to));
    for (const auto& one : example.intervals)
        text += fmt::format("   intervals {}: {} of {} minutes, the last {}\n", name_of(one.measure), one.micro.size(),
                            one.minutes, format_decimal(one.micro.back(), 6));
    for (const auto& one : example.series)
        text += fmt::format("   series {}: {} of {} minutes, the last {}\n", one.name, one.e8.size(), one.minutes,
                            format_decimal(one.e8.back(), 8));
    for (const auto& line : example.lines)
        text += fmt::format("   {} {}\n", line.clause, format_money({line.amount_minor, currency}));
    text += "   total " + format_money({example.total_minor, currency}) + "\n";
    for (const auto& file : example.with) text += "   with " + file + "\n";
    return text;
}

std::vector<fs::path> files_in(const fs::path& folder, std::string_view extension) {
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(folder))
        if (entry.path().extension() == extension) files.push_back(entry.path());
    std::ranges::sort(files);
    return files;
}

fs::path expected_of(const fs::path& file) { return fs::path(file).replace_extension(".expected"); }

}  // namespace

TEST_CASE("good tariffs are read as written") {
    const auto files = files_in(kGolden, ".yaml");
    REQUIRE(!files.empty());
    for (const auto& file : files) {
        const auto read = read_tariff(content_of(file), file.filename().string());
        const std::string problems = read ? "" : text_of(read.error());
        CHECK(problems == "");
        if (!read) continue;
        std::string text = describe(read->plan);
        for (const Example& example : read->examples) text += describe(example, read->plan.currency);
        compare(expected_of(file), text);
    }
}

TEST_CASE("wrong tariffs are refused with every problem and its place") {
    const auto files = files_in(kGolden / "bad", ".yaml");
    REQUIRE(!files.empty());
    for (const auto& file : files) {
        const auto read = read_tariff(content_of(file), file.filename().string());
        CAPTURE(file.filename().string());
        REQUIRE_FALSE(read.has_value());
        compare(expected_of(file), text_of(read.error()));
    }
}

TEST_CASE("no golden file is left without its case") {
    for (const auto& folder : {kGolden, kGolden / "bad"})
        for (const auto& entry : fs::directory_iterator(folder)) {
            CAPTURE(entry.path().string());
            if (entry.is_directory()) {
                CHECK(entry.path().filename() == "bad");
            } else if (entry.path().extension() == ".expected") {
                CHECK(fs::exists(fs::path(entry.path()).replace_extension(".yaml")));
            } else {
                CHECK(entry.path().extension() == ".yaml");
            }
        }
}

TEST_CASE("the tariffs of the sample utilities and of the library are read") {
    for (const fs::path& folder : {kSource / "samples/tariffs", kSource / "samples/tariffs/library"})
        for (const auto& file : files_in(folder, ".yaml")) {
            const auto read = read_tariff(content_of(file), file.filename().string());
            CHECK((read ? "" : text_of(read.error())) == "");
        }
}
