// The real NEM12/NEM13 files of the shared data set against results that two independent readers computed.
#include <boost/json.hpp>
#include <cstdio>
#include <doctest/doctest.h>
#include <fstream>
#include <iterator>
#include <map>
#include <set>

#include "formats/nem.hpp"
#include "formats/nem_advance.hpp"
#include "formats/nem_writer.hpp"
#include "formats/text_file.hpp"

using namespace mainspring;
using namespace mainspring::formats;
namespace json = boost::json;

namespace {

const std::filesystem::path kNem = std::filesystem::path(MAINSPRING_SOURCE_DIR) / ".." / "shared" / "data" / "nem";

bool absent(const char* name) {
    if (std::filesystem::exists(kNem)) return false;
    MESSAGE("shared data absent");
    std::printf("SKIPPED: %s: shared data absent\n", name);
    return true;
}

json::value load(const char* name) {
    std::ifstream in(kNem / name);
    return json::parse(std::string(std::istreambuf_iterator<char>(in), {}));
}

std::string str(const json::value& value) { return value.is_string() ? std::string(value.as_string()) : ""; }

// At scale 9.
Int128 sum_of(std::string_view text) {
    const auto parsed = parse_scaled(text);
    REQUIRE(parsed);
    return parsed->value * power_of_ten(9 - parsed->scale);
}

struct QualitySum {
    std::int64_t intervals = 0;
    Int128 sum = 0;
};

struct ChannelSum {
    std::int64_t days = 0, intervals = 0, events = 0, b2b = 0, records = 0;
    std::set<Date> dates;
    Int128 sum = 0;
    std::map<std::string, QualitySum> by_quality;
    std::vector<std::array<std::string, 7>> reads;
};

std::string upper(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return out;
}

// NMI, suffix, unit, minutes, meter: the same stream may come with two interval lengths.
using Key = std::array<std::string, 5>;

Key key_of(const NemChannel& channel) {
    return {std::string(channel.nmi), std::string(channel.suffix), upper(channel.unit_text),
            std::to_string(channel.interval_minutes), std::string(channel.meter)};
}

Key key_of(const json::object& wanted) {
    const auto* minutes = wanted.if_contains("minutes");
    return {str(wanted.at("nmi")), str(wanted.at("suffix")), str(wanted.at("uom")),
            minutes == nullptr ? "" : std::to_string(minutes->as_int64()), str(wanted.at("meter"))};
}

class Collector : public NemVisitor {
public:
    std::vector<std::string> header_fields;
    std::map<Key, ChannelSum> channels;
    std::vector<Problem> problems;
    int ends = 0;

    void header(const NemHeader& header) override {
        header_fields = {"100", std::string(header.version), std::string(header.created), std::string(header.from),
                         std::string(header.to)};
    }
    void channel(const NemChannel& channel) override { of(channel); }
    void interval_day(const NemChannel& channel, const NemDay& day) override {
        ChannelSum& sum = of(channel);
        ++sum.days;
        sum.dates.insert(day.date);
        sum.events += static_cast<std::int64_t>(day.events.size());
        for (const NemQualityRange& range : day.qualities) {
            QualitySum& quality = sum.by_quality[text_of(range.quality)];
            for (int i = range.first; i <= range.last; ++i) {
                const Int128 value = day.values[static_cast<std::size_t>(i - 1)] * power_of_ten(9 - day.scale);
                ++quality.intervals;
                quality.sum += value;
                ++sum.intervals;
                sum.sum += value;
            }
        }
    }
    void accumulation(const NemAccumulation& record) override {
        ChannelSum& sum = channels[{std::string(record.nmi), std::string(record.suffix), upper(record.unit_text), "",
                                    std::string(record.meter)}];
        last_ = &sum;
        ++sum.records;
        sum.sum += record.quantity.value * power_of_ten(9 - record.quantity.scale);
        sum.reads.push_back({std::string(record.previous.reading), std::string(record.previous.at),
                             text_of(record.previous.quality), std::string(record.current.reading),
                             std::string(record.current.at), text_of(record.current.quality),
                             std::string(record.quantity_text)});
    }
    void b2b(const NemChannel* channel, const NemB2b&) override {
        if (channel != nullptr)
            ++of(*channel).b2b;
        else
            ++last_->b2b;
    }
    void end() override { ++ends; }
    void problem(const Problem& problem) override { problems.push_back(problem); }

private:
    ChannelSum& of(const NemChannel& channel) { return channels[key_of(channel)]; }
    ChannelSum* last_ = nullptr;
};

std::string read_whole(const std::filesystem::path& path, Collector& into) {
    auto input = open_input(path);
    REQUIRE_MESSAGE(input, (input ? "" : text_of(input.error())));
    auto text = input->next();
    REQUIRE(text);
    REQUIRE_MESSAGE(*text, (*text ? "" : text_of(text->error())));
    read_nem((*text)->text(), (*text)->name(), into);
    CHECK(!input->next());
    return std::string((*text)->text());
}

std::string yyyymmdd(Date date) {
    std::string text = format_date(date);
    std::erase(text, '-');
    return text;
}

void check_intervals(const json::object& wanted, const ChannelSum& got) {
    CHECK(got.days == wanted.at("days").as_int64());
    CHECK(static_cast<std::int64_t>(got.dates.size()) == wanted.at("distinct_days").as_int64());
    CHECK((got.dates.empty() ? "" : yyyymmdd(*got.dates.begin())) == str(wanted.at("first")));
    CHECK((got.dates.empty() ? "" : yyyymmdd(*got.dates.rbegin())) == str(wanted.at("last")));
    CHECK(got.intervals == wanted.at("intervals").as_int64());
    CHECK(format_decimal(got.sum, 9) == format_decimal(sum_of(str(wanted.at("sum"))), 9));
    CHECK(got.events == wanted.at("rec400").as_int64());
    CHECK(got.b2b == wanted.at("rec500").as_int64());
    const auto& qualities = wanted.at("by_quality").as_object();
    CHECK(got.by_quality.size() == qualities.size());
    for (const auto& [quality, value] : qualities) {
        const auto found = got.by_quality.find(std::string(quality));
        REQUIRE(found != got.by_quality.end());
        CHECK(found->second.intervals == value.as_array()[0].as_int64());
        CHECK(format_decimal(found->second.sum, 9) == format_decimal(sum_of(str(value.as_array()[1])), 9));
    }
}

void check_registers(const json::object& wanted, const ChannelSum& got) {
    CHECK(got.records == wanted.at("records").as_int64());
    CHECK(format_decimal(got.sum, 9) == format_decimal(sum_of(str(wanted.at("quantity"))), 9));
    CHECK(got.b2b == wanted.at("b2b550").as_int64());
    const auto& reads = wanted.at("reads").as_array();
    REQUIRE(reads.size() == got.reads.size());
    constexpr std::array kKeys{"prev", "prev_dt", "prev_q", "cur", "cur_dt", "cur_q", "qty"};
    for (std::size_t i = 0; i < reads.size(); ++i)
        for (std::size_t k = 0; k < kKeys.size(); ++k) CHECK(got.reads[i][k] == str(reads[i].at(kKeys[k])));
}

// Where we decide otherwise than the computed result, on purpose.
struct Difference {
    std::string_view file, reason;
};
constexpr Difference kOtherChannels[] = {
    {"invalid/Example_NEM12_30min_200_15min_400.csv",
     "a 300 whose quality cannot be read is refused with its values; the expectation keeps them as V"},
};
// Further lines on which we report a warning, by the reason's text, in any file: they refuse nothing.
constexpr std::string_view kOwnWarnings[] = {"without a reason", "E with a reason", "UOM: is empty",
                                             "is no yyyymmddHHMM"};

bool differs_on_purpose(std::string_view file) {
    return std::ranges::any_of(kOtherChannels, [&](const Difference& known) { return known.file == file; });
}

void check_problems(const json::object& wanted, const std::vector<Problem>& problems) {
    std::multiset<std::int64_t> expected, got;
    if (const auto* list = wanted.if_contains("problems"))
        for (const auto& problem : list->as_array()) {
            expected.insert(problem.as_array()[0].as_int64());
            const std::string reason = str(problem.as_array()[1]);
            const std::int64_t line = problem.as_array()[0].as_int64();
            const bool said = std::ranges::any_of(problems, [&](const Problem& own) {
                return own.line == line && own.reason.find(reason) != std::string::npos;
            });
            CHECK_MESSAGE(said, "line " << line << ": " << reason);
        }
    for (const Problem& problem : problems) {
        const std::string text = text_of(problem);
        const bool own = problem.severity == Severity::warning &&
                         std::ranges::any_of(kOwnWarnings, [&](auto part) { return text.find(part) != text.npos; });
        if (!own) got.insert(problem.line);
    }
    CHECK(std::vector(got.begin(), got.end()) == std::vector(expected.begin(), expected.end()));
}

}  // namespace

TEST_CASE("every NEM file gives the expected channels, sums and problems") {
    if (absent("nem expected files")) return;
    const json::value all = load("EXPECTED_NEM.json");
    int files = 0;
    for (const auto& [name, value] : all.as_object()) {
        const std::string file(name);
        CAPTURE(file);
        const auto& wanted = value.as_object();
        Collector got;
        read_whole(kNem / file, got);
        std::vector<std::string> header;
        for (const auto& field : wanted.at("header").as_array()) header.push_back(str(field));
        CHECK(got.header_fields == header);
        check_problems(wanted, got.problems);
        ++files;
        if (differs_on_purpose(file)) continue;
        const auto& channels = wanted.at("channels").as_array();
        CHECK(channels.size() == got.channels.size());
        for (const auto& entry : channels) {
            const auto& channel = entry.as_object();
            CAPTURE(str(channel.at("nmi")) + "/" + str(channel.at("suffix")));
            const auto found = got.channels.find(key_of(channel));
            REQUIRE(found != got.channels.end());
            if (str(channel.at("format")) == "NEM12")
                check_intervals(channel, found->second);
            else
                check_registers(channel, found->second);
        }
    }
    CHECK(files >= 100);
}

TEST_CASE("every NEM13 record gets the expected verdict") {
    if (absent("nem13 advances")) return;
    static const std::map<std::string, AdvanceVerdict> kVerdicts{
        {"ok", AdvanceVerdict::ok},
        {"ok-rounded", AdvanceVerdict::rounded},
        {"rollover", AdvanceVerdict::rollover},
        {"negative-of-diff", AdvanceVerdict::negative_of_difference},
        {"reverse-run", AdvanceVerdict::reverse},
        {"mismatch", AdvanceVerdict::mismatch}};
    int records = 0;
    const json::value all = load("EXPECTED_NEM13_ADVANCES.json");
    for (const auto& record : all.as_array()) {
        const std::string previous = str(record.at("prev")), current = str(record.at("cur")),
                          quantity = str(record.at("qty"));
        CAPTURE(previous + " -> " + current + " stated " + quantity);
        const auto judged = judge_advance(
            {previous, current, quantity, str(record.at("dir")) == "I" ? NemDirection::import : NemDirection::export_});
        REQUIRE(judged);
        CHECK(judged->verdict == kVerdicts.at(str(record.at("verdict"))));
        CHECK(sum_of(judged->difference) == sum_of(str(record.at("diff"))));
        ++records;
    }
    CHECK(records >= 80);
}

TEST_CASE("published NMI check digits") {
    if (absent("nmi check digits")) return;
    int count = 0;
    const json::value all = load("nmi_checksum.json");
    for (const auto& entry : all.as_array()) {
        CAPTURE(str(entry.at("nmi")));
        CHECK(nmi_check_digit(str(entry.at("nmi"))) == static_cast<int>(entry.at("checksum").as_int64()));
        ++count;
    }
    CHECK(count == 30);
}

namespace {

class Rewriter : public NemVisitor {
public:
    explicit Rewriter(std::string& out) : writer_(out) {}
    void header(const NemHeader& header) override { writer_.header(header); }
    void channel(const NemChannel& channel) override { writer_.channel(channel); }
    void interval_day(const NemChannel& channel, const NemDay& day) override { writer_.interval_day(channel, day); }
    void b2b(const NemChannel*, const NemB2b& record) override { writer_.b2b(record); }
    void end() override { writer_.end(); }
    void problem(const Problem&) override {}

private:
    Nem12Writer writer_;
};

}  // namespace

TEST_CASE("what the writer makes of real files reads back the same") {
    if (absent("nem12 round trip")) return;
    int files = 0;
    const json::value all = load("EXPECTED_NEM.json");
    for (const auto& [name, value] : all.as_object()) {
        const std::string file(name);
        const auto* known = value.as_object().if_contains("problems");
        if (known != nullptr && !known->as_array().empty()) continue;
        CAPTURE(file);
        Collector before, after;
        const std::string text = read_whole(kNem / file, before);
        if (before.header_fields.at(1) != "NEM12") continue;
        std::string once, twice;
        Rewriter first(once), second(twice);
        read_nem(text, "first", first);
        read_nem(once, "second", second);
        read_nem(once, "again", after);
        CHECK(once == twice);
        CHECK(after.header_fields == before.header_fields);
        CHECK(after.ends == 1);
        REQUIRE(after.channels.size() == before.channels.size());
        for (const auto& [key, sum] : before.channels) {
            const ChannelSum& other = after.channels[key];
            CHECK(other.sum == sum.sum);
            CHECK(other.days == sum.days);
            CHECK(other.events == sum.events);
            CHECK(other.b2b == sum.b2b);
            CHECK(other.by_quality.size() == sum.by_quality.size());
        }
        ++files;
    }
    CHECK(files >= 50);
}
