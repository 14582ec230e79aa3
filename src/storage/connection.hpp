// One connection to PostgreSQL: statements prepared once per connection, binary both ways, pipelines, COPY.
// Not for two threads at once. Every failure is a DbError.
#pragma once
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "storage/error.hpp"
#include "storage/result.hpp"
#include "storage/statement.hpp"
#include "storage/value.hpp"

struct pg_conn;

namespace mainspring {

class CopyIn;
class CopyOut;
class Pipeline;
struct CopyTarget;

// What becomes of a role that the connecting user may not take.
enum class RolePolicy { if_allowed, required };

struct ConnectionOptions {
    std::string url = {};       // postgresql://… or "host=… dbname=…"
    std::string database = {};  // instead of the one in the url, when not empty
    std::string user = {};      // instead of the one in the url, when not empty
    std::string role = {};      // SET ROLE after connecting, when not empty
    RolePolicy role_policy = RolePolicy::if_allowed;
    std::string application_name = "mainspring";
    std::chrono::seconds connect_timeout{10};
    // 0 = none. COPY through CopyIn and CopyOut runs without statement timeout.
    std::chrono::milliseconds statement_timeout{60'000};
    std::chrono::milliseconds lock_timeout{10'000};
    std::chrono::milliseconds idle_in_transaction_timeout{300'000};
};

// Parameters of one execution, in one reused buffer.
class Parameters {
public:
    struct Expected {
        std::string_view statement;
        const std::vector<TypeOid>* types;
    };

    template <class... Args>
    void bind(const Expected& expected, const Args&... args) {
        begin(expected, sizeof...(Args));
        (add(expected, args), ...);
    }
    // Fills the arrays that libpq wants; valid until the next bind.
    void seal();
    int count() const { return static_cast<int>(lengths_.size()); }
    const char* const* values() const { return values_.data(); }
    const int* lengths() const { return lengths_.data(); }
    const int* formats() const { return formats_.data(); }

private:
    static constexpr std::size_t kNull = static_cast<std::size_t>(-1);

    void begin(const Expected& expected, std::size_t count);
    [[noreturn]] static void fail_type(const Expected& expected, std::size_t index);

    template <class T>
    void add(const Expected& expected, const T& value) {
        const TypeOid wanted = (*expected.types)[starts_.size()];
        const std::size_t start = buffer_.size();
        if (!Codec<std::decay_t<T>>::writes(wanted)) [[unlikely]]
            fail_type(expected, starts_.size());
        if (is_null(value)) {
            starts_.push_back(kNull);
            lengths_.push_back(0);
            return;
        }
        if constexpr (!std::same_as<T, std::nullopt_t>)
            Codec<std::decay_t<T>>::encode(buffer_, not_null(value), wanted);
        starts_.push_back(start);
        lengths_.push_back(static_cast<int>(buffer_.size() - start));
    }

    WireBuffer buffer_;
    std::vector<std::size_t> starts_;
    std::vector<int> lengths_;
    std::vector<const char*> values_;
    std::vector<int> formats_;
};

class Connection {
public:
    explicit Connection(const ConnectionOptions& options);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    // Runs a registered statement; prepared at its first use on this connection.
    template <class... Args>
    Result exec(const Statement& statement, const Args&... args) {
        const Prepared& prepared = prepare(statement);
        parameters_.bind({.statement = statement.name(), .types = &prepared.types}, args...);
        return run_prepared(statement.name());
    }
    // Runs SQL made at run time, binary with parameters $1…: two round trips, for rare statements and tests.
    template <class... Args>
    Result exec_once(std::string_view sql, const Args&... args) {
        const Prepared prepared = prepare_unnamed(sql);
        parameters_.bind({.statement = "", .types = &prepared.types}, args...);
        return run_prepared("");
    }
    // Several statements as text, no parameters, no rows; outside a transaction they form one.
    void exec_script(std::string_view sql);
    // Runs one command and gives its tag ("COMMIT", "ROLLBACK", …).
    std::string exec_command(const char* sql);

    // Prepares it now, for a test that tries every statement.
    void prepare_only(const Statement& statement) { prepare(statement); }

    bool is_open() const;
    bool in_transaction() const;  // open or failed
    bool is_idle() const;         // open, between transactions and commands
    int backend_pid() const;

private:
    friend class CopyIn;
    friend class CopyOut;
    friend class Pipeline;

    struct Prepared {
        std::vector<TypeOid> types;
        bool ready = false;
    };
    struct Close {
        void operator()(pg_conn* connection) const;
    };

    void set_up_session(const ConnectionOptions& options);
    const Prepared& prepare(const Statement& statement);
    bool is_prepared(const Statement& statement) const;
    Prepared& slot(const Statement& statement);
    Prepared prepare_unnamed(std::string_view sql);
    Result run_prepared(std::string_view name);
    // The result, or the DbError that it stands for.
    Result checked(pg_result* result, std::string_view statement);
    [[noreturn]] void fail(std::string_view statement);

    std::unique_ptr<pg_conn, Close> connection_;
    std::vector<Prepared> prepared_;
    Parameters parameters_;
};

// Key words and values quoted for a libpq connection text: "host='/run/x' user='a'".
std::string connection_text(const std::vector<std::pair<std::string, std::string>>& parts);

}  // namespace mainspring
