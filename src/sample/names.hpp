// Invented people, firms and addresses, in the manner of a country. No real address is meant.
#pragma once
#include <string>
#include <string_view>

#include "sample/mix.hpp"
#include "sample/random.hpp"

namespace mainspring::sample {

std::string_view language_of(Country country);
// Append; no text holds a comma, quote or line break.
void append_party_name(std::string& out, Random& random, Country country, PartyKind kind);
// Lines separated by '|'.
void append_address(std::string& out, Random& random, Country country);

}  // namespace mainspring::sample
