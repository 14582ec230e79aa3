// A utility as a YAML file says it. Unknown and missing keys are errors with their line.
#pragma once
#include <expected>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "money/currency.hpp"

namespace mainspring::org {

struct UtilityFile {
    struct OrgUnit {
        std::string code, name, parent;  // parent: a code, empty for a root
        friend bool operator==(const OrgUnit&, const OrgUnit&) = default;
    };
    using Texts = std::vector<std::pair<std::string, std::string>>;  // by key

    std::string code;
    Texts name;  // by language, at least "en"
    Currency currency;
    std::string zone, language = "en", bill_prefix;
    std::vector<std::string> address;
    Texts contact;
    std::vector<OrgUnit> org_units;  // parents before children, one root; never empty
    friend bool operator==(const UtilityFile&, const UtilityFile&) = default;
};

// `file` names it in the message: "utility.yaml:3: currency: unknown currency 'CNX'".
std::expected<UtilityFile, std::string> parse_utility(std::string_view text, std::string_view file);

}  // namespace mainspring::org
