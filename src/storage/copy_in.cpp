#include <fmt/format.h>

#include "storage/connection_internal.hpp"
#include "storage/copy.hpp"

namespace mainspring {

namespace {

// Signature, flags and length of the header extension.
constexpr std::string_view kHeader{"PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0", 19};

bool same_bytes(TypeOid given, TypeOid column) {
    return given == column || given == type_oid::kAny || wire::is_native(column) ||
           (wire::is_text(given) && wire::is_text(column));
}

}  // namespace

CopyIn::CopyIn(Connection& connection, const CopyTarget& target)
    : connection_(connection), table_(target.table), columns_(nullptr) {
    ensure(connection.in_transaction(), "COPY runs inside a transaction");
    columns_ = connection.exec_once(fmt::format("select {} from {} where false", target.columns, target.table));
    open(target);
}

CopyIn::~CopyIn() {
    if (open_) abort();
}

void CopyIn::open(const CopyTarget& target) {
    connection_.exec_script("set local statement_timeout = 0");
    const std::string sql = fmt::format("copy {} ({}) from stdin (format binary)", target.table, target.columns);
    PGresult* answer = PQexec(connection_.connection_.get(), sql.c_str());
    const Result owner(answer);
    if (PQresultStatus(answer) != PGRES_COPY_IN)
        throw error_of(answer, connection_.connection_.get(), "COPY " + table_);
    open_ = true;
    send(kHeader);
}

void CopyIn::check_types(std::initializer_list<TypeOid> given) {
    checked_ = true;
    std::size_t column = 0;
    for (const TypeOid type : given) {
        const TypeOid wanted = columns_.column_type(column);
        if (wanted == 0) throw BugError(fmt::format("COPY {}: more values than columns", table_));
        if (!same_bytes(type, wanted))
            throw BugError(fmt::format("COPY {}: column {} has the type {}, given was {}", table_,
                                       columns_.column_name(column), wanted, type));
        ++column;
    }
}

void CopyIn::send(std::string_view bytes) {
    ensure(open_, "a COPY is open");
    PGconn* raw = connection_.connection_.get();
    if (PQputCopyData(raw, bytes.data(), static_cast<int>(bytes.size())) == 1) return;
    open_ = false;
    read_outcome();
    throw error_of(nullptr, raw, "COPY " + table_);
}

void CopyIn::flush() {
    if (buffer_.size() == 0) return;
    send(buffer_.bytes());
    buffer_.clear();
}

void CopyIn::put_raw(const CopyBuffer& rows) {
    flush();
    // libpq takes at most an int's worth of bytes at once.
    constexpr std::size_t kMost = std::size_t{1} << 30;
    for (std::string_view rest = rows.bytes(); !rest.empty(); rest.remove_prefix(std::min(rest.size(), kMost)))
        send(rest.substr(0, kMost));
}

std::int64_t CopyIn::finish() {
    flush();
    send({"\377\377", 2});
    open_ = false;
    PGconn* raw = connection_.connection_.get();
    if (PQputCopyEnd(raw, nullptr) != 1) throw error_of(nullptr, raw, "COPY " + table_);
    return read_outcome();
}

std::int64_t CopyIn::read_outcome() {
    PGconn* raw = connection_.connection_.get();
    std::unique_ptr<DbError> failure;
    std::int64_t rows = 0;
    while (PGresult* answer = PQgetResult(raw)) {
        const Result owner(answer);
        if (PQresultStatus(answer) == PGRES_COMMAND_OK)
            rows = owner.affected();
        else if (!failure)
            failure = std::make_unique<DbError>(error_of(answer, raw, "COPY " + table_));
        if (PQresultStatus(answer) == PGRES_COPY_IN) break;
    }
    if (failure) throw DbError(*failure);
    return rows;
}

void CopyIn::abort() noexcept {
    open_ = false;
    PGconn* raw = connection_.connection_.get();
    if (PQputCopyEnd(raw, "given up by the program") != 1) return;
    while (PGresult* answer = PQgetResult(raw)) PQclear(answer);
}

}  // namespace mainspring
