#include "storage/pipeline.hpp"

#include "storage/connection_internal.hpp"

namespace mainspring {

Pipeline::~Pipeline() {
    if (!active_) return;
    try {
        sync();
    } catch (const DbError&) {
        // The transaction has failed and whoever let this pipeline go is already leaving it.
    }
}

const Connection::Prepared& Pipeline::enter(const Statement& statement) {
    if (!connection_.is_prepared(statement)) {
        if (active_)
            prepare_inside(statement);
        else
            connection_.prepare(statement);
    }
    if (!active_) {
        if (PQenterPipelineMode(connection_.connection_.get()) != 1) connection_.fail(statement.name());
        active_ = true;
    }
    return connection_.slot(statement);
}

std::size_t Pipeline::send(const Statement& statement) {
    Parameters& parameters = connection_.parameters_;
    parameters.seal();
    if (PQsendQueryPrepared(connection_.connection_.get(), statement.name().data(), parameters.count(),
                            parameters.values(), parameters.lengths(), parameters.formats(), 1) != 1)
        connection_.fail(statement.name());
    waiting_.push_back(&statement);
    return results_.size() + waiting_.size() - 1;
}

void Pipeline::prepare_inside(const Statement& statement) {
    PGconn* raw = connection_.connection_.get();
    const std::string name(statement.name());
    const bool sent = PQsendPrepare(raw, name.c_str(), std::string(statement.sql()).c_str(), 0, nullptr) == 1 &&
                      PQsendDescribePrepared(raw, name.c_str()) == 1 && PQsendFlushRequest(raw) == 1 &&
                      PQflush(raw) >= 0;
    if (!sent) connection_.fail(name);
    read_answers();
    const Result prepared(next_answer(name));
    pg_result* description = next_answer(name);
    const Result owner(description);
    if (failure_) throw DbError(*failure_);
    connection_.slot(statement) = {.types = parameter_types(description), .ready = true};
}

// One answer and the null that ends it; a failure is kept, the first one only.
pg_result* Pipeline::next_answer(std::string_view statement) {
    PGconn* raw = connection_.connection_.get();
    pg_result* answer = PQgetResult(raw);
    const auto status = answer == nullptr ? PGRES_FATAL_ERROR : PQresultStatus(answer);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && status != PGRES_PIPELINE_ABORTED)
        note_failure(error_of(answer, raw, statement));
    if (answer != nullptr && PQstatus(raw) == CONNECTION_OK) PQclear(PQgetResult(raw));
    return answer;
}

void Pipeline::note_failure(DbError error) {
    if (!failure_) failure_ = std::make_unique<DbError>(std::move(error));
}

void Pipeline::read_answers() {
    for (const Statement* statement : waiting_) results_.emplace_back(next_answer(statement->name()));
    waiting_.clear();
}

void Pipeline::leave() {
    PGconn* raw = connection_.connection_.get();
    while (PQstatus(raw) == CONNECTION_OK && PQexitPipelineMode(raw) != 1) {
        PGresult* left = PQgetResult(raw);
        if (left == nullptr && PQisBusy(raw) == 0) break;
        PQclear(left);
    }
    active_ = false;
}

std::vector<Result> Pipeline::sync() {
    if (!active_) return {};
    PGconn* raw = connection_.connection_.get();
    if (PQpipelineSync(raw) != 1) note_failure(error_of(nullptr, raw, ""));
    read_answers();
    const Result end(PQstatus(raw) == CONNECTION_OK ? PQgetResult(raw) : nullptr);
    leave();
    std::vector<Result> results = std::move(results_);
    results_.clear();
    if (const auto failure = std::move(failure_)) throw DbError(*failure);
    return results;
}

}  // namespace mainspring
