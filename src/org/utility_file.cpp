#include "org/utility_file.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include "calendar/zone.hpp"

namespace mainspring::org {
namespace {

constexpr std::array<std::string_view, 9> kKeys{"code",    "name",    "currency",    "zone",     "language",
                                                "address", "contact", "bill_prefix", "org_units"};

struct Bad {
    std::string text;
};

class UtilityParser {
public:
    explicit UtilityParser(std::string_view file) : file_(file) {}

    UtilityFile parse(const YAML::Node& root) {
        if (!root.IsMap()) fail(root, "", "is not a map of keys");
        check_keys(root, kKeys);
        UtilityFile utility;
        utility.code = required(root, "code");
        utility.name = texts(root, "name");
        if (std::ranges::find(utility.name, "en", &UtilityFile::Texts::value_type::first) == utility.name.end())
            fail(root["name"], "name", "needs at least the text for 'en'");
        utility.currency = currency(root);
        utility.zone = required(root, "zone");
        if (const auto zone = Zone::named(utility.zone); !zone) fail(root["zone"], "zone", zone.error());
        if (root["language"]) utility.language = required(root, "language");
        if (root["bill_prefix"]) utility.bill_prefix = scalar(root["bill_prefix"], "bill_prefix");
        if (root["address"]) utility.address = lines(root["address"]);
        if (root["contact"]) utility.contact = texts(root, "contact");
        utility.org_units = org_units(root, utility);
        return utility;
    }

    [[noreturn]] void fail(const YAML::Node& node, std::string_view field, std::string_view reason) const {
        const int line = node.IsDefined() ? node.Mark().line + 1 : 0;
        std::string text = line > 0 ? fmt::format("{}:{}: ", file_, line) : fmt::format("{}: ", file_);
        if (!field.empty()) text += fmt::format("{}: ", field);
        throw Bad{text.append(reason)};
    }

private:
    template <class Keys>
    void check_keys(const YAML::Node& map, const Keys& known) const {
        for (const auto& member : map) {
            const auto key = member.first.as<std::string>();
            if (std::ranges::find(known, key) == known.end()) fail(member.first, key, "unknown key");
        }
    }
    std::string scalar(const YAML::Node& node, std::string_view field) const {
        if (!node.IsScalar()) fail(node, field, "must be a text");
        return node.as<std::string>();
    }
    std::string required(const YAML::Node& map, const char* key) const {
        if (!map[key]) fail(map, key, "is missing");
        std::string text = scalar(map[key], key);
        if (text.empty()) fail(map[key], key, "is empty");
        return text;
    }
    UtilityFile::Texts texts(const YAML::Node& map, const char* key) const {
        if (!map[key]) fail(map, key, "is missing");
        if (!map[key].IsMap()) fail(map[key], key, "must be a map of texts");
        UtilityFile::Texts out;
        for (const auto& member : map[key])
            out.emplace_back(member.first.as<std::string>(), scalar(member.second, key));
        std::ranges::sort(out);
        return out;
    }
    std::vector<std::string> lines(const YAML::Node& node) const {
        if (!node.IsSequence()) fail(node, "address", "must be a list of lines");
        std::vector<std::string> out;
        for (const auto& line : node) out.push_back(scalar(line, "address"));
        return out;
    }
    Currency currency(const YAML::Node& root) const {
        const auto found = currency_of(required(root, "currency"));
        if (!found) fail(root["currency"], "currency", found.error());
        return *found;
    }
    std::vector<UtilityFile::OrgUnit> org_units(const YAML::Node& root, const UtilityFile& utility) const {
        if (!root["org_units"]) return {{.code = utility.code, .name = utility.name.front().second, .parent = ""}};
        if (!root["org_units"].IsSequence() || root["org_units"].size() == 0)
            fail(root["org_units"], "org_units", "must be a list of at least one unit");
        std::vector<UtilityFile::OrgUnit> out;
        for (const auto& node : root["org_units"]) out.push_back(org_unit(node, out));
        return out;
    }
    UtilityFile::OrgUnit org_unit(const YAML::Node& node, const std::vector<UtilityFile::OrgUnit>& before) const {
        if (!node.IsMap()) fail(node, "org_units", "each unit is a map {code, name, parent}");
        check_keys(node, std::array<std::string_view, 3>{"code", "name", "parent"});
        UtilityFile::OrgUnit unit{.code = required(node, "code"), .name = required(node, "name"), .parent = ""};
        if (node["parent"]) unit.parent = required(node, "parent");
        if (std::ranges::find(before, unit.code, &UtilityFile::OrgUnit::code) != before.end())
            fail(node, "org_units", fmt::format("unit '{}' is there twice", unit.code));
        if (unit.parent.empty() && !before.empty())
            fail(node, "org_units", fmt::format("unit '{}' has no parent; only the first unit is the root", unit.code));
        if (!unit.parent.empty() && std::ranges::find(before, unit.parent, &UtilityFile::OrgUnit::code) == before.end())
            fail(node, "org_units", fmt::format("parent '{}' of '{}' is not listed before it", unit.parent, unit.code));
        return unit;
    }

    std::string_view file_;
};

}  // namespace

std::expected<UtilityFile, std::string> parse_utility(std::string_view text, std::string_view file) {
    try {
        const YAML::Node root = YAML::Load(std::string(text));
        return UtilityParser(file).parse(root);
    } catch (const Bad& bad) {
        return std::unexpected(bad.text);
    } catch (const YAML::Exception& error) {
        return std::unexpected(fmt::format("{}:{}: {}", file, error.mark.line + 1, error.msg));
    }
}

}  // namespace mainspring::org
