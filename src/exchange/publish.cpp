#include "exchange/publish.hpp"

#include <algorithm>
#include <fmt/core.h>

#include "base/ensure.hpp"
#include "base/json_writer.hpp"
#include "exchange/terms.hpp"
#include "tariff/yaml_tree.hpp"

namespace mainspring::exchange {

namespace {

using namespace tariff;

std::string escaped(std::string_view text) {
    std::string made;
    for (const char c : text) {
        switch (c) {
            case '&': made += "&amp;"; break;
            case '<': made += "&lt;"; break;
            case '>': made += "&gt;"; break;
            case '"': made += "&quot;"; break;
            case '\'': made += "&#39;"; break;
            default: made += c;
        }
    }
    return made;
}

constexpr std::string_view kStyle = R"(<style>
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 48rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.5rem; line-height: 1.2; }
h2 { font-size: 1.2rem; margin-top: 2rem; }
h3 { font-size: 1rem; margin: 1.5rem 0 .25rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .3rem .5rem .3rem 0; border-top: 1px solid #8886;
  overflow-wrap: anywhere; }
th { font-weight: normal; width: 40%; }
td.amount { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
tr.total th, tr.total td { font-weight: bold; }
p.working { white-space: pre-line; }
@media print { body { max-width: none; padding: 0; font-size: 10pt; } h3, tr { break-inside: avoid; }
  h2, h3 { break-after: avoid; } }
</style>
)";

std::string_view kind_words(ClauseKind kind) {
    switch (kind) {
        case ClauseKind::fixed_per_day: return "for each day";
        case ClauseKind::fixed_per_period: return "for each bill or month";
        case ClauseKind::energy_flat: return "for each unit used";
        case ClauseKind::energy_time_of_use: return "for each unit used, by the time of use";
        case ClauseKind::energy_tiered: return "for each unit used, in tiers";
        case ClauseKind::percentage: return "a share of other charges";
        case ClauseKind::tax: return "a tax on other charges";
        case ClauseKind::discount_percent: return "a share off other charges";
        case ClauseKind::discount_per_day: return "off for each day";
        case ClauseKind::discount_per_period: return "off for each bill or month";
        case ClauseKind::minimum: return "the least that other charges come to";
        case ClauseKind::rounding: return "rounding";
        case ClauseKind::energy_slab: return "for each unit used, all at the price of the tier that is reached";
        case ClauseKind::energy_indexed: return "for each unit used, at a price that is published hour by hour";
        case ClauseKind::demand: return "for the highest demand";
        case ClauseKind::power_factor: return "by the power factor";
        case ClauseKind::maximum: return "the most that other charges come to";
    }
    return "";
}

void put_terms(const std::vector<Term>& terms, std::string& text) {
    text += "<table>\n";
    for (const Term& term : terms)
        text += fmt::format("<tr><th scope=\"row\">{}</th><td>{}</td></tr>\n", escaped(term.name), escaped(term.value));
    text += "</table>\n";
}

// As customers know the charges: by what is printed on their bills.
std::string labels_of(const Plan& plan, const std::vector<std::uint16_t>& clauses) {
    std::string labels;
    for (const std::uint16_t index : clauses) {
        const Clause& clause = plan.clauses[index];
        labels += (labels.empty() ? "" : ", ") + printed_name(clause.name_en, clause.name_local);
    }
    return labels;
}

void put_clause(const Plan& plan, const Clause& clause, std::string& text) {
    text += fmt::format("<h3>{}</h3>\n", escaped(printed_name(clause.name_en, clause.name_local)));
    std::vector<Term> terms;
    for (Term& term : clause_terms(plan, clause)) {
        if (term.name == "account" || term.name == "item" || term.name == "name") continue;
        if (term.name == "kind") term = {"charged", std::string(kind_words(clause.kind))};
        if (term.name == "of" && !clause.of_clauses.empty()) term.value = labels_of(plan, clause.of_clauses);
        terms.push_back(std::move(term));
    }
    put_terms(terms, text);
}

void put_example(const Plan& plan, const Example& example, std::string& text) {
    const auto amount = [&](std::int64_t minor) {
        return fmt::format("{} {}", format_money({minor, plan.currency}), plan.currency.text());
    };
    text += fmt::format("<h3>{}</h3>\n<p class=\"working\">{} to {}\n{}</p>\n<table>\n", escaped(example.name),
                        format_date(example.dates.from), format_date(example.dates.to - std::chrono::days{1}),
                        escaped(example.working));
    for (const auto& line : example.lines) {
        const auto clause = std::ranges::find(plan.clauses, line.clause, &Clause::name);
        const std::string name =
            clause == plan.clauses.end() ? line.clause : printed_name(clause->name_en, clause->name_local);
        text += fmt::format("<tr><th scope=\"row\">{}</th><td class=\"amount\">{}</td></tr>\n", escaped(name),
                            amount(line.amount_minor));
    }
    text += fmt::format("<tr class=\"total\"><th scope=\"row\">Total</th><td class=\"amount\">{}</td></tr>\n</table>\n",
                        amount(example.total_minor));
}

// A bare whole number is one here too; everything else that is bare (a date, a word) is a text.
bool is_whole(const YamlNode& node) {
    return !node.quoted && !node.text.empty() && node.text.size() <= 9 &&
           (node.text == "0" || node.text.front() != '0') &&
           std::ranges::all_of(node.text, [](char c) { return c >= '0' && c <= '9'; });
}

std::string json_of_node(const YamlNode& node) {
    switch (node.kind) {
        case YamlNode::Kind::null: return "null";
        case YamlNode::Kind::scalar: return is_whole(node) ? node.text : json_string(node.text);
        case YamlNode::Kind::list: return json_list(node.items, json_of_node);
        case YamlNode::Kind::map: break;
    }
    JsonObject object;
    for (const auto& entry : node.entries) object.raw(entry.key.text, json_of_node(entry.value));
    return object.done();
}

}  // namespace

std::string page_of(const TariffFile& file) {
    const Plan& plan = file.plan;
    const std::string title = escaped(printed_name(plan.name_en, plan.name_local));
    std::string text = fmt::format(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{}</title>\n",
        title);
    text += kStyle;
    text += fmt::format("</head>\n<body>\n<main>\n<h1>{}</h1>\n<p>Tariff {}, version {}, from {}.</p>\n", title,
                        escaped(plan.key), escaped(plan.version), format_date(plan.effective));
    text += "<h2>Charges</h2>\n";
    for (const Clause& clause : plan.clauses) put_clause(plan, clause, text);
    text += "<h2>Terms</h2>\n";
    put_terms(head_terms(plan), text);
    if (!file.examples.empty()) text += "<h2>Worked bills</h2>\n";
    for (const Example& example : file.examples) put_example(plan, example, text);
    return text + "</main>\n</body>\n</html>\n";
}

std::string json_of(std::string_view yaml) {
    YamlNode root;
    std::vector<TextProblem> problems;
    const bool read = parse_yaml(yaml, root, problems);
    ensure(read && problems.empty(), "a tariff that was read is YAML");
    return JsonObject().text("format", "mainspring-tariff-1").raw("document", json_of_node(root)).done() + "\n";
}

}  // namespace mainspring::exchange
