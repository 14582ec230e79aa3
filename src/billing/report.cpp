#include "billing/report.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <memory>
#include <openssl/evp.h>
#include <tuple>

#include "base/ensure.hpp"
#include "billing/billing_store.hpp"
#include "pricebook/pricebook_service.hpp"

namespace mainspring::billing {

namespace {

const Statement kClauseSums{"billing.clause_sums", R"(
    select v.key, v.version, t.clause, t.account_no, sum(t.lines)::int8,
           trim_scale(sum(t.quantity_micro) / 1000000)::text, sum(t.amount_minor)::text, v.version_id
    from billing.range_total t join tariff.version v using (version_id)
    where t.run_id = $1 group by 1, 2, 3, 4, 8)"};
const Statement kUseOfRun{"billing.use_of_run", R"(
    select commodity, unit, sum(sections)::int8, trim_scale(sum(quantity_micro) / 1000000)::text
    from billing.range_use where run_id = $1 group by 1, 2 order by 1, 2)"};
const Statement kRunsOfUtility{"billing.runs_of_utility", R"(
    select count(*), coalesce(max(accounts), 0)::int8, coalesce(sum(bills), 0)::int8,
           coalesce(sum(exceptions), 0)::int8, coalesce(sum(worked_ms), 0)::int8
    from (select r.run_id, r.worked_ms, sum(g.accounts) as accounts, sum(g.bills) as bills,
                 sum(g.exceptions) as exceptions
          from billing.run r join billing.run_range g using (run_id)
          where r.legal_entity_id = $1 and r.state = 'issued' group by 1, 2) runs)"};
const Statement kMoneyOfUtility{"billing.money_of_utility", R"(
    select coalesce(sum(t.amount_minor), 0)::text
    from billing.range_total t join billing.run r using (run_id)
    where r.legal_entity_id = $1 and r.state = 'issued')"};
const Statement kUseOfUtility{"billing.use_of_utility", R"(
    select u.commodity, u.unit, sum(u.sections)::int8, trim_scale(sum(u.quantity_micro) / 1000000)::text
    from billing.range_use u join billing.run r using (run_id)
    where r.legal_entity_id = $1 and r.state = 'issued' group by 1, 2 order by 1, 2)"};
const Statement kCausesOfUtility{"billing.causes_of_utility", R"(
    select e.cause, count(*) from billing.exception e join billing.run r using (run_id)
    where r.legal_entity_id = $1 and r.state = 'issued' group by 1 order by 2 desc, 1)"};
const Statement kWorked{"billing.worked", "select worked_ms from billing.run where run_id = $1"};
const Statement kAddWorked{"billing.add_worked", "update billing.run set worked_ms = worked_ms + $2 where run_id = $1"};
const Statement kAccountSums{"billing.account_sums", R"(
    select t.account_no, a.key, sum(t.amount_minor)::text
    from billing.range_total t join ledger.account a using (account_no)
    where t.run_id = $1 group by 1, 2 order by 1)"};
const Statement kExceptionsByCause{"billing.exceptions_by_cause", R"(
    select e.cause, count(*), min('account ' || a.code || ': ' || e.detail)
    from billing.exception e join customer.account a using (cell_id, account_id)
    where e.run_id = $1 group by 1 order by 2 desc, 1)"};
const Statement kExceptionPage{"billing.exception_page", R"(
    select e.cell_id, e.account_id, e.agreement_id, e.cause, e.detail, a.code
    from billing.exception e join customer.account a using (cell_id, account_id)
    where e.run_id = $1 and ($2 = '' or e.cause = $2)
      and (e.cell_id, e.account_id, e.agreement_id, e.cause) > ($3, $4, $5, $6)
    order by e.cell_id, e.account_id, e.agreement_id, e.cause limit $7)"};
const Statement kMoneyOfRun{
    "billing.money_of_run",
    "select currency, count(*), sum(total_minor)::text from billing.bill where " MAINSPRING_BILLS_OF_RUN
    "group by 1 order by 1"};
// What was made of the run's bills later too: corrections have an index of their own.
const Statement kDigestRows{
    "billing.digest_rows",
    "select b.cell_id, b.account_id, b.bill_seq, b.number, b.sha256, b.carry, coalesce(e.seq, 0), "
    "coalesce(e.accounts, '{}'), coalesce(e.amounts, '{}'), coalesce(e.balances, '{}') "
    "from (select * from billing.bill where " MAINSPRING_BILLS_OF_RUN
    "union all select * from billing.bill where run_id = $1 and (kind = 2 or replaces_seq is not null) "
    "and legal_entity_id = (select legal_entity_id from billing.run where run_id = $1)) b "
    "left join ledger.entry e on e.cell_id = b.cell_id and e.book_id = b.account_id and e.seq = b.entry_seq "
    "order by b.cell_id, b.account_id, b.bill_seq"};

class Digest {
public:
    Digest() : context_(EVP_MD_CTX_new()) {
        ensure(EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) == 1, "SHA-256");
    }
    void add(std::string_view bytes) { EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()); }
    std::string hex() {
        unsigned char digest[32];
        EVP_DigestFinal_ex(context_.get(), digest, nullptr);
        std::string text;
        for (const auto byte : digest) text += fmt::format("{:02x}", byte);
        return text;
    }

private:
    struct Free {
        void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
    };
    std::unique_ptr<EVP_MD_CTX, Free> context_;
};

template <class T>
std::string text_of(const ArrayView<T>& array) {
    std::string text;
    for (std::size_t i = 0; i < array.size(); ++i) text += fmt::format("{},", array[i]);
    return text;
}

std::string_view chars(std::span<const std::byte> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

namespace {

// Of the quantities that a clause's lines multiply; empty where they are months or money.
std::string_view unit_of_clause(const tariff::Plan& plan, std::size_t place) {
    using tariff::LineForm;
    if (place == plan.clauses.size()) return "";
    switch (tariff::form_of(plan.clauses[place].kind)) {
        case LineForm::quantity:
        case LineForm::indexed: return text_of(tariff::unit_of_stream(plan.clauses[place].of.front(), plan.unit));
        case LineForm::days: return "days";
        case LineForm::demand: return text_of(tariff::demand_unit(plan, plan.clauses[place]));
        default: return "";
    }
}

std::vector<UseSum> use_sums(const Result& result) {
    std::vector<UseSum> sums;
    for (const Row row : result)
        sums.push_back(
            {row.get<std::string>(0), row.get<std::string>(1), row.get<std::int64_t>(2), row.get<std::string>(3)});
    return sums;
}

}  // namespace

std::vector<ClauseSum> clause_sums(Tx& tx, std::int64_t run_id) {
    std::map<std::int64_t, const tariff::Plan*> plans;
    const auto tariffs = pricebook::load_active(tx);
    for (const auto& [key, tariff] : tariffs)
        for (const auto& plan : tariff.versions) plans.emplace(plan->version_id, plan.get());
    struct Placed {
        std::size_t place;  // of the clause in its tariff; the rounding comes last
        ClauseSum sum;
    };
    std::vector<Placed> placed;
    const Result result = tx.exec(kClauseSums, run_id);
    for (const Row row : result) {
        const tariff::Plan& plan = *plans.at(row.get<std::int64_t>(7));
        ClauseSum sum{row.get<std::string>(0),
                      row.get<std::string>(1),
                      row.get<std::string>(2),
                      row.get<std::int32_t>(3),
                      row.get<std::int64_t>(4),
                      {},
                      {},
                      row.get<std::string>(6)};
        const auto clause = std::ranges::find(plan.clauses, sum.clause, &tariff::Clause::name);
        const auto place = static_cast<std::size_t>(clause - plan.clauses.begin());
        sum.unit = unit_of_clause(plan, place);
        if (!sum.unit.empty()) sum.quantity = row.get<std::string>(5);
        placed.push_back({place, std::move(sum)});
    }
    std::ranges::sort(placed, [](const Placed& a, const Placed& b) {
        return std::tie(a.sum.tariff, a.sum.version, a.place) < std::tie(b.sum.tariff, b.sum.version, b.place);
    });
    std::vector<ClauseSum> sums;
    for (auto& each : placed) sums.push_back(std::move(each.sum));
    return sums;
}

std::vector<UseSum> use_of_run(Tx& tx, std::int64_t run_id) { return use_sums(tx.exec(kUseOfRun, run_id)); }

UtilitySums sums_of_utility(Tx& tx, std::int32_t legal_entity_id) {
    UtilitySums sums;
    std::tie(sums.runs, sums.accounts, sums.bills, sums.exceptions, sums.worked_ms) =
        tx.exec(kRunsOfUtility, legal_entity_id)
            .one()
            .as<std::int64_t, std::int64_t, std::int64_t, std::int64_t, std::int64_t>();
    sums.total_minor = tx.exec(kMoneyOfUtility, legal_entity_id).one().get<std::string>(0);
    sums.use = use_sums(tx.exec(kUseOfUtility, legal_entity_id));
    const Result causes = tx.exec(kCausesOfUtility, legal_entity_id);
    for (const Row row : causes) sums.causes.push_back({row.get<std::string>(0), row.get<std::int64_t>(1), ""});
    return sums;
}

std::int64_t worked_ms(Tx& tx, std::int64_t run_id) {
    const Result result = tx.exec(kWorked, run_id);
    return result.empty() ? 0 : result.one().get<std::int64_t>(0);
}

void add_worked_ms(Tx& tx, std::int64_t run_id, std::int64_t ms) { tx.exec(kAddWorked, run_id, ms); }

std::vector<AccountSum> account_sums(Tx& tx, std::int64_t run_id) {
    std::vector<AccountSum> sums;
    const Result result = tx.exec(kAccountSums, run_id);
    for (const Row row : result)
        sums.push_back({row.get<std::int32_t>(0), row.get<std::string>(1), row.get<std::string>(2)});
    return sums;
}

std::vector<CauseCount> exceptions_by_cause(Tx& tx, std::int64_t run_id) {
    std::vector<CauseCount> causes;
    const Result result = tx.exec(kExceptionsByCause, run_id);
    for (const Row row : result)
        causes.push_back({row.get<std::string>(0), row.get<std::int64_t>(1), row.get<std::string>(2)});
    return causes;
}

std::vector<OpenException> exceptions_of(Tx& tx, const ExceptionPage& page) {
    std::vector<OpenException> exceptions;
    const Result result = tx.exec(kExceptionPage, page.run_id, page.cause, page.after_cell, page.after_account,
                                  page.after_agreement, page.after_cause, std::int64_t{page.limit});
    for (const Row row : result)
        exceptions.push_back({row.get<std::int32_t>(0), row.get<std::int64_t>(1), row.get<std::int64_t>(2),
                              row.get<std::string>(3), row.get<std::string>(4), row.get<std::string>(5)});
    return exceptions;
}

std::vector<RunMoney> money_of_run(Tx& tx, std::int64_t run_id) {
    std::vector<RunMoney> money;
    const Result result = tx.exec(kMoneyOfRun, run_id);
    for (const Row row : result)
        money.push_back({row.get<std::string>(0), row.get<std::int64_t>(1), row.get<std::string>(2)});
    return money;
}

std::optional<std::int64_t> last_run(Tx& tx, std::int32_t legal_entity_id) {
    const auto runs = store::recent_runs(tx, legal_entity_id, 1);
    if (runs.empty()) return std::nullopt;
    return runs.front().run_id;
}

std::string digest_of_run(Tx& tx, std::int64_t run_id) {
    Digest digest;
    CopyOut rows = tx.copy_out(kDigestRows, run_id);
    while (rows.next()) {
        digest.add(fmt::format("{} {} {} {} {} ", rows.get<std::int32_t>(0), rows.get<std::int64_t>(1),
                               rows.get<std::int32_t>(2), rows.get<std::int64_t>(3), rows.get<std::int32_t>(6)));
        digest.add(chars(rows.get<std::span<const std::byte>>(4)));
        digest.add(chars(rows.get<std::span<const std::byte>>(5)));
        digest.add(text_of(rows.get<ArrayView<std::int32_t>>(7)));
        digest.add(text_of(rows.get<ArrayView<std::int64_t>>(8)));
        digest.add(text_of(rows.get<ArrayView<std::int64_t>>(9)));
    }
    return digest.hex();
}

}  // namespace mainspring::billing
