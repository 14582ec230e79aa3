// Any bytes as a tariff of another form: written as ours, or refused by name.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "exchange/csv_prices.hpp"
#include "exchange/owrs.hpp"
#include "exchange/urdb.hpp"
#include "tariff/yaml_tree.hpp"

namespace {

using mainspring::exchange::Conversion;

void must(bool condition, const char* what) {
    if (condition) return;
    std::fprintf(stderr, "broken: %s\n", what);
    std::abort();
}

void check(const std::expected<std::vector<Conversion>, std::string>& made) {
    if (!made) return must(!made.error().empty(), "a refusal says why");
    must(!made->empty(), "a file holds a tariff");
    for (const Conversion& one : *made) {
        must(one.done() != one.text.empty(), "a tariff is written or refused");
        for (const auto& refusal : one.refusals) must(!refusal.reason.empty(), "a refusal has a reason");
        for (const auto& note : one.notes) must(!note.empty(), "a note says something");
        if (!one.done()) continue;
        must(!one.file_name.empty() && one.file_name.find('/') == std::string::npos, "a file has a name, no folder");
        mainspring::tariff::YamlNode root;
        std::vector<mainspring::tariff::TextProblem> problems;
        mainspring::tariff::parse_yaml(one.text, root, problems);
        must(problems.empty() || one.text.size() > mainspring::tariff::kLongestTariffText, "what is written is YAML");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    mainspring::exchange::Choices choices;
    choices.zone = "Etc/UTC";
    choices.demand_window_minutes = 15;
    choices.volume_unit = "ccf";
    check(mainspring::exchange::convert_urdb(text, "fuzz", choices));
    check(mainspring::exchange::convert_owrs(text, "fuzz", choices));
    check(mainspring::exchange::convert_csv_prices(text, "fuzz", choices));
    return 0;
}
