#include "tariff/tariff_text.hpp"

#include <algorithm>
#include <fmt/core.h>

#include "calendar/zone.hpp"
#include "tariff/tariff_parts.hpp"

namespace mainspring::tariff {

std::vector<std::string_view> views_of(const std::vector<std::string>& names) { return {names.begin(), names.end()}; }

namespace {

constexpr std::size_t kMostProblems = 200;

bool is_key(std::string_view word) {
    return word.size() <= 60 && std::ranges::all_of(word, [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
           });
}

bool is_language(std::string_view word) {
    return word.size() >= 2 && word.size() <= 11 && word[0] >= 'a' && word[0] <= 'z' && word[1] >= 'a' &&
           word[1] <= 'z' && std::ranges::all_of(word, [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
           });
}

// `rule` keeps what the map leaves out.
void read_money_rounding(Reading& reading, MapReader& map, RoundingRule& rule) {
    const Value step = map.optional("step");
    if (const auto minor = reading.in.decimal(step, {reading.minor_digits(), DecimalLimits::Sign::positive})) {
        rule.step_minor = *minor;
        if (*minor > 1'000'000'000) reading.in.problem(step, "is out of range");
    }
    rule.mode = reading.in.parsed<RoundingMode>(map.optional("mode"), rounding_mode_of).value_or(rule.mode);
}

// A text of one line.
std::string read_line(Reading& reading, const Value& value, std::size_t longest) {
    const auto word = reading.in.text(value);
    if (!word) return {};
    if (word->find('\n') != std::string::npos) reading.in.problem(value, "must be one line");
    if (word->size() > longest) reading.in.problem(value, fmt::format("is longer than {} bytes", longest));
    return *word;
}

std::string read_source(Reading& reading, const Value& value) {
    MapReader source(reading.in, value);
    std::string text = reading.in.text(source.required("document")).value_or("");
    for (const auto* key : {"place", "note"})
        if (const auto more = reading.in.text(source.optional(key))) text += "\n" + *more;
    source.finish();
    return text;
}

void read_bill_rounding(Reading& reading, const Value& value) {
    if (!value) return;
    MapReader map(reading.in, value);
    read_money_rounding(reading, map, reading.plan.round_bill);
    reading.plan.carries_rounding = reading.in.flag(map.optional("carry")).value_or(false);
    map.finish();
}

void read_rounding(Reading& reading, const Value& value) {
    MapReader rounding(reading.in, value);
    Plan& plan = reading.plan;
    plan.round_quantity = read_quantity_rounding(reading, rounding.optional("quantity"));
    plan.round_line = read_money_rounding(reading, rounding.optional("line"), {});
    read_bill_rounding(reading, rounding.optional("bill"));
    if (value) rounding.finish();
}

void read_units(Reading& reading, MapReader& file) {
    TextReader& in = reading.in;
    const auto commodity = in.parsed<Commodity>(file.required("commodity"), commodity_of);
    const Value unit_value = file.required("unit");
    const auto unit = in.parsed<Unit>(unit_value, unit_of);
    if (commodity) reading.plan.commodity = *commodity;
    if (!unit) return;
    reading.plan.unit = *unit;
    if (*unit != Unit::kwh && *unit != Unit::cubic_metre) return in.problem(unit_value, "must be kWh or m3");
    const bool fits =
        !commodity || *commodity == Commodity::gas || (*commodity == Commodity::electricity) == (*unit == Unit::kwh);
    if (!fits) in.problem(unit_value, fmt::format("{} is not billed by {}", text_of(*commodity), text_of(*unit)));
}

bool earlier(const TextProblem& a, const TextProblem& b) {
    return std::pair(a.line, a.column) < std::pair(b.line, b.column);
}

void tidy_up(std::vector<TextProblem>& problems, std::string_view file_name) {
    std::ranges::stable_sort(problems, earlier);
    if (problems.size() > kMostProblems) {
        TextProblem last = problems[kMostProblems];
        last.path.clear();
        last.reason = fmt::format("and {} more problems from here on", problems.size() - kMostProblems);
        problems.resize(kMostProblems);
        problems.push_back(std::move(last));
    }
    for (TextProblem& problem : problems) problem.file = std::string(file_name);
}

Reading read_all(const YamlNode& root, Pass pass, std::vector<TextProblem>& problems) {
    Reading reading{.in = TextReader(problems), .pass = pass};
    MapReader file(reading.in, {&root, ""});
    if (!file.is_map()) return reading;
    read_head(reading, file);
    read_calendar(reading, file.optional("calendar"));
    read_facts(reading, file.optional("facts"));
    read_demands(reading, file.optional("demands"));
    read_charges(reading, file.required("charges"));
    read_examples(reading, file.required("examples"));
    file.finish();
    return reading;
}

}  // namespace

PrintedName read_name(Reading& reading, const Value& value) {
    PrintedName name;
    MapReader map(reading.in, value);
    if (!map.is_map()) return name;
    name.en = read_line(reading, map.required("en"), 200);
    std::vector<std::string> keys;
    const std::vector<Value> values = map.values(keys);
    for (std::size_t i = 0; i < keys.size(); ++i) {
        if (keys[i] == "en") continue;
        if (!is_language(keys[i])) {
            reading.in.problem(values[i], "is no language code (quote a name that contains a comma or colon)");
        } else if (!name.language.empty()) {
            reading.in.problem(values[i], "is a third language (English and one other)");
        } else {
            name.language = keys[i];
            name.local = read_line(reading, values[i], 200);
        }
    }
    return name;
}

RoundingRule read_money_rounding(Reading& reading, const Value& value, RoundingRule otherwise) {
    if (!value) return otherwise;
    MapReader map(reading.in, value);
    read_money_rounding(reading, map, otherwise);
    map.finish();
    return otherwise;
}

QuantityRounding read_quantity_rounding(Reading& reading, const Value& value) {
    QuantityRounding rounding;
    if (!value) return rounding;
    MapReader map(reading.in, value);
    rounding.decimals = reading.in.whole(map.optional("decimals"), {0, Quantity::kScale}).value_or(rounding.decimals);
    rounding.mode = reading.in.parsed<RoundingMode>(map.optional("mode"), rounding_mode_of).value_or(rounding.mode);
    map.finish();
    return rounding;
}

std::uint8_t read_classes(Reading& reading, const Value& value, std::uint8_t allowed) {
    unsigned bits = 0;
    for (const Value& item : reading.in.list(value)) {
        const auto one = reading.in.parsed<CustomerClass>(item, customer_class_of);
        if (!one) continue;
        const unsigned bit = 1U << static_cast<unsigned>(*one);
        if ((bits & bit) != 0) reading.in.problem(item, "stands here twice");
        if ((allowed & bit) == 0) reading.in.problem(item, "is none of the classes of this version");
        bits |= bit;
    }
    return static_cast<std::uint8_t>(bits);
}

void read_head(Reading& reading, MapReader& file) {
    TextReader& in = reading.in;
    Plan& plan = reading.plan;
    const Value key = file.required("tariff");
    plan.key = in.text(key).value_or("");
    if (!is_key(plan.key)) in.problem(key, fmt::format("'{}' is no key (a-z, 0-9 and -, at most 60)", shown(plan.key)));
    plan.version = read_line(reading, file.required("version"), 40);
    PrintedName name = read_name(reading, file.required("name"));
    plan.name_en = std::move(name.en);
    plan.name_local = std::move(name.local);
    plan.local_language = std::move(name.language);
    read_units(reading, file);
    const auto currency = in.parsed<Currency>(file.required("currency"), currency_of);
    reading.currency_known = currency.has_value();
    plan.currency = currency.value_or(Currency{});
    if (const auto zone = in.parsed<Zone>(file.required("zone"), Zone::named)) plan.zone = zone->name();
    plan.effective = in.date(file.required("effective")).value_or(Date{});
    plan.classes = read_classes(reading, file.required("classes"), 0xff);
    plan.source = read_source(reading, file.required("source"));
    read_rounding(reading, file.optional("rounding"));
}

std::string text_of(const TextProblem& problem) {
    std::string text = fmt::format("{}:{}:{}: ", problem.file, problem.line, problem.column);
    if (!problem.path.empty()) text.append(problem.path).append(": ");
    return text + problem.reason;
}

std::string text_of(const std::vector<TextProblem>& problems) {
    std::string text;
    for (const TextProblem& problem : problems) text.append(text_of(problem)).append("\n");
    return text;
}

TextProblem no_examples(const TariffFile& file, std::string_view file_name) {
    return {std::string(file_name), file.examples_line, file.examples_column, "examples",
            "is empty: at least one whose figures come from elsewhere must be given before the version can be put in "
            "force"};
}

std::expected<TariffFile, std::vector<TextProblem>> read_tariff(std::string_view yaml, std::string_view file_name) {
    std::vector<TextProblem> problems;
    YamlNode root;
    if (parse_yaml(yaml, root, problems)) {
        read_all(root, Pass::check, problems);
        try {
            if (problems.empty()) {
                Reading reading = read_all(root, Pass::number, problems);
                const auto examples =
                    std::ranges::find(root.entries, "examples", [](const YamlEntry& entry) { return entry.key.text; });
                if (problems.empty())
                    return TariffFile{std::move(reading.plan), std::move(reading.examples), examples->value.line,
                                      examples->value.column};
            }
        } catch (const TooManyNames& error) {
            problems.push_back({{}, 1, 1, {}, error.what()});
        }
    }
    tidy_up(problems, file_name);
    return std::unexpected(std::move(problems));
}

std::expected<Plan, std::vector<TextProblem>> compile_tariff(std::string_view yaml, std::string_view file_name) {
    auto file = read_tariff(yaml, file_name);
    if (!file) return std::unexpected(std::move(file.error()));
    return std::move(file->plan);
}

}  // namespace mainspring::tariff
