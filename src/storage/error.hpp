// What the database answered when it did not do what we asked: an error of the world, not a refusal and not a bug.
// Caught in two places only: with_tx (storage/pool.hpp) and the http / job edge.
#pragma once
#include <stdexcept>
#include <string>
#include <string_view>

namespace mainspring {

class DbError : public std::runtime_error {
public:
    struct Parts {
        std::string sqlstate;    // five characters; "08006" when the connection was lost without one
        std::string message;     // the server's primary message; never holds a password or a connection string
        std::string detail = {};
        std::string constraint = {};
        std::string statement = {};  // name of the statement, empty for ad-hoc SQL
    };
    explicit DbError(Parts parts);

    const std::string& sqlstate() const { return parts_.sqlstate; }
    const std::string& message() const { return parts_.message; }
    const std::string& detail() const { return parts_.detail; }
    const std::string& constraint() const { return parts_.constraint; }
    const std::string& statement() const { return parts_.statement; }

    bool is_unique_violation() const { return parts_.sqlstate == "23505"; }
    bool is_foreign_key_violation() const { return parts_.sqlstate == "23503"; }
    bool is_check_violation() const { return parts_.sqlstate == "23514"; }
    // Serialization failure or deadlock: the same transaction, run again, may succeed.
    bool is_retryable() const { return parts_.sqlstate == "40001" || parts_.sqlstate == "40P01"; }
    // Class 08, or the server is going down or not yet up.
    bool is_connection_lost() const;

private:
    Parts parts_;
};

// The connection was lost at COMMIT: done or not, nobody knows. Look the command id up; never repeat blindly.
class InDoubt final : public DbError {
public:
    explicit InDoubt(const DbError& cause);
};

}  // namespace mainspring
