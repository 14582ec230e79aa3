#include <doctest/doctest.h>

#include "org/approval_service.hpp"
#include "org/audit_service.hpp"
#include "org/unit_service.hpp"
#include "support/org_world.hpp"

namespace mainspring::org {
namespace {

using Code = AdminRefusalCode;

const Date kToday = std::chrono::year{2026} / 7 / 1;
const Date kLater = std::chrono::year{2026} / 9 / 1;

std::optional<Code> code_of(const AdminResult& result) {
    return result ? std::nullopt : std::optional(result.error().code);
}

std::int64_t count(OrgWorld& world, const std::string& what) {
    return with_tx(world.app(), {},
                   [&](Tx& tx) { return tx.exec_once("select count(*) from " + what).one().get<std::int64_t>(0); });
}

}  // namespace

TEST_CASE("every role may what its permissions say, in its units and nowhere else") {
    OrgWorld world;
    std::vector<RoleView> roles = with_tx(world.app(), {}, list_roles);
    CHECK(roles.size() == 11);
    for (const RoleView& role : roles) {
        for (const std::string unit : {"", "riverside", "north", "north-desk", "south", "otherville"}) {
            const Actor actor = world.user(role.role + "@" + unit, Role{role.role}, unit);
            with_tx(world.app(), {}, [&](Tx& tx) {
                const OrgTree tree = load_org_tree(tx);
                for (const Permission permission : all_permissions()) {
                    const bool has = std::ranges::count(role.permissions, name_of(permission)) > 0;
                    CHECK(may_anywhere(tx, actor.actor_id, permission) == has);
                    for (const std::string where : {"riverside", "north", "north-desk", "south", "otherville"}) {
                        const auto* place = tree.find(where);
                        const bool within =
                            unit.empty() || tree.contains(tree.find(unit)->org_unit_id, place->org_unit_id);
                        const auto allowed = require(tx, actor.actor_id, {permission, place->org_unit_id});
                        CHECK_MESSAGE(allowed.has_value() == (has && within), actor.code, name_of(permission), where);
                        if (has && !within) CHECK(allowed.error().code == AccessDenied::outside_unit);
                        if (!has) CHECK(allowed.error().code == AccessDenied::no_permission);
                    }
                    CHECK(require(tx, actor.actor_id, {permission, 0}).has_value() == (has && unit.empty()));
                }
            });
        }
    }
}

TEST_CASE("permissions have names and words of their own") {
    std::set<std::string_view> names, words;
    for (const Permission permission : all_permissions()) {
        CHECK(permission_of(name_of(permission)) == permission);
        names.insert(name_of(permission));
        words.insert(text_of(permission));
    }
    CHECK(names.size() == all_permissions().size());
    CHECK(words.size() == all_permissions().size());
    CHECK_FALSE(permission_of("fly"));
}

TEST_CASE("no one person reads, bills and takes cash") {
    OrgWorld world;
    world.user("ann", Role::billing, "north");
    const auto give = [&](const std::string& role, Date from = kToday, std::optional<Date> to = std::nullopt) {
        return code_of(assign(world.app(), kWorldClock, world.order(), {"ann", role, "south", from, to}));
    };
    CHECK(give("cashier") == Code::roles_apart);
    CHECK(give("meter_reader") == Code::roles_apart);
    CHECK_FALSE(give("call_agent"));
    // A role that a utility made is held apart by what it allows.
    const RoleChange window{"window", R"({"en": "Window"})", {Permission::look, Permission::take_payment}};
    CHECK_FALSE(code_of(put_role(world.app(), kWorldClock, world.order(), window)));
    CHECK(give("window") == Code::duties_apart);
    const RoleChange both{"both", R"({"en": "Both"})", {Permission::bill, Permission::take_payment}};
    CHECK(code_of(put_role(world.app(), kWorldClock, world.order(), both)) == Code::duties_apart);
    // Not on the same days: she bills until September and takes cash from then on.
    const auto assignment = with_tx(world.app(), {}, [](Tx& tx) { return find_user(tx, "ann")->assignments.front(); });
    CHECK(give("cashier", kLater) == Code::roles_apart);
    REQUIRE(end_assignment(world.app(), kWorldClock, world.order(), {assignment.assignment_id, kLater}));
    CHECK_FALSE(give("cashier", kLater));
    // A role that is changed later is refused as well, where somebody would come to do two of them.
    CHECK(code_of(put_role(world.app(), kWorldClock, world.order(),
                           {"call_agent", R"({"en": "Agent"})", {Permission::look, Permission::take_payment}})) ==
          Code::duties_apart);
}

TEST_CASE("users are managed by others, within the own units") {
    OrgWorld world;
    REQUIRE(put_role(world.app(), kWorldClock, world.order(),
                     {"user_manager", R"({"en": "Users"})", {Permission::look, Permission::manage_users}}));
    const Actor head = world.user("head", Role{"user_manager"}, "north");
    const auto by_head = [&] { return OrgWorld::order_of(head); };
    const auto add = [&](const Order& order, const std::string& code) {
        return code_of(add_user(world.app(), kWorldClock, order, {code, "Name"}));
    };
    CHECK(add(OrgWorld::order_of(world.user("eye", Role::auditor)), "new") == Code::access);
    CHECK_FALSE(add(by_head(), "new"));
    CHECK(add(by_head(), "new") == Code::code_taken);
    const auto give = [&](const NewAssignment& wanted) {
        return code_of(assign(world.app(), kWorldClock, by_head(), wanted));
    };
    CHECK_FALSE(give({"new", "billing", "north-desk", kToday, {}}));
    CHECK(give({"new", "billing", "south", kToday, {}}) == Code::access);
    CHECK(give({"new", "billing", "", kToday, {}}) == Code::access);
    CHECK(give({"head", "billing", "north", kToday, {}}) == Code::own_rights);
    CHECK(give({"nobody", "billing", "north", kToday, {}}) == Code::unknown_user);
    CHECK(give({"new", "juggler", "north", kToday, {}}) == Code::unknown_role);
    CHECK(give({"new", "customer", "north", kToday, {}}) == Code::not_for_customers);
    CHECK(give({"new", "auditor", "north", kToday, kToday}) == Code::dates_reversed);
    CHECK(code_of(assign(world.app(), kWorldClock, world.order(), {"new", "auditor", "nowhere", kToday, {}})) ==
          Code::unknown_unit);
    CHECK(code_of(set_presence(world.app(), kWorldClock, by_head(), "head", Presence::disabled)) == Code::own_rights);
    CHECK_FALSE(code_of(set_presence(world.app(), kWorldClock, by_head(), "new", Presence::disabled)));
    world.user("far", Role::billing, "south");
    CHECK(code_of(set_presence(world.app(), kWorldClock, by_head(), "far", Presence::disabled)) == Code::access);
    CHECK(code_of(set_presence(world.app(), kWorldClock, world.order(), "ghost", Presence::disabled)) ==
          Code::unknown_user);
    CHECK(code_of(put_role(world.app(), kWorldClock, by_head(), {"x", "{}", {}})) == Code::access);
    CHECK(code_of(put_role(world.app(), kWorldClock, world.order(), {"administrator", "{}", {}})) ==
          Code::administrator_stays);
    const auto end = [&](std::int32_t id, Date to) {
        return code_of(end_assignment(world.app(), kWorldClock, world.order(), {id, to}));
    };
    CHECK(end(9999, kLater) == Code::unknown_assignment);
    const auto given = with_tx(world.app(), {}, [](Tx& tx) { return find_user(tx, "new")->assignments.front(); });
    CHECK(given.unit == "north-desk");
    CHECK(end(given.assignment_id, std::chrono::year{2026} / 6 / 30) == Code::in_the_past);
    CHECK_FALSE(end(given.assignment_id, kToday));
}

TEST_CASE("the same order is done once, and audited with who did it") {
    OrgWorld world;
    const Order order = world.order();
    const auto first = add_user(world.app(), kWorldClock, order, {"new", "New"});
    CHECK(add_user(world.app(), kWorldClock, order, {"new", "New"}).value() == first.value());
    CHECK(code_of(add_user(world.app(), kWorldClock, order, {"other", "New"})) == Code::command_reused);
    CHECK(count(world, "org.actor where code = 'new'") == 1);
    CHECK(count(world, "core.audit where action = 'org.add_user' and object = 'new'") == 1);
    CHECK(count(world, "core.outbox where topic = 'org.add_user'") == 1);
}

TEST_CASE("a unit is added and moves within its utility, never below itself and not in the past") {
    OrgWorld world;
    const auto move = [&](const UnitMove& wanted) {
        return code_of(move_unit(world.app(), kWorldClock, world.order(), wanted));
    };
    const auto add = [&](const NewUnit& unit) {
        return code_of(add_unit(world.app(), kWorldClock, world.order(), unit));
    };
    CHECK_FALSE(add({"riverside", "east", "East", "north-desk"}));
    CHECK(add({"riverside", "east", "East", "north"}) == Code::code_taken);
    CHECK(add({"riverside", "west", "West", "nowhere"}) == Code::unknown_unit);
    CHECK(add({"nowhere", "west", "West", "north"}) == Code::unknown_utility);
    CHECK(add({"otherville", "west", "West", "north"}) == Code::other_utility);
    CHECK(code_of(add_unit(world.app(), kWorldClock, OrgWorld::order_of(world.user("c", Role::cashier, "north")),
                           {"riverside", "west", "West", "north"})) == Code::access);
    CHECK(move({"north", "east", kLater}) == Code::below_itself);
    CHECK(move({"north", "north", kLater}) == Code::below_itself);
    CHECK(move({"riverside", "north", kLater}) == Code::root_stays);
    CHECK(move({"north", "otherville", kLater}) == Code::other_utility);
    CHECK(move({"north", "nowhere", kLater}) == Code::unknown_unit);
    CHECK(move({"north", "south", std::chrono::year{2026} / 6 / 30}) == Code::in_the_past);
    CHECK_FALSE(move({"north", "south", kLater}));
    // South below north from October on would close a ring with north below south from September on; before, too.
    CHECK(move({"south", "north", std::chrono::year{2026} / 10 / 1}) == Code::below_itself);
    CHECK(move({"south", "north", std::chrono::year{2026} / 8 / 1}) == Code::below_itself);
    with_tx(world.app(), {}, [&](Tx& tx) {
        const auto parent_on = [&](Date day) {
            const auto units = units_on(tx, day);
            return std::ranges::find(units, std::string("north"), &UnitView::code)->parent;
        };
        CHECK(parent_on(kToday) == "riverside");
        CHECK(parent_on(kLater) == "south");
    });
    // The file of the utility says what it said: a move is no difference.
    CHECK_FALSE(move({"north", "riverside", kLater}));
}

TEST_CASE("four eyes: another person agrees to exactly this request, once") {
    OrgWorld world;
    const Actor maker = world.user("maker", Role::supervisor, "north");
    const Actor checker = world.user("checker", Role::supervisor, "riverside");
    const Actor stranger = world.user("stranger", Role::supervisor, "south");
    const Actor clerk = world.user("clerk", Role::billing, "riverside");
    const ApprovalSubject subject{"bill.release", "run:7", R"({"run": 7})", world.unit("north")};
    const Instant now = kWorldClock.now();
    const auto ask = [&](const ApprovalSubject& wanted) {
        return with_tx(world.app(), {},
                       [&](Tx& tx) { return ask_approval(tx, OrgWorld::order_of(maker), now, wanted); });
    };
    const auto use = [&](const Actor& who, const ApprovalSubject& wanted, Instant at = kWorldClock.now()) {
        const auto used =
            with_tx(world.app(), {}, [&](Tx& tx) { return require_approval(tx, OrgWorld::order_of(who), at, wanted); });
        return used ? std::nullopt : std::optional(used.error().code);
    };
    const auto agree = [&](const Actor& who, std::int64_t id, Verdict::Kind kind = Verdict::Kind::approved) {
        return code_of(decide(world.app(), kWorldClock, OrgWorld::order_of(who), {kind, id, "seen"}));
    };
    CHECK(use(maker, subject) == Code::not_approved);
    const std::int64_t id = ask(subject);
    CHECK(use(maker, subject) == Code::not_approved);  // asked is not agreed
    CHECK(agree(maker, id) == Code::same_person);
    CHECK(agree(stranger, id) == Code::access);
    CHECK(agree(clerk, id) == Code::access);
    CHECK(agree(checker, 999) == Code::access);  // of a thing that there is not nobody of a unit is told
    CHECK(agree(world.user("all", Role::administrator), 999) == Code::unknown_approval);
    CHECK_FALSE(agree(checker, id));
    CHECK(agree(checker, id) == Code::already_decided);
    ApprovalSubject other = subject;
    other.request_json = R"({"run": 8})";
    CHECK(use(maker, other) == Code::not_approved);
    CHECK(use(checker, subject) == Code::not_approved);  // it was the maker's to do
    CHECK(use(maker, subject, now + kApprovalHolds) == Code::expired);
    CHECK_FALSE(use(maker, subject));
    CHECK(use(maker, subject) == Code::not_approved);  // used up
    // Asked anew with a changed request, what was agreed before is void.
    const std::int64_t second = ask(subject);
    CHECK_FALSE(agree(checker, second));
    ask(other);
    CHECK(use(maker, subject) == Code::not_approved);
    const std::int64_t third = ask(subject);
    CHECK_FALSE(agree(checker, third, Verdict::Kind::rejected));
    CHECK(use(maker, subject) == Code::not_approved);
    Pool north = world.as(maker);
    const auto views = with_tx(north, {}, [&](Tx& tx) { return list_approvals(tx, maker.actor_id, {}); });
    REQUIRE(views.size() == 4);
    CHECK(views.front().state == "rejected");
    CHECK(views.front().checker == "checker");
    CHECK(with_tx(north, {}, [&](Tx& tx) { return list_approvals(tx, stranger.actor_id, {}).size(); }) == 0);
    CHECK_FALSE(permission_to_approve("cook.eggs"));
}

TEST_CASE("the audit is searched by who may, and shows the own units") {
    OrgWorld world;
    const Actor north = world.user("north-eye", Role::auditor, "north");
    const Actor south = world.user("south-eye", Role::auditor, "south");
    const Instant now = kWorldClock.now();
    with_tx(world.app(), {}, [&](Tx& tx) {
        note_personal_read(tx, {north.actor_id, world.unit("north"), now},
                           {CellId{std::stoi(world.cell("north"))}, "account:N", {"phone"}});
    });
    const auto search = [&](const Actor& who, const AuditQuery& query) {
        Pool pool = world.as(who);
        return with_tx(pool, {}, [&](Tx& tx) { return search_audit(tx, who.actor_id, query); });
    };
    const auto found = search(north, {.action = "customer.", .object = {}, .from = now, .to = {}});
    REQUIRE(found->size() == 1);
    CHECK(found->front().actor == "north-eye");
    CHECK(found->front().unit == "north");
    CHECK(found->front().detail_json == R"({"fields": ["phone"]})");
    CHECK(search(south, {.action = "customer.read"})->empty());
    CHECK(search(north, {.actor = "south-eye"})->empty());
    CHECK(search(north, {.to = now})->empty());
    CHECK(search(north, {.action = "customer.", .before = found->front().audit_id})->empty());
    CHECK(search(world.user("cash", Role::cashier), {}).error().code == Code::access);
}

TEST_CASE("personal fields are masked so that a third at most shows") {
    CHECK(masked("") == "");
    CHECK(masked("+44 20 1234 567") == "•••567");
    CHECK(masked("ann@example.org") == "a•••@example.org");
    CHECK(masked("1234") == "•••4");
    CHECK(masked("12") == "•••");
    CHECK(masked("税号一二三") == "•••三");
}

TEST_CASE("refusals have names of their own") {
    std::set<std::string_view> names;
    for (int i = 0; i <= static_cast<int>(Code::not_approved); ++i) names.insert(name_of(static_cast<Code>(i)));
    CHECK(names.size() == static_cast<std::size_t>(Code::not_approved) + 1);
}

}  // namespace mainspring::org
