#include <algorithm>
#include <fmt/core.h>

#include "base/decimal.hpp"
#include "exchange/number_text.hpp"
#include "exchange/owrs_parts.hpp"
#include "formats/problem.hpp"

namespace mainspring::exchange::owrs {

namespace {

bool is_name(std::string_view word) {
    return !word.empty() && !(word[0] >= '0' && word[0] <= '9') && std::ranges::all_of(word, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    });
}

std::string without_blanks(std::string_view text) {
    std::string made;
    std::ranges::copy_if(text, std::back_inserter(made), [](char c) { return c != ' '; });
    return made;
}

// "commodity" of "commodity_charge", "drought" of "variable_drought_surcharge": what the component's other fields end
// in.
std::string stem_of(std::string name) {
    for (const std::string_view start : {"variable_", "fixed_"})
        if (name.starts_with(start)) name.erase(0, start.size());
    for (const std::string_view end : {"_charge", "_surcharge"})
        if (name.ends_with(end)) return name.substr(0, name.size() - end.size());
    return name;
}

}  // namespace

std::vector<std::string> split(std::string_view text, char mark) {
    std::vector<std::string> parts{""};
    for (const char c : text) {
        if (c == mark)
            parts.emplace_back();
        else
            parts.back() += c;
    }
    return parts;
}

const YamlNode* ClassWriter::use(std::string_view field) {
    const YamlNode* found = entry_of(rates_, field);
    if (found != nullptr) used_.emplace_back(field);
    return found;
}

std::optional<std::int64_t> ClassWriter::number(const YamlNode& node, const std::string& field, int scale) {
    if (node.kind == YamlNode::Kind::scalar)
        if (const auto number = scaled_number(node.text, scale)) {
            if (number->rounded) gathering_.note(fmt::format("{}: {} is rounded", field, node.text));
            return number->value;
        }
    gathering_.refuse(field, fmt::format("'{}' is no number", formats::shown(node.text)));
    return std::nullopt;
}

std::vector<std::int64_t> ClassWriter::numbers(const YamlNode& node, const std::string& field, int scale) {
    std::vector<std::int64_t> made;
    if (node.kind != YamlNode::Kind::list || node.items.empty())
        gathering_.refuse(field, "must be a list of numbers");
    else
        for (const YamlNode& item : node.items) made.push_back(number(item, field, scale).value_or(0));
    return made;
}

// "a+b+(8*c)", or "1.01*(a+b)": a share on top of all.
void ClassWriter::add_bill(std::string formula) {
    formula = without_blanks(formula);
    const auto times = formula.find("*(");
    const auto factor = times == std::string::npos ? std::unexpected(std::string())
                                                   : scaled_number(std::string_view(formula).substr(0, times), 8);
    const bool on_top = factor && !factor->rounded && factor->value > 100'000'000 && formula.ends_with(')') &&
                        formula.find(')') + 1 == formula.size();
    if (on_top) formula = formula.substr(times + 2, formula.size() - times - 3);
    for (const auto& term : split(formula, '+')) add_term(term);
    if (!on_top || sheet_.charges.empty()) return;
    add_charge({"on_top",
                "percentage",
                "Share on top",
                kWaterAccount,
                {{"percent", quoted_decimal(factor->value - 100'000'000, 6)}, {"of", "[all]"}}},
               {});
}

void ClassWriter::add_term(const std::string& term) {
    if (is_name(term)) return add_component(term);
    std::string inner = term;
    if (inner.starts_with('(') && inner.ends_with(')')) inner = inner.substr(1, inner.size() - 2);
    const auto parts = split(inner, '*');
    if (parts.size() == 2 && is_name(parts[1])) return add_times(parts[0], parts[1]);
    gathering_.refuse("bill", fmt::format("'{}' is no sum of charges", formats::shown(term)));
}

// So much for each of a fact of the agreement.
void ClassWriter::add_times(const std::string& price, const std::string& fact) {
    const auto number = scaled_number(price, 8);
    const std::string name = code_of(fact, "fact");
    if (!number || number->rounded || number->value < 0 || entry_of(rates_, fact) != nullptr)
        return gathering_.refuse(
            "bill", fmt::format("'{}*{}' is no price times a fact", formats::shown(price), formats::shown(fact)));
    sheet_.facts.push_back(name + ": {unit: none}");
    add_charge({unique_clause("for_each_" + name),
                "fixed_per_period",
                "For each " + name,
                kWaterAccount,
                {{"price", quoted_decimal(number->value, 8)}, {"times", name}}},
               {});
}

void ClassWriter::add_component(const std::string& name) {
    const YamlNode* node = use(name);
    if (node == nullptr)
        return gathering_.refuse("bill", fmt::format("adds {}, which is not there", formats::shown(name)));
    if (is_zero(*node)) return;
    if (node->kind != YamlNode::Kind::scalar) return add_fixed(name, *node);
    const std::string text = without_blanks(node->text);
    if (text == "Tiered" || text == "Budget") {
        budget_ = text == "Budget";
        return add_tiers(name);
    }
    if (text.ends_with("*usage_ccf")) return add_usage(name, text.substr(0, text.size() - 10));
    if (text.starts_with('(')) return add_share(name, text);
    if (!scaled_number(text, 8))
        return gathering_.refuse(name, fmt::format("'{}' is a formula that tariffs do not have", formats::shown(text)));
    if (name == "commodity_charge")
        return gathering_.refuse(name, "is a number: whether for each unit or for each bill is not said");
    add_fixed(name, *node);
}

// "(commodity_charge+service_charge)*0.375"
void ClassWriter::add_share(const std::string& name, const std::string& formula) {
    const auto end = formula.find(")*");
    const auto share = end == std::string::npos ? std::unexpected(std::string())
                                                : scaled_number(std::string_view(formula).substr(end + 2), 8);
    std::vector<std::string> clauses;
    bool known = share && !share->rounded && share->value >= 0;
    for (const auto& part : split(std::string_view(formula).substr(1, end == std::string::npos ? 0 : end - 1), '+')) {
        const std::string code = code_of(part, "?");
        const std::size_t before = clauses.size();
        for (const auto& charge : sheet_.charges)
            if (charge.clause == code || charge.clause.starts_with(code + "_")) clauses.push_back(charge.clause);
        known = known && (clauses.size() > before || (entry_of(rates_, part) != nullptr && is_zero(*use(part))));
    }
    if (!known || clauses.empty())
        return gathering_.refuse(name, fmt::format("'{}' is no share of charges before it", formats::shown(formula)));
    add_charge({unique_clause(name),
                "percentage",
                name,
                kWaterAccount,
                {{"percent", quoted_decimal(share->value, 6)}, {"of", bracketed(clauses)}}},
               {});
}

void ClassWriter::add_fixed(const std::string& name, const YamlNode& node) {
    const auto choice = read_choice(node, name, facts_, gathering_);
    if (!choice) return;
    const auto size = std::ranges::find(choice->facts, "meter_size");
    const bool negative =
        std::ranges::any_of(choice->rows, [](const Choice::Row& row) { return row.value->text.starts_with('-'); });
    if (size == choice->facts.end() || negative) {
        for (const auto& row : choice->rows) add_fixed_row(name, *row.value, conditions_of(*choice, row));
        return;
    }
    const auto size_fact = static_cast<std::size_t>(size - choice->facts.begin());
    std::vector<std::string> done;
    for (const auto& row : choice->rows) {  // one clause for each combination of the other facts
        Conditions conditions = conditions_of(*choice, row);
        conditions.erase(conditions.begin() + static_cast<std::ptrdiff_t>(size_fact));
        std::string key;
        for (const auto& condition : conditions) key += condition.fact + condition.range;
        if (std::ranges::find(done, key) != done.end()) continue;
        done.push_back(key);
        Choice sizes{choice->facts, {}};
        for (const auto& other : choice->rows) {
            bool same = true;
            for (std::size_t i = 0; i < row.options.size(); ++i)
                same = same && (i == size_fact || other.options[i].micro == row.options[i].micro);
            if (same) sizes.rows.push_back(other);
        }
        add_bands(name, sizes, conditions, size_fact);
    }
}

void ClassWriter::add_fixed_row(const std::string& name, const YamlNode& value, const Conditions& conditions) {
    const auto price = number(value, name, 8);
    if (!price || *price == 0) return;
    SheetCharge charge{unique_clause(name), *price < 0 ? "discount" : "fixed_per_period", name, kWaterAccount, {}};
    charge.keys.emplace_back("price", quoted_decimal(std::abs(*price), 8));
    if (*price < 0) charge.keys.emplace_back("per", "period");
    add_charge(std::move(charge), conditions);
}

void ClassWriter::add_bands(const std::string& name, const Choice& choice, const Conditions& conditions,
                            std::size_t size_fact) {
    std::vector<Choice::Row> rows = choice.rows;
    std::ranges::sort(rows, {}, [&](const Choice::Row& row) { return row.options[size_fact].micro; });
    std::vector<std::string> tiers;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const std::string price = quoted_decimal(number(*rows[i].value, name, 8).value_or(0), 8);
        tiers.push_back(i + 1 == rows.size() ? fmt::format("{{price: {}}}", price)
                                             : fmt::format("{{upto: {}, price: {}}}",
                                                           quoted_decimal(rows[i].options[size_fact].micro, 6), price));
    }
    add_charge({unique_clause(name),
                "fixed_per_period",
                name,
                kWaterAccount,
                {{"bands", fmt::format("{{fact: meter_size, tiers: {}}}", bracketed(tiers))}}},
               conditions);
}

// "flat_rate*usage_ccf" or "0.039*usage_ccf"
void ClassWriter::add_usage(const std::string& name, const std::string& rate) {
    YamlNode literal;
    literal.kind = YamlNode::Kind::scalar;
    literal.text = rate;
    const YamlNode* node = is_name(rate) ? use(rate) : &literal;
    if (node == nullptr) return gathering_.refuse(name, fmt::format("{} is not there", formats::shown(rate)));
    const std::string field = is_name(rate) ? rate : name;
    const auto choice = read_choice(*node, field, facts_, gathering_);
    if (!choice) return;
    for (const auto& row : choice->rows)
        if (const auto price = number(*row.value, field, 8))
            add_charge({unique_clause(name),
                        "energy_flat",
                        name,
                        kWaterAccount,
                        {{"price", quoted_decimal(price_of_cubic_metre(*price, unit_), 8)}}},
                       conditions_of(*choice, row));
}

void ClassWriter::add_tiers(const std::string& name) {
    const std::string stem = stem_of(name);
    for (const std::string& end : {"_" + stem, std::string(stem == "commodity" ? "" : "?")}) {
        const YamlNode *starts = use("tier_starts" + end), *prices = use("tier_prices" + end);
        if (starts == nullptr && prices == nullptr) continue;
        if (starts == nullptr || prices == nullptr) break;
        const auto price = read_choice(*prices, "tier_prices" + end, facts_, gathering_);
        const auto start = read_choice(*starts, "tier_starts" + end, facts_, gathering_);
        if (price && start) write_tiers(name, *price, *start);
        return;
    }
    gathering_.refuse(name, fmt::format("has no tier_starts_{0} and tier_prices_{0}", stem));
}

// A clause for each combination of the facts that bounds and prices depend on.
void ClassWriter::write_tiers(const std::string& name, const Choice& prices, const Choice& starts) {
    std::vector<std::size_t> shared;  // of each fact of the bounds: its place in the prices, or beyond them
    for (std::size_t i = 0; i < starts.facts.size(); ++i) {
        const auto at = std::ranges::find(prices.facts, starts.facts[i]) - prices.facts.begin();
        shared.push_back(static_cast<std::size_t>(at));
        if (shared[i] < prices.facts.size() && !std::ranges::equal(options_of(prices, shared[i]), options_of(starts, i),
                                                                   {}, &Option::micro, &Option::micro))
            return gathering_.refuse(name, fmt::format("bounds and prices know other values of {}", starts.facts[i]));
    }
    for (const auto& start : starts.rows) {
        const auto bounds = bounds_of(*start.value, "tier_starts of " + name);
        if (!bounds) return;
        const Conditions own = conditions_of(starts, start);
        for (const auto& price : prices.rows) {
            Conditions conditions = conditions_of(prices, price);
            bool fits = true;
            for (std::size_t i = 0; i < shared.size(); ++i) {
                if (shared[i] < prices.facts.size())
                    fits = fits && price.options[shared[i]].micro == start.options[i].micro;
                else
                    conditions.push_back(own[i]);
            }
            if (fits) put_tiers(name, *bounds, numbers(*price.value, "tier_prices of " + name, 8), conditions);
        }
    }
}

// Tiers begin with the whole unit that they name: 0, 15 means 14 units in the first.
std::optional<ClassWriter::Bounds> ClassWriter::bounds_of(const YamlNode& starts, const std::string& field) {
    if (budget_) return budget_bounds(starts, field);
    Bounds bounds;
    const auto values = numbers(starts, field, 6);
    for (std::size_t i = 0; i < values.size(); ++i) {
        const bool whole = values[i] % 1'000'000 == 0 && values[i] >= 0 && values[i] <= 1'000'000'000'000;
        if (!whole || (i == 0 && values[i] != 0) || (i > 0 && values[i] <= values[i - 1])) {
            gathering_.refuse(field, "must be whole numbers from 0 on, each above the one before");
            return std::nullopt;
        }
        if (i > 0) bounds.upto_micro.push_back(cubic_metres(values[i] - 1'000'000, unit_));
    }
    bounds.scaling = "bill";
    return values.empty() ? std::nullopt : std::optional(std::move(bounds));
}

// Indoor use: persons × gallons a day × days ÷ 748, in 100 cubic feet.
std::optional<ClassWriter::Bounds> ClassWriter::budget_bounds(const YamlNode& starts, const std::string& field) {
    const YamlNode *indoor = use("indoor_commodity"), *gallons = use("gpcd_commodity");
    const YamlNode* budget = entry_of(rates_, "budget_commodity");
    const std::string formula = budget == nullptr ? "" : without_blanks(budget->text);
    const YamlNode* outdoor = entry_of(rates_, "outdoor_commodity");
    const bool has_outdoor = outdoor != nullptr && !is_zero(*outdoor);
    const bool indoor_alone = formula == "indoor" || (formula == "indoor+outdoor" && !has_outdoor);
    if (indoor == nullptr || without_blanks(indoor->text) != "hhsize*gpcd*days_in_period*(1/748)" ||
        gallons == nullptr || unit_.name != "ccf") {
        gathering_.refuse("indoor_commodity", "is not hhsize*gpcd*days_in_period*(1/748) of 100 cubic feet");
        return std::nullopt;
    }
    const auto each = number(*gallons, "gpcd_commodity", 6);
    Bounds bounds{{}, "day", "persons"};
    for (std::size_t i = 0; i < starts.items.size(); ++i) {
        const std::string text = without_blanks(starts.items[i].text);
        const bool share = text.ends_with('%');
        if (i == 0 && text == "0") continue;
        const auto percent = share ? scaled_number(std::string_view(text).substr(0, text.size() - 1), 4)
                                   : std::unexpected(std::string());
        if ((share && !indoor_alone) || text == "outdoor") {
            gathering_.refuse("outdoor_commodity",
                              fmt::format("the tier that begins at {} follows the watered area and the month's "
                                          "evaporation; bounds grow with days and one fact of the agreement",
                                          formats::shown(text)));
            return std::nullopt;
        }
        const bool sound = each && *each >= 0 && *each <= 1'000'000'000'000 &&
                           (text == "indoor" || (percent && percent->value > 0 && percent->value <= 100'000'000));
        if (i == 0 || !sound) {
            gathering_.refuse(field, fmt::format("'{}' is no start of a budget's tier", formats::shown(text)));
            return std::nullopt;
        }
        const std::int64_t e4 = share ? percent->value : 1'000'000;  // 100 % = 10^6
        bounds.upto_micro.push_back(narrow(divide_rounded(multiply(multiply(*each, unit_.cubic_metres_e10), e4),
                                                          Int128{748} * power_of_ten(16), RoundingMode::half_up)));
    }
    if (budget != nullptr) used_.emplace_back("budget_commodity");
    if (std::ranges::find(sheet_.facts, "persons: {unit: none}") == sheet_.facts.end())
        sheet_.facts.emplace_back("persons: {unit: none}");
    return bounds;
}

void ClassWriter::put_tiers(const std::string& name, const Bounds& bounds, std::vector<std::int64_t> prices,
                            const Conditions& conditions) {
    if (prices.size() != bounds.upto_micro.size() + 1)
        return gathering_.refuse("tier_prices of " + name, "are not as many as the tiers");
    std::vector<std::string> tiers;
    for (std::size_t i = 0; i < prices.size(); ++i) {
        const std::string price = quoted_decimal(price_of_cubic_metre(prices[i], unit_), 8);
        if (i + 1 == prices.size())
            tiers.push_back(fmt::format("{{price: {}}}", price));
        else if (bounds.upto_micro[i] > 0)
            tiers.push_back(fmt::format("{{upto: {}, price: {}}}", quoted_decimal(bounds.upto_micro[i], 6), price));
        else
            gathering_.note(fmt::format("{}: the first tier ends before the first unit, so it is not written", name));
    }
    SheetCharge charge{unique_clause(name), "energy_tiered", name, kWaterAccount, {{"bounds", bounds.scaling}}};
    if (!bounds.times.empty()) charge.keys.emplace_back("times", bounds.times);
    charge.keys.emplace_back("tiers", bracketed(tiers));
    add_charge(std::move(charge), conditions);
}

void ClassWriter::add_charge(SheetCharge charge, const Conditions& conditions) {
    std::string facts;
    for (const auto& [fact, range] : conditions)
        if (!range.empty()) facts += fmt::format("{}{}: {}", facts.empty() ? "" : ", ", fact, range);
    if (!facts.empty()) charge.keys.emplace_back("for", fmt::format("{{facts: {{{}}}}}", facts));
    charge.name = one_line(charge.name, 100);
    std::ranges::replace(charge.name, '_', ' ');
    sheet_.charges.push_back(std::move(charge));
}

// Ranges that leave no value out, so that no agreement is without a price: a value between two options has the upper's.
ClassWriter::Conditions ClassWriter::conditions_of(const Choice& choice, const Choice::Row& row) const {
    Conditions conditions;
    for (std::size_t i = 0; i < choice.facts.size(); ++i) {
        const auto options = options_of(choice, i);
        const auto at = std::ranges::find(options, row.options[i].micro, &Option::micro) - options.begin();
        const auto index = static_cast<std::size_t>(at);
        std::string range;
        if (index > 0) range = "above: " + quoted_decimal(options[index - 1].micro, 6);
        if (index + 1 < options.size())
            range += (range.empty() ? "" : ", ") + ("upto: " + quoted_decimal(options[index].micro, 6));
        conditions.push_back({choice.facts[i], range.empty() ? "" : "{" + range + "}"});
    }
    return conditions;
}

std::string ClassWriter::unique_clause(const std::string& name) const {
    const std::string code = code_of(name, "charge");
    std::string clause = code;
    for (int number = 2; std::ranges::find(sheet_.charges, clause, &SheetCharge::clause) != sheet_.charges.end();
         ++number)
        clause = fmt::format("{}_{}", code, number);
    return clause;
}

// Whatever the bill does not add and is not zero.
void ClassWriter::judge_rest() {
    for (const auto& [key, value] : rates_.entries) {
        if (std::ranges::find(used_, key.text) != used_.end() || is_zero(value)) continue;
        const bool of_budget = key.text == "outdoor_commodity" || key.text == "landscape_factor_commodity" ||
                               key.text == "budget_commodity";
        if (of_budget) continue;  // refused where a tier follows it; else nothing does
        gathering_.refuse_unless_left_out(key.text, "has a price, but the bill does not add it");
    }
}

void ClassWriter::run() {
    const YamlNode* bill = use("bill");
    if (bill == nullptr || bill->kind != YamlNode::Kind::scalar)
        return gathering_.refuse("bill", "is missing: the sum of which charges a bill is");
    add_bill(bill->text);
    judge_rest();
    for (auto& line : facts_.declarations()) sheet_.facts.push_back(std::move(line));
    if (const std::string legend = facts_.legend(); !legend.empty())
        sheet_.note += (sheet_.note.empty() ? "" : "; ") + legend;
    if (sheet_.charges.empty() && gathering_.clean()) gathering_.refuse("bill", "no price at all is in the class");
}

}  // namespace mainspring::exchange::owrs
