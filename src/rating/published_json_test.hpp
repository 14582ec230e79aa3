// Cases that others have published, as JSON. Who looks into them includes Boost.JSON himself.
#pragma once
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "rating/published_test.hpp"

namespace boost::json {
class value;
}

namespace mainspring::rating::testing {

// Nothing, with a message, where the file is not there.
std::optional<boost::json::value> published_json(const std::string& file);
std::optional<boost::json::value> published_cases();

// This case is run: what it expects is compared, as far as published_cases.txt does not say otherwise.
void ran(std::string_view id);
const std::set<std::string, std::less<>>& cases_run();

// A case that is run. Fails the test where there is none.
const boost::json::value& case_of(const boost::json::value& all, std::string_view id);

// A number, or a decimal in quotes; digits beyond the scale are rounded half up.
std::int64_t decimal_of(const boost::json::value& value, int scale);
std::int64_t micro_of(const boost::json::value& value);
std::string text_of(const boost::json::value& value);

}  // namespace mainspring::rating::testing
