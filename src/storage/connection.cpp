#include "storage/connection.hpp"

#include <fmt/core.h>
#include <fmt/format.h>

#include "storage/connection_internal.hpp"

namespace mainspring {

namespace {

std::string field_of(const PGresult* result, int code) {
    const char* text = PQresultErrorField(result, code);
    return text == nullptr ? std::string{} : std::string(text);
}

// On one line: what libpq itself says has several.
std::string trimmed(std::string_view text) {
    std::string line;
    for (const char c : text) {
        const bool blank = c == '\n' || c == '\t' || c == ' ';
        if (!blank) line += c;
        if (blank && !line.empty() && line.back() != ' ') line += ' ';
    }
    while (line.ends_with(' ')) line.pop_back();
    return line;
}

constexpr std::string_view kConnectionFailure = "08006";

// After an error of libpq's own. A write that failed leaves PQstatus at OK until somebody reads the end of the stream.
bool is_lost(PGconn* connection) {
    return PQstatus(connection) == CONNECTION_BAD || PQconsumeInput(connection) == 0 ||
           PQstatus(connection) == CONNECTION_BAD;
}

void ignore_notice(void*, const PGresult*) {}

struct ParsedUrl {
    std::string password;
};

// libpq quotes a malformed connection text, password and all, in its message: check it first and say less.
ParsedUrl parse_url(const std::string& url) {
    char* message = nullptr;
    PQconninfoOption* options = PQconninfoParse(url.c_str(), &message);
    PQfreemem(message);
    if (options == nullptr)
        throw DbError({.sqlstate = "08001", .message = "the database address is not a valid postgresql:// URL"});
    ParsedUrl parsed;
    for (const PQconninfoOption* option = options; option->keyword != nullptr; ++option)
        if (std::string_view(option->keyword) == "password" && option->val != nullptr) parsed.password = option->val;
    PQconninfoFree(options);
    return parsed;
}

std::string without(std::string text, const std::string& secret) {
    if (secret.empty()) return text;
    for (std::size_t at = text.find(secret); at != std::string::npos; at = text.find(secret, at))
        text.replace(at, secret.size(), "***");
    return text;
}

PGconn* open_connection(const ConnectionOptions& options) {
    const ParsedUrl parsed = parse_url(options.url);
    const std::string timeout = std::to_string(options.connect_timeout.count());
    std::vector<const char*> keys{"dbname", "application_name", "connect_timeout", "client_encoding"};
    std::vector<const char*> values{options.url.c_str(), options.application_name.c_str(), timeout.c_str(), "UTF8"};
    if (!options.user.empty()) {
        keys.push_back("user");
        values.push_back(options.user.c_str());
    }
    if (!options.database.empty()) {
        keys.push_back("dbname");
        values.push_back(options.database.c_str());
    }
    keys.push_back(nullptr);
    values.push_back(nullptr);
    PGconn* connection = PQconnectdbParams(keys.data(), values.data(), 1);
    if (PQstatus(connection) != CONNECTION_OK) {
        const std::string message = trimmed(without(PQerrorMessage(connection), parsed.password));
        PQfinish(connection);
        // libpq does not tell why: ask whether everybody is refused, or only we.
        const PGPing ping = PQpingParams(keys.data(), values.data(), 1);
        const bool is_up = ping != PQPING_REJECT && ping != PQPING_NO_RESPONSE;
        throw DbError({.sqlstate = is_up ? "08001" : "57P03", .message = message});
    }
    PQsetNoticeReceiver(connection, ignore_notice, nullptr);
    return connection;
}

}  // namespace

DbError error_of(const PGresult* result, PGconn* connection, std::string_view statement) {
    DbError::Parts parts{.sqlstate = {}, .message = {}, .statement = std::string(statement)};
    if (result != nullptr) {
        parts.sqlstate = field_of(result, PG_DIAG_SQLSTATE);
        parts.message = field_of(result, PG_DIAG_MESSAGE_PRIMARY);
        parts.detail = field_of(result, PG_DIAG_MESSAGE_DETAIL);
        parts.constraint = field_of(result, PG_DIAG_CONSTRAINT_NAME);
        if (parts.message.empty()) parts.message = trimmed(PQresultErrorMessage(result));
        const std::string context = field_of(result, PG_DIAG_CONTEXT);
        if (context.starts_with("COPY ")) parts.detail += (parts.detail.empty() ? "" : "; ") + context;
    }
    if (parts.message.empty()) parts.message = trimmed(PQerrorMessage(connection));
    if (parts.sqlstate.empty()) parts.sqlstate = is_lost(connection) ? kConnectionFailure : "XX000";
    return DbError(std::move(parts));
}

std::vector<TypeOid> parameter_types(const PGresult* description) {
    std::vector<TypeOid> types;
    for (int i = 0; i < PQnparams(description); ++i) types.push_back(PQparamtype(description, i));
    return types;
}

std::string connection_text(const std::vector<std::pair<std::string, std::string>>& parts) {
    std::string text;
    for (const auto& [key, value] : parts) {
        text += (text.empty() ? "" : " ") + key + "='";
        for (const char c : value) {
            if (c == '\'' || c == '\\') text += '\\';
            text += c;
        }
        text += '\'';
    }
    return text;
}

void Parameters::begin(const Expected& expected, std::size_t count) {
    if (expected.types->size() != count) [[unlikely]]
        throw BugError(fmt::format("statement {} takes {} parameters, {} were given", expected.statement,
                                   expected.types->size(), count));
    buffer_.clear();
    starts_.clear();
    lengths_.clear();
}

void Parameters::fail_type(const Expected& expected, std::size_t index) {
    throw BugError(fmt::format("statement {} wants the database type {} as its parameter ${}, not what was given",
                               expected.statement, (*expected.types)[index], index + 1));
}

void Parameters::seal() {
    values_.clear();
    for (const std::size_t start : starts_) values_.push_back(start == kNull ? nullptr : buffer_.data() + start);
    // A value of no bytes is not NULL: libpq tells them apart by the pointer, and an empty buffer has none.
    for (std::size_t i = 0; i < starts_.size(); ++i)
        if (starts_[i] != kNull && values_[i] == nullptr) values_[i] = "";
    formats_.resize(starts_.size(), 1);
}

void Connection::Close::operator()(pg_conn* connection) const { PQfinish(connection); }

Connection::Connection(const ConnectionOptions& options) : connection_(open_connection(options)) {
    set_up_session(options);
}

Connection::~Connection() = default;

void Connection::set_up_session(const ConnectionOptions& options) {
    exec_script(fmt::format(
        "set statement_timeout = {}; set lock_timeout = {};"
        "set idle_in_transaction_session_timeout = {};"
        "set timezone = 'UTC'; set datestyle = 'ISO, YMD'; set jit = off",
        options.statement_timeout.count(), options.lock_timeout.count(), options.idle_in_transaction_timeout.count()));
    if (options.role.empty()) return;
    const Result taken = exec_once(
        "select set_config('role', rolname, false) from pg_roles where rolname = $1 and pg_has_role(oid, 'member')",
        options.role);
    if (taken.empty() && options.role_policy == RolePolicy::required)
        throw DbError({.sqlstate = "42501", .message = "the database user may not take the role " + options.role});
}

bool Connection::is_open() const { return PQstatus(connection_.get()) == CONNECTION_OK; }

bool Connection::in_transaction() const {
    const auto status = PQtransactionStatus(connection_.get());
    return status == PQTRANS_INTRANS || status == PQTRANS_INERROR;
}

bool Connection::is_idle() const {
    return is_open() && PQtransactionStatus(connection_.get()) == PQTRANS_IDLE &&
           PQpipelineStatus(connection_.get()) == PQ_PIPELINE_OFF;
}

int Connection::backend_pid() const { return PQbackendPID(connection_.get()); }

Connection::Prepared& Connection::slot(const Statement& statement) {
    if (prepared_.size() <= statement.number()) prepared_.resize(statement.number() + 1);
    return prepared_[statement.number()];
}

bool Connection::is_prepared(const Statement& statement) const {
    return statement.number() < prepared_.size() && prepared_[statement.number()].ready;
}

const Connection::Prepared& Connection::prepare(const Statement& statement) {
    Prepared& prepared = slot(statement);
    if (prepared.ready) [[likely]]
        return prepared;
    const std::string name(statement.name());
    checked(PQprepare(connection_.get(), name.c_str(), std::string(statement.sql()).c_str(), 0, nullptr), name);
    PGresult* description = PQdescribePrepared(connection_.get(), name.c_str());
    const Result owner = checked(description, name);
    prepared = {.types = parameter_types(description), .ready = true};
    return prepared;
}

Connection::Prepared Connection::prepare_unnamed(std::string_view sql) {
    checked(PQprepare(connection_.get(), "", std::string(sql).c_str(), 0, nullptr), "");
    PGresult* description = PQdescribePrepared(connection_.get(), "");
    const Result owner = checked(description, "");
    return {.types = parameter_types(description), .ready = true};
}

Result Connection::run_prepared(std::string_view name) {
    parameters_.seal();
    return checked(PQexecPrepared(connection_.get(), name.data(), parameters_.count(), parameters_.values(),
                                  parameters_.lengths(), parameters_.formats(), 1),
                   name);
}

void Connection::exec_script(std::string_view sql) { checked(PQexec(connection_.get(), std::string(sql).c_str()), ""); }

std::string Connection::exec_command(const char* sql) {
    PGresult* result = PQexec(connection_.get(), sql);
    const Result owner = checked(result, "");
    return PQcmdStatus(result);
}

Result Connection::checked(pg_result* result, std::string_view statement) {
    Result owner(result);
    switch (result == nullptr ? PGRES_FATAL_ERROR : PQresultStatus(result)) {
        case PGRES_COMMAND_OK:
        case PGRES_TUPLES_OK:
        case PGRES_EMPTY_QUERY: return owner;
        default: throw error_of(result, connection_.get(), statement);
    }
}

void Connection::fail(std::string_view statement) { throw error_of(nullptr, connection_.get(), statement); }

}  // namespace mainspring
