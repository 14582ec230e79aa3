#include "org/approval_service.hpp"

#include <array>
#include <fmt/format.h>

#include "base/ensure.hpp"
#include "base/json_writer.hpp"
#include "org/command_log.hpp"

namespace mainspring::org {
namespace {

struct Action {
    std::string_view name;
    Permission permission;
};
constexpr std::array kActions{
    Action{"bill.release", Permission::release_bills},
    Action{"payment.undo", Permission::undo_payments},
    Action{"tariff.activate", Permission::change_tariffs},
};

#define MAINSPRING_APPROVAL                                                                                 \
    "select p.approval_id, p.action, p.object, p.request::text, p.org_unit_id, p.state, m.code, "           \
    "coalesce(c.code, ''), p.note, p.asked_at, p.expires_at, p.decided_at, p.maker_id from org.approval p " \
    "join org.actor m on m.actor_id = p.maker_id left join org.actor c on c.actor_id = p.checker_id "

const Statement kList{"org.approvals", MAINSPRING_APPROVAL
                      "where ($2 = '' or p.state = $2) and ($3::int8 = 0 or p.approval_id < $3) "
                      "and (select here from org.may($1, 'look', p.org_unit_id)) order by p.approval_id desc limit $4"};
const Statement kLock{"org.lock_approval", MAINSPRING_APPROVAL "where p.approval_id = $1 for no key update of p"};
const Statement kLockUsable{
    "org.lock_usable_approval",
    "select approval_id, expires_at from org.approval where action = $1 and object = $2 and request_sha256 = $3 "
    "and maker_id = $4 and state = 'approved' order by approval_id desc limit 1 for no key update"};
const Statement kInsert{
    "org.insert_approval",
    "insert into org.approval (approval_id, action, object, org_unit_id, request, request_sha256, "
    "maker_id, asked_at, expires_at) values (nextval('org.approval_id'), $1, $2, $3, $4, $5, $6, $7, "
    "$8) returning approval_id"};
const Statement kWithdraw{"org.withdraw_approvals",
                          "update org.approval set state = 'withdrawn' where action = $1 and object = $2 "
                          "and state in ('asked', 'approved') and core.allowed('approval', state, 'withdrawn')"};
const Statement kDecide{"org.decide_approval",
                        "update org.approval set state = $2, checker_id = $3, decided_at = $4, note = $5 "
                        "where approval_id = $1 and core.allowed('approval', state, $2)"};
const Statement kUse{"org.use_approval",
                     "update org.approval set state = 'used' where approval_id = $1 "
                     "and core.allowed('approval', state, 'used')"};

ApprovalView view_from(const Row& row) {
    return {.approval_id = row.get<std::int64_t>(0),
            .subject = {.action = row.get<std::string>(1),
                        .object = row.get<std::string>(2),
                        .request_json = row.get<std::string>(3),
                        .org_unit_id = row.get<std::int32_t>(4)},
            .state = row.get<std::string>(5),
            .maker = row.get<std::string>(6),
            .checker = row.get<std::string>(7),
            .note = row.get<std::string>(8),
            .asked_at = row.get<Instant>(9),
            .expires_at = row.get<Instant>(10),
            .decided_at = row.get<std::optional<Instant>>(11)};
}

std::expected<void, AdminRefusal> check_open(const ApprovalView& view, Instant at) {
    if (view.state != "asked")
        return refuse_admin(AdminRefusalCode::already_decided, fmt::format("it is {} already", view.state));
    if (at >= view.expires_at)
        return refuse_admin(AdminRefusalCode::expired, "what was asked has expired; it has to be asked again");
    return {};
}

}  // namespace

std::optional<Permission> permission_to_approve(std::string_view action) {
    for (const Action& each : kActions)
        if (each.name == action) return each.permission;
    return std::nullopt;
}

std::vector<ApprovalView> list_approvals(Tx& tx, std::int32_t actor_id, const ApprovalQuery& query) {
    std::vector<ApprovalView> views;
    const Result rows = tx.exec(kList, actor_id, query.state, query.after, std::int64_t{query.limit});
    for (const Row row : rows) views.push_back(view_from(row));
    return views;
}

std::int64_t ask_approval(Tx& tx, const Order& order, Instant at, const ApprovalSubject& subject) {
    ensure(permission_to_approve(subject.action).has_value(), "somebody may agree to the action");
    tx.exec(kWithdraw, subject.action, subject.object);
    const Sha256 digest = sha256_of(subject.request_json);
    const auto id = tx.exec(kInsert, subject.action, subject.object, subject.org_unit_id, Jsonb{subject.request_json},
                            std::span<const std::byte>(digest), order.actor_id, at, at + kApprovalHolds)
                        .one()
                        .get<std::int64_t>(0);
    write_trail(tx, {order.actor_id, subject.org_unit_id, at},
                {.cell = kNoCell,
                 .command_id = order.command_id,
                 .action = "approval.asked",
                 .object = fmt::format("approval:{}", id),
                 .detail_json = json_object({{"action", subject.action}, {"object", subject.object}})});
    return id;
}

AdminResult decide(Pool& pool, const Clock& clock, const Order& order, const Verdict& verdict) {
    const bool approves = verdict.kind == Verdict::Kind::approved;
    const std::string_view state = approves ? "approved" : "rejected";
    const std::string object = fmt::format("approval:{}", verdict.approval_id);
    const std::string request =
        json_object({{"approval", object}, {"verdict", std::string(state)}, {"note", verdict.note}});
    return with_tx(pool, {}, [&](Tx& tx) -> AdminResult {
        const Instant at = clock.now();
        const Result rows = tx.exec(kLock, verdict.approval_id);
        const auto row = rows.maybe_one();
        const auto view = row ? std::optional(view_from(*row)) : std::nullopt;
        const auto permission = view ? permission_to_approve(view->subject.action) : std::nullopt;
        const std::int32_t unit_id = view ? view->subject.org_unit_id : 0;
        if (auto allowed = require_admin(tx, order.actor_id, {permission.value_or(Permission::look), unit_id});
            !allowed)
            return std::unexpected(allowed.error());
        if (!view) return refuse_admin(AdminRefusalCode::unknown_approval, fmt::format("there is no {}", object));
        return change_once(tx, order, {approves ? "approval.approved" : "approval.rejected", object, request, unit_id},
                           at, [&]() -> AdminResult {
                               if (row->get<std::int32_t>(12) == order.actor_id)
                                   return refuse_admin(AdminRefusalCode::same_person,
                                                       "another person than the one who asked must agree");
                               if (auto open = check_open(*view, at); !open) return std::unexpected(open.error());
                               tx.exec(kDecide, verdict.approval_id, state, order.actor_id, at, verdict.note);
                               return request;
                           });
    });
}

std::expected<void, AdminRefusal> require_approval(Tx& tx, const Order& order, Instant at,
                                                   const ApprovalSubject& subject) {
    const Sha256 digest = sha256_of(subject.request_json);
    const Result rows =
        tx.exec(kLockUsable, subject.action, subject.object, std::span<const std::byte>(digest), order.actor_id);
    const auto row = rows.maybe_one();
    if (!row)
        return refuse_admin(AdminRefusalCode::not_approved,
                            fmt::format("{} of {} needs another person's approval of exactly this request",
                                        subject.action, subject.object));
    if (at >= row->get<Instant>(1))
        return refuse_admin(AdminRefusalCode::expired, "the approval has expired; it has to be asked for again");
    ensure(tx.exec(kUse, row->get<std::int64_t>(0)).affected() == 1, "an approved request may be used");
    return {};
}

}  // namespace mainspring::org
