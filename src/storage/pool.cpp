#include "storage/pool.hpp"

#include <fmt/core.h>
#include <random>
#include <thread>

namespace mainspring {

namespace {

constexpr std::chrono::minutes kLongestRecovery{5};
constexpr std::string_view kNotUp = "57P03";

std::string_view text_of(Isolation isolation) {
    switch (isolation) {
        case Isolation::read_committed: return "read committed";
        case Isolation::repeatable_read: return "repeatable read";
        case Isolation::serializable: return "serializable";
    }
    return "serializable";
}

std::string begin_sql(const TxOptions& options) {
    return fmt::format(
        "begin isolation level {} {};set local mainspring.actor = '{}';set local mainspring.org_unit = '{}'",
        text_of(options.isolation), options.access == Access::read_only ? "read only" : "read write",
        options.context.actor_id, options.context.org_unit_id);
}

}  // namespace

Pool::Lease Pool::acquire() {
    std::unique_lock lock(mutex_);
    const bool free = freed_.wait_for(lock, options_.acquire_timeout, [this] { return in_use_ < options_.size; });
    if (!free)
        throw DbError({.sqlstate = "53300",
                       .message = fmt::format("all {} connections of the pool stayed in use", options_.size)});
    ++in_use_;
    if (!idle_.empty()) {
        auto connection = std::move(idle_.back());
        idle_.pop_back();
        return {*this, std::move(connection)};
    }
    lock.unlock();
    try {
        return {*this, connect()};
    } catch (...) {
        give_back(nullptr);
        throw;
    }
}

// A server of our own that is not there just now, or recovers from a process that died, is waited for: the
// commands of many people need not fail because one of them ran into trouble.
std::unique_ptr<Connection> Pool::connect() const {
    if (!options_.before_connect) return std::make_unique<Connection>(options_.connection);
    const auto deadline = std::chrono::steady_clock::now() + kLongestRecovery;
    for (int refusals = 0;;) {
        options_.before_connect();
        try {
            return std::make_unique<Connection>(options_.connection);
        } catch (const DbError& error) {
            // One refusal of a server that is up may be from the moment before it was.
            const bool may_pass = error.is_connection_lost() && (error.sqlstate() == kNotUp || ++refusals < 2);
            if (!may_pass || std::chrono::steady_clock::now() > deadline) throw;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
}

void Pool::give_back(std::unique_ptr<Connection> connection) {
    const std::lock_guard lock(mutex_);
    --in_use_;
    if (connection && connection->is_idle()) idle_.push_back(std::move(connection));
    freed_.notify_one();
}

Pool::Lease::~Lease() {
    if (connection_) pool_->give_back(std::move(connection_));
}

void Pool::Lease::reconnect() { connection_ = pool_->connect(); }

TxRun::TxRun(Pool& pool, const TxOptions& options) : lease_(pool.acquire()), tx_(begin(options)) {}

// A connection that lay idle while the server restarted is only noticed now; nothing has been asked of it yet.
Connection& TxRun::begin(const TxOptions& options) {
    const std::string sql = begin_sql(options);
    try {
        lease_->exec_script(sql);
    } catch (const DbError& error) {
        if (!error.is_connection_lost()) throw;
        lease_.reconnect();
        lease_->exec_script(sql);
    }
    return *lease_;
}

TxRun::~TxRun() {
    if (done_ || !lease_->in_transaction()) return;
    try {
        lease_->exec_script("rollback");
    } catch (const DbError&) {
        // The connection is gone and the transaction with it.
    }
}

void TxRun::commit() {
    done_ = true;
    std::string tag;
    try {
        tag = lease_->exec_command("commit");
    } catch (const DbError& error) {
        if (error.is_connection_lost() || !lease_->is_open()) throw InDoubt(error);
        throw;
    }
    if (tag != "COMMIT")
        throw DbError({.sqlstate = "25P02", .message = "a failed transaction was to be committed; it is rolled back"});
}

void TxRun::wait_before_retry(int attempt) {
    thread_local std::minstd_rand random{std::random_device{}()};
    const int most_ms = 10 << attempt;
    std::this_thread::sleep_for(std::chrono::milliseconds(std::uniform_int_distribution<int>(1, most_ms)(random)));
}

}  // namespace mainspring
