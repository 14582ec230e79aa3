#include "storage/pool.hpp"

#include <fmt/core.h>
#include <random>
#include <thread>

#include "base/ensure.hpp"

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

// "2026-07-01 08:00:00.123+00"
std::string timestamp_text(Instant at) {
    const auto day = std::chrono::floor<std::chrono::days>(at);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss time(at - day);
    return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}.{:03}+00", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), time.hours().count(),
                       time.minutes().count(), time.seconds().count(), time.subseconds().count());
}

// In one round trip.
std::string begin_sql(const Pool& pool, const TxOptions& options) {
    const TxContext& who = pool.person() ? *pool.person() : options.context;
    const Instant at = who.at ? *who.at : pool.options().clock->now();
    const bool is_plain = who.only_permissions.find_first_of("'\\") == std::string::npos;
    ensure(is_plain, "permissions have plain names");
    std::string sql = fmt::format(
        "begin isolation level {} {};set local mainspring.actor = '{}';set local mainspring.org_unit = '{}';"
        "set local mainspring.at = '{}'",
        text_of(options.isolation), options.access == Access::read_only ? "read only" : "read write", who.actor_id,
        who.org_unit_id, timestamp_text(at));
    if (!who.only_permissions.empty())
        sql += fmt::format(";set local mainspring.permissions = '{}'", who.only_permissions);
    if (pool.person()) sql += fmt::format(";select core.enter({})", who.actor_id);
    return sql;
}

}  // namespace

Pool::Lease Pool::acquire() {
    Shared& own = *shared_;
    std::unique_lock lock(own.mutex);
    const bool free =
        own.freed.wait_for(lock, own.options.acquire_timeout, [&] { return own.in_use < own.options.size; });
    if (!free)
        throw DbError({.sqlstate = "53300",
                       .message = fmt::format("all {} connections of the pool stayed in use", own.options.size)});
    ++own.in_use;
    if (!own.idle.empty()) {
        auto connection = std::move(own.idle.back());
        own.idle.pop_back();
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
    const PoolOptions& wanted = options();
    if (!wanted.before_connect) return std::make_unique<Connection>(wanted.connection);
    const auto deadline = std::chrono::steady_clock::now() + kLongestRecovery;
    for (int refusals = 0;;) {
        wanted.before_connect();
        try {
            return std::make_unique<Connection>(wanted.connection);
        } catch (const DbError& error) {
            // One refusal of a server that is up may be from the moment before it was.
            const bool may_pass = error.is_connection_lost() && (error.sqlstate() == kNotUp || ++refusals < 2);
            if (!may_pass || std::chrono::steady_clock::now() > deadline) throw;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
}

void Pool::give_back(std::unique_ptr<Connection> connection) {
    const std::lock_guard lock(shared_->mutex);
    --shared_->in_use;
    if (connection && connection->is_idle()) shared_->idle.push_back(std::move(connection));
    shared_->freed.notify_one();
}

Pool::Lease::~Lease() {
    if (connection_) pool_->give_back(std::move(connection_));
}

void Pool::Lease::reconnect() { connection_ = pool_->connect(); }

TxRun::TxRun(Pool& pool, const TxOptions& options) : lease_(pool.acquire()), tx_(begin(pool, options)) {}

// A connection that lay idle while the server restarted is only noticed now; nothing has been asked of it yet.
Connection& TxRun::begin(const Pool& pool, const TxOptions& options) {
    const std::string sql = begin_sql(pool, options);
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
