#include "payment/payment_list_service.hpp"

#include <charconv>
#include <fmt/format.h>

#include "base/ensure.hpp"
#include "ledger/journal_service.hpp"

namespace mainspring::payment {
namespace {

#define MAINSPRING_PAYMENT_LINE                                                                                     \
    "select p.command_id, p.cell_id, p.account_id, a.org_unit_id, a.code, coalesce(n.name, ''), p.amount_minor, "   \
    "p.currency::text, p.method, p.reference, p.received_on, p.recorded_at, p.actor_id, coalesce(w.name, ''), "     \
    "exists (select from payment.reversal r where r.cell_id = p.cell_id and r.payment_command_id = p.command_id), " \
    "p.entry_seq from p join customer.account a using (cell_id, account_id) "                                       \
    "left join org.actor w on w.actor_id = p.actor_id "                                                             \
    "left join lateral (select t.name from customer.party t where t.cell_id = a.party_cell_id "                     \
    "and t.party_id = a.party_id and not t.voided order by t.valid_from desc, t.version desc limit 1) n on true "

const Statement kList{"payment.list",
                      "with p as materialized (select * from payment.payment where legal_entity_id = $1 "
                      "and ($2::int4 is null or cell_id = $2) and ($3::int8 is null or account_id = $3) "
                      "and ($4::date is null or received_on = $4) and ($5::int4 is null or actor_id = $5) "
                      "and (recorded_at, command_id) < ($6, $7) order by recorded_at desc, command_id desc "
                      "limit $8) " MAINSPRING_PAYMENT_LINE "order by p.recorded_at desc, p.command_id desc"};
const Statement kFind{"payment.find_line",
                      "with p as materialized (select * from payment.payment where legal_entity_id = $1 "
                      "and command_id = $2) " MAINSPRING_PAYMENT_LINE};
const Statement kTotals{
    "payment.totals_of_day",
    "select method, count(*), sum(amount_minor)::text from payment.payment p where legal_entity_id = $1 "
    "and received_on = $2 and ($3::int4 is null or actor_id = $3) and not exists (select from payment.reversal r "
    "where r.cell_id = p.cell_id and r.payment_command_id = p.command_id) group by method order by method"};

#undef MAINSPRING_PAYMENT_LINE

std::vector<PaymentLine> lines_of(const Result& result) {
    std::vector<PaymentLine> lines;
    for (const Row row : result) {
        const auto currency = currency_of(row.get<std::string_view>(7));
        ensure(currency.has_value(), "a stored currency is known");
        PaymentLine line;
        line.payment = row.get<Uuid>(0);
        line.cell = row.get<CellId>(1);
        line.account_id = row.get<std::int64_t>(2);
        line.org_unit_id = row.get<std::int32_t>(3);
        line.account = row.get<std::string>(4);
        line.name = row.get<std::string>(5);
        line.amount = {row.get<std::int64_t>(6), *currency};
        line.method = row.get<std::string>(8);
        line.reference = row.get<std::string>(9);
        line.received_on = row.get<Date>(10);
        line.recorded_at = row.get<Instant>(11);
        line.actor_id = row.get<std::int32_t>(12);
        line.by = row.get<std::string>(13);
        line.undone = row.get<bool>(14);
        line.entry_seq = row.get<std::int32_t>(15);
        lines.push_back(std::move(line));
    }
    return lines;
}

// As late as a timestamp of the database goes.
constexpr Instant kLatest{std::chrono::sys_days{std::chrono::year{9999} / 12 / 31}};

}  // namespace

std::vector<PaymentLine> list_payments(Tx& tx, const PaymentListQuery& query) {
    std::optional<std::int32_t> cell;
    std::optional<std::int64_t> account;
    if (query.account) {
        cell = query.account->first.value;
        account = query.account->second;
    }
    const Instant before = std::min(query.before.recorded_at, kLatest);
    return lines_of(tx.exec(kList, query.legal_entity_id, cell, account, query.received_on, query.actor_id, before,
                            query.before.payment, std::int64_t{query.limit}));
}

std::optional<PaymentLine> find_payment_line(Tx& tx, std::int32_t legal_entity_id, const Uuid& payment) {
    auto lines = lines_of(tx.exec(kFind, legal_entity_id, payment));
    return lines.empty() ? std::nullopt : std::optional(std::move(lines.front()));
}

PaymentLegs legs_of_payment(Tx& tx, const ledger::Chart& chart, const ledger::BookKey& book, std::int32_t entry_seq) {
    PaymentLegs legs;
    const ledger::BookStart start{book.book_id, entry_seq};
    const auto entries = ledger::entries_of(tx, book.cell, std::span(&start, 1));
    ensure(!entries.empty() && entries.front().seq == entry_seq, "the entry of a payment is there");
    for (const ledger::Leg& leg : entries.front().legs)
        if (leg.settles.seq != 0)
            legs.shares.push_back({leg.settles, leg.account_no, -leg.amount});
        else if (leg.account_no == chart.customer_credit())
            legs.credit -= leg.amount;
    return legs;
}

std::vector<MethodTotal> totals_of_day(Tx& tx, const PaymentListQuery& query) {
    ensure(query.received_on.has_value(), "the totals are those of a day");
    std::vector<MethodTotal> totals;
    for (const Row row : tx.exec(kTotals, query.legal_entity_id, *query.received_on, query.actor_id))
        totals.push_back({row.get<std::string>(0), row.get<std::string>(2), row.get<std::int64_t>(1)});
    return totals;
}

std::string text_of(const PaymentPlace& place) {
    return fmt::format("{}.{}", place.recorded_at.time_since_epoch().count(), format_uuid(place.payment));
}

std::optional<PaymentPlace> payment_place_of(std::string_view text) {
    const std::size_t dot = std::min(text.find('.'), text.size());
    std::int64_t ms = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + dot, ms);
    const auto payment = Uuid::parse(text.substr(std::min(dot + 1, text.size())));
    if (error != std::errc() || end != text.data() + dot || ms < 0 || ms > 253'402'300'799'999 || !payment)
        return std::nullopt;
    return PaymentPlace{Instant(std::chrono::milliseconds(ms)), *payment};
}

}  // namespace mainspring::payment
