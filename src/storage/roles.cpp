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
    for (const std::string_view role : {kOwnerRole, kAppRole, kReadRole})
        connection.exec_script(fmt::format("alter role {} login", role));
    const Result there = connection.exec_once("select 1 from pg_database where datname = $1", kDatabaseName);
    if (!there.empty()) return;
    // One command by itself: CREATE DATABASE runs in no transaction.
    connection.exec_script(fmt::format("create database {} owner {} template template0", kDatabaseName, kOwnerRole));
}

void prepare_external_database(const ConnectionOptions& options) {
    Connection connection(options);
    const auto [is_owner_member, may_create_roles, database] =
        connection
            .exec_once(
                "select coalesce((select pg_has_role(oid, 'member') from pg_roles where rolname = $1), false)"
                " and exists (select from pg_roles where rolname = $2 and pg_has_role(oid, 'member')),"
                " rolsuper or rolcreaterole, quote_ident(current_database())"
                " from pg_roles where rolname = current_user",
                kOwnerRole, kAppRole)
            .one()
            .as<bool, bool, std::string>();
    if (is_owner_member) return;
    if (!may_create_roles)
        throw DbError(
            {.sqlstate = "42501",
             .message = fmt::format("the database user is not a member of {0} and {1}; let an administrator run "
                                    "db/create_roles.sql, then GRANT {0}, {1}, {2} to this user and "
                                    "GRANT CREATE ON DATABASE {3} TO {0}",
                                    kOwnerRole, kAppRole, kReadRole, database)});
    connection.exec_script(roles_sql());
    connection.exec_script(
        fmt::format("grant {}, {}, {} to current_user; grant create, connect, temporary on database {} to {}",
                    kOwnerRole, kAppRole, kReadRole, database, kOwnerRole));
}

}  // namespace mainspring
