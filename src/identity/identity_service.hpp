// Signing in and staying signed in: passwords, second factor, sessions, tokens, set-up links. All of it works on the
// program's own pool: a person's connection cannot read credentials.
#pragma once
#include <expected>
#include <memory>
#include <string>
#include <vector>

#include "api/dispatcher.hpp"
#include "base/clock.hpp"
#include "identity/password.hpp"
#include "org/access.hpp"
#include "storage/pool.hpp"

namespace mainspring::identity {

struct Bearer;
struct Known;

enum class RefusalCode : std::uint8_t {
    wrong,           // user, password or code; which one is not said
    code_wanted,     // the password is right, the second factor is missing
    wait,            // too many failures; retry_after says how long
    busy,            // too many sign in at this moment
    weak_password,
    link_expired,
    unknown_user,
    not_allowed,
    unknown_session,
    unknown_token,
    bad_scopes,
    bad_expiry,
    has_second_factor,
    no_second_factor,
};
std::string_view name_of(RefusalCode code);  // as the API says it

struct Refusal {
    RefusalCode code{};
    std::string text;
    std::chrono::seconds retry_after{0};
};
template <class T>
using Outcome = std::expected<T, Refusal>;

enum class Cookie : std::uint8_t {
    secure,   // over TLS: __Host-mainspring
    loopback  // over plain HTTP on this machine, for development
};

struct IdentityOptions {
    Cookie cookie = Cookie::secure;
    std::chrono::minutes idle{30};
    std::chrono::hours longest{12};
    HashCost cost = {};
};

struct SignIn {
    std::string user, password, code;
    std::string address = {}, agent = {};
};

// A session as its holder is told of it, once.
struct Opened {
    std::string token, csrf;
    std::int32_t actor_id = 0;
    Instant expires_at;
};

struct SessionView {
    Uuid session_id;
    std::string address, agent;
    Instant started_at, seen_at, expires_at;
    bool second_factor = false, is_this = false;
};
struct TokenView {
    Uuid token_id;
    std::string name;
    std::vector<std::string> scopes;
    Instant made_at, expires_at;
    std::optional<Instant> used_at, revoked_at;
};
struct NewToken {
    std::string name;
    std::vector<org::Permission> scopes;
    Instant expires_at;
};
struct MadeToken {
    Uuid token_id;
    std::string token;  // shown this once
};
struct Enrolment {
    std::string secret, uri;  // base32; otpauth://
};

class Identity {
public:
    Identity(Pool& program, const Clock& clock, IdentityOptions options);
    ~Identity();

    // Who presents what. A session that is over counts as nobody; a bearer token that is none is a Problem (401).
    // Signing in presents nothing: a stale cookie must not be in its way.
    api::Authenticated authenticate(const http::Request& request) const;

    // The same by the token of a session, which a cookie carries.
    api::Authenticated by_session(const std::string& token) const;

    Outcome<Opened> sign_in(const SignIn& asked);
    void sign_out(const http::Request& request);
    // "name=…; Path=/; HttpOnly; SameSite=Lax…"; of an empty token: one that takes the cookie away.
    std::string cookie_header(const std::string& token) const;

    // Ends the other sessions of the person. The session goes on under a new token.
    struct PasswordChange {
        std::string old_password, new_password;
    };
    Outcome<Opened> change_password(const http::Request& request, const PasswordChange& change);
    // By an administrator, or at the command line: also ends the person's sessions.
    bool has_password(const std::string& user) const;
    Outcome<void> set_password(const std::string& user, const std::string& password, std::int32_t by_actor_id);

    Outcome<Enrolment> enrol_second_factor(const api::Caller& caller);
    struct Confirmed {
        Opened session;
        std::vector<std::string> recovery_codes;  // shown this once
    };
    Outcome<Confirmed> confirm_second_factor(const http::Request& request, const std::string& code);
    // The own one needs a code; another's is taken away by who manages users (by_actor_id).
    Outcome<void> remove_second_factor(const api::Caller& caller, const std::string& code);
    Outcome<void> reset_second_factor(const std::string& user, std::int32_t by_actor_id);

    std::vector<SessionView> sessions(const http::Request& request, std::int32_t actor_id) const;
    Outcome<void> end_session(const api::Caller& caller, const Uuid& session_id);
    void end_all_sessions(std::int32_t actor_id, std::int32_t by_actor_id);

    Outcome<MadeToken> make_token(const api::Caller& caller, const NewToken& wanted);
    std::vector<TokenView> tokens(std::int32_t actor_id) const;
    Outcome<void> revoke_token(const api::Caller& caller, const Uuid& token_id);

    // The token of a link by which the first administrator is made; nothing once anybody has a password. An hour.
    std::optional<std::string> first_administrator_link();
    // A link by which the user chooses a password; a day.
    Outcome<std::string> password_link(const std::string& user, std::int32_t by_actor_id);
    struct SetUp {
        std::string token, user, name, password;  // user and name: of a first administrator
    };
    // Gives the user's code.
    Outcome<std::string> set_up(const SetUp& asked);

private:
    std::optional<std::string> session_token(const http::Request& request) const;
    std::optional<Bearer> session_of(const std::string& token) const;
    api::Authenticated by_token(std::string_view token) const;
    Instant seen_after(Instant now) const;

    Outcome<void> count_try(const SignIn& asked);
    Outcome<void> check_factors(Tx& tx, const SignIn& asked, const Known& who);
    std::unexpected<Refusal> failed(const SignIn& asked, std::int32_t actor_id, Refusal refusal);
    // A code of the moment, or a recovery code; each works once.
    bool code_is_right(Tx& tx, std::int32_t actor_id, const std::string& code);
    Outcome<std::string> new_hash(const std::string& password, std::string_view user);
    Opened open_session(Tx& tx, const SignIn& asked, const Known& who);

    Pool& program_;
    const Clock& clock_;
    const IdentityOptions options_;
    std::unique_ptr<PasswordHasher> hasher_;
};

}  // namespace mainspring::identity
