// That every published case is run by the tests of this program, or stands in published_cases.txt with its reason.
// Test cases run in the order of their files: this one comes after all that run cases.
#include <boost/json.hpp>

#include "rating/published_json_test.hpp"

using namespace mainspring::rating::testing;

namespace {

struct Entry {
    std::string start;   // of ids
    std::string kind;    // "not", "part", or the file of the test that runs them
    std::string reason;
};

std::vector<Entry> entries() {
    std::ifstream in(std::filesystem::path(MAINSPRING_SOURCE_DIR) / "src/rating/published_cases.txt");
    REQUIRE(in.good());
    std::vector<Entry> list;
    for (std::string row; std::getline(in, row);) {
        if (row.empty() || row.starts_with('#')) continue;
        Entry& entry = list.emplace_back();
        std::istringstream words(row);
        words >> entry.start >> entry.kind;
        std::getline(words >> std::ws, entry.reason);
        INFO(row);
        CHECK_FALSE(entry.reason.empty());
    }
    return list;
}

bool names_cases(const std::string& file, const std::string& start) {
    std::ifstream in(std::filesystem::path(MAINSPRING_SOURCE_DIR) / file);
    std::stringstream text;
    text << in.rdbuf();
    return text.str().find("\"" + start) != std::string::npos;
}

}  // namespace

TEST_CASE("every published case is run, or listed with its reason") {
    const auto all = published_cases();
    if (!all) return;
    if (cases_run().empty()) {
        MESSAGE("SKIPPED: the tests that run cases were not chosen");
        return;
    }
    const auto list = entries();
    std::vector<int> used(list.size());
    for (const auto& item : all->at("cases").as_array()) {
        const std::string id = text_of(item.at("id"));
        INFO(id);
        bool elsewhere = false;
        for (std::size_t i = 0; i < list.size(); ++i) {
            if (!id.starts_with(list[i].start)) continue;
            ++used[i];
            elsewhere = elsewhere || list[i].kind != "part";
        }
        if (elsewhere)
            CHECK_MESSAGE(!cases_run().contains(id), "is listed as not run here, and is run");
        else
            CHECK_MESSAGE(cases_run().contains(id), "is neither run nor listed");
    }
    for (std::size_t i = 0; i < list.size(); ++i) {
        INFO(list[i].start);
        CHECK_MESSAGE(used[i] != 0, "names no case");
        if (list[i].kind != "not" && list[i].kind != "part") CHECK(names_cases(list[i].kind, list[i].start));
    }
}
