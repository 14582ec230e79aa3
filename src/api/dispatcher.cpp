#include "api/dispatcher.hpp"

#include <fmt/format.h>
#include <map>

#include "api/contract.hpp"
#include "base/ensure.hpp"
#include "storage/error.hpp"

namespace mainspring::api {
namespace {

constexpr std::string_view kPrefix = "/api/v1";
constexpr std::string_view kTooManyConnections = "53300";

std::vector<std::string_view> segments_of(std::string_view path) {
    std::vector<std::string_view> segments;
    while (!path.empty()) {
        path.remove_prefix(1);  // '/'
        const std::size_t end = std::min(path.find('/'), path.size());
        segments.push_back(path.substr(0, end));
        path.remove_prefix(end);
    }
    return segments;
}

bool is_brace(std::string_view segment) { return segment.starts_with('{'); }

// What the braces of a template match in a path; nothing when they differ elsewhere.
std::optional<std::vector<std::string>> match(const std::vector<std::string_view>& wanted,
                                              const std::vector<std::string_view>& segments) {
    if (wanted.size() != segments.size()) return std::nullopt;
    std::vector<std::string> values;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        if (!is_brace(wanted[i])) {
            if (wanted[i] != segments[i]) return std::nullopt;
            continue;
        }
        auto value = http::percent_decoded(segments[i]);
        if (!value) return std::nullopt;
        values.push_back(std::move(*value));
    }
    return values;
}

bool is_write(http::Method method) { return method != http::Method::get && method != http::Method::head; }

void require_kept(const std::optional<Contract::Violation>& violation) {
    if (violation)
        ensure(false, fmt::format("a reply keeps the contract: {}: {}", violation->field, violation->sentence));
}

}  // namespace

class Dispatcher::Impl {
public:
    Impl(const Routes& routes, DispatcherParts parts) : contract_(openapi_yaml()), parts_(std::move(parts)) {
        for (const Route& route : routes.all()) add(route);
    }

    std::size_t most_body_bytes(http::Method method, std::string_view path) const {
        const auto found = find(method, path);
        return found.entry != nullptr ? found.entry->route.most_body_bytes : 0;
    }

    http::Response handle(const http::Request& request) {
        const http::Method method = request.method == http::Method::head ? http::Method::get : request.method;
        Found found = find(method, request.path);
        const std::string route = found.entry != nullptr ? fmt::format("{}{}", kPrefix, found.entry->route.path) : "";
        http::Response response = [&] {
            try {
                return answer(method, std::move(found), request);
            } catch (const Problem& problem) {
                return problem_response(problem, request.id);
            } catch (const DbError& error) {
                if (!error.is_connection_lost() && error.sqlstate() != kTooManyConnections) throw;
                return problem_response(Problem(503, "database_away", "The database does not answer; try again."),
                                        request.id);
            }
        }();
        response.route = route;
        return response;
    }

    const Contract& contract() const { return contract_; }

private:
    struct Entry {
        Route route;
        std::size_t operation = 0;
        std::vector<std::string_view> segments;
        std::size_t braces = 0;
    };
    struct Found {
        const Entry* entry = nullptr;
        std::vector<std::string> values;
        bool other_method = false;
    };

    void add(const Route& route) {
        const auto& operations = contract_.operations();
        const auto at = std::ranges::find_if(operations, [&](const Contract::Operation& each) {
            return each.method == route.method && each.path == route.path;
        });
        ensure(at != operations.end(), fmt::format("the contract has {} {}", http::text_of(route.method), route.path));
        auto entry = std::make_unique<Entry>();
        entry->route = route;
        entry->operation = static_cast<std::size_t>(at - operations.begin());
        entry->segments = segments_of(entry->route.path);
        entry->braces = static_cast<std::size_t>(std::ranges::count_if(entry->segments, is_brace));
        entries_.push_back(std::move(entry));
    }

    // The template with the fewest braces that fits: "runs/7/events" before "runs/{run}/{action}".
    Found find(http::Method method, std::string_view path) const {
        Found found;
        if (!path.starts_with(kPrefix)) return found;
        const auto segments = segments_of(path.substr(kPrefix.size()));
        for (const auto& entry : entries_) {
            auto values = match(entry->segments, segments);
            if (!values) continue;
            if (entry->route.method != method) {
                found.other_method = true;
            } else if (found.entry == nullptr || entry->braces < found.entry->braces) {
                found.entry = entry.get();
                found.values = std::move(*values);
            }
        }
        return found;
    }

    http::Response answer(http::Method method, Found found, const http::Request& request) {
        if (found.entry == nullptr)
            throw found.other_method ? Problem(405, "wrong_method", "This cannot be done here.")
                                     : Problem(404, "unknown_path", "There is nothing here.");
        const Authenticated who = parts_.authenticate(request);
        admit(found.entry->route.need, who.caller);
        if (is_write(method) && !who.csrf.empty() && request.header("X-CSRF-Token").value_or("") != who.csrf)
            throw Problem(403, "csrf", "The request does not carry the token of this session.", "header.X-CSRF-Token");
        if (const auto violation = contract_.check_request(found.entry->operation, found.values, request))
            throw Problem(422, "bad_request", violation->sentence, violation->field);
        return run(*found.entry, std::move(found.values), who.caller, request);
    }

    void admit(const Need& need, const Caller& caller) const {
        using Who = Need::Who;
        if (need.who == Who::anyone) return;
        if (caller.kind == Caller::Kind::nobody) throw Problem(401, "not_signed_in", "Sign in first.");
        const bool kind_fits =
            need.who == Who::signed_in || (need.who == Who::staff) == (caller.kind == Caller::Kind::staff);
        if (!kind_fits ||
            (need.permission && std::ranges::find(caller.permissions, *need.permission) == caller.permissions.end()))
            throw Problem(403, "not_allowed", "You may not do this.");
    }

    http::Response run(const Entry& entry, std::vector<std::string> values, const Caller& caller,
                       const http::Request& request) {
        const auto people = std::make_shared<Pool>(parts_.people.acting_for(
            {.actor_id = caller.actor_id, .at = parts_.clock.now(), .only_permissions = caller.only_permissions}));
        Call call{.request = request,
                  .path_values = std::move(values),
                  .caller = caller,
                  .people = *people,
                  .program = parts_.program,
                  .clock = parts_.clock};
        if (contract_.operations()[entry.operation].needs_key) call.command_id = key_of(request);
        if (!request.body.empty() && request.header("Content-Type").value_or("").starts_with("application/json")) {
            auto body = Json::parse(request.body);
            if (!body) throw Problem(422, "bad_request", body.error().text, "body");
            call.body = std::move(*body);
        }
        http::Response response = entry.route.handler(call);
        // A reply that goes on may ask the caller's pool as long as it does.
        if (response.events)
            response.events->next = [people, next = std::move(response.events->next)] { return next(); };
        if (parts_.check_replies) require_kept(contract_.check_reply(entry.operation, response));
        return response;
    }

    static Uuid key_of(const http::Request& request) {
        const auto text = request.header("Idempotency-Key");
        const auto key = text ? Uuid::parse(*text) : std::nullopt;
        if (!key)
            throw Problem(422, "bad_request", "A write carries a UUID of its own, the same when it is sent again.",
                          "header.Idempotency-Key");
        return *key;
    }

    Contract contract_;
    DispatcherParts parts_;
    std::vector<std::unique_ptr<Entry>> entries_;  // stable: segments point into the route's path
};

Dispatcher::Dispatcher(const Routes& routes, DispatcherParts parts)
    : impl_(std::make_unique<Impl>(routes, std::move(parts))) {}
Dispatcher::~Dispatcher() = default;

std::size_t Dispatcher::most_body_bytes(http::Method method, std::string_view path) const {
    return impl_->most_body_bytes(method, path);
}

http::Response Dispatcher::handle(const http::Request& request) { return impl_->handle(request); }

}  // namespace mainspring::api
