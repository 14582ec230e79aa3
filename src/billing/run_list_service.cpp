#include "billing/run_list_service.hpp"

#include "base/ensure.hpp"

namespace mainspring::billing {
namespace {

const Statement kRuns{"billing.list_runs", R"(
    select r.run_id, r.cycle, r.period_from, r.period_to, r.issued_on, r.due_on, r.state, r.actor_id,
           coalesce(a.name, ''), r.started_at, g.accounts, g.bills, g.exceptions, g.ranges, g.rated, g.issued
    from billing.run r left join org.actor a using (actor_id)
    cross join lateral (select coalesce(sum(g.accounts), 0)::int8 as accounts, coalesce(sum(g.bills), 0)::int8 as bills,
                        coalesce(sum(g.exceptions), 0)::int8 as exceptions, count(*) as ranges,
                        count(*) filter (where g.state <> 'open') as rated,
                        count(*) filter (where g.state = 'issued') as issued
                        from billing.run_range g where g.run_id = r.run_id) g
    where r.legal_entity_id = $1 and ($2::int8 = 0 or r.run_id < $2) and ($3::int8 = 0 or r.run_id = $3)
    order by r.run_id desc limit $4)"};

std::vector<RunView> views_of(const Result& result) {
    std::vector<RunView> views;
    for (const Row row : result) {
        const auto state = run_state_of(row.get<std::string>(6));
        ensure(state.has_value(), "the state of a stored run is known");
        views.push_back({.run_id = row.get<std::int64_t>(0),
                         .cycle = row.get<std::string>(1),
                         .period = {row.get<Date>(2), row.get<Date>(3)},
                         .issued_on = row.get<Date>(4),
                         .due_on = row.get<Date>(5),
                         .state = *state,
                         .actor_id = row.get<std::int32_t>(7),
                         .started_by = row.get<std::string>(8),
                         .started_at = row.get<Instant>(9),
                         .accounts = row.get<std::int64_t>(10),
                         .bills = row.get<std::int64_t>(11),
                         .exceptions = row.get<std::int64_t>(12),
                         .ranges = row.get<std::int64_t>(13),
                         .ranges_rated = row.get<std::int64_t>(14),
                         .ranges_issued = row.get<std::int64_t>(15)});
    }
    return views;
}

}  // namespace

std::vector<RunView> list_runs(Tx& tx, const RunListQuery& query) {
    return views_of(tx.exec(kRuns, query.legal_entity_id, query.before, std::int64_t{0}, std::int64_t{query.limit}));
}

std::optional<RunView> run_view(Tx& tx, std::int32_t legal_entity_id, std::int64_t run_id) {
    auto found = views_of(tx.exec(kRuns, legal_entity_id, std::int64_t{0}, run_id, std::int64_t{1}));
    return found.empty() ? std::nullopt : std::optional(std::move(found.front()));
}

}  // namespace mainspring::billing
