// Forward migrations: db/migrations/NNNN_name.sql, carried in the program, each in one transaction, under an advisory
// lock, with its SHA-256 kept in storage.migration. A released file never changes.
#pragma once
#include <expected>
#include <span>
#include <string>
#include <vector>

#include "base/embedded_text.hpp"
#include "storage/connection.hpp"

namespace mainspring {

// The files of this program, by name.
std::span<const EmbeddedText> embedded_migrations();
// db/create_roles.sql (before everything, as one who may) and db/roles.sql (after the migrations, as the owner).
std::span<const EmbeddedText> embedded_roles();

enum class MigrationRefusal {
    bad_name,          // a file is not named NNNN_name.sql, or numbers are doubled or leave a gap
    database_is_newer, // the database has migrations that this program does not know
    changed_file,      // a file differs from what was run under its number
};

struct MigrationProblem {
    MigrationRefusal code;
    std::string text;  // names the file
};

// Runs what is missing, in order, and gives the names run. Errors of the SQL itself are DbError whose message begins
// with the name of the file; what went before stays. `connection` as the owner of the schemas.
std::expected<std::vector<std::string>, MigrationProblem> migrate(Connection& connection,
                                                                  std::span<const EmbeddedText> migrations);

// What each role may do (db/roles.sql), in one transaction; after every migration anew. Writes nothing when these
// files were granted before.
void grant_privileges(Connection& connection);

// One hash over all names and texts: the name of a template database.
std::string migrations_checksum(std::span<const EmbeddedText> migrations);

}  // namespace mainspring
