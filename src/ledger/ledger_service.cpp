#include "ledger/ledger_service.hpp"

#include <fmt/core.h>

#include "base/ensure.hpp"
#include "ledger/allocation.hpp"
#include "ledger/journal_service.hpp"
#include "ledger/posting_turns.hpp"
#include "org/command_log.hpp"
#include "org/org_service.hpp"

namespace mainspring::ledger {
namespace {

const Statement kTakeNumbers{
    "ledger.take_numbers",
    "insert into ledger.series (legal_entity_id, series, next_number) values ($1, $2, 1 + $3::int8) "
    "on conflict (legal_entity_id, series) do update "
    "set next_number = ledger.series.next_number + $3::int8 returning next_number - $3::int8"};

// The exclusive side of ledger.hold_periods.
const Statement kStopPostings{"ledger.stop_postings", "select pg_advisory_xact_lock(19536, $1::int4)"};

const Statement kSetPeriod{"ledger.set_period",
                           "insert into ledger.period as p (legal_entity_id, period, state) values ($1, $2, $3) "
                           "on conflict (legal_entity_id, period) do update set state = excluded.state "
                           "where core.allowed('ledger_period', p.state, excluded.state)"};

using EntryAttempt = Attempt<Entry, PostingRefusal>;

std::unexpected<std::optional<PostingRefusal>> refused(PostingRefusal refusal) {
    return std::unexpected(std::optional(refusal));
}

Draft draft_of(const PostCommand& command, EntryKind kind, Instant at) {
    Draft draft;
    draft.book = command.book;
    draft.command_id = command.command_id;
    draft.kind = kind;
    draft.legal_entity_id = command.legal_entity_id;
    draft.org_unit_id = command.org_unit_id;
    draft.actor_id = command.actor_id;
    draft.business_date = command.business_date;
    draft.posted_at = at;
    draft.currency = command.currency;
    draft.due_on = command.due_on;
    draft.legs = command.legs;
    return draft;
}

void write_trail(Tx& tx, const Entry& entry, std::string_view action) {
    const org::Doer doer{.actor_id = entry.actor_id, .org_unit_id = entry.org_unit_id, .at = entry.posted_at};
    const std::string object = fmt::format("entry:{}/{}/{}", entry.book.cell.value, entry.book.book_id, entry.seq);
    org::write_trail(tx, doer,
                     {.cell = entry.book.cell, .command_id = entry.command_id, .action = action, .object = object});
}

// Items with what the draft's settlements name, however old.
std::vector<Item> items_for(Tx& tx, const Chart& chart, const BookState& state, std::span<const Leg> legs) {
    std::int32_t from = state.entries.empty() ? 1 : state.entries.front().seq;
    const std::int32_t read_from = from;
    for (const Leg& leg : legs)
        if (leg.settles.seq > 0) from = std::min(from, leg.settles.seq);
    if (from == read_from) return items_of(chart, state.entries);
    return items_of(chart, entries_of(tx, state.head.book, from));
}

EntryAttempt write(Tx& tx, std::expected<Entry, PostingRefusal> entry, std::string_view action) {
    if (!entry) return refused(entry.error());
    if (!insert_entry(tx, *entry)) return std::unexpected(std::nullopt);
    write_trail(tx, *entry, action);
    return *std::move(entry);
}

bool same_request(const Entry& entry, const PostCommand& command) {
    Draft asked = draft_of(command, EntryKind::adjustment, entry.posted_at);
    return static_cast<const Draft&>(entry) == asked;
}

bool may_post(Tx& tx, const PostCommand& command) {
    return org::require_of_utility(tx, command.actor_id, org::Permission::keep_books, command.legal_entity_id)
        .has_value();
}

TxOptions options_of(const PostCommand& command) {
    return {Isolation::read_committed, TxContext{.actor_id = command.actor_id, .org_unit_id = command.org_unit_id}};
}

}  // namespace

Chart load_chart(Pool& pool) {
    return with_tx(pool, TxOptions(), [](Tx& tx) { return load_chart(tx); });
}

std::int64_t take_numbers(Tx& tx, const NumberBlock& block) {
    ensure(block.count > 0, "at least one number is taken");
    return tx.exec(kTakeNumbers, block.legal_entity_id, block.series, block.count).one().get<std::int64_t>(0);
}

std::expected<Entry, PostingRefusal> post(Pool& pool, const Clock& clock, const Chart& chart,
                                          const PostCommand& command) {
    const auto attempt = [&](Tx& tx) -> EntryAttempt {
        if (!may_post(tx, command)) return refused(PostingRefusal::access);
        const auto state = read_book_to_post(tx, command.book, command.legal_entity_id, command.business_date);
        if (!state) return refused(PostingRefusal::period_closed);
        const bool fits = std::ranges::all_of(
            command.legs, [](const Leg& leg) { return leg.amount >= -kMostMinor && leg.amount <= kMostMinor; });
        if (!fits) return refused(PostingRefusal::out_of_range);
        const auto items = items_for(tx, chart, *state, command.legs);
        return write(tx, append(chart, state->head, items, draft_of(command, EntryKind::adjustment, clock.now())),
                     "ledger.post");
    };
    const auto find = [&](Tx& tx) -> std::optional<std::expected<Entry, PostingRefusal>> {
        if (!may_post(tx, command)) return std::unexpected(PostingRefusal::access);
        auto entry = find_by_command(tx, command.book.cell, command.command_id);
        if (!entry) return std::nullopt;
        if (!same_request(*entry, command)) return std::unexpected(PostingRefusal::command_reused);
        return *std::move(entry);
    };
    return post_in_turn<Entry, PostingRefusal>({pool, options_of(command), command.book}, attempt, find);
}

std::expected<std::optional<Entry>, PostingRefusal> match(Pool& pool, const Clock& clock, const Chart& chart,
                                                          const PostCommand& command) {
    using Found = std::expected<std::optional<Entry>, PostingRefusal>;
    const auto attempt = [&](Tx& tx) -> Attempt<std::optional<Entry>, PostingRefusal> {
        if (!may_post(tx, command)) return refused(PostingRefusal::access);
        const auto state = read_book_to_post(tx, command.book, command.legal_entity_id, command.business_date);
        if (!state) return refused(PostingRefusal::period_closed);
        const auto items = items_of(chart, state->entries);
        Draft draft = draft_of(command, EntryKind::match, clock.now());
        draft.legs = match_legs(items);
        if (draft.legs.empty()) {
            // A repetition finds nothing left to match: its first answer is the entry.
            if (find_by_command(tx, command.book.cell, command.command_id)) return std::unexpected(std::nullopt);
            return std::optional<Entry>();
        }
        auto written = write(tx, append(chart, state->head, items, std::move(draft)), "ledger.match");
        if (!written) return std::unexpected(written.error());
        return std::optional<Entry>(*std::move(written));
    };
    const auto find = [&](Tx& tx) -> std::optional<Found> {
        if (!may_post(tx, command)) return Found(std::unexpected(PostingRefusal::access));
        auto entry = find_by_command(tx, command.book.cell, command.command_id);
        if (!entry) return std::nullopt;
        if (entry->kind != EntryKind::match || entry->book != command.book)
            return Found(std::unexpected(PostingRefusal::command_reused));
        return Found(std::move(entry));
    };
    return post_in_turn<std::optional<Entry>, PostingRefusal>({pool, options_of(command), command.book}, attempt, find);
}

std::expected<bool, org::AccessRefusal> set_period(Pool& pool, const Clock& clock, const PeriodCommand& command) {
    ensure(command.period % 100 >= 1 && command.period % 100 <= 12, "a period is a month");
    const TxContext context{.actor_id = command.actor_id, .org_unit_id = command.org_unit_id};
    const std::string_view state = command.state == PeriodState::closed ? "closed" : "open";
    return with_tx(pool, {Isolation::read_committed, context}, [&](Tx& tx) -> std::expected<bool, org::AccessRefusal> {
        if (const auto allowed =
                org::require_of_utility(tx, command.actor_id, org::Permission::keep_books, command.legal_entity_id);
            !allowed)
            return std::unexpected(allowed.error());
        tx.exec(kStopPostings, command.legal_entity_id);
        if (tx.exec(kSetPeriod, command.legal_entity_id, command.period, state).affected() == 0) return false;
        const org::Doer doer{.actor_id = command.actor_id, .org_unit_id = command.org_unit_id, .at = clock.now()};
        const std::string action = fmt::format("ledger.period.{}", state);
        const std::string object = fmt::format("period:{}/{}", command.legal_entity_id, command.period);
        org::write_trail(tx, doer,
                         {.cell = org::kNoCell, .command_id = command.command_id, .action = action, .object = object});
        return true;
    });
}

}  // namespace mainspring::ledger
