// The roles of the database (db/create_roles.sql), and the first database of a private cluster.
#pragma once
#include <string>

#include "storage/connection.hpp"

namespace mainspring {

inline constexpr std::string_view kDatabaseName = "mainspring";

// Roles that may log in (peer authentication) and the empty database `mainspring` of mainspring_owner. Idempotent.
void create_private_database(const std::string& cluster_url);

// An existing server: makes the roles and gives them to the connected user where that user may, and leaves roles that
// an administrator made as they are. DbError 42501 that says what to ask an administrator for, otherwise.
void prepare_external_database(const ConnectionOptions& options);

}  // namespace mainspring
