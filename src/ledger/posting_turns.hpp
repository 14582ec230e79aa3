// How a command that posts into one book is run: again when another writer of the book was faster, never twice for one
// command id.
#pragma once
#include <expected>
#include <optional>

#include "base/ensure.hpp"
#include "ledger/entry.hpp"
#include "storage/pool.hpp"

namespace mainspring::ledger {

void queue_for_book(Tx& tx, const BookKey& book);

// One attempt's outcome; an error without value: another writer took the place or the command id; all is rolled back.
template <class T, class Refusal>
using Attempt = std::expected<T, std::optional<Refusal>>;

inline constexpr int kMostTurns = 1'000;

struct Turn {
    Pool& pool;
    TxOptions options;
    BookKey book;
};

// attempt(tx) -> Attempt<T, Refusal>; it must write the command id under a unique constraint.
// find(tx) -> std::optional<std::expected<T, Refusal>>: what the command id stands for, if it was used before. It is
// asked before any refusal, so that a repetition gets its first answer even where the world has moved on.
template <class T, class Refusal, class AttemptFn, class FindFn>
std::expected<T, Refusal> post_in_turn(const Turn& turn, AttemptFn&& attempt, FindFn&& find) {
    using Outcome = Attempt<T, Refusal>;
    const auto resolve = [&](Tx& tx) -> std::optional<Outcome> {
        auto found = find(tx);
        if (!found) return std::nullopt;
        if (*found) return Outcome(std::move(**found));
        return Outcome(std::unexpected(std::optional<Refusal>((*found).error())));
    };
    for (int turn_no = 0;; ++turn_no) {
        ensure(turn_no < kMostTurns, "every collision means that another writer went on");
        Outcome outcome = with_tx_resolved(
            turn.pool, turn.options,
            [&](Tx& tx) -> Outcome {
                if (turn_no != 0) queue_for_book(tx, turn.book);
                return attempt(tx);
            },
            resolve);
        if (outcome) return *std::move(outcome);
        if (auto found = with_tx(turn.pool, TxOptions(), find)) return *std::move(found);
        if (outcome.error()) return std::unexpected(*outcome.error());
    }
}

}  // namespace mainspring::ledger
