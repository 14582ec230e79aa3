// The database of this program: a private cluster, or the server named by --database; pools for the four roles.
// people() is bound by row-level security: without Pool::acting_for it sees no customer's row.
//
// Private: each pool logs in as its role (peer authentication). Named server: all connect as the user of the URL and
// SET ROLE to mainspring_owner / mainspring_app / mainspring_web / mainspring_read, which the user is a member of; a
// server that has no such roles gets them when the user may create roles (storage/roles.hpp).
#pragma once
#include <memory>
#include <string>

#include "storage/cluster.hpp"
#include "storage/migrate.hpp"
#include "storage/pool.hpp"
#include "storage/roles.hpp"

namespace mainspring {

struct DatabaseOptions {
    std::string url = {};         // postgresql://…; empty: the private cluster
    ClusterOptions cluster = {};  // of the private cluster
    std::string database = {};    // name within the server; empty: that of the URL, or `mainspring`
    std::size_t app_connections = 16;
    std::size_t people_connections = 16;
    std::size_t read_connections = 8;
    ConnectionOptions session = {};  // time-outs and application_name; the rest is filled in here
};

class Database {
public:
    Pool& owner() { return *owner_; }  // migrations; two connections, no time-outs
    Pool& app() { return *app_; }
    Pool& people() { return *people_; }
    Pool& read() { return *read_; }

private:
    friend Database open_database(const DatabaseOptions& options);
    std::shared_ptr<PrivateCluster> cluster_;  // first: outlives the pools
    std::unique_ptr<Pool> owner_, app_, people_, read_;
};

// Starts the private cluster when needed. Opens no connection of the pools yet; ClusterError, DbError.
Database open_database(const DatabaseOptions& options);

// Brings the schema and the privileges up to this program.
std::expected<std::vector<std::string>, MigrationProblem> migrate(Database& database);

}  // namespace mainspring
