#include "api/contract.hpp"

#include <array>
#include <boost/json.hpp>
#include <fmt/format.h>
#include <span>
#include <valijson/adapters/boost_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>
#include <yaml-cpp/yaml.h>

#include "base/embedded_text.hpp"
#include "base/ensure.hpp"

namespace mainspring {

std::span<const EmbeddedText> embedded_contract();  // made by cmake/embed.cmake

namespace api {
namespace {

namespace json = boost::json;
using valijson::adapters::BoostJsonAdapter;

json::value scalar_of(const YAML::Node& node) {
    const std::string& text = node.Scalar();
    if (node.Tag() == "!") return json::string(text);  // quoted
    if (text == "true" || text == "false") return text == "true";
    if (text.empty() || text == "null" || text == "~") return nullptr;
    if (text.find_first_not_of("0123456789") == std::string::npos && text.size() < 18) return std::stoll(text);
    return json::string(text);
}

json::value json_of(const YAML::Node& node) {
    if (node.IsMap()) {
        json::object object;
        for (const auto& member : node) object[member.first.Scalar()] = json_of(member.second);
        return object;
    }
    if (node.IsSequence()) {
        json::array array;
        for (const auto& item : node) array.push_back(json_of(item));
        return array;
    }
    return scalar_of(node);
}

constexpr std::array<std::pair<std::string_view, http::Method>, 5> kMethods{{{"get", http::Method::get},
                                                                             {"post", http::Method::post},
                                                                             {"put", http::Method::put},
                                                                             {"patch", http::Method::patch},
                                                                             {"delete", http::Method::remove}}};

const json::value* find(const json::value& value, std::string_view key) {
    return value.is_object() ? value.as_object().if_contains(key) : nullptr;
}

std::string text_at(const json::value& value, std::string_view key) {
    const json::value* found = find(value, key);
    return found != nullptr && found->is_string() ? std::string(found->as_string()) : "";
}

// A schema ready to be asked; its "$ref"s point into the document's components.
class Schema {
public:
    Schema(const json::value& fragment, const json::value& components) {
        const json::value root = json::object{{"allOf", json::array{fragment}}, {"components", components}};
        valijson::SchemaParser(valijson::SchemaParser::kDraft7).populateSchema(BoostJsonAdapter(root), schema_);
    }
    // `where` begins the field of the violation.
    std::optional<Contract::Violation> check(const json::value& value, std::string_view where) const {
        valijson::ValidationResults results;
        valijson::Validator validator(valijson::Validator::kStrongTypes);
        if (validator.validate(schema_, BoostJsonAdapter(value), &results)) return std::nullopt;
        // The innermost is the one that a person can mend; the outer ones say that something in them is wrong.
        valijson::ValidationResults::Error error, innermost;
        while (results.popError(error))
            if (error.context.size() >= innermost.context.size()) innermost = error;
        std::string field(where);
        for (const std::string& step : innermost.context) {
            if (step == "<root>") continue;
            const bool index = step.find_first_not_of("[]0123456789") == std::string::npos;
            field += index ? step : "." + step.substr(1, step.size() - 2);
        }
        return Contract::Violation{field, innermost.description};
    }

private:
    valijson::Schema schema_;
};

// No text of the database can.
bool holds_nul(const json::value& value) {
    if (value.is_string()) return value.as_string().find('\0') != json::string::npos;
    if (value.is_array()) return std::ranges::any_of(value.as_array(), holds_nul);
    if (!value.is_object()) return false;
    return std::ranges::any_of(value.as_object(), [](const auto& member) {
        return member.key().find('\0') != std::string_view::npos || holds_nul(member.value());
    });
}

struct Parameter {
    std::string name, in, type;
    bool required = false;
    std::unique_ptr<Schema> schema;
};

// A parameter is text; its schema says what of. What is no such value stays text and is refused by the schema.
json::value value_of(const std::string& text, const std::string& type) {
    if (type == "integer" && !text.empty() && text.size() < 18 &&
        text.find_first_not_of("0123456789", text.front() == '-' ? 1 : 0) == std::string::npos && text != "-")
        return std::stoll(text);
    if (type == "boolean" && (text == "true" || text == "false")) return text == "true";
    return json::string(text);
}

struct Reply {
    std::string status;  // "200", "default"
    std::vector<std::pair<std::string, std::unique_ptr<Schema>>> contents;  // by content type; null: not JSON
};

struct Checks {
    std::vector<Parameter> path, query;  // path: in the order of the braces
    std::unique_ptr<Schema> body;        // null: takes none
    bool body_required = false;
    std::string body_type;
    std::vector<Reply> replies;
};

}  // namespace

class Contract::Impl {
public:
    explicit Impl(std::string_view yaml) : document_(json_of(YAML::Load(std::string(yaml)))) {
        const json::value* paths = find(document_, "paths");
        ensure(paths != nullptr && find(document_, "components") != nullptr, "the contract has paths and components");
        for (const auto& path : paths->as_object())
            for (const auto& [name, method] : kMethods)
                if (const json::value* operation = find(path.value(), name)) add(path.key(), method, *operation);
    }

    const std::vector<Operation>& operations() const { return operations_; }

    std::optional<Violation> check_request(std::size_t operation, const std::vector<std::string>& path_values,
                                           const http::Request& request) const {
        const Checks& checks = checks_.at(operation);
        ensure(path_values.size() == checks.path.size(), "a path has one value for each brace");
        for (std::size_t i = 0; i < path_values.size(); ++i)
            if (auto wrong = checks.path[i].schema->check(value_of(path_values[i], checks.path[i].type),
                                                          "path." + checks.path[i].name))
                return wrong;
        if (auto wrong = check_query(checks, request.query)) return wrong;
        return check_body(checks, request);
    }

    std::optional<Violation> check_reply(std::size_t operation, const http::Response& response) const {
        const Reply* reply = nullptr;
        for (const Reply& each : checks_.at(operation).replies)
            if (each.status == std::to_string(response.status) ||
                (each.status == "default" && reply == nullptr && response.status >= 400))
                reply = &each;
        if (reply == nullptr) return Violation{"reply.status", fmt::format("{} is not promised", response.status)};
        if (reply->contents.empty())
            return response.body.empty() ? std::nullopt : std::optional(Violation{"reply", "no content is promised"});
        for (const auto& [type, schema] : reply->contents) {
            if (type != response.content_type) continue;
            if (schema == nullptr) return std::nullopt;
            json::error_code error;
            const json::value body = json::parse(response.body, error);
            if (error) return Violation{"reply", "is no JSON"};
            return schema->check(body, "reply");
        }
        return Violation{"reply.content_type", fmt::format("'{}' is not promised", response.content_type)};
    }

private:
    // What a "$ref" of a parameter or reply stands for; itself when it is none.
    const json::value& resolved(const json::value& value) const {
        const std::string reference = text_at(value, "$ref");
        if (reference.empty()) return value;
        json::error_code error;
        const json::value* found = document_.find_pointer(reference.substr(1), error);
        ensure(found != nullptr, "the contract's references lead somewhere");
        return *found;
    }

    std::unique_ptr<Schema> schema_of(const json::value& fragment) const {
        return std::make_unique<Schema>(fragment, document_.at("components"));
    }

    // The "type" that a schema states, through one reference.
    std::string type_of(const json::value& schema) const { return text_at(resolved(schema), "type"); }

    void add_parameter(Operation& operation, Checks& checks, const json::value& stated) const {
        const json::value& parameter = resolved(stated);
        const std::string name = text_at(parameter, "name"), in = text_at(parameter, "in");
        if (in == "header") {
            operation.needs_key |= name == "Idempotency-Key";
            return;
        }
        const json::value* required = find(parameter, "required");
        const json::value& schema = parameter.at("schema");
        (in == "path" ? checks.path : checks.query)
            .push_back({.name = name,
                        .in = in,
                        .type = type_of(schema),
                        .required = required != nullptr && required->as_bool(),
                        .schema = schema_of(schema)});
    }

    void order_path(const std::string& path, Checks& checks) const {
        std::vector<Parameter> ordered;
        for (std::size_t at = path.find('{'); at != std::string::npos; at = path.find('{', at + 1)) {
            const std::string name = path.substr(at + 1, path.find('}', at) - at - 1);
            const auto found = std::ranges::find(checks.path, name, &Parameter::name);
            ensure(found != checks.path.end(), "the contract describes every brace of a path");
            ordered.push_back(std::move(*found));
        }
        checks.path = std::move(ordered);
    }

    void add(const std::string& path, http::Method method, const json::value& stated) {
        Operation operation{.method = method,
                            .path = path,
                            .id = text_at(stated, "operationId"),
                            .who = text_at(stated, "x-who"),
                            .permission = text_at(stated, "x-permission"),
                            .needs_key = false,
                            .asks = find(stated, "x-asks") != nullptr};
        Checks checks;
        if (const json::value* parameters = find(stated, "parameters"))
            for (const json::value& each : parameters->as_array()) add_parameter(operation, checks, each);
        order_path(path, checks);
        if (const json::value* body = find(stated, "requestBody")) {
            const auto& content = *body->at("content").as_object().begin();
            checks.body_type = content.key();
            checks.body = schema_of(content.value().at("schema"));
            const json::value* required = find(*body, "required");
            checks.body_required = required != nullptr && required->as_bool();
        }
        for (const auto& each : stated.at("responses").as_object()) {
            Reply reply{.status = each.key(), .contents = {}};
            if (const json::value* content = find(resolved(each.value()), "content"))
                for (const auto& type : content->as_object()) {
                    const json::value* schema = find(type.value(), "schema");
                    reply.contents.emplace_back(type.key(), schema != nullptr ? schema_of(*schema) : nullptr);
                }
            checks.replies.push_back(std::move(reply));
        }
        operations_.push_back(std::move(operation));
        checks_.push_back(std::move(checks));
    }

    static std::optional<Violation> check_query(const Checks& checks, const http::Pairs& query) {
        for (const auto& [name, text] : query) {
            const auto known = std::ranges::find(checks.query, name, &Parameter::name);
            if (known == checks.query.end())
                return Violation{"query." + name, fmt::format("there is no parameter '{}' here", name)};
            if (std::ranges::count(query, name, &http::Pairs::value_type::first) > 1)
                return Violation{"query." + name, "it is said more than once"};
            if (auto wrong = known->schema->check(value_of(text, known->type), "query." + name)) return wrong;
        }
        for (const Parameter& parameter : checks.query)
            if (parameter.required &&
                std::ranges::find(query, parameter.name, &http::Pairs::value_type::first) == query.end())
                return Violation{"query." + parameter.name, "it is missing"};
        return std::nullopt;
    }

    static std::optional<Violation> check_body(const Checks& checks, const http::Request& request) {
        if (checks.body == nullptr)
            return request.body.empty() ? std::nullopt : std::optional(Violation{"body", "none is taken here"});
        if (request.body.empty())
            return checks.body_required ? std::optional(Violation{"body", "it is missing"}) : std::nullopt;
        const std::string_view type = request.header("Content-Type").value_or("");
        if (type.substr(0, type.find(';')) != checks.body_type)
            return Violation{"header.Content-Type", fmt::format("{} is wanted", checks.body_type)};
        if (checks.body_type != "application/json") return std::nullopt;
        json::error_code error;
        const json::value body = json::parse(request.body, error);
        if (error) return Violation{"body", fmt::format("it is no JSON: {}", error.message())};
        if (holds_nul(body)) return Violation{"body", "it holds the character NUL"};
        return checks.body->check(body, "body");
    }

    json::value document_;
    std::vector<Operation> operations_;
    std::vector<Checks> checks_;
};

Contract::Contract(std::string_view yaml) : impl_(std::make_unique<Impl>(yaml)) {}
Contract::~Contract() = default;

const std::vector<Contract::Operation>& Contract::operations() const { return impl_->operations(); }

std::optional<Contract::Violation> Contract::check_request(std::size_t operation,
                                                           const std::vector<std::string>& path_values,
                                                           const http::Request& request) const {
    return impl_->check_request(operation, path_values, request);
}

std::optional<Contract::Violation> Contract::check_reply(std::size_t operation, const http::Response& response) const {
    return impl_->check_reply(operation, response);
}

std::string_view openapi_yaml() { return embedded_contract().front().text; }

}  // namespace api
}  // namespace mainspring
