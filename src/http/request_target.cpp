#include "http/request_target.hpp"

#include "http/text.hpp"

namespace mainspring::http {

namespace {

// "http://host/path" -> "/path"; what has no scheme is given back as it is.
std::string_view without_authority(std::string_view text) {
    for (const std::string_view scheme : {"http://", "https://"}) {
        if (!text.starts_with(scheme)) continue;
        text.remove_prefix(scheme.size());
        const auto end = text.find_first_of("/?");
        return end == std::string_view::npos || text[end] == '?' ? std::string_view() : text.substr(end);
    }
    return text;
}

std::optional<std::string> decoded_part(std::string_view text) {
    std::string spaced(text);
    std::ranges::replace(spaced, '+', ' ');
    return percent_decoded(spaced);
}

std::optional<Pairs> parse_query(std::string_view text) {
    Pairs pairs;
    while (!text.empty()) {
        std::string_view pair = cut_item(text, '&');
        if (pair.empty()) continue;
        auto name = decoded_part(cut_item(pair, '='));
        auto value = decoded_part(pair);
        if (!name || !value) return std::nullopt;
        pairs.emplace_back(std::move(*name), std::move(*value));
    }
    return pairs;
}

}  // namespace

std::optional<Target> parse_target(std::string_view text) {
    text = without_authority(text);
    if (!text.starts_with('/') || text.find('#') != std::string_view::npos) return std::nullopt;
    std::string_view query_text = text;
    const std::string_view path = cut_item(query_text, '?');
    if (!percent_decoded(path)) return std::nullopt;
    auto query = parse_query(query_text);
    if (!query) return std::nullopt;
    return Target{std::string(path), std::move(*query)};
}

}  // namespace mainspring::http
