#include "api/call.hpp"

#include <fmt/format.h>

#include "api/routes.hpp"
#include "base/ensure.hpp"
#include "base/json_writer.hpp"

namespace mainspring::api {
namespace {

http::Response json_response(int status, std::string json) {
    http::Response response;
    response.status = status;
    response.body = std::move(json);
    response.headers.emplace_back("Cache-Control", "no-store");
    return response;
}

std::string title_of(int status) {
    switch (status) {
        case 400: return "Bad request";
        case 401: return "Not signed in";
        case 403: return "Not allowed";
        case 404: return "Not found";
        case 405: return "Method not allowed";
        case 409: return "In conflict with what is stored";
        case 413: return "Too large";
        case 415: return "Wrong content type";
        case 422: return "Refused";
        case 429: return "Too many requests";
        case 503: return "Not available";
        default: return status >= 500 ? "A fault of the server" : "Refused";
    }
}

}  // namespace

http::Response problem_response(const Problem& problem, std::string_view request_id) {
    JsonObject json;
    json.text("type", "urn:mainspring:problem:" + problem.type)
        .text("title", title_of(problem.status))
        .number("status", problem.status)
        .text("detail", problem.what());
    if (!problem.field.empty()) json.text("field", problem.field);
    if (!request_id.empty()) json.text("request_id", request_id);
    http::Response response = json_response(problem.status, json.done());
    response.content_type = "application/problem+json";
    return response;
}

std::optional<std::string> Call::query(std::string_view name) const {
    for (const auto& [key, value] : request.query)
        if (key == name) return value;
    return std::nullopt;
}

std::int32_t Call::limit() const {
    const auto stated = query("limit");
    return stated ? std::stoi(*stated) : 50;
}

Date Call::date(std::string_view name) const {
    const auto stated = query(name);
    ensure(stated.has_value(), "the contract asks for the day");
    const auto day = parse_date(*stated);
    if (!day) throw Problem(422, "bad_request", day.error(), fmt::format("query.{}", name));
    return *day;
}

std::int64_t Call::after_number() const {
    const std::string after = query("after").value_or("0");
    if (after.empty() || after.size() > 18 || after.find_first_not_of("0123456789") != std::string::npos)
        throw Problem(422, "bad_request", "it is not the 'next' of a page", "query.after");
    return std::stoll(after);
}

std::string instant_text(Instant at) {
    const auto day = std::chrono::floor<std::chrono::days>(at);
    const std::chrono::hh_mm_ss time(at - day);
    return fmt::format("{}T{:02}:{:02}:{:02}.{:03}Z", format_date(day), time.hours().count(), time.minutes().count(),
                       time.seconds().count(), time.subseconds().count());
}

std::string text_in(const Json& object, std::string_view key) {
    const Json* found = object.find(key);
    return found != nullptr ? found->text() : "";
}

std::optional<Date> date_in(const Json& object, std::string_view key) {
    const Json* found = object.find(key);
    if (found == nullptr) return std::nullopt;
    const auto day = parse_date(found->text());
    if (!day) throw Problem(422, "bad_request", day.error(), fmt::format("body.{}", key));
    return *day;
}

http::Response ok(std::string json) { return json_response(200, std::move(json)); }
http::Response created(std::string json) { return json_response(201, std::move(json)); }
http::Response accepted(std::string json) { return json_response(202, std::move(json)); }

http::Response no_content() {
    http::Response response = json_response(204, "");
    response.content_type.clear();
    return response;
}

}  // namespace mainspring::api
