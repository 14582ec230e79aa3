// Signing in, and who presents what.
#include <fmt/format.h>

#include "base/json_writer.hpp"
#include "identity/attempt_limit.hpp"
#include "identity/identity_internal.hpp"
#include "identity/identity_service.hpp"
#include "identity/identity_store.hpp"
#include "identity/secret.hpp"
#include "identity/totp.hpp"
#include "org/command_log.hpp"

namespace mainspring::identity {
namespace {

constexpr std::string_view kSecureName = "__Host-mainspring";
constexpr std::string_view kLoopbackName = "mainspring";
// How stale the stored moment of last use may be: a request in between writes nothing.
constexpr std::chrono::minutes kTouchEvery{1};

std::string_view name_of(Cookie cookie) { return cookie == Cookie::secure ? kSecureName : kLoopbackName; }

struct Counted {
    AttemptKey key;
    AttemptRule rule;
};
// Names are kept as hashes: people type passwords into the field of the name.
std::array<Counted, 3> counters_of(const SignIn& asked) {
    const std::string name = hex(org::sha256_of(asked.user));
    return {Counted{{name, asked.address}, kByNameAndAddress}, Counted{{"", asked.address}, kByAddress},
            Counted{{name, ""}, kByName}};
}

// Counted apart from signing in, so that neither holds up the other.
SignIn guess_of(const std::string& user) {
    const std::string what = "second factor of " + user;
    return {.user = what, .password = {}, .code = {}, .address = what};
}

std::string array_text(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) text.append(text.empty() ? "" : ",").append(name);
    return "{" + text + "}";
}

api::Caller caller_of(const Bearer& bearer) {
    api::Caller caller;
    caller.kind = bearer.kind == "customer" ? api::Caller::Kind::customer : api::Caller::Kind::staff;
    caller.actor_id = bearer.actor_id;
    caller.code = bearer.code;
    caller.name = bearer.name;
    for (const std::string& name : bearer.permissions) {
        const bool in_scope = bearer.scopes.empty() || std::ranges::find(bearer.scopes, name) != bearer.scopes.end();
        if (const auto permission = org::permission_of(name); permission && in_scope)
            caller.permissions.push_back(*permission);
    }
    if (!bearer.scopes.empty()) caller.only_permissions = array_text(bearer.scopes);
    return caller;
}

}  // namespace

Instant Identity::seen_after(Instant now) const { return now - options_.idle; }

std::optional<std::string> Identity::session_token(const http::Request& request) const {
    const auto found = request.cookie(name_of(options_.cookie));
    return found ? std::optional<std::string>(*found) : std::nullopt;
}

std::optional<Bearer> Identity::session_of(const std::string& token) const {
    const Instant now = clock_.now();
    const auto lease = program_.acquire();
    auto bearer = find_session(*lease, org::sha256_of(token), now, seen_after(now));
    if (bearer && now - bearer->seen_at > kTouchEvery) touch_session(*lease, bearer->id, now);
    return bearer;
}

api::Authenticated Identity::by_session(const std::string& token) const {
    const auto bearer = session_of(token);
    if (!bearer) return {};
    return {.caller = caller_of(*bearer), .csrf = csrf_of(token), .expires_at = bearer->expires_at};
}

api::Authenticated Identity::by_token(std::string_view token) const {
    const Instant now = clock_.now();
    const auto lease = program_.acquire();
    const auto bearer = find_token(*lease, org::sha256_of(token), now);
    if (!bearer) throw api::Problem(401, "bad_token", "This token is unknown, expired or revoked.");
    if (now - bearer->seen_at > kTouchEvery) touch_token(*lease, bearer->id, now);
    return {.caller = caller_of(*bearer), .expires_at = bearer->expires_at};
}

api::Authenticated Identity::authenticate(const http::Request& request) const {
    constexpr std::string_view kScheme = "Bearer ";
    const bool signs_in =
        request.method == http::Method::post && (request.path == "/api/v1/session" || request.path == "/api/v1/setup");
    if (signs_in) return {};
    if (const auto stated = request.header("Authorization")) {
        if (!stated->starts_with(kScheme)) throw api::Problem(401, "bad_token", "Only bearer tokens are known.");
        return by_token(stated->substr(kScheme.size()));
    }
    const auto token = session_token(request);
    return token ? by_session(*token) : api::Authenticated{};
}

std::string Identity::cookie_header(const std::string& token) const {
    const bool secure = options_.cookie == Cookie::secure;
    return fmt::format("{}={}; Path=/; HttpOnly; SameSite=Lax{}{}", name_of(options_.cookie), token,
                       secure ? "; Secure" : "", token.empty() ? "; Max-Age=0" : "");
}

// A try counts as failed until it has succeeded, so that many at the same time are not one.
Outcome<void> Identity::count_try(const SignIn& asked) {
    return with_tx(program_, {}, [&](Tx& tx) -> Outcome<void> {
        const Instant now = clock_.now();
        std::array<Attempts, 3> rows;
        const auto counters = counters_of(asked);
        for (std::size_t i = 0; i < counters.size(); ++i) {
            rows[i] = lock_attempts(tx, counters[i].key);
            const bool knows_address = rows[0].succeeded_at.has_value();
            const auto until = wait_until(counters[i].rule, rows[i].failures, rows[i].failed_at);
            const bool for_any_address = counters[i].key.address.empty();
            if (!until || now >= *until || (for_any_address && knows_address)) continue;
            const auto left = std::chrono::ceil<std::chrono::seconds>(*until - now);
            return std::unexpected(
                Refusal{RefusalCode::wait, fmt::format("Too many failed tries; wait {} s.", left.count()), left});
        }
        for (std::size_t i = 0; i < counters.size(); ++i) {
            rows[i].failures = one_more(rows[i].failures, rows[i].failed_at, now);
            rows[i].failed_at = now;
            update_attempts(tx, counters[i].key, rows[i]);
        }
        return {};
    });
}

std::unexpected<Refusal> Identity::failed(const SignIn& asked, std::int32_t actor_id, Refusal refusal) {
    with_tx(program_, {}, [&](Tx& tx) {
        org::write_audit(tx, {actor_id, 0, clock_.now()},
                         {.cell = org::kNoCell,
                          .command_id = {},
                          .action = "identity.sign_in_failed",
                          .object = actor_id != 0 ? fmt::format("user:{}", asked.user) : "user:",
                          .detail_json = json_object(
                              {{"address", asked.address}, {"why", std::string(identity::name_of(refusal.code))}})});
    });
    return std::unexpected(std::move(refusal));
}

bool Identity::code_is_right(Tx& tx, std::int32_t actor_id, const std::string& code) {
    const Instant now = clock_.now();
    const auto factor = lock_second_factor(tx, actor_id);
    if (!factor) return false;
    if (const auto step = check_totp(factor->secret, {code, now, factor->last_step})) {
        update_step(tx, actor_id, *step, now);
        return true;
    }
    return factor->confirmed && use_recovery_code(tx, actor_id, org::sha256_of(code), now);
}

Outcome<void> Identity::check_factors(Tx& tx, const SignIn& asked, const Known& who) {
    if (!who.has_second_factor) return {};
    if (asked.code.empty())
        return std::unexpected(Refusal{RefusalCode::code_wanted, "The code of the second factor is missing."});
    if (!code_is_right(tx, who.actor_id, asked.code))
        return std::unexpected(Refusal{RefusalCode::wrong, "User, password or code is wrong."});
    return {};
}

Opened Identity::open_session(Tx& tx, const SignIn& asked, const Known& who) {
    const Instant now = clock_.now();
    Opened opened{.token = new_token(), .csrf = {}, .actor_id = who.actor_id, .expires_at = now + options_.longest};
    opened.csrf = csrf_of(opened.token);
    insert_session(tx, org::sha256_of(opened.token),
                   {.session_id = Uuid::random_v7(clock_),
                    .actor_id = who.actor_id,
                    .second_factor = who.has_second_factor ? "given" : "none",
                    .address = asked.address,
                    .agent = asked.agent.substr(0, 200),
                    .started_at = now,
                    .seen_at = now,
                    .expires_at = opened.expires_at});
    // What was counted before this try was known to be right.
    for (const Counted& counted : counters_of(asked)) {
        Attempts row = lock_attempts(tx, counted.key);
        if (counted.key.name.empty()) {
            row.failures = std::max(0, row.failures - 1);
        } else {
            row.failures = 0;
            row.succeeded_at = now;
        }
        update_attempts(tx, counted.key, row);
    }
    forget_attempts(tx, now - kFailuresCount);
    org::write_audit(tx, {who.actor_id, 0, now},
                     {.cell = org::kNoCell,
                      .command_id = {},
                      .action = "identity.sign_in",
                      .object = fmt::format("user:{}", who.code),
                      .detail_json = json_object({{"address", asked.address}})});
    return opened;
}

Outcome<void> Identity::count_guess(const std::string& user) { return count_try(guess_of(user)); }

void Identity::forgive_guesses(Tx& tx, const std::string& user) {
    for (const Counted& counted : counters_of(guess_of(user))) {
        Attempts row = lock_attempts(tx, counted.key);
        row.failures = 0;
        update_attempts(tx, counted.key, row);
    }
}

Outcome<Opened> Identity::sign_in(const SignIn& asked) {
    if (auto counted = count_try(asked); !counted) return std::unexpected(counted.error());
    const auto who = with_tx(program_, {}, [&](Tx& tx) { return select_known(tx, asked.user); });
    const std::int32_t actor_id = who ? who->actor_id : 0;
    const auto verdict = hasher_->verify(asked.password, who ? who->password : "");
    if (verdict == PasswordHasher::Verdict::busy)
        return std::unexpected(
            Refusal{RefusalCode::busy, "Too many people sign in at this moment; try again.", std::chrono::seconds{1}});
    if (verdict == PasswordHasher::Verdict::wrong)
        return failed(asked, actor_id, {RefusalCode::wrong, "User, password or code is wrong."});
    auto opened = with_tx(program_, {}, [&](Tx& tx) -> Outcome<Opened> {
        if (auto right = check_factors(tx, asked, *who); !right) return std::unexpected(right.error());
        return open_session(tx, asked, *who);
    });
    if (!opened) return failed(asked, actor_id, opened.error());
    if (verdict == PasswordHasher::Verdict::right_but_weak)
        if (const auto phc = hasher_->hash(asked.password))
            with_tx(program_, {}, [&](Tx& tx) { upsert_password(tx, actor_id, *phc, clock_.now()); });
    return opened;
}

void Identity::sign_out(const http::Request& request) {
    const auto token = session_token(request);
    const auto bearer = token ? session_of(*token) : std::nullopt;
    if (!bearer) return;
    with_tx(program_, {}, [&](Tx& tx) {
        const Instant now = clock_.now();
        end_sessions(tx, {.actor_id = bearer->actor_id, .session_id = bearer->id, .except = {}, .at = now});
        audit_identity(tx, {bearer->actor_id, 0, now}, "identity.sign_out", bearer->code);
    });
}

}  // namespace mainspring::identity
