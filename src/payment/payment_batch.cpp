// Many payments of a cell in one transaction: read all books, decide one after the other in memory, write by COPY.
#include <fmt/core.h>
#include <map>
#include <set>

#include "base/ensure.hpp"
#include "ledger/journal_service.hpp"
#include "ledger/posting.hpp"
#include "org/command_log.hpp"
#include "payment/payment_entry.hpp"
#include "payment/payment_service.hpp"
#include "payment/payment_store.hpp"

namespace mainspring::payment {
namespace {

using Answer = std::expected<PaymentResult, PaymentRefusal>;

struct Book {
    ledger::Head head;
    std::vector<ledger::Item> items;
};

class Batch {
public:
    Batch(Tx& tx, const Desk& desk, std::span<const PayCommand> commands)
        : tx_(tx), desk_(desk), commands_(commands), cell_(commands.front().account.cell_id), at_(desk.clock.now()) {}

    // No value: this command has to be paid singly.
    std::vector<std::optional<Answer>> run() {
        hold_periods();
        read_books();
        std::vector<std::optional<Answer>> answers;
        answers.reserve(commands_.size());
        for (const PayCommand& command : commands_) answers.push_back(decide(command));
        write();
        return answers;
    }

private:
    // In ascending order, as every lock; a statement before anything is read.
    void hold_periods() {
        std::set<std::int32_t> entities;
        for (const PayCommand& command : commands_) entities.insert(command.account.legal_entity_id);
        for (const std::int32_t entity : entities) ledger::hold_periods(tx_, entity);
    }

    void read_books() {
        std::set<std::int64_t> ids;
        for (const PayCommand& command : commands_) {
            ensure(command.account.cell_id == cell_, "the payments of a batch are of one cell");
            ids.insert(command.account.account_id);
        }
        const std::vector<std::int64_t> sorted(ids.begin(), ids.end());
        std::vector<ledger::BookStart> starts;
        for (ledger::Head& head : ledger::heads(tx_, cell_, sorted)) {
            const std::int64_t id = head.book.book_id;
            if (head.open_from <= head.seq) starts.push_back({.book_id = id, .from_seq = head.open_from});
            books_[id].head = std::move(head);
        }
        if (starts.empty()) return;
        for (const ledger::Entry& entry : ledger::entries_of(tx_, cell_, starts)) {
            Book& book = books_.at(entry.book.book_id);
            // The second statement may see an entry that the first did not.
            if (entry.seq <= book.head.seq) ledger::add_to_items(desk_.chart, entry, book.items);
        }
    }

    bool is_open(std::int32_t legal_entity_id, Date day) {
        const std::pair key{legal_entity_id, ledger::period_of(day)};
        const auto known = periods_.find(key);
        if (known != periods_.end()) return known->second;
        return periods_[key] = ledger::period_is_open(tx_, legal_entity_id, day);
    }

    // None: the actor may not.
    const std::optional<org::CellHome>& home_of(const PayCommand& command) {
        const auto known = homes_.find(command.actor_id);
        if (known != homes_.end()) return known->second;
        const auto home = home_to_pay_in(tx_, command.actor_id, cell_);
        return homes_[command.actor_id] = home ? std::optional(*home) : std::nullopt;
    }

    std::optional<Received> receive(const PayCommand& command) {
        const auto& home = home_of(command);
        const std::int32_t entity = command.account.legal_entity_id;
        if (!home || home->legal_entity_id != entity) return std::nullopt;
        return Received{at_, command.received_on ? *command.received_on : org::local_date(tx_, entity, at_),
                        home->org_unit_id};
    }

    std::optional<Answer> decide(const PayCommand& command) {
        // Refusals are given by pay(), which first asks whether the command was done before.
        if (!seen_.insert(command.command_id).second || check(command)) return std::nullopt;
        const auto received = receive(command);
        if (!received || !is_open(command.account.legal_entity_id, received->on)) return std::nullopt;
        Book& book = books_.at(command.account.account_id);
        auto entry = payment_entry(desk_.chart, book.head, book.items, command, *received);
        if (!entry) return std::nullopt;
        ledger::add_to_items(desk_.chart, *entry, book.items);
        book.head = ledger::head_of(*entry);
        payments_.push_back({.command = &command, .entry_seq = entry->seq, .received = *received});
        entries_.push_back(*std::move(entry));
        return result_of(entries_.back());
    }

    // One audit row and one message for the batch; each payment names its actor itself.
    void write() {
        if (entries_.empty()) return;
        ledger::copy_entries(tx_, entries_);
        copy_payments(tx_, payments_);
        const PayCommand& first = *payments_.front().command;
        const org::Doer doer{.actor_id = first.actor_id, .org_unit_id = entries_.front().org_unit_id, .at = at_};
        const std::string object = fmt::format("cell:{}", cell_.value);
        const std::string detail = fmt::format(R"({{"payments": {}}})", payments_.size());
        org::write_audit(tx_, doer,
                         {.cell = cell_,
                          .command_id = first.command_id,
                          .action = "payment.pay_batch",
                          .object = object,
                          .detail_json = detail});
        std::string accounts;
        for (const auto& [command, seq, received] : payments_)
            accounts += fmt::format("{}[{}, {}]", accounts.empty() ? "" : ", ", command->account.account_id, seq);
        const std::string payload = fmt::format(R"({{"entries": [{}]}})", accounts);
        org::write_outbox(tx_, at_,
                          {.cell = cell_, .topic = "payment.received_batch", .key = object, .payload_json = payload});
    }

    Tx& tx_;
    const Desk& desk_;
    std::span<const PayCommand> commands_;
    CellId cell_;
    Instant at_;
    std::map<std::int64_t, Book> books_;
    std::map<std::pair<std::int32_t, std::int32_t>, bool> periods_;
    std::map<std::int32_t, std::optional<org::CellHome>> homes_;  // by actor
    std::set<Uuid> seen_;
    std::vector<ledger::Entry> entries_;
    std::vector<NewPayment> payments_;
};

}  // namespace

std::vector<Answer> pay_batch(const Desk& desk, std::span<const PayCommand> commands) {
    if (commands.empty()) return {};
    std::vector<std::optional<Answer>> answers(commands.size());
    const TxContext context{.actor_id = commands.front().actor_id};
    try {
        answers = with_tx(desk.pool, {Isolation::read_committed, context},
                          [&](Tx& tx) { return Batch(tx, desk, commands).run(); });
    } catch (const InDoubt&) {
        // Paid singly below: each command finds out by its id whether it was done.
    } catch (const DbError& error) {
        // Another writer took the place in a book, or a command was done before.
        if (!error.is_unique_violation()) throw;
    }
    std::vector<Answer> result;
    result.reserve(commands.size());
    for (std::size_t i = 0; i < commands.size(); ++i)
        result.push_back(answers[i] ? *std::move(answers[i]) : pay(desk, commands[i]));
    return result;
}

}  // namespace mainspring::payment
