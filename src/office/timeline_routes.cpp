#include "office/timeline_routes.hpp"

#include <fmt/format.h>

#include "base/json_writer.hpp"
#include "billing/bill_path.hpp"
#include "customer/account_of_call.hpp"

namespace mainspring::office {
namespace {

using api::Call;

// A witness: it reads what every room wrote about the account, each in its own table. `rank` and `id` tell what was
// written in one moment apart.
const Statement kTimeline{"office.timeline", R"(
    with t as (
    select recorded_at as at, 1 as rank, bill_seq::int8 as id, actor_id,
           case when b.kind = 2 then 'credit_note' when b.replaces_seq is not null then 'rebilled'
                else 'bill' end as what,
           jsonb_build_object('number', number, 'minor', total_minor, 'currency', currency, 'from', period_from,
                              'to', period_to, 'kind', b.kind) as detail
    from billing.bill b left join lateral (select e.actor_id from ledger.entry e where e.cell_id = b.cell_id
         and e.book_id = b.account_id and e.seq = b.entry_seq) e on true where b.cell_id = $1 and b.account_id = $2
    union all
    select recorded_at, 2, entry_seq, actor_id, 'payment',
           jsonb_build_object('minor', amount_minor, 'currency', currency, 'method', method, 'payment', command_id)
    from payment.payment where cell_id = $1 and account_id = $2
    union all
    select r.recorded_at, 3, r.entry_seq, r.actor_id, 'payment_undone',
           jsonb_build_object('minor', p.amount_minor, 'currency', p.currency, 'reason', r.reason,
                              'payment', p.command_id)
    from payment.payment p join payment.reversal r on r.cell_id = p.cell_id and r.payment_command_id = p.command_id
    where p.cell_id = $1 and p.account_id = $2
    union all
    select g.recorded_at, 4, g.agreement_id * 100000 + row_number() over (partition by g.agreement_id
           order by g.valid_from, g.version), g.actor_id,
           case when g.voided then 'agreement_voided' when g.ended then 'moved_out' else 'agreement' end,
           jsonb_build_object('service_point', s.code, 'from', g.valid_from, 'tariff', g.tariff)
    from customer.agreement g join customer.service_point s using (cell_id, service_point_id)
    where g.cell_id = $1 and g.account_id = $2
    union all
    select recorded_at, 5, note_no, actor_id, 'note', jsonb_build_object('text', text)
    from customer.note where cell_id = $1 and account_id = $2
    union all
    select recorded_at, 6, agreement_id * 100 + length(cause), actor_id, 'exception_accepted',
           jsonb_build_object('cause', cause, 'reason', reason, 'upto', upto)
    from billing.acceptance where cell_id = $1 and account_id = $2)
    select t.at, t.rank, t.id, coalesce(a.name, ''), t.what, t.detail::text
    from t left join org.actor a using (actor_id)
    where $3::timestamptz is null or (t.at, t.rank, t.id) < ($3, $4, $5)
    order by t.at desc, t.rank desc, t.id desc limit $6)"};

struct Place {
    std::optional<Instant> at;
    std::int32_t rank = 0;
    std::int64_t id = 0;
};

Place place_of(const Call& call) {
    const auto after = call.query("after");
    if (!after) return {};
    long long ms = 0, id = 0;
    Place place;
    constexpr long long kLastMs = 253'402'300'799'999;
    if (std::sscanf(after->c_str(), "%lld.%d.%lld", &ms, &place.rank, &id) != 3 || ms < 0 || ms > kLastMs)
        throw api::Problem(422, "bad_request", "it is not the 'next' of a page", "query.after");
    place.at = Instant(std::chrono::milliseconds(ms));
    place.id = id;
    return place;
}

// What the database kept as minor units becomes an amount.
std::string detail_json(const std::string& stored) {
    const Json detail = stored_json(stored);
    JsonObject json;
    for (const auto& [key, value] : detail.members()) {
        if (key == "minor") {
            const auto currency = currency_of(detail.at("currency").text());
            ensure(currency.has_value(), "a stored currency is known");
            json.text("amount", format_money({value.integer(), *currency}));
        } else if (key == "number") {
            const auto kind = static_cast<billing::BillKind>(detail.at("kind").integer());
            json.text("bill", billing::path_of(kind, value.integer()));
        } else if (key != "kind") {
            json.text(key, value.text());
        }
    }
    return json.done();
}

http::Response timeline(Call& call) {
    const Place place = place_of(call);
    return with_tx(call.people, TxOptions(), [&](Tx& tx) {
        const auto found = customer::account_of(tx, call);
        const Result rows = tx.exec(kTimeline, found.account.cell, found.account.account_id, place.at, place.rank,
                                    place.id, std::int64_t{call.limit()});
        std::vector<std::string> items;
        std::string last;
        for (const Row row : rows) {
            const auto at = row.get<Instant>(0);
            items.push_back(JsonObject()
                                .text("at", api::instant_text(at))
                                .text("by", row.get<std::string>(3))
                                .text("action", row.get<std::string>(4))
                                .raw("detail", detail_json(row.get<std::string>(5)))
                                .done());
            last = fmt::format("{}.{}.{}", at.time_since_epoch().count(), row.get<std::int32_t>(1),
                               row.get<std::int64_t>(2));
        }
        return api::ok(api::page_json(items, call.limit(), last, [](const std::string& item) { return item; }));
    });
}

}  // namespace

void add_timeline_routes(api::Routes& routes) {
    routes.add({http::Method::get, "/utilities/{utility}/accounts/{account}/timeline",
                api::staff_who_may(org::Permission::look), timeline});
}

}  // namespace mainspring::office
