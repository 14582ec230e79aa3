#include "formats/nem_values.hpp"

#include <algorithm>
#include <array>

#include "formats/decimal_text.hpp"

namespace mainspring::formats {

namespace {

constexpr std::array<std::int64_t, 19> kPowers = [] {
    std::array<std::int64_t, 19> powers{};
    powers[0] = 1;
    for (std::size_t i = 1; i < powers.size(); ++i) powers[i] = powers[i - 1] * 10;
    return powers;
}();

constexpr std::string_view kNoNumber = "is not a number";

std::string_view reason_of(std::string_view field) {
    if (field.empty()) return "is empty";
    if (field.front() == '-') return "is negative, which interval data may not be";
    const bool plain = field.find_first_not_of("0123456789.eE+-") == std::string_view::npos;
    if (plain && field.front() >= '0' && field.front() <= '9' && field.find_first_of("eE") != std::string_view::npos)
        return "has an exponent, which interval data may not have";
    const auto parsed = parse_scaled(field);
    if (field.front() == '+' || parsed || parsed.error() == DecimalError::not_a_number) return kNoNumber;
    if (parsed.error() == DecimalError::too_many_decimals) return "has more than 9 decimal places";
    return "is out of range";
}

std::string_view trim(std::string_view text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return text;
}

// One value as digits without their point.
struct Scanned {
    std::int64_t digits = 0;
    int written = 0;      // decimal places written
    int significant = 0;  // up to the last that is not zero
    const char* end = nullptr;  // null: not readable this way
};

Scanned scan(const char* at, const char* end) {
    Scanned out;
    const char* const start = at;
    std::uint64_t digits = 0;  // may wrap: then there are too many of them
    while (at != end && static_cast<unsigned char>(*at - '0') < 10)
        digits = digits * 10 + static_cast<unsigned char>(*at++ - '0');
    std::ptrdiff_t count = at - start;
    if (at != end && *at == '.') {
        const char* const point = ++at;
        const char* last = point;
        while (at != end && static_cast<unsigned char>(*at - '0') < 10) {
            if (*at != '0') last = at + 1;
            digits = digits * 10 + static_cast<unsigned char>(*at++ - '0');
            if (at - start > 19) return out;
        }
        count += at - point;
        out.written = static_cast<int>(at - point);
        out.significant = static_cast<int>(last - point);
    }
    if (count == 0 || count > 18 || (at != end && *at != ',')) return out;
    out.digits = static_cast<std::int64_t>(digits);
    out.end = at;
    return out;
}

}  // namespace

// Every value is first kept as written, with its number of places in `places`; a second pass, seldom needed, brings
// them to the day's scale.
std::expected<void, NemValueError> parse_nem_values(std::string_view text, std::size_t count, NemValues& into) {
    thread_local std::vector<std::uint8_t> places;
    into.values.resize(count);
    places.resize(count);
    const char* at = text.data();
    const char* const end = at + text.size();
    int most = 0;
    bool uniform = true;
    for (std::size_t i = 0; i < count; ++i) {
        Scanned value = scan(at, end);
        if (value.end == nullptr) {
            const std::string_view rest(at, static_cast<std::size_t>(end - at));
            const std::string_view field = rest.substr(0, rest.find(','));
            const std::string_view inner = trim(field);
            const auto parsed = parse_scaled(inner);
            if (!parsed || inner.front() == '-' || inner.front() == '+')
                return std::unexpected(NemValueError{i, inner, reason_of(inner)});
            value = {parsed->value, parsed->scale, parsed->scale, at + field.size()};
        }
        if (value.significant > ScaledDecimal::kMaxScale) {
            const std::string_view field(at, static_cast<std::size_t>(value.end - at));
            return std::unexpected(NemValueError{i, field, reason_of(field)});
        }
        into.values[i] = value.digits;
        places[i] = static_cast<std::uint8_t>(value.written);
        uniform = uniform && places[i] == places[0];
        most = std::max(most, value.significant);
        at = value.end;
        if (at != end)
            ++at;
        else if (i + 1 < count)
            return std::unexpected(NemValueError{i + 1, {}, "is missing"});
    }
    into.scale = most;
    into.length = static_cast<std::size_t>(at - text.data());
    if (uniform && places[0] == most) return {};
    for (std::size_t i = 0; i < count; ++i) {
        const int shift = most - places[i];
        if (shift < 0)
            into.values[i] /= kPowers[static_cast<std::size_t>(-shift)];
        else if (__builtin_mul_overflow(into.values[i], kPowers[static_cast<std::size_t>(shift)], &into.values[i]))
            return std::unexpected(NemValueError{i, {}, "is out of range at the decimal places of its day"});
    }
    return {};
}

}  // namespace mainspring::formats
