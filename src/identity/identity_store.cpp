#include "identity/identity_store.hpp"

namespace mainspring::identity {
namespace {

#define MAINSPRING_KNOWN                                                                                 \
    "select a.actor_id, a.code, coalesce(c.password, ''), exists (select from identity.second_factor f " \
    "where f.actor_id = a.actor_id and f.confirmed_at is not null) from org.actor a "                    \
    "left join identity.credential c using (actor_id) where not a.disabled and "

const Statement kKnownByCode{"identity.known_by_code", MAINSPRING_KNOWN "a.code = $1"};
const Statement kKnownById{"identity.known_by_id", MAINSPRING_KNOWN "a.actor_id = $1"};
const Statement kPassword{"identity.put_password",
                          "insert into identity.credential (actor_id, password, changed_at) values ($1, $2, $3) "
                          "on conflict (actor_id) do update set password = excluded.password, "
                          "changed_at = excluded.changed_at"};
const Statement kAnyCredential{"identity.any_credential", "select exists (select from identity.credential)"};
const Statement kLockFactor{"identity.lock_second_factor",
                            "select secret, last_step, confirmed_at is not null from identity.second_factor "
                            "where actor_id = $1 for update"};
const Statement kPutFactor{"identity.put_second_factor",
                           "insert into identity.second_factor (actor_id, secret) values ($1, $2) "
                           "on conflict (actor_id) do update set secret = excluded.secret, last_step = 0, "
                           "confirmed_at = null"};
const Statement kUpdateStep{"identity.update_step",
                            "update identity.second_factor set last_step = $2, "
                            "confirmed_at = coalesce(confirmed_at, $3) where actor_id = $1"};
const Statement kDeleteFactor{"identity.delete_second_factor",
                              "delete from identity.second_factor where actor_id = $1"};
const Statement kDeleteCodes{"identity.delete_recovery_codes",
                             "delete from identity.recovery_code where actor_id = $1"};
const Statement kInsertCode{"identity.insert_recovery_code",
                            "insert into identity.recovery_code (actor_id, code_sha256) values ($1, $2)"};
const Statement kUseCode{"identity.use_recovery_code",
                         "update identity.recovery_code set used_at = $3 where actor_id = $1 and code_sha256 = $2 "
                         "and used_at is null"};
const Statement kInsertSession{
    "identity.insert_session",
    "insert into identity.session (token_sha256, session_id, actor_id, second_factor, address, agent, started_at, "
    "seen_at, expires_at) values ($1, $2, $3, $4, $5, $6, $7, $7, $8)"};
const Statement kSessions{"identity.sessions",
                          "select session_id, actor_id, second_factor, address, agent, started_at, seen_at, expires_at "
                          "from identity.session where actor_id = $1 and ended_at is null and expires_at > $2 "
                          "and seen_at > $3 order by started_at desc"};
const Statement kEndSessions{"identity.end_sessions",
                             "update identity.session set ended_at = $4 where actor_id = $1 and ended_at is null "
                             "and ($2::uuid is null or session_id = $2) and ($3::uuid is null or session_id <> $3)"};
const Statement kRotate{"identity.rotate_session",
                        "update identity.session set token_sha256 = $2, second_factor = 'given' "
                        "where session_id = $1 and ended_at is null"};
const Statement kInsertToken{"identity.insert_token",
                             "insert into identity.token (token_sha256, token_id, actor_id, name, scopes, made_at, "
                             "expires_at) values ($1, $2, $3, $4, $5, $6, $7)"};
const Statement kTokens{"identity.tokens",
                        "select token_id, actor_id, name, scopes, made_at, expires_at, used_at, revoked_at "
                        "from identity.token where actor_id = $1 order by made_at desc"};
const Statement kRevokeToken{"identity.revoke_token",
                             "update identity.token set revoked_at = $3 where actor_id = $1 and token_id = $2 "
                             "and revoked_at is null"};
const Statement kFindSession{
    "identity.find_session",
    "select a.actor_id, a.code, a.name, a.kind, identity.permissions_at(a.actor_id, $2), s.session_id, "
    "s.second_factor = 'given', '{}'::text[], s.seen_at, s.expires_at from identity.session s "
    "join org.actor a using (actor_id) where s.token_sha256 = $1 and s.ended_at is null and s.expires_at > $2 "
    "and s.seen_at > $3 and not a.disabled"};
const Statement kFindToken{
    "identity.find_token",
    "select a.actor_id, a.code, a.name, a.kind, identity.permissions_at(a.actor_id, $2), t.token_id, false, t.scopes, "
    "coalesce(t.used_at, t.made_at), t.expires_at from identity.token t join org.actor a using (actor_id) "
    "where t.token_sha256 = $1 and t.revoked_at is null and t.expires_at > $2 and not a.disabled"};
const Statement kTouchSession{"identity.touch_session",
                              "update identity.session set seen_at = greatest(seen_at, $2) where session_id = $1"};
const Statement kTouchToken{"identity.touch_token", "update identity.token set used_at = $2 where token_id = $1"};
const Statement kInsertLink{"identity.insert_setup_link",
                            "insert into identity.setup_link (token_sha256, actor_id, made_at, expires_at) "
                            "values ($1, $2, $3, $4)"};
const Statement kUseLink{"identity.use_setup_link",
                         "update identity.setup_link set used_at = $2 where token_sha256 = $1 and used_at is null "
                         "and expires_at > $2 returning actor_id"};
const Statement kKnowsLink{"identity.knows_setup_link",
                           "select exists (select from identity.setup_link where token_sha256 = $1 "
                           "and used_at is null and expires_at > $2)"};
const Statement kAddAttempts{"identity.add_attempts",
                             "insert into identity.attempt (name, address) values ($1, $2) on conflict do nothing"};
const Statement kLockAttempts{"identity.lock_attempts",
                              "select failures, failed_at, succeeded_at from identity.attempt "
                              "where name = $1 and address = $2 for update"};
const Statement kUpdateAttempts{"identity.update_attempts",
                                "update identity.attempt set failures = $3, failed_at = $4, succeeded_at = $5 "
                                "where name = $1 and address = $2"};
const Statement kForgetAttempts{"identity.forget_attempts",
                                "delete from identity.attempt where succeeded_at is null and failed_at < $1"};

std::optional<Known> maybe_known(const Result& rows) {
    const auto row = rows.maybe_one();
    if (!row) return std::nullopt;
    return Known{row->get<std::int32_t>(0), row->get<std::string>(1), row->get<std::string>(2), row->get<bool>(3)};
}

std::span<const std::byte> bytes_of(const Sha256& digest) { return digest; }

std::optional<Bearer> maybe_bearer(const Result& rows) {
    const auto row = rows.maybe_one();
    if (!row) return std::nullopt;
    return Bearer{.actor_id = row->get<std::int32_t>(0),
                  .code = row->get<std::string>(1),
                  .name = row->get<std::string>(2),
                  .kind = row->get<std::string>(3),
                  .permissions = row->get<std::vector<std::string>>(4),
                  .id = row->get<Uuid>(5),
                  .second_factor = row->get<bool>(6),
                  .scopes = row->get<std::vector<std::string>>(7),
                  .seen_at = row->get<Instant>(8),
                  .expires_at = row->get<Instant>(9)};
}

}  // namespace

std::optional<Known> select_known(Tx& tx, std::string_view user) { return maybe_known(tx.exec(kKnownByCode, user)); }
std::optional<Known> select_known(Tx& tx, std::int32_t actor_id) { return maybe_known(tx.exec(kKnownById, actor_id)); }

void upsert_password(Tx& tx, std::int32_t actor_id, std::string_view phc, Instant at) {
    tx.exec(kPassword, actor_id, phc, at);
}

bool any_credential(Tx& tx) { return tx.exec(kAnyCredential).one().get<bool>(0); }

std::optional<SecondFactor> lock_second_factor(Tx& tx, std::int32_t actor_id) {
    const Result rows = tx.exec(kLockFactor, actor_id);
    const auto row = rows.maybe_one();
    if (!row) return std::nullopt;
    const auto secret = row->get<std::span<const std::byte>>(0);
    return SecondFactor{{secret.begin(), secret.end()}, row->get<std::int64_t>(1), row->get<bool>(2)};
}

void upsert_second_factor(Tx& tx, std::int32_t actor_id, std::span<const std::byte> secret) {
    tx.exec(kPutFactor, actor_id, secret);
}

void update_step(Tx& tx, std::int32_t actor_id, std::int64_t step, Instant at) {
    tx.exec(kUpdateStep, actor_id, step, at);
}

void delete_second_factor(Tx& tx, std::int32_t actor_id) {
    tx.exec(kDeleteFactor, actor_id);
    tx.exec(kDeleteCodes, actor_id);
}

void insert_recovery_codes(Tx& tx, std::int32_t actor_id, const std::vector<Sha256>& codes) {
    tx.exec(kDeleteCodes, actor_id);
    for (const Sha256& code : codes) tx.exec(kInsertCode, actor_id, bytes_of(code));
}

bool use_recovery_code(Tx& tx, std::int32_t actor_id, const Sha256& code, Instant at) {
    return tx.exec(kUseCode, actor_id, bytes_of(code), at).affected() == 1;
}

void insert_session(Tx& tx, const Sha256& token, const SessionRow& row) {
    tx.exec(kInsertSession, bytes_of(token), row.session_id, row.actor_id, row.second_factor, row.address, row.agent,
            row.started_at, row.expires_at);
}

std::vector<SessionRow> select_sessions(Tx& tx, std::int32_t actor_id, Instant at, Instant seen_after) {
    std::vector<SessionRow> sessions;
    const Result rows = tx.exec(kSessions, actor_id, at, seen_after);
    for (const Row row : rows)
        sessions.push_back({row.get<Uuid>(0), row.get<std::int32_t>(1), row.get<std::string>(2),
                            row.get<std::string>(3), row.get<std::string>(4), row.get<Instant>(5), row.get<Instant>(6),
                            row.get<Instant>(7)});
    return sessions;
}

std::int64_t end_sessions(Tx& tx, const SessionEnd& end) {
    return tx.exec(kEndSessions, end.actor_id, end.session_id, end.except, end.at).affected();
}

bool rotate_session(Tx& tx, const Uuid& session_id, const Sha256& token) {
    return tx.exec(kRotate, session_id, bytes_of(token)).affected() == 1;
}

void insert_token(Tx& tx, const Sha256& token, const TokenRow& row) {
    tx.exec(kInsertToken, bytes_of(token), row.token_id, row.actor_id, row.name, row.scopes, row.made_at,
            row.expires_at);
}

std::vector<TokenRow> select_tokens(Tx& tx, std::int32_t actor_id) {
    std::vector<TokenRow> tokens;
    const Result rows = tx.exec(kTokens, actor_id);
    for (const Row row : rows)
        tokens.push_back({row.get<Uuid>(0), row.get<std::int32_t>(1), row.get<std::string>(2),
                          row.get<std::vector<std::string>>(3), row.get<Instant>(4), row.get<Instant>(5),
                          row.get<std::optional<Instant>>(6), row.get<std::optional<Instant>>(7)});
    return tokens;
}

bool revoke_token(Tx& tx, std::int32_t actor_id, const Uuid& token_id, Instant at) {
    return tx.exec(kRevokeToken, actor_id, token_id, at).affected() == 1;
}

std::optional<Bearer> find_session(Connection& connection, const Sha256& token, Instant at, Instant seen_after) {
    return maybe_bearer(connection.exec(kFindSession, bytes_of(token), at, seen_after));
}
std::optional<Bearer> find_token(Connection& connection, const Sha256& token, Instant at) {
    return maybe_bearer(connection.exec(kFindToken, bytes_of(token), at));
}
void touch_session(Connection& connection, const Uuid& session_id, Instant at) {
    connection.exec(kTouchSession, session_id, at);
}
void touch_token(Connection& connection, const Uuid& token_id, Instant at) {
    connection.exec(kTouchToken, token_id, at);
}

void insert_setup_link(Tx& tx, const Sha256& token, std::optional<std::int32_t> actor_id, Instant at,
                       Instant expires_at) {
    tx.exec(kInsertLink, bytes_of(token), actor_id, at, expires_at);
}

bool knows_setup_link(Tx& tx, const Sha256& token, Instant at) {
    return tx.exec(kKnowsLink, bytes_of(token), at).one().get<bool>(0);
}

std::optional<SetupLink> use_setup_link(Tx& tx, const Sha256& token, Instant at) {
    const Result rows = tx.exec(kUseLink, bytes_of(token), at);
    const auto row = rows.maybe_one();
    if (!row) return std::nullopt;
    return SetupLink{row->get<std::optional<std::int32_t>>(0)};
}

Attempts lock_attempts(Tx& tx, const AttemptKey& key) {
    tx.exec(kAddAttempts, key.name, key.address);
    const Result rows = tx.exec(kLockAttempts, key.name, key.address);
    const Row row = rows.one();
    return {row.get<std::int32_t>(0), row.get<std::optional<Instant>>(1), row.get<std::optional<Instant>>(2)};
}

void update_attempts(Tx& tx, const AttemptKey& key, const Attempts& attempts) {
    tx.exec(kUpdateAttempts, key.name, key.address, attempts.failures, attempts.failed_at, attempts.succeeded_at);
}

void forget_attempts(Tx& tx, Instant before) { tx.exec(kForgetAttempts, before); }

}  // namespace mainspring::identity
