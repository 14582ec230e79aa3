#include "formats/csv_profile.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <set>
#include <yaml-cpp/yaml.h>

namespace mainspring::formats {

namespace {

constexpr std::array<std::string_view, kReadFields> kFieldNames{
    "service_point", "device", "register", "read_at", "value", "quality", "unit", "interval_minutes"};

// A profile has some dozen lines; what is longer is something else, or made to keep the YAML reader busy.
constexpr std::size_t kMaxProfileBytes = 64 * 1024;

// Leaves the parser by exception, so that each rule stands in one line; caught in parse_csv_profile.
struct ProfileError {
    YAML::Mark mark;
    std::string reason;
};

[[noreturn]] void fail(const YAML::Node& node, std::string reason) {
    throw ProfileError{node.Mark(), std::move(reason)};
}

std::string scalar(const YAML::Node& node, std::string_view key) {
    if (!node.IsScalar()) fail(node, fmt::format("{} must be a single value", key));
    return node.Scalar();
}

// Calls visit(key, value) for each pair of a map; repeated keys are refused.
template <class Visit>
void each_pair(const YAML::Node& node, std::string_view what, Visit visit) {
    if (!node.IsMap()) fail(node, fmt::format("{} must be a map", what));
    std::set<std::string> seen;
    for (const auto& pair : node) {
        const std::string key = scalar(pair.first, "a key");
        if (!seen.insert(key).second) fail(pair.first, fmt::format("key '{}' is there twice", shown(key)));
        visit(pair.first, key, pair.second);
    }
}

[[noreturn]] void unknown(const YAML::Node& at, std::string_view what, const std::string& text) {
    fail(at, fmt::format("unknown {} '{}'", what, shown(text)));
}

char one_character(const YAML::Node& node, std::string_view key) {
    const std::string text = scalar(node, key);
    if (key == "delimiter" && text == "tab") return '\t';
    const bool plain = text.size() == 1 && text[0] != '"' && text[0] != '\n' && text[0] != '\r' &&
                       static_cast<unsigned char>(text[0]) < 0x80 && text[0] != '\0';
    if (!plain) fail(node, fmt::format("{} must be one character, not a quote", key));
    return text[0];
}

void take_time(CsvProfile& profile, const YAML::Node& node, bool& has_meaning) {
    each_pair(node, "time", [&](const YAML::Node& at, const std::string& key, const YAML::Node& value) {
        const std::string text = scalar(value, key);
        if (key == "format") {
            profile.time_format = text;
        } else if (key == "means") {
            if (text != "start" && text != "end") unknown(value, "meaning (start, end)", text);
            profile.time_means = text == "start" ? TimeMeaning::start : TimeMeaning::end;
            has_meaning = true;
        } else if (key == "zone") {
            profile.zone = text;
        } else {
            unknown(at, "key", key);
        }
    });
}

FieldSource& source_of(CsvProfile& profile, const YAML::Node& at, const std::string& name) {
    const auto found = std::ranges::find(kFieldNames, name);
    if (found == kFieldNames.end()) unknown(at, "field", name);
    FieldSource& source = profile.fields[static_cast<std::size_t>(found - kFieldNames.begin())];
    if (source.given()) fail(at, fmt::format("'{}' is both a column and a constant", name));
    return source;
}

void take_columns(CsvProfile& profile, const YAML::Node& node) {
    each_pair(node, "columns", [&](const YAML::Node& at, const std::string& key, const YAML::Node& value) {
        FieldSource& source = source_of(profile, at, key);
        if (value.IsSequence() && key == "read_at")
            for (const auto& column : value) source.columns.push_back(scalar(column, key));
        else
            source.columns.push_back(scalar(value, key));
        if (source.columns.empty()) fail(value, fmt::format("{} names no column", key));
        for (const std::string& column : source.columns)
            if (column.empty()) fail(value, fmt::format("{} names no column", key));
    });
}

void take_constants(CsvProfile& profile, const YAML::Node& node) {
    each_pair(node, "constants", [&](const YAML::Node& at, const std::string& key, const YAML::Node& value) {
        if (key == "read_at" || key == "value") fail(at, fmt::format("{} must be a column", key));
        source_of(profile, at, key).constant = scalar(value, key);
    });
}

std::optional<int> minutes_of(std::string_view text) {
    constexpr int kMonth = 31 * 24 * 60;
    const auto parsed = parse_decimal(text, 0);
    if (!parsed || *parsed < 1 || *parsed > kMonth) return std::nullopt;
    return static_cast<int>(*parsed);
}

void take_key(CsvProfile& profile, const YAML::Node& at, const std::string& key, const YAML::Node& value,
              bool& has_meaning) {
    if (key == "profile") {
        profile.name = scalar(value, key);
    } else if (key == "kind") {
        const std::string text = scalar(value, key);
        if (text != "register" && text != "interval") unknown(value, "kind (register, interval)", text);
        profile.kind = text == "register" ? ReadKind::register_ : ReadKind::interval;
    } else if (key == "delimiter") {
        profile.delimiter = one_character(value, key);
    } else if (key == "decimal_mark") {
        profile.decimal_mark = one_character(value, key);
        if (profile.decimal_mark != '.' && profile.decimal_mark != ',') fail(value, "decimal_mark must be '.' or ','");
    } else if (key == "encoding") {
        const auto encoding = encoding_of(scalar(value, key));
        if (!encoding) fail(value, encoding.error());
        profile.encoding = *encoding;
    } else if (key == "time") {
        take_time(profile, value, has_meaning);
    } else if (key == "columns") {
        take_columns(profile, value);
    } else if (key == "constants") {
        take_constants(profile, value);
    } else {
        unknown(at, "key", key);
    }
}

void check_time_format(const CsvProfile& profile, const YAML::Node& node) {
    std::set<char> seen;
    const std::string& format = profile.time_format;
    for (std::size_t i = 0; i < format.size(); ++i) {
        if (format[i] != '%') continue;
        const char code = ++i < format.size() ? format[i] : ' ';
        if (std::string_view("YymdHMSz%").find(code) == std::string_view::npos)
            fail(node, fmt::format("%{} is no part of a time format", code));
        seen.insert(code == 'y' ? 'Y' : code);
    }
    for (const char code : {'Y', 'm', 'd'})
        if (!seen.contains(code)) fail(node, fmt::format("the time format lacks %{}", code));
}

void check_whole(const CsvProfile& profile, const YAML::Node& root, bool has_meaning) {
    for (const char* key : {"kind", "time", "columns"})
        if (!root[key]) fail(root, fmt::format("key '{}' is missing", key));
    if (profile.time_format.empty()) fail(root["time"], "key 'format' is missing");
    if (profile.zone.empty()) fail(root["time"], "key 'zone' is missing");
    check_time_format(profile, root["time"]["format"]);
    for (const ReadField field : {ReadField::read_at, ReadField::value})
        if (!profile.source(field).given()) fail(root["columns"], fmt::format("field '{}' is missing", text_of(field)));
    if (!profile.source(ReadField::service_point).given() && !profile.source(ReadField::device).given())
        fail(root["columns"], "neither service_point nor device is given");
    const FieldSource& minutes = profile.source(ReadField::interval_minutes);
    if (profile.kind == ReadKind::register_) {
        if (has_meaning) fail(root["time"]["means"], "time.means is for kind interval");
        if (minutes.given()) fail(root, "interval_minutes is for kind interval");
        return;
    }
    if (!has_meaning) fail(root["time"], "key 'means' is missing: is the time the start or the end?");
    if (!minutes.given()) fail(root["columns"], "field 'interval_minutes' is missing");
    if (minutes.constant && !minutes_of(*minutes.constant))
        fail(root["constants"]["interval_minutes"], "interval_minutes must be a number of minutes, up to a month");
}

}  // namespace

std::string_view text_of(ReadField field) { return kFieldNames[static_cast<std::size_t>(field)]; }

std::expected<CsvProfile, Problem> parse_csv_profile(std::string_view yaml, std::string_view file) {
    const auto refuse = [&](const YAML::Mark& mark, const std::string& reason) {
        const std::string where = mark.is_null() ? "" : fmt::format("column {}: ", mark.column + 1);
        return std::unexpected(
            Problem{std::string(file), mark.is_null() ? 0 : mark.line + 1, "", where + reason, Severity::file});
    };
    if (yaml.size() > kMaxProfileBytes) return refuse(YAML::Mark::null_mark(), "is too long for a profile");
    if (find_bad_utf8(yaml) != std::string_view::npos) return refuse(YAML::Mark::null_mark(), "is not UTF-8");
    try {
        const YAML::Node root = YAML::Load(std::string(yaml));
        CsvProfile profile;
        bool has_meaning = false;
        each_pair(root, "a profile", [&](const YAML::Node& at, const std::string& key, const YAML::Node& value) {
            take_key(profile, at, key, value, has_meaning);
        });
        check_whole(profile, root, has_meaning);
        if (profile.delimiter == profile.decimal_mark && profile.decimal_mark == '.')
            fail(root["delimiter"], "the delimiter is the decimal mark");
        return profile;
    } catch (const ProfileError& error) {
        return refuse(error.mark, error.reason);
    } catch (const YAML::Exception& error) {
        return refuse(error.mark, error.msg);
    }
}

}  // namespace mainspring::formats
