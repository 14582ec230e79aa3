// Every tariff of samples/tariffs and its library bills its own examples to the last digit.
#include <doctest/doctest.h>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "rating/example_runner.hpp"

using namespace mainspring;
using namespace mainspring::rating;
namespace fs = std::filesystem;

namespace {

std::string content_of(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
}

}  // namespace

TEST_CASE("the samples bill their examples") {
    int files = 0;
    for (const auto& entry : fs::recursive_directory_iterator(fs::path(MAINSPRING_SOURCE_DIR) / "samples/tariffs")) {
        if (entry.path().extension() != ".yaml") continue;
        const fs::path folder = entry.path().parent_path();
        const auto read_beside = [&](const std::string& name) -> std::expected<std::string, std::string> {
            if (!fs::exists(folder / name)) return std::unexpected("is not there");
            return content_of(folder / name);
        };
        const auto report = test_tariff(content_of(entry.path()), entry.path().filename().string(), read_beside);
        CHECK(text_of(report) == "");
        CHECK_FALSE(report.results.empty());
        ++files;
    }
    CHECK(files > 40);
}
