// SQL of the schema identity.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/uuid.hpp"
#include "org/sha256.hpp"
#include "storage/pool.hpp"

namespace mainspring::identity {

using org::Sha256;

struct Known {  // an enabled actor and how it proves itself
    std::int32_t actor_id = 0;
    std::string code;
    std::string password;  // PHC string; empty: none
    bool has_second_factor = false;
};
std::optional<Known> select_known(Tx& tx, std::string_view user);
std::optional<Known> select_known(Tx& tx, std::int32_t actor_id);
void upsert_password(Tx& tx, std::int32_t actor_id, std::string_view phc, Instant at);
bool any_credential(Tx& tx);

struct SecondFactor {
    std::vector<std::byte> secret;
    std::int64_t last_step = 0;
    bool confirmed = false;
};
std::optional<SecondFactor> lock_second_factor(Tx& tx, std::int32_t actor_id);
void upsert_second_factor(Tx& tx, std::int32_t actor_id, std::span<const std::byte> secret);
void update_step(Tx& tx, std::int32_t actor_id, std::int64_t step, Instant at);  // and confirms
void delete_second_factor(Tx& tx, std::int32_t actor_id);
void insert_recovery_codes(Tx& tx, std::int32_t actor_id, const std::vector<Sha256>& codes);
bool use_recovery_code(Tx& tx, std::int32_t actor_id, const Sha256& code, Instant at);

struct SessionRow {
    Uuid session_id;
    std::int32_t actor_id = 0;
    std::string second_factor, address, agent;
    Instant started_at, seen_at, expires_at;
};
void insert_session(Tx& tx, const Sha256& token, const SessionRow& session);
std::vector<SessionRow> select_sessions(Tx& tx, std::int32_t actor_id, Instant at, Instant seen_after);
// Ends one, or with no id all of the actor's (but the one named `except`).
struct SessionEnd {
    std::int32_t actor_id = 0;
    std::optional<Uuid> session_id, except;
    Instant at;
};
std::int64_t end_sessions(Tx& tx, const SessionEnd& end);
// The same session under a new token.
bool rotate_session(Tx& tx, const Uuid& session_id, const Sha256& token);

struct TokenRow {
    Uuid token_id;
    std::int32_t actor_id = 0;
    std::string name;
    std::vector<std::string> scopes;
    Instant made_at, expires_at;
    std::optional<Instant> used_at, revoked_at;
};
void insert_token(Tx& tx, const Sha256& token, const TokenRow& row);
std::vector<TokenRow> select_tokens(Tx& tx, std::int32_t actor_id);
bool revoke_token(Tx& tx, std::int32_t actor_id, const Uuid& token_id, Instant at);

// Who presents a session or a token, looked up in one round trip.
struct Bearer {
    std::int32_t actor_id = 0;
    std::string code, name, kind;
    std::vector<std::string> permissions;  // in any unit
    Uuid id;                               // of the session or token
    bool second_factor = false;
    std::vector<std::string> scopes = {};  // of a token
    Instant seen_at, expires_at;
};
std::optional<Bearer> find_session(Connection& connection, const Sha256& token, Instant at, Instant seen_after);
std::optional<Bearer> find_token(Connection& connection, const Sha256& token, Instant at);
void touch_session(Connection& connection, const Uuid& session_id, Instant at);
void touch_token(Connection& connection, const Uuid& token_id, Instant at);

void insert_setup_link(Tx& tx, const Sha256& token, std::optional<std::int32_t> actor_id, Instant at,
                       Instant expires_at);
struct SetupLink {
    std::optional<std::int32_t> actor_id;
};
bool knows_setup_link(Tx& tx, const Sha256& token, Instant at);
std::optional<SetupLink> use_setup_link(Tx& tx, const Sha256& token, Instant at);

// Failures of one name from one address; '' stands for any.
struct Attempts {
    std::int32_t failures = 0;
    std::optional<Instant> failed_at, succeeded_at;
};
struct AttemptKey {
    std::string name, address;
};
Attempts lock_attempts(Tx& tx, const AttemptKey& key);  // the row is there afterwards
void update_attempts(Tx& tx, const AttemptKey& key, const Attempts& attempts);
void forget_attempts(Tx& tx, Instant before);

}  // namespace mainspring::identity
