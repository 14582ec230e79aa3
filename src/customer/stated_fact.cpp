#include <algorithm>
#include <fmt/format.h>

#include "base/decimal.hpp"
#include "customer/agreement.hpp"
#include "quantity/quantity.hpp"

namespace mainspring::customer {
namespace {

constexpr std::size_t kLongestName = 60;

bool is_name(std::string_view text) {
    const auto is_letter = [](char c) { return c >= 'a' && c <= 'z'; };
    return !text.empty() && text.size() <= kLongestName && is_letter(text.front()) &&
           std::ranges::all_of(text, [&](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '_'; });
}

std::expected<StatedFact, std::string> parse_stated_fact(std::string_view text) {
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos)
        return std::unexpected(fmt::format("'{}' is no fact like contract_kw=200", text.substr(0, kLongestName)));
    const std::string_view name = text.substr(0, equals), number = text.substr(equals + 1);
    if (!is_name(name))
        return std::unexpected(fmt::format("'{}' is no name like contract_kw (a-z, 0-9 and _, at most {})",
                                           name.substr(0, kLongestName), kLongestName));
    if (name == "dwellings") return std::unexpected(std::string("dwellings are stated apart"));
    const auto micro = parse_decimal(number, Quantity::kScale);
    if (!micro || *micro < 0)
        return std::unexpected(fmt::format("{}: '{}' is no number from 0 on with at most 6 decimals", name,
                                           number.substr(0, kLongestName)));
    return StatedFact{std::string(name), *micro};
}

}  // namespace

std::expected<std::vector<StatedFact>, std::string> parse_stated_facts(std::string_view text) {
    std::vector<StatedFact> facts;
    if (text.ends_with(';')) return std::unexpected(std::string("ends with ';'"));
    while (!text.empty()) {
        const std::size_t at = text.find(';');
        auto fact = parse_stated_fact(text.substr(0, at));
        if (!fact) return std::unexpected(std::move(fact.error()));
        facts.push_back(*std::move(fact));
        text = at == std::string_view::npos ? std::string_view() : text.substr(at + 1);
    }
    std::ranges::sort(facts, {}, &StatedFact::name);
    const auto twice = std::ranges::adjacent_find(facts, {}, &StatedFact::name);
    if (twice != facts.end()) return std::unexpected(fmt::format("{} is stated twice", twice->name));
    return facts;
}

std::string text_of(std::span<const StatedFact> facts) {
    std::string text;
    for (const StatedFact& fact : facts)
        text +=
            fmt::format("{}{}={}", text.empty() ? "" : ";", fact.name, format_decimal(fact.micro, Quantity::kScale));
    return text;
}

}  // namespace mainspring::customer
