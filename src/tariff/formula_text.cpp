// Reads a price that is a formula over published values. docs/TARIFFS.md, "Formulas".
#include "tariff/formula_text.hpp"

#include <algorithm>
#include <fmt/core.h>

#include "base/decimal.hpp"
#include "tariff/text_reader.hpp"

namespace mainspring::tariff {

namespace {

using Op = Formula::Step::Op;

constexpr std::size_t kLongest = 500;
constexpr int kDeepest = 20;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_name_char(char c) { return (c >= 'a' && c <= 'z') || is_digit(c) || c == '_'; }

struct Wrong {
    std::string reason;
};

// By descent; each rule appends the steps of what it has read.
class Parser {
public:
    Parser(std::string_view text, const std::vector<std::string>& inputs) : text_(text), inputs_(inputs) {}

    std::vector<Formula::Step> run() {
        sum(0);
        if (at_ < text_.size()) fail(fmt::format("'{}' does not belong here", shown(text_.substr(at_))));
        return std::move(steps_);
    }

private:
    [[noreturn]] void fail(const std::string& reason) const {
        throw Wrong{fmt::format("at character {}: {}", at_ + 1, reason)};
    }

    // The next character that is no space; 0 at the end.
    char peek() {
        while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n')) ++at_;
        return at_ < text_.size() ? text_[at_] : '\0';
    }

    void sum(int depth) {
        product(depth);
        for (char sign = peek(); sign == '+' || sign == '-'; sign = peek()) {
            ++at_;
            product(depth);
            steps_.push_back({sign == '+' ? Op::add : Op::subtract});
        }
    }

    void product(int depth) {
        term(depth);
        for (char sign = peek(); sign == '*' || sign == '/'; sign = peek()) {
            ++at_;
            term(depth);
            steps_.push_back({sign == '*' ? Op::multiply : Op::divide});
        }
    }

    void term(int depth) {
        const char next = peek();
        if (depth > kDeepest) fail(fmt::format("more than {} brackets and signs deep", kDeepest));
        if (next == '-') {
            ++at_;
            term(depth + 1);
            steps_.push_back({Op::negate});
        } else if (next == '(') {
            ++at_;
            sum(depth + 1);
            if (peek() != ')') fail("a bracket is not closed");
            ++at_;
        } else if (is_digit(next)) {
            number();
        } else if (is_name_char(next)) {
            name();
        } else {
            fail("a number, an input or a bracket must stand here");
        }
    }

    std::string_view word(bool (*belongs)(char)) const {
        std::size_t end = at_;
        while (end < text_.size() && belongs(text_[end])) ++end;
        return text_.substr(at_, end - at_);
    }

    void number() {
        const std::string_view digits = word([](char c) { return is_digit(c) || c == '.'; });
        const auto value = parse_decimal(digits, Price::kScale);
        if (!value) fail(fmt::format("'{}' {}", shown(digits), text_of(value.error())));
        steps_.push_back({Op::number, *value});
        at_ += digits.size();
    }

    void name() {
        const std::string_view word_here = word(is_name_char);
        const auto found = std::ranges::find(inputs_, word_here);
        if (found == inputs_.end())
            fail(fmt::format("'{}' is none of the inputs{}", shown(word_here),
                             suggestion(word_here, {inputs_.begin(), inputs_.end()})));
        steps_.push_back({Op::input, 0, static_cast<std::uint16_t>(found - inputs_.begin())});
        at_ += word_here.size();
    }

    std::string_view text_;
    const std::vector<std::string>& inputs_;
    std::size_t at_ = 0;
    std::vector<Formula::Step> steps_;
};

}  // namespace

std::expected<std::vector<Formula::Step>, std::string> parse_formula(std::string_view text,
                                                                     const std::vector<std::string>& inputs) {
    if (text.size() > kLongest) return std::unexpected(fmt::format("is longer than {} bytes", kLongest));
    try {
        return Parser(text, inputs).run();
    } catch (const Wrong& wrong) {
        return std::unexpected(wrong.reason);
    }
}

}  // namespace mainspring::tariff
