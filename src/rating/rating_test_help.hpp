// Short texts for the tests of rating: tariffs, usage and lines, a row each.
#pragma once
#include <doctest/doctest.h>
#include <fmt/core.h>
#include <sstream>

#include "base/ensure.hpp"
#include "rating/rating.hpp"
#include "tariff/tariff_set.hpp"
#include "tariff/tariff_text.hpp"

namespace mainspring::rating::testing {

inline Date day(std::string_view text) { return parse_date(text).value(); }

inline std::int64_t micro(std::string_view text) { return parse_decimal(text, Quantity::kScale).value(); }

struct VersionText {
    std::string effective = "2020-01-01";
    std::string head{};     // more keys of the head, each line ended
    std::string charges{};  // one a line: "energy energy_flat price: '0.5'"
    std::string key = "test";
};

// name and account are the clause's own name.
inline std::string yaml_of(const VersionText& version) {
    std::string text = fmt::format("tariff: {}\nversion: '{}'\nname: {{en: Test}}\ncommodity: electricity\nunit: kWh\n",
                                   version.key, version.effective);
    if (version.head.find("currency:") == std::string::npos) text += "currency: CNY\n";
    if (version.head.find("classes:") == std::string::npos) text += "classes: [residential, commercial]\n";
    if (version.head.find("zone:") == std::string::npos) text += "zone: Asia/Shanghai\n";
    text += fmt::format("effective: {}\nsource: {{document: test}}\n{}charges:\n", version.effective, version.head);
    std::istringstream rows(version.charges);
    for (std::string row; std::getline(rows, row);) {
        std::istringstream words(row);
        std::string clause, kind, rest;
        if (!(words >> clause >> kind)) continue;
        std::getline(words, rest);
        text += fmt::format("  - {{clause: {}, kind: {}, name: {{en: {}}}, account: revenue,{}}}\n", clause, kind,
                            clause, rest);
    }
    return text +
           "examples:\n  - {name: none, origin: hand, working: none, from: 2026-01-01, to: 2026-02-01, "
           "usage: {total: '0'}, lines: {rounding: '0'}, total: '0'}\n";
}

inline std::shared_ptr<const tariff::Plan> plan_of(const VersionText& version) {
    auto plan = tariff::compile_tariff(yaml_of(version), "test.yaml");
    if (!plan) FAIL(tariff::text_of(plan.error()));
    return std::make_shared<const tariff::Plan>(std::move(*plan));
}

inline tariff::Tariff tariff_of(const std::vector<VersionText>& versions) {
    tariff::Tariff tariff;
    for (const auto& version : versions) tariff.versions.push_back(plan_of(version));
    return tariff;
}

// "total 2026-01-01 2026-02-01 300; peak ..."
inline std::vector<Piece> pieces_of(const std::string& text) {
    std::vector<Piece> pieces;
    std::istringstream rows(text);
    for (std::string row; std::getline(rows, row, ';');) {
        std::istringstream words(row);
        std::string stream, from, to, quantity;
        if (words >> stream >> from >> to >> quantity)
            pieces.push_back({tariff::stream_of(stream), {day(from), day(to)}, micro(quantity)});
    }
    return pieces;
}

// "energy/1#2 120 x 0.5 = 60.00": clause / segment # tier or period; "(base)" in place of the quantity of a percentage.
inline std::string text_of_line(const RatedSection& rated, const Line& line) {
    const auto& plan = *rated.plans[line.version];
    const bool rounding = line.clause == plan.clauses.size();
    std::string text = rounding ? "rounding" : plan.clauses[line.clause].name;
    if (rated.plans.size() > 1) text += "@" + plan.version.substr(0, 10);
    if (line.segment != kNoSegment) text += fmt::format("/{}", line.segment);
    const auto kind = rounding ? tariff::ClauseKind::rounding : plan.clauses[line.clause].kind;
    if (kind == tariff::ClauseKind::energy_time_of_use)
        text += "#" + std::string(tariff::name_of(line.part));
    else if (kind == tariff::ClauseKind::energy_tiered && !plan.clauses[line.clause].tiering.periods.empty()) {
        const TierPart tier = tier_part(plan.clauses[line.clause], line.part);
        text += fmt::format("#{}.{}", tier.tier, tariff::name_of(tier.period));
    } else if (line.part != 0)
        text += fmt::format("#{}", line.part);
    if (kind == tariff::ClauseKind::power_factor)
        text += fmt::format(" {} ({})", format_decimal(line.quantity_micro, 6),
                            format_money({line.base_minor, rated.currency}));
    else if (line.quantity_micro != 0 || line.base_minor == 0)
        text += " " + format_decimal(line.quantity_micro, 6);
    else
        text += " (" + format_money({line.base_minor, rated.currency}) + ")";
    text += " x " + format_decimal(line.price_e8, 8);
    if (line.numerator != 1 || line.denominator != 1) text += fmt::format(" x {}/{}", line.numerator, line.denominator);
    return text + " = " + format_money({line.amount_minor, rated.currency});
}

inline std::string text_of(const RatedSection& rated) {
    std::string text;
    for (const auto& line : rated.lines) text += text_of_line(rated, line) + "\n";
    return text + "total " + format_money({rated.total_minor, rated.currency}) + "\n";
}

inline std::string rate_text(const SectionInput& input) {
    RatedSection rated;
    const auto done = Rater().rate(input, rated);
    return done ? text_of(rated) : "refused: " + std::string(text_of(done.error())) + "\n";
}

}  // namespace mainspring::rating::testing
