#include "org/audit_service.hpp"

#include "base/json_writer.hpp"
#include "org/command_log.hpp"
#include "org/user_service.hpp"

namespace mainspring::org {
namespace {

// Row-level security leaves the units where the person may look; the audit is for those where the person may see it.
const Statement kSearch{
    "org.search_audit",
    "select d.audit_id, d.at, coalesce(a.code, ''), d.action, d.object, d.detail::text, coalesce(u.code, '') "
    "from core.audit d left join org.actor a on a.actor_id = d.actor_id "
    "left join org.org_unit u on u.org_unit_id = d.org_unit_id "
    "where ($1 = '' or d.actor_id = (select actor_id from org.actor where code = $1)) "
    "and ($2 = '' or d.action = $2 or (right($2, 1) = '.' and starts_with(d.action, $2))) "
    "and ($3 = '' or d.object = $3) and ($4::timestamptz is null or d.at >= $4) "
    "and ($5::timestamptz is null or d.at < $5) and ($6::int8 = 0 or d.audit_id < $6) "
    "and (d.org_unit_id = 0 or d.org_unit_id = any ((select array_agg(v.org_unit_id) from org.org_unit v "
    "where (select here from org.may($8, 'see_audit', v.org_unit_id)))::int4[])) "
    "order by d.audit_id desc limit $7"};

constexpr std::string_view kHidden = "•••";

}  // namespace

std::expected<std::vector<AuditRow>, AdminRefusal> search_audit(Tx& tx, std::int32_t actor_id,
                                                                const AuditQuery& query) {
    if (!may_anywhere(tx, actor_id, Permission::see_audit))
        return std::unexpected(require_admin(tx, actor_id, {Permission::see_audit, 0}).error());
    std::vector<AuditRow> found;
    const Result rows = tx.exec(kSearch, query.actor, query.action, query.object, query.from, query.to, query.before,
                                std::int64_t{query.limit}, actor_id);
    for (const Row row : rows)
        found.push_back({row.get<std::int64_t>(0), row.get<Instant>(1), row.get<std::string>(2),
                         row.get<std::string>(3), row.get<std::string>(4), row.get<std::string>(5),
                         row.get<std::string>(6)});
    return found;
}

void note_personal_read(Tx& tx, const Doer& doer, const PersonalRead& read) {
    write_audit(tx, doer,
                {.cell = read.cell,
                 .command_id = {},
                 .action = "customer.read",
                 .object = read.object,
                 .detail_json = JsonObject().raw("fields", json_texts(read.fields)).done()});
}

std::string masked(std::string_view text) {
    if (text.empty()) return "";
    if (const std::size_t at = text.find('@');
        at != std::string_view::npos && at > 0 && static_cast<unsigned char>(text.front()) < 0x80)
        return std::string(text.substr(0, 1)).append(kHidden).append(text.substr(at));
    std::size_t shown = std::min<std::size_t>(3, text.size() / 3);
    while (shown > 0 && (static_cast<unsigned char>(text[text.size() - shown]) & 0xC0) == 0x80) --shown;
    return std::string(kHidden).append(text.substr(text.size() - shown));
}

}  // namespace mainspring::org
