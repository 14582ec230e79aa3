#include "identity/identity_service.hpp"

#include <fmt/format.h>

#include "identity/identity_internal.hpp"
#include "identity/identity_store.hpp"
#include "identity/secret.hpp"
#include "identity/totp.hpp"
#include "org/org_service.hpp"
#include "org/user_service.hpp"

namespace mainspring::identity {
namespace {

constexpr std::chrono::hours kFirstLinkHolds{1};
constexpr std::chrono::hours kPasswordLinkHolds{24};
constexpr std::chrono::days kLongestToken{366};
constexpr int kRecoveryCodes = 10;

std::unexpected<Refusal> refuse(RefusalCode code, std::string text) {
    return std::unexpected(Refusal{code, std::move(text)});
}

std::unexpected<Refusal> refuse(const org::AdminRefusal& refusal) {
    const bool unknown = refusal.code == org::AdminRefusalCode::unknown_user;
    return refuse(unknown ? RefusalCode::unknown_user : RefusalCode::not_allowed, refusal.text);
}

// A token's hash names nothing that a person could use, so it may be read beside a lock.
SessionEnd all_but(std::int32_t actor_id, std::optional<Uuid> except, Instant at) {
    return {.actor_id = actor_id, .session_id = {}, .except = except, .at = at};
}

}  // namespace

// tidy: flat-list
std::string_view name_of(RefusalCode code) {
    switch (code) {
        case RefusalCode::wrong: return "wrong_credentials";
        case RefusalCode::code_wanted: return "code_wanted";
        case RefusalCode::wait: return "too_many_tries";
        case RefusalCode::busy: return "busy";
        case RefusalCode::weak_password: return "weak_password";
        case RefusalCode::link_expired: return "link_expired";
        case RefusalCode::unknown_user: return "unknown_user";
        case RefusalCode::not_allowed: return "not_allowed";
        case RefusalCode::unknown_session: return "unknown_session";
        case RefusalCode::unknown_token: return "unknown_token";
        case RefusalCode::bad_scopes: return "bad_scopes";
        case RefusalCode::bad_expiry: return "bad_expiry";
        case RefusalCode::has_second_factor: return "has_second_factor";
        case RefusalCode::no_second_factor: return "no_second_factor";
    }
    return "";
}

void audit_identity(Tx& tx, const org::Doer& doer, std::string_view action, std::string_view user) {
    const std::string object = fmt::format("user:{}", user);
    org::write_audit(tx, doer, {.cell = org::kNoCell, .command_id = {}, .action = action, .object = object});
}

Identity::Identity(Pool& program, const Clock& clock, IdentityOptions options)
    : program_(program), clock_(clock), options_(options), hasher_(std::make_unique<PasswordHasher>(options.cost)) {}
Identity::~Identity() = default;

Outcome<std::string> Identity::new_hash(const std::string& password, std::string_view user) {
    if (const auto good = check_password(password, user); !good)
        return refuse(RefusalCode::weak_password, good.error());
    auto phc = hasher_->hash(password);
    if (!phc) return refuse(RefusalCode::busy, "Too many people sign in at this moment; try again.");
    return *std::move(phc);
}

Outcome<Opened> Identity::change_password(const http::Request& request, const PasswordChange& change) {
    const auto token = session_token(request);
    const auto bearer = token ? session_of(*token) : std::nullopt;
    if (!bearer) return refuse(RefusalCode::unknown_session, "This session is over.");
    const SignIn proof{bearer->code, change.old_password, "", request.peer};
    if (auto counted = count_try(proof); !counted) return std::unexpected(counted.error());
    const auto who = with_tx(program_, {}, [&](Tx& tx) { return select_known(tx, bearer->actor_id); });
    const auto verdict = hasher_->verify(change.old_password, who ? who->password : "");
    if (verdict == PasswordHasher::Verdict::busy)
        return refuse(RefusalCode::busy, "Too many people sign in at this moment; try again.");
    if (verdict == PasswordHasher::Verdict::wrong)
        return failed(proof, bearer->actor_id, {RefusalCode::wrong, "The present password is wrong."});
    const auto phc = new_hash(change.new_password, bearer->code);
    if (!phc) return std::unexpected(phc.error());
    return with_tx(program_, {}, [&](Tx& tx) {
        const Instant now = clock_.now();
        upsert_password(tx, who->actor_id, *phc, now);
        end_sessions(tx, all_but(who->actor_id, std::nullopt, now));
        audit_identity(tx, {who->actor_id, 0, now}, "identity.change_password", who->code);
        SignIn again = proof;
        again.agent = std::string(request.header("User-Agent").value_or(""));
        return open_session(tx, again, *who);
    });
}

bool Identity::has_password(const std::string& user) const {
    return with_tx(program_, {}, [&](Tx& tx) {
        const auto known = select_known(tx, user);
        return known && !known->password.empty();
    });
}

Outcome<void> Identity::set_password(const std::string& user, const std::string& password, std::int32_t by_actor_id) {
    const auto phc = new_hash(password, user);
    if (!phc) return std::unexpected(phc.error());
    return with_tx(program_, {}, [&](Tx& tx) -> Outcome<void> {
        const Instant now = clock_.now();
        const auto who = org::user_to_manage(tx, by_actor_id, user);
        if (!who) return refuse(who.error());
        upsert_password(tx, who->actor_id, *phc, now);
        end_sessions(tx, all_but(who->actor_id, std::nullopt, now));
        audit_identity(tx, {by_actor_id, 0, now}, "identity.set_password", user);
        return {};
    });
}

Outcome<Enrolment> Identity::enrol_second_factor(const api::Caller& caller) {
    return with_tx(program_, {}, [&](Tx& tx) -> Outcome<Enrolment> {
        const auto there = lock_second_factor(tx, caller.actor_id);
        if (there && there->confirmed)
            return refuse(RefusalCode::has_second_factor, "There is a second factor; remove it first.");
        const auto secret = random_bytes(kTotpSecretBytes);
        upsert_second_factor(tx, caller.actor_id, secret);
        return Enrolment{base32(secret), totp_uri(secret, caller.code)};
    });
}

Outcome<Identity::Confirmed> Identity::confirm_second_factor(const http::Request& request, const std::string& code) {
    const auto token = session_token(request);
    const auto bearer = token ? session_of(*token) : std::nullopt;
    if (!bearer) return refuse(RefusalCode::unknown_session, "This session is over.");
    return with_tx(program_, {}, [&](Tx& tx) -> Outcome<Confirmed> {
        const Instant now = clock_.now();
        const auto factor = lock_second_factor(tx, bearer->actor_id);
        if (!factor) return refuse(RefusalCode::no_second_factor, "There is no second factor to confirm.");
        if (factor->confirmed) return refuse(RefusalCode::has_second_factor, "The second factor is confirmed already.");
        if (!code_is_right(tx, bearer->actor_id, code)) return refuse(RefusalCode::wrong, "The code is wrong.");
        Confirmed done;
        std::vector<Sha256> hashes;
        for (int i = 0; i < kRecoveryCodes; ++i) {
            done.recovery_codes.push_back(base32(random_bytes(10)));
            hashes.push_back(org::sha256_of(done.recovery_codes.back()));
        }
        insert_recovery_codes(tx, bearer->actor_id, hashes);
        done.session = {
            .token = new_token(), .csrf = {}, .actor_id = bearer->actor_id, .expires_at = bearer->expires_at};
        done.session.csrf = csrf_of(done.session.token);
        rotate_session(tx, bearer->id, org::sha256_of(done.session.token));
        end_sessions(tx, all_but(bearer->actor_id, bearer->id, now));
        audit_identity(tx, {bearer->actor_id, 0, now}, "identity.confirm_second_factor", bearer->code);
        return done;
    });
}

Outcome<void> Identity::remove_second_factor(const api::Caller& caller, const std::string& code) {
    return with_tx(program_, {}, [&](Tx& tx) -> Outcome<void> {
        const auto factor = lock_second_factor(tx, caller.actor_id);
        if (!factor) return refuse(RefusalCode::no_second_factor, "There is no second factor.");
        if (!code_is_right(tx, caller.actor_id, code)) return refuse(RefusalCode::wrong, "The code is wrong.");
        delete_second_factor(tx, caller.actor_id);
        audit_identity(tx, {caller.actor_id, 0, clock_.now()}, "identity.remove_second_factor", caller.code);
        return {};
    });
}

Outcome<void> Identity::reset_second_factor(const std::string& user, std::int32_t by_actor_id) {
    return with_tx(program_, {}, [&](Tx& tx) -> Outcome<void> {
        const auto who = org::user_to_manage(tx, by_actor_id, user);
        if (!who) return refuse(who.error());
        delete_second_factor(tx, who->actor_id);
        end_sessions(tx, all_but(who->actor_id, std::nullopt, clock_.now()));
        audit_identity(tx, {by_actor_id, 0, clock_.now()}, "identity.reset_second_factor", user);
        return {};
    });
}

std::vector<SessionView> Identity::sessions(const http::Request& request, std::int32_t actor_id) const {
    const auto token = session_token(request);
    const auto own = token ? session_of(*token) : std::nullopt;
    return with_tx(program_, {}, [&](Tx& tx) {
        std::vector<SessionView> views;
        const Instant now = clock_.now();
        for (const SessionRow& row : select_sessions(tx, actor_id, now, seen_after(now)))
            views.push_back({.session_id = row.session_id,
                             .address = row.address,
                             .agent = row.agent,
                             .started_at = row.started_at,
                             .seen_at = row.seen_at,
                             .expires_at = row.expires_at,
                             .second_factor = row.second_factor == "given",
                             .is_this = own && own->id == row.session_id});
        return views;
    });
}

Outcome<void> Identity::end_session(const api::Caller& caller, const Uuid& session_id) {
    return with_tx(program_, {}, [&](Tx& tx) -> Outcome<void> {
        const Instant now = clock_.now();
        if (end_sessions(tx, {.actor_id = caller.actor_id, .session_id = session_id, .except = {}, .at = now}) == 0)
            return refuse(RefusalCode::unknown_session, "There is no such session of yours.");
        audit_identity(tx, {caller.actor_id, 0, now}, "identity.end_session", caller.code);
        return {};
    });
}

void Identity::end_all_sessions(std::int32_t actor_id, std::int32_t by_actor_id) {
    with_tx(program_, {}, [&](Tx& tx) {
        const Instant now = clock_.now();
        end_sessions(tx, all_but(actor_id, std::nullopt, now));
        audit_identity(tx, {by_actor_id, 0, now}, "identity.end_sessions", org::stored_actor(tx, actor_id).code);
    });
}

Outcome<MadeToken> Identity::make_token(const api::Caller& caller, const NewToken& wanted) {
    const Instant now = clock_.now();
    std::vector<std::string> scopes;
    for (const org::Permission scope : wanted.scopes) {
        if (std::ranges::find(caller.permissions, scope) == caller.permissions.end())
            return refuse(RefusalCode::bad_scopes, fmt::format("you may not {} yourself", org::text_of(scope)));
        scopes.emplace_back(org::name_of(scope));
    }
    if (scopes.empty()) return refuse(RefusalCode::bad_scopes, "a token is good for at least one permission");
    if (wanted.expires_at <= now || wanted.expires_at > now + kLongestToken)
        return refuse(RefusalCode::bad_expiry, "a token expires within a year from now");
    MadeToken made{Uuid::random_v7(clock_), new_token()};
    with_tx(program_, {}, [&](Tx& tx) {
        insert_token(tx, org::sha256_of(made.token),
                     {.token_id = made.token_id,
                      .actor_id = caller.actor_id,
                      .name = wanted.name,
                      .scopes = scopes,
                      .made_at = now,
                      .expires_at = wanted.expires_at,
                      .used_at = {},
                      .revoked_at = {}});
        audit_identity(tx, {caller.actor_id, 0, now}, "identity.make_token", caller.code);
    });
    return made;
}

std::vector<TokenView> Identity::tokens(std::int32_t actor_id) const {
    return with_tx(program_, {}, [&](Tx& tx) {
        std::vector<TokenView> views;
        for (TokenRow& row : select_tokens(tx, actor_id))
            views.push_back({row.token_id, std::move(row.name), std::move(row.scopes), row.made_at, row.expires_at,
                             row.used_at, row.revoked_at});
        return views;
    });
}

Outcome<void> Identity::revoke_token(const api::Caller& caller, const Uuid& token_id) {
    return with_tx(program_, {}, [&](Tx& tx) -> Outcome<void> {
        if (!identity::revoke_token(tx, caller.actor_id, token_id, clock_.now()))
            return refuse(RefusalCode::unknown_token, "There is no such token of yours.");
        audit_identity(tx, {caller.actor_id, 0, clock_.now()}, "identity.revoke_token", caller.code);
        return {};
    });
}

std::optional<std::string> Identity::first_administrator_link() {
    return with_tx(program_, {}, [&](Tx& tx) -> std::optional<std::string> {
        if (any_credential(tx)) return std::nullopt;
        const Instant now = clock_.now();
        const std::string token = new_token();
        insert_setup_link(tx, org::sha256_of(token), std::nullopt, now, now + kFirstLinkHolds);
        return token;
    });
}

Outcome<std::string> Identity::password_link(const std::string& user, std::int32_t by_actor_id) {
    return with_tx(program_, {}, [&](Tx& tx) -> Outcome<std::string> {
        const auto who = org::user_to_manage(tx, by_actor_id, user);
        if (!who) return refuse(who.error());
        const Instant now = clock_.now();
        std::string token = new_token();
        insert_setup_link(tx, org::sha256_of(token), who->actor_id, now, now + kPasswordLinkHolds);
        audit_identity(tx, {by_actor_id, 0, now}, "identity.password_link", user);
        return token;
    });
}

Outcome<std::string> Identity::set_up(const SetUp& asked) {
    const auto phc = new_hash(asked.password, asked.user);
    if (!phc) return std::unexpected(phc.error());
    return with_tx(program_, {}, [&](Tx& tx) -> Outcome<std::string> {
        const Instant now = clock_.now();
        org::lock_users(tx);
        const auto link = use_setup_link(tx, org::sha256_of(asked.token), now);
        if (!link || (!link->actor_id && any_credential(tx)))
            return refuse(RefusalCode::link_expired, "This link was used, has expired or never was.");
        if (!link->actor_id && asked.user.empty())
            return refuse(RefusalCode::unknown_user, "The first administrator needs a name to sign in with.");
        const org::Actor who = link->actor_id ? org::stored_actor(tx, *link->actor_id)
                                              : org::first_administrator(tx, {asked.user, asked.name});
        upsert_password(tx, who.actor_id, *phc, now);
        end_sessions(tx, all_but(who.actor_id, std::nullopt, now));
        audit_identity(tx, {who.actor_id, 0, now}, "identity.set_up", who.code);
        return who.code;
    });
}

}  // namespace mainspring::identity
