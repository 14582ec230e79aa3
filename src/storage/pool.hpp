// Connections shared by threads, and the only way to a transaction: with_tx.
//
//   auto id = with_tx(pool, Isolation::read_committed, [&](Tx& tx) { return store.insert(tx, ...); });
//
// One use case = one with_tx. Stores take Tx& and cannot begin or commit. The function may run several times (40001,
// 40P01): it must not change anything outside of the transaction before it returns. A function that returns a
// std::expected without value (a refusal) is rolled back like one that throws.
#pragma once
#include <condition_variable>
#include <expected>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "storage/connection.hpp"
#include "storage/copy.hpp"
#include "storage/pipeline.hpp"

namespace mainspring {

enum class Isolation { read_committed, repeatable_read, serializable };
enum class Access { read_write, read_only };

// Who acts, and for which unit: readable in SQL as current_setting('mainspring.actor'), 'mainspring.org_unit'.
// 0 = the program itself. Also said: the moment that access is decided at ('mainspring.at').
struct TxContext {
    std::int64_t actor_id = 0;
    std::int64_t org_unit_id = 0;
    std::optional<Instant> at = std::nullopt;  // none: the clock of the pool
    // An array as SQL writes it, "{look,bill}": nothing but these permissions holds. Empty: all that the actor has.
    std::string only_permissions = {};
};

struct TxOptions {
    TxOptions(Isolation level = Isolation::read_committed, TxContext who = {}, Access how = Access::read_write)
        : isolation(level), context(who), access(how) {}
    Isolation isolation;
    TxContext context;
    Access access;
};

struct PoolOptions {
    ConnectionOptions connection = {};
    std::size_t size = 8;  // connections at most; opened when first needed
    std::chrono::milliseconds acquire_timeout{30'000};  // then DbError 53300
    std::function<void()> before_connect = {};  // brings the server up, if need be
    std::shared_ptr<const Clock> clock = std::make_shared<SystemClock>();  // of access
};

class Pool {
public:
    explicit Pool(PoolOptions options) : shared_(std::make_shared<Shared>(std::move(options))) {}
    Pool(Pool&&) = default;
    Pool(const Pool&) = delete;
    Pool& operator=(const Pool&) = delete;

    // A connection of one's own until it is let go. One that is not idle then (open transaction, lost) is closed.
    class Lease {
    public:
        Lease(Pool& pool, std::unique_ptr<Connection> connection) : pool_(&pool), connection_(std::move(connection)) {}
        Lease(Lease&&) = default;
        ~Lease();
        Connection& operator*() const { return *connection_; }
        Connection* operator->() const { return connection_.get(); }
        // Closes the lost connection and opens another in its place.
        void reconnect();

    private:
        Pool* pool_;
        std::unique_ptr<Connection> connection_;
    };
    Lease acquire();

    // The same connections, but every transaction is this person's, whatever its options say: it begins with core.enter
    // (db/migrations/0001), so that row-level security lets it see the person's units. Cheap: one a request.
    Pool acting_for(TxContext who) const { return Pool(shared_, std::move(who)); }
    const std::optional<TxContext>& person() const { return person_; }

    const PoolOptions& options() const { return shared_->options; }

private:
    struct Shared {
        explicit Shared(PoolOptions given) : options(std::move(given)) {}
        const PoolOptions options;
        std::mutex mutex;
        std::condition_variable freed;
        std::vector<std::unique_ptr<Connection>> idle;
        std::size_t in_use = 0;
    };
    Pool(std::shared_ptr<Shared> shared, std::optional<TxContext> who)
        : shared_(std::move(shared)), person_(std::move(who)) {}

    std::unique_ptr<Connection> connect() const;
    void give_back(std::unique_ptr<Connection> connection);

    std::shared_ptr<Shared> shared_;
    std::optional<TxContext> person_;
};

// An open transaction. Only with_tx makes one.
class Tx {
public:
    Tx(const Tx&) = delete;
    Tx& operator=(const Tx&) = delete;

    template <class... Args>
    Result exec(const Statement& statement, const Args&... args) {
        return connection_.exec(statement, args...);
    }
    template <class... Args>
    Result exec_once(std::string_view sql, const Args&... args) {
        return connection_.exec_once(sql, args...);
    }
    Pipeline pipeline() { return Pipeline(connection_); }
    CopyIn copy_in(const CopyTarget& target) { return CopyIn(connection_, target); }
    template <class... Args>
    CopyOut copy_out(const Statement& statement, const Args&... args) {
        return CopyOut(connection_, statement, args...);
    }
    int backend_pid() const { return connection_.backend_pid(); }

private:
    friend class TxRun;
    template <class F>
    friend auto with_savepoint(Tx& tx, F&& fn) -> std::invoke_result_t<F, Tx&>;
    explicit Tx(Connection& connection) : connection_(connection) {}
    Connection& connection_;
};

// Machinery of with_tx: one attempt of one transaction.
class TxRun {
public:
    TxRun(Pool& pool, const TxOptions& options);  // acquires and begins
    ~TxRun();  // rolls back unless committed
    TxRun(const TxRun&) = delete;
    TxRun& operator=(const TxRun&) = delete;
    Tx& tx() { return tx_; }
    void commit();  // InDoubt when the connection is lost in it

    static constexpr int kRetries = 3;
    // Waits a random while that grows with the attempt (0, 1, 2).
    static void wait_before_retry(int attempt);

private:
    Connection& begin(const Pool& pool, const TxOptions& options);

    Pool::Lease lease_;
    Tx tx_;
    bool done_ = false;
};

template <class T>
inline constexpr bool is_expected_v = false;
template <class T, class E>
inline constexpr bool is_expected_v<std::expected<T, E>> = true;

template <class F>
auto run_tx_once(Pool& pool, const TxOptions& options, F& fn) -> std::invoke_result_t<F&, Tx&> {
    using R = std::invoke_result_t<F&, Tx&>;
    TxRun run(pool, options);
    if constexpr (std::is_void_v<R>) {
        fn(run.tx());
        run.commit();
    } else {
        R result = fn(run.tx());
        if constexpr (is_expected_v<R>) {
            if (!result) return result;
        }
        run.commit();
        return result;
    }
}

// Throws DbError (after at most 3 retries of 40001 and 40P01), InDoubt, and whatever fn throws.
template <class F>
auto with_tx(Pool& pool, const TxOptions& options, F&& fn) -> std::invoke_result_t<F&, Tx&> {
    for (int attempt = 0;; ++attempt) {
        try {
            return run_tx_once(pool, options, fn);
        } catch (const DbError& error) {
            if (!error.is_retryable() || attempt == TxRun::kRetries) throw;
        }
        TxRun::wait_before_retry(attempt);
    }
}

// with_tx for commands that carry an id: after a connection lost at COMMIT, resolve(tx) -> std::optional<T> looks the
// command up; if it is not there, fn runs again. REQUIRES: fn writes the command id under a unique constraint, so that
// a COMMIT still on its way and the repetition cannot both take effect.
template <class F, class Resolve>
auto with_tx_resolved(Pool& pool, const TxOptions& options, F&& fn, Resolve&& resolve)
    -> std::invoke_result_t<F&, Tx&> {
    for (int attempt = 0;; ++attempt) {
        try {
            return with_tx(pool, options, fn);
        } catch (const InDoubt&) {
            if (attempt == TxRun::kRetries) throw;
        }
        TxRun::wait_before_retry(attempt);
        if (auto found = with_tx(pool, TxOptions(), resolve)) return *std::move(found);
    }
}

// fn in a savepoint: what it throws, or a std::expected without value, undoes only its own writes.
template <class F>
auto with_savepoint(Tx& tx, F&& fn) -> std::invoke_result_t<F, Tx&> {
    using R = std::invoke_result_t<F, Tx&>;
    tx.connection_.exec_script("savepoint mainspring_part");
    try {
        if constexpr (std::is_void_v<R>) {
            fn(tx);
            tx.connection_.exec_script("release mainspring_part");
        } else {
            R result = fn(tx);
            bool keep = true;
            if constexpr (is_expected_v<R>) keep = result.has_value();
            tx.connection_.exec_script(keep ? "release mainspring_part"
                                            : "rollback to mainspring_part; release mainspring_part");
            return result;
        }
    } catch (...) {
        if (tx.connection_.is_open())
            tx.connection_.exec_script("rollback to mainspring_part; release mainspring_part");
        throw;
    }
}

}  // namespace mainspring
