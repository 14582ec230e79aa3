#include "exchange/number_text.hpp"

#include <algorithm>
#include <charconv>
#include <fmt/core.h>

#include "formats/problem.hpp"

namespace mainspring::exchange {

namespace {

constexpr std::size_t kMostDigits = 18;  // of the result

bool all_digits(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

struct Written {
    bool negative = false;
    std::string digits;  // without zeros in front
    int exponent = 0;    // number = digits * 10^exponent
};

std::expected<Written, std::string> take_apart(std::string_view text) {
    const auto wrong = [&] { return std::unexpected(fmt::format("'{}' is no number", formats::shown(text))); };
    Written made;
    std::string_view rest = text;
    if (rest.starts_with('-') || rest.starts_with('+')) {
        made.negative = rest.front() == '-';
        rest.remove_prefix(1);
    }
    const auto e = rest.find_first_of("eE");
    if (e != std::string_view::npos) {
        std::string_view power = rest.substr(e + 1);
        if (power.starts_with('+') && !power.starts_with("+-")) power.remove_prefix(1);
        const auto [end, error] = std::from_chars(power.data(), power.data() + power.size(), made.exponent);
        if (error != std::errc{} || end != power.data() + power.size()) return wrong();
        made.exponent = std::clamp(made.exponent, -100'000, 100'000);
        rest = rest.substr(0, e);
    }
    const auto point = rest.find('.');
    const std::string_view whole = rest.substr(0, point);
    const std::string_view part = point == std::string_view::npos ? std::string_view{} : rest.substr(point + 1);
    if (whole.size() + part.size() == 0 || whole.size() + part.size() > 1'000 || !all_digits(whole) ||
        !all_digits(part))
        return wrong();
    made.digits.append(whole).append(part);
    made.exponent -= static_cast<int>(part.size());
    made.digits.erase(0, std::min(made.digits.find_first_not_of('0'), made.digits.size()));
    return made;
}

}  // namespace

std::expected<ScaledNumber, std::string> scaled_number(std::string_view text, int scale) {
    auto written = take_apart(text);
    if (!written) return std::unexpected(written.error());
    std::string& digits = written->digits;
    const int shift = written->exponent + scale;
    if (digits.empty()) return ScaledNumber{};
    ScaledNumber made;
    bool up = false;
    if (shift < 0) {
        const std::size_t cut = std::min(static_cast<std::size_t>(-shift), digits.size() + 1);
        const std::size_t kept = cut > digits.size() ? 0 : digits.size() - cut;
        const std::string_view dropped = std::string_view(digits).substr(kept);
        up = cut <= digits.size() && dropped.front() >= '5';
        made.rounded = dropped.find_first_not_of('0') != std::string_view::npos;
        digits.erase(kept);
    }
    const std::size_t zeros = shift > 0 ? static_cast<std::size_t>(shift) : 0;
    if (digits.size() + zeros > kMostDigits)
        return std::unexpected(fmt::format("{} is out of range", formats::shown(text)));
    for (const char digit : digits) made.value = made.value * 10 + (digit - '0');
    for (std::size_t i = 0; i < zeros; ++i) made.value *= 10;
    made.value += up ? 1 : 0;
    if (written->negative) made.value = -made.value;
    return made;
}

}  // namespace mainspring::exchange
