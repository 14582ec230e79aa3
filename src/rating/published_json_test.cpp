#include "rating/published_json_test.hpp"

#include <boost/json.hpp>

namespace mainspring::rating::testing {

std::optional<boost::json::value> published_json(const std::string& file) {
    const auto text = published_text(file);
    return text ? std::optional(boost::json::parse(*text)) : std::nullopt;
}

std::optional<boost::json::value> published_cases() { return published_json("rating/cases.json"); }

namespace {

std::set<std::string, std::less<>>& run_so_far() {
    static std::set<std::string, std::less<>> ids;
    return ids;
}

}  // namespace

void ran(std::string_view id) { run_so_far().emplace(id); }
const std::set<std::string, std::less<>>& cases_run() { return run_so_far(); }

const boost::json::value& case_of(const boost::json::value& all, std::string_view id) {
    ran(id);
    for (const auto& item : all.at("cases").as_array())
        if (item.at("id").as_string() == id) return item;
    FAIL("no case " << std::string(id));
    return all;
}

std::int64_t decimal_of(const boost::json::value& value, int scale) {
    return decimal_of_text(value.is_string() ? std::string(value.as_string()) : boost::json::serialize(value), scale);
}
std::int64_t micro_of(const boost::json::value& value) { return decimal_of(value, 6); }
std::string text_of(const boost::json::value& value) { return std::string(value.as_string()); }

}  // namespace mainspring::rating::testing
