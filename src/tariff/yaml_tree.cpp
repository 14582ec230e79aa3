#include "tariff/yaml_tree.hpp"

#include <algorithm>
#include <fmt/core.h>
#include <optional>
#include <sstream>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

namespace mainspring::tariff {

namespace {

constexpr std::size_t kDeepest = 20;

// One code point: its length in bytes, 0 when the bytes are no UTF-8.
struct CodePoint {
    std::uint32_t value = 0;
    std::size_t length = 0;
};

CodePoint code_point_at(std::string_view text, std::size_t at) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned first = byte(at);
    if (first < 0x80) return {first, 1};
    const std::size_t length = first >= 0xf0 ? 4 : (first >= 0xe0 ? 3 : 2);
    if (first < 0xc2 || first > 0xf4 || at + length > text.size()) return {};
    std::uint32_t value = first & (0x7fU >> length);
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(at + i) & 0xc0U) != 0x80) return {};
        value = value << 6 | (byte(at + i) & 0x3fU);
    }
    constexpr std::uint32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
    if (value < kSmallest[length] || value > 0x10ffff || (value >= 0xd800 && value < 0xe000)) return {};
    return {value, length};
}

// Why a character may not stand in a tariff; empty when it may. Marks that turn the writing direction make a text look
// other than it is.
std::string_view objection_to(CodePoint point) {
    const std::uint32_t c = point.value;
    if (point.length == 0) return "the bytes here are no UTF-8";
    if (c == '\t') return "a tab (use spaces)";
    if ((c < 0x20 && c != '\n') || (c >= 0x7f && c < 0xa0)) return "a control character";
    if ((c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0xfeff) return "an invisible character";
    return {};
}

// Finds line and column of a byte.
class Places {
public:
    explicit Places(std::string_view text) : text_(text) {
        for (std::size_t i = 0; i < text.size(); ++i)
            if (text[i] == '\n') starts_.push_back(i + 1);
    }

    TextProblem problem(std::size_t at, std::string reason) const {
        TextProblem made;
        place(at, made.line, made.column);
        made.reason = std::move(reason);
        return made;
    }

    // The parser takes the end of the file for the closing quote.
    bool closes_quote(std::size_t at) const {
        if (at >= text_.size() || (text_[at] != '"' && text_[at] != '\'')) return true;
        const char quote = text_[at];
        for (std::size_t i = at + 1; i < text_.size(); ++i) {
            if (quote == '"' && text_[i] == '\\') {
                ++i;
            } else if (text_[i] == quote) {
                return true;
            }
        }
        return false;
    }

    void place(std::size_t at, int& line, int& column) const {
        at = std::min(at, text_.size());
        const auto next = std::ranges::upper_bound(starts_, at);
        line = static_cast<int>(next - starts_.begin());
        const std::string_view before = text_.substr(*(next - 1), at - *(next - 1));
        const auto starts_character = [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80; };
        column = 1 + static_cast<int>(std::ranges::count_if(before, starts_character));
    }

private:
    std::string_view text_;
    std::vector<std::size_t> starts_{0};
};

struct Refused {
    std::size_t at;
    std::string reason;
};

class TreeBuilder final : public YAML::EventHandler {
public:
    TreeBuilder(const Places& places, YamlNode& root, std::vector<TextProblem>& problems)
        : places_(places), root_(root), problems_(problems) {}

    void OnDocumentStart(const YAML::Mark&) override {}
    void OnDocumentEnd() override {}
    void OnAnchor(const YAML::Mark& mark, const std::string&) override {
        refuse(mark, "an anchor (write the value out)");
    }

    void OnNull(const YAML::Mark& mark, YAML::anchor_t) override { add(node_at(mark, YamlNode::Kind::null)); }

    void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
        throw Refused{position(mark), "an alias (write the value out)"};
    }

    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t, const std::string& value) override {
        check_tag(mark, tag);
        YamlNode node = node_at(mark, YamlNode::Kind::scalar);
        node.text = value;
        node.quoted = tag == "!";
        if (!places_.closes_quote(position(mark))) throw Refused{position(mark), "a quote that is never closed"};
        add(std::move(node));
    }

    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                         YAML::EmitterStyle::value) override {
        start(mark, tag, YamlNode::Kind::list);
    }
    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                    YAML::EmitterStyle::value) override {
        start(mark, tag, YamlNode::Kind::map);
    }
    void OnSequenceEnd() override { finish(); }
    void OnMapEnd() override { finish(); }

private:
    struct Frame {
        YamlNode node;
        std::optional<YamlNode> key;  // of a map whose value is awaited
    };

    static std::size_t position(const YAML::Mark& mark) { return static_cast<std::size_t>(std::max(mark.pos, 0)); }

    void refuse(const YAML::Mark& mark, std::string reason) {
        problems_.push_back(places_.problem(position(mark), std::move(reason)));
    }

    void check_tag(const YAML::Mark& mark, const std::string& tag) {
        if (tag != "?" && tag != "!" && !tag.empty()) refuse(mark, "a tag (leave it out)");
    }

    YamlNode node_at(const YAML::Mark& mark, YamlNode::Kind kind) const {
        YamlNode node;
        node.kind = kind;
        places_.place(position(mark), node.line, node.column);
        return node;
    }

    void start(const YAML::Mark& mark, const std::string& tag, YamlNode::Kind kind) {
        check_tag(mark, tag);
        if (frames_.size() >= kDeepest)
            throw Refused{position(mark), fmt::format("nested deeper than {} levels", kDeepest)};
        frames_.push_back({node_at(mark, kind), std::nullopt});
    }

    void finish() {
        YamlNode node = std::move(frames_.back().node);
        frames_.pop_back();
        add(std::move(node));
    }

    void add(YamlNode node) {
        if (frames_.empty()) {
            root_ = std::move(node);
            return;
        }
        Frame& frame = frames_.back();
        if (frame.node.kind == YamlNode::Kind::list) {
            frame.node.items.push_back(std::move(node));
        } else if (!frame.key) {
            if (node.kind != YamlNode::Kind::scalar) {
                problems_.push_back({{}, node.line, node.column, {}, "a key must be a plain word"});
            }
            frame.key = std::move(node);
        } else {
            add_entry(frame, std::move(node));
        }
    }

    void add_entry(Frame& frame, YamlNode value) {
        if (frame.key->kind != YamlNode::Kind::scalar) return frame.key.reset();
        const auto same =
            std::ranges::find(frame.node.entries, frame.key->text,
                              [](const YamlEntry& entry) -> const std::string& { return entry.key.text; });
        if (same == frame.node.entries.end()) {
            frame.node.entries.push_back({std::move(*frame.key), std::move(value)});
        } else {
            problems_.push_back({{},
                                 frame.key->line,
                                 frame.key->column,
                                 frame.key->text,
                                 fmt::format("the key stands here twice, first in line {}", same->key.line)});
        }
        frame.key.reset();
    }

    const Places& places_;
    YamlNode& root_;
    std::vector<TextProblem>& problems_;
    std::vector<Frame> frames_;
};

// Character problems, at most the first few: the parser sees only texts without any.
bool check_characters(std::string_view text, const Places& places, std::vector<TextProblem>& problems) {
    const std::size_t before = problems.size();
    for (std::size_t at = 0; at < text.size() && problems.size() < before + 10;) {
        if (text[at] == '\r' && at + 1 < text.size() && text[at + 1] == '\n') {
            ++at;
            continue;
        }
        const CodePoint point = code_point_at(text, at);
        const std::string_view objection = objection_to(point);
        if (!objection.empty()) problems.push_back(places.problem(at, std::string(objection)));
        at += std::max<std::size_t>(point.length, 1);
    }
    return problems.size() == before;
}

bool parse_checked(std::string_view text, const Places& places, YamlNode& root, std::vector<TextProblem>& problems) {
    try {
        std::istringstream stream{std::string(text)};
        YAML::Parser parser(stream);
        TreeBuilder builder(places, root, problems);
        if (!parser.HandleNextDocument(builder)) {
            problems.push_back(places.problem(0, "the file is empty"));
            return false;
        }
        YamlNode other;
        TreeBuilder ignored(places, other, problems);
        if (parser.HandleNextDocument(ignored)) throw Refused{text.size(), "a second document (one file, one version)"};
        return true;
    } catch (const Refused& refused) {
        problems.push_back(places.problem(refused.at, refused.reason));
    } catch (const YAML::Exception& error) {
        const auto at = error.mark.is_null() ? std::size_t{0} : static_cast<std::size_t>(std::max(error.mark.pos, 0));
        problems.push_back(places.problem(at, "no valid YAML: " + error.msg));
    }
    return false;
}

}  // namespace

bool parse_yaml(std::string_view text, YamlNode& root, std::vector<TextProblem>& problems) {
    constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
    if (text.size() > kLongestTariffText) {
        problems.push_back({{}, 1, 1, {}, fmt::format("the file is larger than {} bytes", kLongestTariffText)});
        return false;
    }
    if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
    const Places places(text);
    return check_characters(text, places, problems) && parse_checked(text, places, root, problems);
}

}  // namespace mainspring::tariff
