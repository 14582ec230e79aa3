#include "billing/report.hpp"

#include <fmt/format.h>
#include <memory>
#include <openssl/evp.h>

#include "base/ensure.hpp"
#include "billing/billing_store.hpp"

namespace mainspring::billing {

namespace {

const Statement kClauseSums{"billing.clause_sums", R"(
    select v.key, v.version, t.clause, t.account_no, sum(t.lines)::int8,
           trim_scale(sum(t.quantity_micro) / 1000000)::text,
           sum(t.amount_minor)::text
    from billing.range_total t join tariff.version v using (version_id)
    where t.run_id = $1 group by 1, 2, 3, 4 order by 1, 2, 4, 3)"};
const Statement kAccountSums{"billing.account_sums", R"(
    select t.account_no, a.key, sum(t.amount_minor)::text
    from billing.range_total t join ledger.account a using (account_no)
    where t.run_id = $1 group by 1, 2 order by 1)"};
const Statement kExceptionsByCause{"billing.exceptions_by_cause", R"(
    select cause, count(*), min('account ' || account_id || ': ' || detail)
    from billing.exception where run_id = $1 group by 1 order by 2 desc, 1)"};
const Statement kExceptionPage{"billing.exception_page", R"(
    select cell_id, account_id, agreement_id, cause, detail from billing.exception
    where run_id = $1 and ($2 = '' or cause = $2) and (cell_id, account_id) > ($3, $4)
    order by cell_id, account_id, agreement_id, cause limit $5)"};
const Statement kMoneyOfRun{"billing.money_of_run", R"(
    select currency, count(*), sum(total_minor)::text from billing.bill
    where run_id = $1 and kind = 1 and replaces_seq is null group by 1 order by 1)"};
const Statement kDigestRows{"billing.digest_rows", R"(
    select b.cell_id, b.account_id, b.bill_seq, b.number, b.sha256, b.carry, coalesce(e.seq, 0),
           coalesce(e.accounts, '{}'),
           coalesce(e.amounts, '{}'), coalesce(e.balances, '{}')
    from billing.bill b left join ledger.entry e
         on e.cell_id = b.cell_id and e.book_id = b.account_id and e.seq = b.entry_seq
    where b.run_id = $1 order by b.cell_id, b.account_id, b.bill_seq)"};

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

std::vector<ClauseSum> clause_sums(Tx& tx, std::int64_t run_id) {
    std::vector<ClauseSum> sums;
    const Result result = tx.exec(kClauseSums, run_id);
    for (const Row row : result)
        sums.push_back({row.get<std::string>(0), row.get<std::string>(1), row.get<std::string>(2),
                        row.get<std::int32_t>(3), row.get<std::int64_t>(4), row.get<std::string>(5),
                        row.get<std::string>(6)});
    return sums;
}

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
    const Result result =
        tx.exec(kExceptionPage, page.run_id, page.cause, page.after_cell, page.after_account, std::int64_t{page.limit});
    for (const Row row : result)
        exceptions.push_back({row.get<std::int32_t>(0), row.get<std::int64_t>(1), row.get<std::int64_t>(2),
                              row.get<std::string>(3), row.get<std::string>(4)});
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
