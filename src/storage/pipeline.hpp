// Many executions sent without waiting for each answer. libpq: 175,000/s pipelined against 25,000/s in round trips.
#pragma once
#include <vector>

#include "storage/connection.hpp"

namespace mainspring {

// REQUIRES: used inside a transaction; nothing else runs on the connection while it lives. COPY cannot be pipelined.
class Pipeline {
public:
    explicit Pipeline(Connection& connection) : connection_(connection) {}
    ~Pipeline();  // unread answers are read and dropped
    Pipeline(const Pipeline&) = delete;
    Pipeline& operator=(const Pipeline&) = delete;

    // Queues one execution; its place in the vector that sync() gives.
    template <class... Args>
    std::size_t add(const Statement& statement, const Args&... args) {
        const auto& prepared = enter(statement);
        connection_.parameters_.bind({.statement = statement.name(), .types = &prepared.types}, args...);
        return send(statement);
    }
    // Waits for everything queued since the last sync. The first failure is thrown once all answers are read.
    std::vector<Result> sync();

private:
    const Connection::Prepared& enter(const Statement& statement);
    std::size_t send(const Statement& statement);
    void prepare_inside(const Statement& statement);
    void read_answers();
    pg_result* next_answer(std::string_view statement);
    void note_failure(DbError error);
    void leave();

    Connection& connection_;
    std::vector<const Statement*> waiting_;  // sent, answer not yet read
    std::vector<Result> results_;
    std::unique_ptr<DbError> failure_;
    bool active_ = false;
};

}  // namespace mainspring
