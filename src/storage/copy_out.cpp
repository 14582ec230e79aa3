#include <fmt/format.h>

#include "storage/connection_internal.hpp"
#include "storage/copy.hpp"

namespace mainspring {

namespace {

constexpr std::string_view kSignature{"PGCOPY\n\377\r\n\0", 11};
constexpr std::size_t kHeaderBytes = 19;

}  // namespace

void CopyOut::Free::operator()(char* message) const { PQfreemem(message); }

CopyOut::CopyOut(Connection& connection, const Statement& statement, const std::vector<std::string>& literals)
    : connection_(connection), statement_(statement.name()) {
    ensure(connection.in_transaction(), "COPY runs inside a transaction");
    open(bind_literals(statement.sql(), literals));
}

void CopyOut::open(std::string_view sql) {
    PGconn* raw = connection_.connection_.get();
    connection_.exec_script("set local statement_timeout = 0");
    connection_.checked(PQprepare(raw, "", std::string(sql).c_str(), 0, nullptr), statement_);
    PGresult* description = PQdescribePrepared(raw, "");
    const Result columns = connection_.checked(description, statement_);
    for (int i = 0; i < PQnfields(description); ++i)
        fields_.push_back({.type = PQftype(description, i), .name = PQfname(description, i)});
    PGresult* answer = PQexec(raw, fmt::format("copy ({}) to stdout (format binary)", sql).c_str());
    const Result owner(answer);
    if (PQresultStatus(answer) != PGRES_COPY_OUT) throw error_of(answer, raw, statement_);
    open_ = true;
}

CopyOut::~CopyOut() {
    if (!open_) return;
    PGconn* raw = connection_.connection_.get();
    if (PGcancel* cancel = PQgetCancel(raw)) {
        char message[256];
        PQcancel(cancel, message, sizeof message);
        PQfreeCancel(cancel);
    }
    char* data = nullptr;
    while (PQgetCopyData(raw, &data, 0) > 0) PQfreemem(data);
    while (PGresult* answer = PQgetResult(raw)) PQclear(answer);
}

bool CopyOut::next() {
    if (!open_) return false;
    while (rest_.empty())
        if (!read_message()) return false;
    if (!read_tuple()) return false;
    ++rows_;
    return true;
}

// One CopyData message: a row, with the header before the first one.
bool CopyOut::read_message() {
    char* data = nullptr;
    const int size = PQgetCopyData(connection_.connection_.get(), &data, 0);
    message_.reset(data);
    if (size <= 0) {
        end();
        return false;
    }
    rest_ = {data, static_cast<std::size_t>(size)};
    if (!header_read_) {
        ensure(rest_.size() >= kHeaderBytes && rest_.starts_with(kSignature), "COPY begins with its signature");
        const auto extension = load_be<std::uint32_t>(rest_.data() + 15);
        rest_.remove_prefix(kHeaderBytes + extension);
        header_read_ = true;
    }
    return true;
}

// False at the trailer.
bool CopyOut::read_tuple() {
    const char* at = rest_.data();
    const char* const past = at + rest_.size();
    const auto count = load_be<std::int16_t>(at);
    at += 2;
    if (count < 0) {
        rest_ = {};
        if (read_message()) throw BugError("COPY goes on after its trailer");
        return false;
    }
    ensure(static_cast<std::size_t>(count) == fields_.size(), "a COPY row has the columns of its query");
    for (Field& field : fields_) {
        ensure(past - at >= 4, "a COPY row is whole");
        field.size = load_be<std::int32_t>(at);
        field.data = at + 4;
        at = field.data + (field.size < 0 ? 0 : field.size);
    }
    ensure(at <= past, "a COPY row is whole");
    rest_ = {at, static_cast<std::size_t>(past - at)};
    return true;
}

void CopyOut::end() {
    open_ = false;
    PGconn* raw = connection_.connection_.get();
    std::unique_ptr<DbError> failure;
    while (PGresult* answer = PQgetResult(raw)) {
        const Result owner(answer);
        if (PQresultStatus(answer) != PGRES_COMMAND_OK && !failure)
            failure = std::make_unique<DbError>(error_of(answer, raw, statement_));
    }
    if (PQstatus(raw) != CONNECTION_OK && !failure)
        failure = std::make_unique<DbError>(error_of(nullptr, raw, statement_));
    if (failure) throw DbError(*failure);
}

}  // namespace mainspring
