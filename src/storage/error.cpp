#include "storage/error.hpp"

namespace mainspring {

namespace {

std::string describe(const DbError::Parts& parts) {
    std::string text = "database: " + parts.message;
    if (!parts.detail.empty()) text += " (" + parts.detail + ")";
    if (!parts.statement.empty()) text += " in statement " + parts.statement;
    return text + " [" + parts.sqlstate + "]";
}

}  // namespace

DbError::DbError(Parts parts) : std::runtime_error(describe(parts)), parts_(std::move(parts)) {}

bool DbError::is_connection_lost() const {
    return parts_.sqlstate.starts_with("08") || parts_.sqlstate == "57P01" || parts_.sqlstate == "57P02" ||
           parts_.sqlstate == "57P03";
}

InDoubt::InDoubt(const DbError& cause)
    : DbError({.sqlstate = cause.sqlstate(),
               .message = "connection lost at COMMIT, the outcome is not known: " + cause.message(),
               .detail = cause.detail()}) {}

}  // namespace mainspring
