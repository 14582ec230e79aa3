#include "storage/roles.hpp"

#include <fmt/core.h>

#include "storage/cluster.hpp"
#include "storage/migrate.hpp"

namespace mainspring {

namespace {

std::string_view roles_sql() { return embedded_roles().front().text; }

}  // namespace

void create_private_database(const std::string& cluster_url) {
    Connection connection({.url = cluster_url, .database = "postgres", .user = std::string(kClusterSuperuser)});
    connection.exec_script(roles_sql());
    for (const std::string_view role : {kOwnerRole, kAppRole, kWebRole, kReadRole})
        connection.exec_script(fmt::format("alter role {} login", role));
    const Result there = connection.exec_once("select 1 from pg_database where datname = $1", kDatabaseName);
    if (!there.empty()) return;
    // One command by itself: CREATE DATABASE runs in no transaction.
    connection.exec_script(fmt::format("create database {} owner {} template template0", kDatabaseName, kOwnerRole));
}

namespace {

// COPY FROM is refused on a table whose policies hold for the role, and only a superuser lets a role bypass them.
void let_program_bypass_policies(Connection& connection) {
    const auto [bypasses, is_superuser] =
        connection
            .exec_once(
                "select (select rolbypassrls or rolsuper from pg_roles where rolname = $1), rolsuper"
                " from pg_roles where rolname = current_user",
                kAppRole)
            .one()
            .as<bool, bool>();
    if (bypasses) return;
    const std::string command = fmt::format("alter role {} bypassrls", kAppRole);
    if (!is_superuser)
        throw DbError({.sqlstate = "42501",
                       .message = fmt::format("the role {} is bound by row-level security, and only a superuser may "
                                              "change that; let an administrator run: {}",
                                              kAppRole, command)});
    connection.exec_script(command);
}

}  // namespace

void prepare_external_database(const ConnectionOptions& options) {
    Connection connection(options);
    const auto [is_member, may_create_roles, database] =
        connection
            .exec_once(
                "select (select count(*) from pg_roles where rolname::text = any ($1::text[])"
                " and pg_has_role(oid, 'member')) = cardinality($1),"
                " rolsuper or rolcreaterole, quote_ident(current_database())"
                " from pg_roles where rolname = current_user",
                std::vector<std::string>{std::string(kOwnerRole), std::string(kAppRole), std::string(kWebRole)})
            .one()
            .as<bool, bool, std::string>();
    const std::string roles = fmt::format("{}, {}, {}, {}", kOwnerRole, kAppRole, kWebRole, kReadRole);
    if (!is_member && !may_create_roles)
        throw DbError({.sqlstate = "42501",
                       .message = fmt::format("the database user is not a member of {0}; let an administrator run "
                                              "db/create_roles.sql as a superuser, then GRANT {0} to this user and "
                                              "GRANT CREATE ON DATABASE {1} TO {2}",
                                              roles, database, kOwnerRole)});
    if (!is_member) {
        connection.exec_script(roles_sql());
        connection.exec_script(
            fmt::format("grant {} to current_user; grant create, connect, temporary on database {} to {}", roles,
                        database, kOwnerRole));
    }
    let_program_bypass_policies(connection);
}

}  // namespace mainspring
