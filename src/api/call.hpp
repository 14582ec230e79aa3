// What a route's handler is given, and the ways it can answer.
#pragma once
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "base/json_writer.hpp"
#include "base/uuid.hpp"
#include "calendar/date.hpp"
#include "http/message.hpp"
#include "org/access.hpp"
#include "storage/pool.hpp"

namespace mainspring::api {

// Who calls, as the session or token says. A customer sees the accounts of the own party and nothing else.
struct Caller {
    enum class Kind : std::uint8_t { nobody, staff, customer } kind = Kind::nobody;
    std::int32_t actor_id = 0;
    std::string code, name;
    std::vector<org::Permission> permissions = {};  // in any unit
    std::string only_permissions = {};  // of a token, as TxContext wants it; empty: all that the actor has
};

// An answer that is not the one asked for (RFC 9457). Thrown by the edge, caught by the dispatcher.
struct Problem : std::runtime_error {
    Problem(int status_code, std::string kind, const std::string& sentence, std::string where = {})
        : std::runtime_error(sentence), status(status_code), type(std::move(kind)), field(std::move(where)) {}
    int status;
    std::string type;  // stable: "unknown_account"; the problem's type is "urn:mainspring:problem:unknown_account"
    std::string field;  // "body.amount", "query.after"; empty: none
};
http::Response problem_response(const Problem& problem, std::string_view request_id);

struct Call {
    const http::Request& request;
    std::vector<std::string> path_values;  // in the order of the template's braces, decoded
    Caller caller;
    Json body = {};  // null without a body
    std::optional<Uuid> command_id = {};  // of the Idempotency-Key; there for every write
    Pool& people;  // acts for the caller: row-level security lets it see the caller's units only
    Pool& program;  // of the program itself: long jobs, sign-in
    const Clock& clock;

    // Of the query; the contract was checked before.
    std::optional<std::string> query(std::string_view name) const;
    std::int32_t limit() const;  // of a page; 50 when it is not said
    // Of a page that goes on after a number: `after`, 0 when it is not said. Problem when it is no number.
    std::int64_t after_number() const;
    Date date(std::string_view name) const;  // Problem when there is no such day. REQUIRES: the contract asks for it
};

// "text", as the contract wants it; "" where an optional member is absent.
std::string text_in(const Json& object, std::string_view key);
std::optional<Date> date_in(const Json& object, std::string_view key);

// "2026-11-25T17:40:28.123Z"
std::string instant_text(Instant at);

// {"items": […], "next": "…"}: a full page may have a next one.
template <class Rows, class Each>
std::string page_json(const Rows& rows, std::int32_t limit, const std::string& last, const Each& each) {
    JsonObject json;
    json.list("items", rows, each);
    if (static_cast<std::int32_t>(rows.size()) == limit) json.text("next", last);
    return json.done();
}

http::Response ok(std::string json);
http::Response created(std::string json);
http::Response accepted(std::string json);
http::Response no_content();

}  // namespace mainspring::api
