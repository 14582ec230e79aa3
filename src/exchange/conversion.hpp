// Tariffs of other forms written as our text: what all readers of such forms share. A reader gives one Conversion for
// each tariff that its file holds; whatever bears on money and cannot be carried over is refused by its name.
#pragma once
#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "calendar/date.hpp"
#include "tariff/plan.hpp"

namespace mainspring::exchange {

// What the other form does not say and a person must.
struct Choices {
    std::string zone;                                    // empty: not said
    std::string currency;                                // empty: that of the form
    std::optional<Date> effective;                       // instead of the form's own
    std::optional<tariff::CustomerClass> customer_class; // the same
    int demand_window_minutes = 0;                        // 0: not said
    std::string volume_unit;                              // ccf or kgal; empty: not said
    std::vector<std::string> leave_out;                  // fields that a person lets go, by name
};

struct FieldRefusal {
    std::string field;   // as the form calls it, with its place: "energyratestructure[1][0].max"
    std::string reason;  // what cannot be done, and what would have to be
};

struct Conversion {
    std::string name;                    // of the tariff, as the form calls it
    std::string file_name;               // "key-version.yaml"
    std::string text;                    // our YAML; empty when refused
    std::vector<std::string> notes;      // what a person should know: rounded prices, fields left out
    std::vector<FieldRefusal> refusals;
    bool done() const { return refusals.empty(); }
};

// Collects what a conversion cannot carry over.
class Gathering {
public:
    Gathering(const Choices& choices, Conversion& out) : choices_(choices), out_(out) {}

    const Choices& choices() const { return choices_; }
    void refuse(std::string field, std::string reason) {
        out_.refusals.push_back({std::move(field), std::move(reason)});
    }
    // The same, unless a person lets the field go; then it is a note, which the written text bears too.
    void refuse_unless_left_out(const std::string& field, const std::string& reason);
    void note(std::string text) { out_.notes.push_back(std::move(text)); }
    bool clean() const { return out_.refusals.empty(); }
    // "left out: dgrules, fixedattrs"; empty when nothing was.
    std::string left_out() const;

private:
    const Choices& choices_;
    Conversion& out_;
    std::vector<std::string> left_out_;
};

}  // namespace mainspring::exchange
