// A compiled tariff as a list of terms, each a name and a value in words: what is compared when two versions differ,
// and what a published page shows. Every field of a clause that counts is a term.
#pragma once
#include <string>
#include <vector>

#include "tariff/plan.hpp"

namespace mainspring::exchange {

struct Term {
    std::string name;   // the same in every version: "price", "tier 2 price peak"
    std::string value;  // "0.25 GBP for each kWh"
    friend bool operator==(const Term&, const Term&) = default;
};

// What stands in front of the charges: name, commodity, currency, zone, calendar, facts, demands, rounding, source.
std::vector<Term> head_terms(const tariff::Plan& plan);
// Of one clause; without its name (`clause`).
std::vector<Term> clause_terms(const tariff::Plan& plan, const tariff::Clause& clause);

// "Energy (能量)"
std::string printed_name(const std::string& en, const std::string& local);
std::string class_words(std::uint8_t classes);

}  // namespace mainspring::exchange
