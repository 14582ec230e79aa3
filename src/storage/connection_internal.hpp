// Shared by the .cpp files of this room that speak libpq; not for others.
#pragma once
#include <libpq-fe.h>
#include <vector>

#include "storage/error.hpp"
#include "storage/wire.hpp"

namespace mainspring {

// The DbError of a failed result, or of the connection when `result` is null.
DbError error_of(const PGresult* result, PGconn* connection, std::string_view statement);

// Parameter types of a described statement.
std::vector<TypeOid> parameter_types(const PGresult* description);

}  // namespace mainspring
