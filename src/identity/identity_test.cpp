#include <doctest/doctest.h>

#include "identity/attempt_limit.hpp"
#include "identity/identity_service.hpp"
#include "identity/secret.hpp"
#include "identity/totp.hpp"
#include "support/org_world.hpp"

namespace mainspring::identity {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::string_view kPassword = "nine brown horses";
constexpr HashCost kCheap{.passes = 1, .memory_kib = 64, .lanes = 1};

class MovedClock final : public Clock {
public:
    Instant now() const override { return at; }
    Instant at = kWorldClock.now();
};

struct Desk {
    Desk() {
        ann = world.user("ann", org::Role::billing, "north");
        boss = world.user("chief", org::Role::administrator);
        REQUIRE(identity.set_password("ann", std::string(kPassword), boss.actor_id));
    }
    Outcome<Opened> sign_in(const std::string& password = std::string(kPassword),
                            const std::string& address = "10.0.0.1", const std::string& code = "") {
        return identity.sign_in(
            {.user = "ann", .password = password, .code = code, .address = address, .agent = "test"});
    }
    static http::Request with_cookie(const std::string& token) {
        http::Request request;
        request.path = "/api/v1/me";
        request.headers.emplace_back("Cookie", "a=b; __Host-mainspring=" + token);
        return request;
    }
    api::Authenticated who(const std::string& token) { return identity.authenticate(with_cookie(token)); }
    bool is_in(const std::string& token) { return who(token).caller.kind == api::Caller::Kind::staff; }
    std::int64_t count(const std::string& what) {
        const auto lease = world.database.superuser().acquire();
        return lease->exec_once("select count(*) from " + what).one().get<std::int64_t>(0);
    }

    OrgWorld world;
    MovedClock clock;
    Identity identity{world.app(), clock, {.cost = kCheap}};
    org::Actor ann, boss;
};

std::vector<std::byte> bytes_of(std::string_view text) {
    std::vector<std::byte> bytes;
    for (const char c : text) bytes.push_back(static_cast<std::byte>(c));
    return bytes;
}

}  // namespace

TEST_CASE("one-time codes are those of RFC 6238") {
    const auto secret = bytes_of("12345678901234567890");
    for (const auto& [second, code] : {std::pair(59LL, "94287082"), std::pair(1111111109LL, "07081804"),
                                       std::pair(1111111111LL, "14050471"), std::pair(1234567890LL, "89005924"),
                                       std::pair(2000000000LL, "69279037"), std::pair(20000000000LL, "65353130")})
        CHECK(totp_code(secret, second / 30, 8) == code);
    CHECK(base32(secret) == "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    CHECK(base32(bytes_of("fooba")) == "MZXW6YTB");
    CHECK(base32(bytes_of("f")) == "MY");
    CHECK(base64url(bytes_of("\xfb\xff")) == "-_8");
    CHECK(totp_uri(secret, "ann b") ==
          "otpauth://totp/Mainspring:ann%20b?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Mainspring");
    const Instant at{std::chrono::seconds{1111111109}};
    const std::string code = totp_code(secret, totp_step(at));
    const auto step = check_totp(secret, {code, at, 0});
    REQUIRE(step);
    CHECK_FALSE(check_totp(secret, {code, at, *step}));
    CHECK(check_totp(secret, {code, at + seconds{30}, 0}) == step);
    CHECK_FALSE(check_totp(secret, {code, at + seconds{90}, 0}));
}

TEST_CASE("a password is long and not among the common ones; nothing else is asked of it") {
    for (const std::string_view good : {"nine brown horses", "correct horse battery staple", "x7#kQ!m2vP0z",
                                        "河岸公用事业的收费系统密码", "annapurna heights"})
        CHECK_MESSAGE(check_password(good, "ann"), good);
    for (const std::string_view bad :
         {"short", "elevenchars", "password1234", "Password2026!!", "123456789012", "abcdefghijkl", "aaaaaaaaaaaa",
          "abcabcabcabc", "qwertyuiop12", "passwordpassword", "2026welcome!!", "mainspring2026", "98765432109876",
          "letmein letmein", "with\nline breaks"})
        CHECK_FALSE_MESSAGE(check_password(bad, "ann"), bad);
    CHECK_FALSE(check_password("hendrickson1", "hendrickson"));
    CHECK_FALSE(check_password(std::string(257, 'a') + "b", "ann"));
}

TEST_CASE("a hash is argon2id, salted, and made anew when it has become cheap") {
    PasswordHasher cheap(kCheap);
    const auto phc = cheap.hash(kPassword);
    REQUIRE(phc);
    CHECK(phc->starts_with("$argon2id$v=19$m=64,t=1,p=1$"));
    CHECK(phc != cheap.hash(kPassword));
    CHECK(cheap.verify(kPassword, *phc) == PasswordHasher::Verdict::right);
    CHECK(cheap.verify("nine brown horse", *phc) == PasswordHasher::Verdict::wrong);
    CHECK(cheap.verify(kPassword, "") == PasswordHasher::Verdict::wrong);
    PasswordHasher dearer({.passes = 2, .memory_kib = 64, .lanes = 1});
    CHECK(dearer.verify(kPassword, *phc) == PasswordHasher::Verdict::right_but_weak);
    PasswordHasher full(kCheap, 0, 0);
    CHECK_FALSE(full.hash(kPassword));
    CHECK(full.verify(kPassword, *phc) == PasswordHasher::Verdict::busy);
    CHECK(*PasswordHasher().hash(kPassword) != "");
    CHECK(PasswordHasher().hash(kPassword)->starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
}

TEST_CASE("delays grow with failures and end; old failures are forgotten") {
    const Instant at = kWorldClock.now();
    CHECK_FALSE(wait_until(kByNameAndAddress, 4, at));
    CHECK(wait_until(kByNameAndAddress, 5, at) == at + seconds{1});
    CHECK(wait_until(kByNameAndAddress, 8, at) == at + seconds{8});
    CHECK(wait_until(kByNameAndAddress, 1000, at) == at + minutes{15});
    CHECK(one_more(7, at, at + hours{1}) == 8);
    CHECK(one_more(7, at, at + hours{25}) == 1);
}

TEST_CASE("a session lives until it is left alone, gets old, or is ended") {
    Desk desk;
    const auto opened = desk.sign_in();
    REQUIRE(opened);
    CHECK(opened->token.size() == 43);
    const auto who = desk.who(opened->token);
    CHECK(who.caller.code == "ann");
    CHECK(who.caller.permissions == std::vector{org::Permission::bill, org::Permission::change_customers,
                                                org::Permission::look, org::Permission::see_personal_data});
    CHECK(who.csrf == opened->csrf);
    CHECK(who.csrf == csrf_of(opened->token));
    CHECK_FALSE(desk.is_in(opened->token + "x"));
    CHECK(desk.count("identity.session where token_sha256 = convert_to('" + opened->token + "', 'UTF8')") == 0);
    desk.clock.at += minutes{29};
    CHECK(desk.is_in(opened->token));
    desk.clock.at += minutes{29};
    CHECK(desk.is_in(opened->token));
    desk.clock.at += minutes{31};
    CHECK_FALSE(desk.is_in(opened->token));

    const auto second = desk.sign_in();
    for (int i = 0; i < 25; ++i) {
        desk.clock.at += minutes{28};
        CHECK(desk.is_in(second->token));
    }
    desk.clock.at += minutes{28};  // 12 hours after it was opened
    CHECK_FALSE(desk.is_in(second->token));

    const auto third = desk.sign_in();
    desk.identity.sign_out(Desk::with_cookie(third->token));
    CHECK_FALSE(desk.is_in(third->token));
    const auto fourth = desk.sign_in();
    REQUIRE(org::set_presence(desk.world.app(), desk.clock, desk.world.order(), "ann", org::Presence::disabled));
    CHECK_FALSE(desk.is_in(fourth->token));
    CHECK(desk.sign_in().error().code == RefusalCode::wrong);
}

TEST_CASE("sessions are listed and ended one by one; a new password ends all others") {
    Desk desk;
    const auto here = desk.sign_in();
    const auto there = desk.sign_in(std::string(kPassword), "10.0.0.2");
    auto sessions = desk.identity.sessions(Desk::with_cookie(here->token), desk.ann.actor_id);
    REQUIRE(sessions.size() == 2);
    const auto other = std::ranges::find(sessions, false, &SessionView::is_this);
    CHECK(other->address == "10.0.0.2");
    const api::Caller ann = desk.who(here->token).caller;
    api::Caller stranger = ann;
    stranger.actor_id = desk.boss.actor_id;
    CHECK(desk.identity.end_session(stranger, other->session_id).error().code == RefusalCode::unknown_session);
    REQUIRE(desk.identity.end_session(ann, other->session_id));
    CHECK_FALSE(desk.is_in(there->token));

    const auto again = desk.sign_in(std::string(kPassword), "10.0.0.2");
    const Identity::PasswordChange change{std::string(kPassword), "eleven grey donkeys"};
    CHECK(desk.identity.change_password(Desk::with_cookie(here->token), {"wrong one", change.new_password})
              .error()
              .code == RefusalCode::wrong);
    CHECK(desk.identity.change_password(Desk::with_cookie(here->token), {change.old_password, "password1234"})
              .error()
              .code == RefusalCode::weak_password);
    const auto changed = desk.identity.change_password(Desk::with_cookie(here->token), change);
    REQUIRE(changed);
    CHECK(changed->token != here->token);
    CHECK(desk.is_in(changed->token));
    CHECK_FALSE(desk.is_in(here->token));
    CHECK_FALSE(desk.is_in(again->token));
    CHECK(desk.sign_in().error().code == RefusalCode::wrong);
}

TEST_CASE("whoever guesses has to wait, and the rightful user has not") {
    Desk desk;
    REQUIRE(desk.sign_in());  // from 10.0.0.1, a known address from here on
    for (int i = 0; i < 5; ++i) CHECK(desk.sign_in("wrong", "6.6.6.6").error().code == RefusalCode::wrong);
    const auto refused = desk.sign_in("wrong", "6.6.6.6");
    CHECK(refused.error().code == RefusalCode::wait);
    CHECK(refused.error().retry_after == seconds{1});
    CHECK(desk.sign_in(std::string(kPassword), "6.6.6.6").error().code == RefusalCode::wait);
    // Twenty from everywhere hold up every unknown address, but not the known one.
    for (int i = 0; i < 20; ++i) desk.sign_in("wrong", fmt::format("7.7.7.{}", i));
    CHECK(desk.sign_in(std::string(kPassword), "8.8.8.8").error().code == RefusalCode::wait);
    CHECK(desk.sign_in());
    // And it ends.
    desk.clock.at += minutes{16};
    CHECK(desk.sign_in(std::string(kPassword), "6.6.6.6"));
    // A name that there is not is held up in the same way.
    const auto nobody = [&] {
        return desk.identity.sign_in({.user = "x", .password = "y", .code = {}, .address = "9.9.9.9"});
    };
    for (int i = 0; i < 5; ++i) CHECK(nobody().error().code == RefusalCode::wrong);
    CHECK(nobody().error().code == RefusalCode::wait);
}

TEST_CASE("one address that tries many names has to wait") {
    Desk desk;
    const auto guess = [&](int i) {
        return desk.identity.sign_in(
            {.user = fmt::format("user{}", i), .password = "y", .code = {}, .address = "6.6.6.6"});
    };
    for (int i = 0; i < 50; ++i) CHECK(guess(i).error().code == RefusalCode::wrong);
    CHECK(guess(50).error().code == RefusalCode::wait);
}

TEST_CASE("a second factor is asked for once it is confirmed; each code works once") {
    Desk desk;
    const auto opened = desk.sign_in();
    const api::Caller ann = desk.who(opened->token).caller;
    REQUIRE(desk.identity.enrol_second_factor(ann));
    CHECK(desk.sign_in());  // not confirmed yet
    const auto secret = [&] {
        const auto lease = desk.world.database.superuser().acquire();
        const Result rows = lease->exec_once("select secret from identity.second_factor");
        const auto bytes = rows.one().get<std::span<const std::byte>>(0);
        return std::vector<std::byte>(bytes.begin(), bytes.end());
    }();
    const auto code = [&] { return totp_code(secret, totp_step(desk.clock.at)); };
    const auto request = Desk::with_cookie(opened->token);
    CHECK(desk.identity.confirm_second_factor(request, "000000").error().code == RefusalCode::wrong);
    const auto confirmed = desk.identity.confirm_second_factor(request, code());
    REQUIRE(confirmed);
    CHECK(confirmed->recovery_codes.size() == 10);
    CHECK_FALSE(desk.is_in(opened->token));  // the session goes on under another token
    CHECK(desk.is_in(confirmed->session.token));
    CHECK(desk.identity.enrol_second_factor(ann).error().code == RefusalCode::has_second_factor);
    CHECK(desk.sign_in().error().code == RefusalCode::code_wanted);
    CHECK(desk.sign_in(std::string(kPassword), "10.0.0.1", code()).error().code == RefusalCode::wrong);  // used
    desk.clock.at += seconds{30};
    const std::string next = code();
    CHECK(desk.sign_in(std::string(kPassword), "10.0.0.1", next));
    CHECK(desk.sign_in(std::string(kPassword), "10.0.0.1", next).error().code == RefusalCode::wrong);
    const std::string spare = confirmed->recovery_codes.front();
    CHECK(desk.sign_in(std::string(kPassword), "10.0.0.1", spare));
    CHECK(desk.sign_in(std::string(kPassword), "10.0.0.1", spare).error().code == RefusalCode::wrong);
    for (int i = 0; i < 5; ++i)
        CHECK(desk.identity.remove_second_factor(ann, spare).error().code == RefusalCode::wrong);
    CHECK(desk.identity.remove_second_factor(ann, spare).error().code == RefusalCode::wait);  // no guessing
    desk.clock.at += std::chrono::hours{1};
    CHECK(desk.identity.reset_second_factor("ann", desk.ann.actor_id).error().code == RefusalCode::not_allowed);
    REQUIRE(desk.identity.reset_second_factor("ann", desk.boss.actor_id));
    CHECK(desk.sign_in());
    CHECK(desk.identity.remove_second_factor(ann, spare).error().code == RefusalCode::no_second_factor);
    desk.clock.at += std::chrono::hours{1};
    CHECK(desk.identity.confirm_second_factor(Desk::with_cookie(desk.sign_in()->token), "000000").error().code ==
          RefusalCode::no_second_factor);
}

TEST_CASE("a token is good for its scopes until it expires or is revoked") {
    Desk desk;
    const api::Caller ann = desk.who(desk.sign_in()->token).caller;
    const Instant expires = desk.clock.at + hours{48};
    CHECK(desk.identity.make_token(ann, {"t", {org::Permission::take_payment}, expires}).error().code ==
          RefusalCode::bad_scopes);
    CHECK(desk.identity.make_token(ann, {"t", {}, expires}).error().code == RefusalCode::bad_scopes);
    CHECK(desk.identity.make_token(ann, {"t", {org::Permission::look}, desk.clock.at}).error().code ==
          RefusalCode::bad_expiry);
    const auto made = desk.identity.make_token(ann, {"reports", {org::Permission::look}, expires});
    REQUIRE(made);
    http::Request request;
    request.path = "/api/v1/me";
    request.headers.emplace_back("Authorization", "Bearer " + made->token);
    const auto who = desk.identity.authenticate(request);
    CHECK(who.caller.permissions == std::vector{org::Permission::look});
    CHECK(who.caller.only_permissions == "{look}");
    CHECK(who.csrf.empty());
    const auto is_refused = [&] {
        try {
            desk.identity.authenticate(request);
            return false;
        } catch (const api::Problem& problem) {
            return problem.status == 401;
        }
    };
    CHECK_FALSE(is_refused());
    desk.clock.at += hours{48};
    CHECK(is_refused());
    desk.clock.at -= hours{48};
    REQUIRE(desk.identity.tokens(desk.ann.actor_id).size() == 1);
    api::Caller boss = ann;
    boss.actor_id = desk.boss.actor_id;
    CHECK(desk.identity.revoke_token(boss, made->token_id).error().code == RefusalCode::unknown_token);
    REQUIRE(desk.identity.revoke_token(ann, made->token_id));
    CHECK(is_refused());
    request.headers.front().second = "Basic YTpi";
    CHECK(is_refused());
}

TEST_CASE("the first administrator comes by a link that works once, within the hour") {
    Desk fresh;
    CHECK_FALSE(fresh.identity.first_administrator_link());  // ann has a password
    fresh.world.change("delete from identity.session; delete from identity.credential");
    auto link = fresh.identity.first_administrator_link();
    REQUIRE(link);
    const auto set_up = [&](const std::string& token, const std::string& password = "eleven grey donkeys") {
        return fresh.identity.set_up({.token = token, .user = "root1", .name = "Root", .password = password});
    };
    CHECK(set_up(*link, "short").error().code == RefusalCode::weak_password);
    CHECK(set_up("x").error().code == RefusalCode::link_expired);
    fresh.clock.at += hours{1};
    CHECK(set_up(*link).error().code == RefusalCode::link_expired);
    link = fresh.identity.first_administrator_link();
    const auto spare = fresh.identity.first_administrator_link();
    CHECK(set_up(*link).value() == "root1");
    CHECK(set_up(*link).error().code == RefusalCode::link_expired);
    CHECK(set_up(*spare).error().code == RefusalCode::link_expired);  // there is an administrator now
    const auto opened =
        fresh.identity.sign_in({.user = "root1", .password = "eleven grey donkeys", .code = {}, .address = "10.0.0.1"});
    REQUIRE(opened);
    CHECK(fresh.who(opened->token).caller.permissions.size() == 13);
    // Another chooses a password by a link of an administrator's.
    CHECK(fresh.identity.password_link("ann", fresh.ann.actor_id).error().code == RefusalCode::not_allowed);
    CHECK(fresh.identity.password_link("nobody", fresh.boss.actor_id).error().code == RefusalCode::unknown_user);
    const auto for_ann = fresh.identity.password_link("ann", fresh.boss.actor_id);
    CHECK(fresh.identity.set_up({.token = *for_ann, .user = {}, .name = {}, .password = "ten white swans here"})
              .value() == "ann");
    CHECK(fresh.sign_in("ten white swans here"));
}

TEST_CASE("nothing that is stored or audited shows a password, a token or a code") {
    Desk desk;
    const auto opened = desk.sign_in();
    desk.sign_in("a wrong password");
    desk.identity.sign_in({.user = "my secret as name", .password = "x", .code = {}, .address = "10.0.0.1"});
    const auto made = desk.identity.make_token(desk.who(opened->token).caller,
                                               {"t", {org::Permission::look}, desk.clock.at + hours{1}});
    const auto lease = desk.world.database.superuser().acquire();
    std::string all;
    for (const std::string_view table : {"core.audit", "core.outbox", "core.command", "identity.session",
                                         "identity.token", "identity.credential", "identity.attempt"}) {
        const Result rows =
            lease->exec_once(fmt::format("select coalesce(string_agg(t::text, ' '), '') from {} t", table));
        all += rows.one().get<std::string>(0);
    }
    CHECK(all.find("identity.sign_in_failed") != std::string::npos);
    for (const std::string& secret : {std::string(kPassword), std::string("a wrong password"),
                                      std::string("my secret as name"), opened->token, opened->csrf, made->token})
        CHECK_MESSAGE(all.find(secret) == std::string::npos, secret);
}

TEST_CASE("the cookie is for this host over TLS only, out of reach of scripts") {
    Desk desk;
    CHECK(desk.identity.cookie_header("abc") == "__Host-mainspring=abc; Path=/; HttpOnly; SameSite=Lax; Secure");
    CHECK(desk.identity.cookie_header("") == "__Host-mainspring=; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=0");
    const Identity loopback(desk.world.app(), desk.clock, {.cookie = Cookie::loopback});
    CHECK(loopback.cookie_header("abc") == "mainspring=abc; Path=/; HttpOnly; SameSite=Lax");
    const auto opened = desk.sign_in();
    http::Request request = Desk::with_cookie(opened->token);
    CHECK(loopback.authenticate(request).caller.kind == api::Caller::Kind::nobody);
    // Signing in presents nothing.
    request.method = http::Method::post;
    request.path = "/api/v1/session";
    CHECK(desk.identity.authenticate(request).caller.kind == api::Caller::Kind::nobody);
}

}  // namespace mainspring::identity
