#include "ledger/verify_service.hpp"

#include <fmt/core.h>

#include "ledger/entry_row.hpp"
#include "ledger/ledger_store.hpp"

namespace mainspring::ledger {
namespace {

const Statement kAllEntries{"ledger.all_entries",
                            "select " MAINSPRING_ENTRY_COLUMNS " from ledger.entry order by cell_id, book_id, seq"};

const Statement kReadModelDiffers{
    "ledger.read_model_differs",
    "with horizon as (select cell_id, max(upto_tx) upto_tx from ledger.rollup group by 1), "
    "journal as (select e.cell_id, e.legal_entity_id, e.org_unit_id, l.account_no, e.currency, e.business_date, "
    "sum(greatest(l.amount, 0)) debits, -sum(least(l.amount, 0)) credits, "
    "count(*) filter (where array_position(e.accounts, l.account_no) = l.leg) entries "
    "from ledger.entry e join horizon h on h.cell_id = e.cell_id and e.tx < h.upto_tx, "
    "unnest(e.accounts, e.amounts) with ordinality l(account_no, amount, leg) group by 1, 2, 3, 4, 5, 6), "
    "model as (select cell_id, legal_entity_id, org_unit_id, account_no, currency, business_date, "
    "sum(debits) debits, sum(credits) credits, sum(entries) entries from ledger.account_day group by 1, 2, 3, 4, 5, 6) "
    "select cell_id, account_no, business_date, "
    "format('journal %s/%s (%s), read model %s/%s (%s)', j.debits, j.credits, j.entries, m.debits, m.credits, "
    "m.entries) "
    "from journal j full join model m using (cell_id, legal_entity_id, org_unit_id, account_no, currency, "
    "business_date) "
    "where (j.debits, j.credits, j.entries) is distinct from (m.debits, m.credits, m.entries) limit 1000"};

// The auditor looks across rooms: numbers are taken here and used on bills. While a run issues, its block is still
// filling.
const Statement kSeriesGaps{
    "ledger.series_gaps",
    "with used as (select legal_entity_id, case kind when 1 then 'bill' else 'credit_note' end series, "
    "count(*) n, count(distinct number) different, min(number) low, max(number) high from billing.bill group by 1, 2) "
    "select s.legal_entity_id, s.series, format('%s bills with numbers %s to %s, next number %s', "
    "coalesce(u.n, 0), u.low, u.high, s.next_number) "
    "from ledger.series s left join used u using (legal_entity_id, series) where s.series in ('bill', 'credit_note') "
    "and (coalesce(u.n <> u.different or u.high >= s.next_number, false) or not exists (select 1 from billing.run r "
    "where r.legal_entity_id = s.legal_entity_id and r.state = 'issuing') "
    "and coalesce(u.n <> u.high - u.low + 1 or u.high <> s.next_number - 1, s.next_number > 1)) "
    "union all select u.legal_entity_id, u.series, format('%s bills, but the series was never used', u.n) "
    "from used u left join ledger.series s using (legal_entity_id, series) where s.series is null"};

// Each turn from closed to open again, as the audit tells it: opening a month does not excuse what slipped in before.
const Statement kPeriodViolations{
    "ledger.period_violations",
    "with turned as (select p.legal_entity_id, p.period, a.action, a.at, "
    "coalesce(lead(a.at) over (partition by a.object order by a.audit_id), 'infinity') until "
    "from ledger.period p join core.audit a on a.action in ('ledger.period.closed', 'ledger.period.open') "
    "and a.object = format('period:%s/%s', p.legal_entity_id, p.period)), "
    "closed as (select * from turned where action = 'ledger.period.closed') "
    "select e.cell_id, e.book_id, e.seq, format('period %s was closed at %s%s', c.period, c.at, "
    "case when c.until < 'infinity' then format(', opened again at %s', c.until) end) "
    "from closed c join ledger.entry e on e.legal_entity_id = c.legal_entity_id and e.posted_at > c.at "
    "and e.posted_at < c.until "
    "and e.business_date >= make_date(c.period / 100, c.period % 100, 1) "
    "and e.business_date < make_date(c.period / 100, c.period % 100, 1) + interval '1 month' limit 1000"};

// What foreign keys would say of the tables that grow with every period (docs/DECISIONS.md: they carry none).
const Statement kReferencesMissing{
    "ledger.references_missing",
    "select format('bill %s/%s/%s', b.cell_id, b.account_id, b.bill_seq), 'there is no such account' "
    "from billing.bill b left join customer.account a using (cell_id, account_id, legal_entity_id) "
    "where a.account_id is null "
    "union all select case when e.seq is null then format('bill %s/%s/%s', b.cell_id, b.account_id, b.bill_seq) "
    "else format('entry %s/%s/%s', e.cell_id, e.book_id, e.seq) end, "
    "case when e.seq is null then format('entry %s of the account is not its entry', b.entry_seq) "
    "else format('bill %s of the account is not its bill', e.source) end "
    "from (select * from billing.bill where entry_seq is not null) b "
    "full join (select * from ledger.entry where kind in (1, 2)) e on (e.cell_id, e.book_id, e.seq, e.source, e.kind) "
    "= (b.cell_id, b.account_id, b.entry_seq, b.bill_seq, b.kind) where b.bill_seq is null or e.seq is null "
    "union all select format('entry %s/%s/%s', e.cell_id, e.book_id, e.seq), format('there is no legal entity %s', "
    "e.legal_entity_id) from ledger.entry e left join org.legal_entity l using (legal_entity_id) "
    "where l.legal_entity_id is null "
    "union all select format('%s of service point %s/%s', r.what, r.cell_id, r.service_point_id), "
    "'there is no such service point' from (select distinct 'read' what, cell_id, service_point_id "
    "from metering.register_read union select distinct 'interval values', cell_id, service_point_id "
    "from metering.interval_day) r left join customer.service_point p using (cell_id, service_point_id) "
    "where p.service_point_id is null limit 1000"};

class Report {
public:
    void take(std::vector<Finding>& found) {
        report_.findings_count += static_cast<std::int64_t>(found.size());
        for (Finding& finding : found)
            if (report_.findings.size() < VerifyReport::kMostFindings) report_.findings.push_back(std::move(finding));
        found.clear();
    }
    VerifyReport report_;
};

void check_entries(Tx& tx, const Chart& chart, Report& report, const JournalProgress& on_progress) {
    const std::int64_t total = on_progress ? about_entries(tx) : 0;
    BookCheck check(chart);
    std::vector<Finding> found;
    Entry entry;
    BookKey last{};
    CopyOut rows = tx.copy_out(kAllEntries);
    while (rows.next()) {
        read_entry(rows, entry);
        check.add(entry, found);
        if (!found.empty()) report.take(found);
        VerifyReport& counts = report.report_;
        if (counts.entries == 0 || entry.book != last) ++counts.books;
        last = entry.book;
        ++counts.entries;
        tell_progress(on_progress, {counts.entries, total});
        counts.legs += static_cast<std::int64_t>(entry.legs.size());
    }
}

void check_rest(Tx& tx, Report& report) {
    std::vector<Finding> found;
    for (const Row row : tx.exec(kReadModelDiffers))
        found.push_back({Check::read_model_differs,
                         fmt::format("cell {} account {} on {}", row.get<std::int32_t>(0), row.get<std::int32_t>(1),
                                     format_date(row.get<Date>(2))),
                         row.get<std::string>(3)});
    for (const Row row : tx.exec(kSeriesGaps))
        found.push_back({Check::series_gap,
                         fmt::format("legal entity {} series {}", row.get<std::int32_t>(0), row.get<std::string>(1)),
                         row.get<std::string>(2)});
    for (const Row row : tx.exec(kPeriodViolations))
        found.push_back(
            {Check::period_violated,
             fmt::format("{}/{}/{}", row.get<std::int32_t>(0), row.get<std::int64_t>(1), row.get<std::int32_t>(2)),
             row.get<std::string>(3)});
    for (const Row row : tx.exec(kReferencesMissing))
        found.push_back({Check::reference_missing, row.get<std::string>(0), row.get<std::string>(1)});
    report.take(found);
}

}  // namespace

VerifyReport verify(Pool& pool, const JournalProgress& on_progress) {
    return with_tx(pool, {Isolation::repeatable_read, {}, Access::read_only}, [&](Tx& tx) {
        Report report;
        const Chart chart = load_chart(tx);
        check_entries(tx, chart, report, on_progress);
        check_rest(tx, report);
        return std::move(report.report_);
    });
}

}  // namespace mainspring::ledger
