#include "storage/database.hpp"

namespace mainspring {

namespace {

struct Source {
    std::shared_ptr<PrivateCluster> cluster;
    ConnectionOptions session;
};

Source open_source(const DatabaseOptions& options) {
    Source source{.cluster = nullptr, .session = options.session};
    source.session.database = options.database;
    if (!options.url.empty()) {
        source.session.url = options.url;
        prepare_external_database(source.session);
        return source;
    }
    source.cluster = std::make_shared<PrivateCluster>(options.cluster);
    source.session.url = source.cluster->url();
    if (source.session.database.empty()) source.session.database = kDatabaseName;
    return source;
}

std::unique_ptr<Pool> make_pool(const Source& source, std::string_view role, std::size_t size) {
    PoolOptions options{.connection = source.session, .size = size};
    if (source.cluster) {
        options.connection.user = role;
        options.before_connect = [cluster = source.cluster] { cluster->ensure_running(); };
    } else {
        options.connection.role = role;
        options.connection.role_policy = RolePolicy::required;
    }
    return std::make_unique<Pool>(std::move(options));
}

}  // namespace

Database open_database(const DatabaseOptions& options) {
    const Source source = open_source(options);
    Source unhurried = source;
    unhurried.session.statement_timeout = {};
    unhurried.session.lock_timeout = {};
    unhurried.session.idle_in_transaction_timeout = {};
    Database database;
    database.cluster_ = source.cluster;
    database.owner_ = make_pool(unhurried, kOwnerRole, 2);
    database.app_ = make_pool(source, kAppRole, options.app_connections);
    database.people_ = make_pool(source, kWebRole, options.people_connections);
    database.read_ = make_pool(source, kReadRole, options.read_connections);
    return database;
}

std::expected<std::vector<std::string>, MigrationProblem> migrate(Database& database) {
    const auto lease = database.owner().acquire();
    auto outcome = migrate(*lease, embedded_migrations());
    if (outcome) grant_privileges(*lease);
    return outcome;
}

}  // namespace mainspring
