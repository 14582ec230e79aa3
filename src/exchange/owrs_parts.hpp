// The parts of the OWRS reader. Private to this room.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exchange/conversion.hpp"
#include "exchange/tariff_sheet.hpp"
#include "tariff/yaml_tree.hpp"

namespace mainspring::exchange::owrs {

using tariff::YamlNode;

const YamlNode* entry_of(const YamlNode& map, std::string_view key);
std::vector<std::string> split(std::string_view text, char mark);
bool is_zero(const YamlNode& node);  // 0, nothing, or only zeros below

// A volume unit of the form, in cubic metres * 10^10.
struct VolumeUnit {
    std::string name;  // ccf, kgal
    std::int64_t cubic_metres_e10 = 0;
};
std::optional<VolumeUnit> volume_unit(std::string_view name);
std::int64_t price_of_cubic_metre(std::int64_t price_e8, const VolumeUnit& unit);  // rounded half up
std::int64_t cubic_metres(std::int64_t volume_e6, const VolumeUnit& unit);         // rounded half up, millionths

// A value of a fact that a price depends on: "1 1/2\"" -> 1.5, "inside_city" -> its number.
struct Option {
    std::string text;
    std::int64_t micro = 0;
};

// What each word of a fact is as a number; the same in all prices of a class.
class FactNumbers {
public:
    // Words of numbers (also of inches) stand for themselves, "no" and "yes" are 0 and 1, others 1, 2, … as they come.
    // Nothing when a meter size is not understood.
    std::optional<std::int64_t> number_of(const std::string& fact, const std::string& word);
    std::vector<std::string> declarations() const;  // for TariffSheet::facts
    std::string legend() const;  // "city_limits: inside_city is 1, outside_city is 2"

private:
    struct Known {
        std::string fact;
        std::vector<std::string> words;  // only those that are no numbers
    };
    std::vector<Known> facts_;
};

// A price, a list of prices or bounds; or one for each combination of facts.
struct Choice {
    struct Row {
        std::vector<Option> options;  // as many as facts
        const YamlNode* value = nullptr;
    };
    std::vector<std::string> facts;  // names of ours; empty: one row
    std::vector<Row> rows;
};
// Nothing (and a refusal naming the field) when it is not understood.
std::optional<Choice> read_choice(const YamlNode& node, const std::string& field, FactNumbers& numbers,
                                  Gathering& gathering);
// The options of one fact, ascending, without doubles.
std::vector<Option> options_of(const Choice& choice, std::size_t fact);

// One class on its way to a sheet.
class ClassWriter {
public:
    ClassWriter(const YamlNode& rates, const VolumeUnit& unit, Gathering& gathering, TariffSheet& sheet)
        : rates_(rates), unit_(unit), gathering_(gathering), sheet_(sheet) {}
    void run();

private:
    struct Condition {  // which agreements a clause is for
        std::string fact;
        std::string range;  // {upto: "1"}; empty: all
    };
    using Conditions = std::vector<Condition>;

    const YamlNode* use(std::string_view field);
    std::optional<std::int64_t> number(const YamlNode& node, const std::string& field, int scale);
    std::vector<std::int64_t> numbers(const YamlNode& node, const std::string& field, int scale);
    void add_bill(std::string formula);
    void add_term(const std::string& term);
    void add_component(const std::string& name);
    void add_times(const std::string& name, const std::string& factor);
    void add_share(const std::string& name, const std::string& formula);
    void add_fixed(const std::string& name, const YamlNode& node);
    void add_fixed_row(const std::string& name, const YamlNode& value, const Conditions& conditions);
    void add_bands(const std::string& name, const Choice& choice, const Conditions& conditions, std::size_t size_fact);
    void add_usage(const std::string& name, const std::string& rate);
    void add_tiers(const std::string& name);
    void add_budget(const std::string& name);
    struct Bounds {
        std::vector<std::int64_t> upto_micro;
        std::string scaling, times;  // of `bounds` and `times`
    };
    void write_tiers(const std::string& name, const Choice& prices, const Choice& starts);
    std::optional<Bounds> bounds_of(const YamlNode& starts, const std::string& field);
    std::optional<Bounds> budget_bounds(const YamlNode& starts, const std::string& field);
    void put_tiers(const std::string& name, const Bounds& bounds, std::vector<std::int64_t> prices,
                   const Conditions& conditions);
    void add_charge(SheetCharge charge, const Conditions& conditions);
    Conditions conditions_of(const Choice& choice, const Choice::Row& row) const;
    std::string unique_clause(const std::string& name) const;
    void judge_rest();

    const YamlNode& rates_;
    const VolumeUnit& unit_;
    Gathering& gathering_;
    TariffSheet& sheet_;
    FactNumbers facts_;
    std::vector<std::string> used_;
    bool budget_ = false;  // the tiers of the component at work are shares of a budget
};

inline constexpr const char* kWaterAccount = "revenue.water";

}  // namespace mainspring::exchange::owrs
