// YAML as a plain tree with places. Refuses what a tariff never needs and what an attacker likes: anchors, aliases,
// tags, tabs, control characters, deep nesting, several documents.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "tariff/tariff_text.hpp"

namespace mainspring::tariff {

struct YamlEntry;

struct YamlNode {
    enum class Kind { null, scalar, list, map };
    Kind kind = Kind::null;
    std::string text;     // of a scalar
    bool quoted = false;  // in quotes or as a block, so that it cannot be a number
    int line = 1, column = 1;
    std::vector<YamlNode> items;
    std::vector<YamlEntry> entries;  // keys are unique
};

struct YamlEntry {
    YamlNode key, value;
};

// Appends to `problems`, without file name. The tree is usable (if incomplete) unless the result is false.
bool parse_yaml(std::string_view text, YamlNode& root, std::vector<TextProblem>& problems);

}  // namespace mainspring::tariff
