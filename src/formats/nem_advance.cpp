#include "formats/nem_advance.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace mainspring::formats {

namespace {

// Readings have up to 15 characters: 15 digits before the point and 15 decimals fit 128 bits with room to spare.
constexpr int kScale = 15;
constexpr std::size_t kMaxLength = 16;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

struct Wide {
    Int128 value = 0;  // at kScale
    int whole_digits = 0, decimals = 0;
};

std::optional<Wide> wide(std::string_view text) {
    Wide out;
    const bool negative = text.starts_with('-');
    if (negative) text.remove_prefix(1);
    if (text.empty() || text.size() > kMaxLength) return std::nullopt;
    bool point = false;
    for (char c : text) {
        if (c == '.' && !point) {
            point = true;
            continue;
        }
        if (!is_digit(c)) return std::nullopt;
        out.value = out.value * 10 + (c - '0');
        ++(point ? out.decimals : out.whole_digits);
    }
    if (out.decimals > kScale || out.whole_digits + out.decimals == 0) return std::nullopt;
    out.value *= power_of_ten(kScale - out.decimals);
    if (negative) out.value = -out.value;
    return out;
}

std::optional<Wide> wide_quantity(std::string_view text) {
    if (auto plain = wide(text)) return plain;
    const auto parsed = parse_scaled(text, {'.', Exponent::accept});
    if (!parsed) return std::nullopt;
    return Wide{parsed->value * power_of_ten(kScale - parsed->scale), 0, parsed->scale};
}

std::unexpected<std::string> no_decimal(std::string_view name, std::string_view text) {
    return std::unexpected(fmt::format("{} '{}' is no decimal", name, shown(text)));
}

Int128 magnitude(Int128 value) { return value < 0 ? -value : value; }

AdvanceVerdict verdict_of(Int128 difference, Int128 quantity, Int128 range, Int128 step) {
    if (quantity == difference) return AdvanceVerdict::ok;
    if (quantity == -difference) return AdvanceVerdict::negative_of_difference;
    if (difference < 0 && quantity == difference + range) return AdvanceVerdict::rollover;
    if (difference > 0 && quantity == range - difference) return AdvanceVerdict::reverse;
    if (magnitude(quantity - difference) < step) return AdvanceVerdict::rounded;
    return AdvanceVerdict::mismatch;
}

}  // namespace

std::string_view text_of(AdvanceVerdict verdict) {
    switch (verdict) {
        case AdvanceVerdict::ok: return "ok";
        case AdvanceVerdict::rounded: return "rounded";
        case AdvanceVerdict::rollover: return "rollover";
        case AdvanceVerdict::negative_of_difference: return "negative of difference";
        case AdvanceVerdict::reverse: return "reverse";
        case AdvanceVerdict::mismatch: return "mismatch";
    }
    return "";
}

std::expected<AdvanceJudgement, std::string> judge_advance(const AdvanceQuestion& question) {
    const auto previous = wide(question.previous);
    if (!previous) return no_decimal("the previous reading", question.previous);
    const auto current = wide(question.current);
    if (!current) return no_decimal("the current reading", question.current);
    const auto quantity = wide_quantity(question.quantity);
    if (!quantity) return no_decimal("the quantity", question.quantity);
    AdvanceJudgement judgement;
    judgement.dials = std::max(previous->whole_digits, current->whole_digits);
    const Int128 range = power_of_ten(judgement.dials + kScale);
    const Int128 step = power_of_ten(kScale - std::max(previous->decimals, current->decimals));
    const Int128 difference = current->value - previous->value;
    judgement.difference = format_decimal(difference, kScale);
    judgement.verdict = verdict_of(difference, quantity->value, range, step);
    const bool wrapped = judgement.verdict == AdvanceVerdict::rollover || judgement.verdict == AdvanceVerdict::reverse;
    const bool sign_odd =
        judgement.verdict == AdvanceVerdict::negative_of_difference && question.direction == NemDirection::export_;
    judgement.review =
        judgement.verdict == AdvanceVerdict::mismatch || sign_odd ||
        (wrapped && magnitude(quantity->value) > range / 4) ||
        (judgement.verdict == AdvanceVerdict::ok && difference < 0 && question.direction == NemDirection::export_);
    return judgement;
}

std::optional<int> nmi_check_digit(std::string_view nmi) {
    if (nmi.size() != 10) return std::nullopt;
    int sum = 0;
    bool doubled = true;
    for (std::size_t i = nmi.size(); i-- > 0; doubled = !doubled) {
        const char c = nmi[i];
        if (!is_digit(c) && (c < 'A' || c > 'Z')) return std::nullopt;
        for (int code = doubled ? 2 * c : c; code > 0; code /= 10) sum += code % 10;
    }
    return (10 - sum % 10) % 10;
}

bool is_valid_nmi(std::string_view nmi) {
    const auto digit = nmi_check_digit(nmi.substr(0, 10));
    if (!digit) return false;
    return nmi.size() == 10 || (nmi.size() == 11 && nmi[10] == '0' + *digit);
}

}  // namespace mainspring::formats
