#include "exchange/owrs.hpp"

#include <fmt/core.h>

#include "exchange/owrs_parts.hpp"
#include "formats/problem.hpp"

namespace mainspring::exchange {

namespace {

using namespace owrs;

std::string lower(std::string text) {
    for (char& c : text)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return text;
}

std::string text_in(const YamlNode& map, std::string_view key) {
    const YamlNode* found = entry_of(map, key);
    return found == nullptr ? std::string{} : found->text;
}

// "07/01/2017" (month first) or "2017-07-01", with or without zeros in front.
std::optional<Date> date_of(std::string_view text) {
    const char mark = text.find('/') == std::string_view::npos ? '-' : '/';
    std::vector<std::string> parts = owrs::split(text, mark);
    if (parts.size() != 3) return std::nullopt;
    for (auto& part : parts)
        if (part.size() == 1) part.insert(part.begin(), '0');
    if (mark == '/') parts = {parts[2], parts[0], parts[1]};
    const auto day = parse_date(parts[0] + "-" + parts[1] + "-" + parts[2]);
    return day ? std::optional(*day) : std::nullopt;
}

std::string class_of(const std::string& name, Gathering& gathering) {
    if (gathering.choices().customer_class) return std::string(text_of(*gathering.choices().customer_class));
    if (name.starts_with("RESIDENTIAL")) return "residential";
    if (name == "INDUSTRIAL") return "industrial";
    if (name == "GOVERNMENTAL" || name == "INSTITUTIONAL") return "public";
    for (const auto* known : {"COMMERCIAL", "IRRIGATION", "AGRICULTURAL", "FIRE_SERVICE", "RECYCLED", "NON_RESIDENTIAL",
                              "NON-RESIDENTIAL", "NONRESIDENTIAL"})
        if (name == known) return "commercial";
    gathering.refuse(name, "is no class whose customers are known (--class says it)");
    return {};
}

struct File {
    const YamlNode& root;
    const YamlNode& metadata;
    std::string_view name;
};

std::optional<VolumeUnit> unit_of_file(const File& file, Gathering& gathering) {
    std::string name = lower(text_in(file.metadata, "bill_unit"));
    if (name.empty()) name = gathering.choices().volume_unit;
    const auto unit = volume_unit(name);
    if (!unit)
        gathering.refuse("bill_unit", name.empty()
                                          ? "is missing: what volume the prices are for (--volume-unit says it)"
                                          : fmt::format("'{}' is neither ccf nor kgal", formats::shown(name)));
    return unit;
}

TariffSheet head_of(const File& file, const std::string& class_name, Gathering& gathering) {
    TariffSheet sheet;
    const Choices& choices = gathering.choices();
    const std::string utility = text_in(file.metadata, "utility_name");
    sheet.name = one_line(utility + ", " + lower(class_name), 190);
    std::ranges::replace(sheet.name, '_', ' ');
    sheet.key = slug(utility, {'-', 30});
    sheet.key += (sheet.key.empty() ? "" : "-") + slug(class_name, {'-', 29});
    sheet.commodity = "water";
    sheet.unit = "m3";
    sheet.currency = choices.currency.empty() ? "USD" : choices.currency;
    sheet.zone = choices.zone.empty() ? "America/Los_Angeles" : choices.zone;
    const std::string written = text_in(file.metadata, "effective_date");
    const auto effective = choices.effective ? choices.effective : date_of(written);
    if (!effective)
        gathering.refuse("effective_date",
                         fmt::format("'{}' is no date (--effective says it)", formats::shown(written)));
    sheet.effective = format_date(effective.value_or(Date{}));
    sheet.version = sheet.effective;
    sheet.customer_class = class_of(class_name, gathering);
    sheet.document = one_line(fmt::format("Open Water Rate Specification: {}, {}", utility, file.name), 400);
    const std::string place = text_in(file.metadata, "prop_218_link");
    if (!place.empty()) sheet.place = one_line(place, 800);
    const std::string frequency = lower(text_in(file.metadata, "bill_frequency"));
    if (frequency.empty())
        gathering.refuse_unless_left_out("bill_frequency", "is missing: how long a bill is that has these prices");
    else
        sheet.note = fmt::format("prices and bounds are those of a {} bill", one_line(frequency, 100));
    return sheet;
}

void judge_file(const File& file, Gathering& gathering) {
    for (const auto& [key, value] : file.root.entries)
        if (key.text != "metadata" && key.text != "author_info" && key.text != "rate_structure" && !is_zero(value))
            gathering.refuse_unless_left_out(key.text, "is not part of a bill of any class");
    for (const auto& [key, value] : file.metadata.entries) {
        bool known = false;
        for (const auto* name : {"effective_date", "utility_name", "bill_frequency", "bill_unit", "prop_218_link"})
            known = known || key.text == name;
        if (!known && !is_zero(value)) gathering.refuse_unless_left_out(key.text, "is not known");
    }
}

Conversion convert_class(const File& file, const std::string& class_name, const YamlNode& rates,
                         const Choices& choices) {
    Conversion made;
    made.name = class_name;
    Gathering gathering(choices, made);
    if (rates.kind != YamlNode::Kind::map) {
        gathering.refuse(class_name, "must be a map of charges");
        return made;
    }
    TariffSheet sheet = head_of(file, class_name, gathering);
    judge_file(file, gathering);
    const auto unit = unit_of_file(file, gathering);
    if (unit) {
        ClassWriter(rates, *unit, gathering, sheet).run();
        sheet.note +=
            fmt::format("{}prices of a {} and bounds are turned to m3", sheet.note.empty() ? "" : "; ", unit->name);
    }
    if (const std::string left_out = gathering.left_out(); !left_out.empty()) sheet.note += "; " + left_out;
    sheet.note = one_line(sheet.note, 15'000);
    if (!gathering.clean()) return made;
    made.file_name = fmt::format("{}-{}.yaml", sheet.key, sheet.version);
    made.text = yaml_of(sheet);
    return made;
}

}  // namespace

std::expected<std::vector<Conversion>, std::string> convert_owrs(std::string_view yaml, std::string_view file_name,
                                                                 const Choices& choices) {
    YamlNode root;
    std::vector<tariff::TextProblem> problems;
    tariff::parse_yaml(yaml, root, problems);
    for (auto& problem : problems) problem.file = std::string(file_name);
    if (!problems.empty()) {
        std::string text = tariff::text_of(problems);
        text.pop_back();
        return std::unexpected(std::move(text));
    }
    const YamlNode *metadata = entry_of(root, "metadata"), *classes = entry_of(root, "rate_structure");
    if (metadata == nullptr || classes == nullptr || classes->entries.empty())
        return std::unexpected(fmt::format("{}: must have metadata and a rate_structure of classes", file_name));
    std::vector<Conversion> made;
    const File file{root, *metadata, file_name};
    for (const auto& entry : classes->entries)
        made.push_back(convert_class(file, entry.key.text, entry.value, choices));
    return made;
}

}  // namespace mainspring::exchange
