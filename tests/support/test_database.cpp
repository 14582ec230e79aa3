#include "support/test_database.hpp"

#include <atomic>
#include <fmt/core.h>
#include <unistd.h>
#include <vector>

#include "storage/database.hpp"

namespace mainspring {

namespace {

constexpr std::chrono::milliseconds kIdle{5'000};
constexpr std::size_t kConnections = 6;

// The build folder, unless the server's user cannot get there: then a folder of this user in the one for temporary
// files.
PrivateCluster open_test_cluster() {
    ClusterOptions options{.folder = MAINSPRING_TEST_FOLDER,
                           .program = test_supervisor_program(),
                           .idle = kIdle,
                           .settings = {"fsync=off", "full_page_writes=off", "shared_buffers=128MB", "max_wal_size=1GB",
                                        "max_connections=100"}};
    try {
        return PrivateCluster(options);
    } catch (const ClusterError&) {
        options.folder = std::filesystem::temp_directory_path() / fmt::format("mainspring-tests-{}", geteuid());
        return PrivateCluster(options);
    }
}

const PrivateCluster& cluster() {
    static const PrivateCluster shared = open_test_cluster();
    return shared;
}

ConnectionOptions options_for(std::string_view role, std::string_view database) {
    return {.url = cluster().url(), .database = std::string(database), .user = std::string(role)};
}

Connection& superuser_session() {
    static Connection session(options_for(kClusterSuperuser, "postgres"));
    return session;
}

bool exists(Connection& session, const std::string& name) {
    return !session.exec_once("select 1 from pg_database where datname = $1", name).empty();
}

void drop_database(Connection& session, const std::string& name) {
    session.exec_script(fmt::format("drop database if exists \"{}\" with (force)", name));
}

// What test programs that were killed have left: the name carries their process id.
void drop_leftovers(Connection& session) {
    const Result rows = session.exec_once("select datname::text from pg_database where datname like 'test\\_%'");
    for (const Row row : rows) {
        const std::string name = row.get<std::string>(0);
        const std::string pid = name.substr(5, name.find('_', 5) - 5);
        if (!std::filesystem::exists("/proc/" + pid)) drop_database(session, name);
    }
}

void migrate_template(const std::string& name, std::span<const EmbeddedText> migrations) {
    Connection owner(options_for(kOwnerRole, name));
    const auto outcome = migrate(owner, migrations);
    if (!outcome) throw std::runtime_error(outcome.error().text);
    if (migrations.data() == embedded_migrations().data()) grant_privileges(owner);
}

// Over the migrations and what the roles may do.
std::string template_checksum(std::span<const EmbeddedText> migrations) {
    std::vector<EmbeddedText> files(migrations.begin(), migrations.end());
    files.insert(files.end(), embedded_roles().begin(), embedded_roles().end());
    return migrations_checksum(files);
}

// Made under another name and renamed when whole, so that one that failed half-way is never cloned.
std::string template_for(std::span<const EmbeddedText> migrations) {
    static std::set<std::string> known;
    const std::string name = "template_" + template_checksum(migrations).substr(0, 24);
    if (!known.insert(name).second) return name;
    Connection& session = superuser_session();
    session.exec_script("set statement_timeout = 0; set lock_timeout = 0");
    session.exec_once("select pg_advisory_lock(4711)");
    try {
        drop_leftovers(session);
        if (!exists(session, name)) {
            const std::string draft = "draft_of_template";
            drop_database(session, draft);
            session.exec_script(fmt::format("create database {} owner {} template template0", draft, kOwnerRole));
            migrate_template(draft, migrations);
            session.exec_script(fmt::format("alter database {} rename to \"{}\"", draft, name));
        }
    } catch (...) {
        known.erase(name);
        session.exec_once("select pg_advisory_unlock(4711)");
        throw;
    }
    session.exec_once("select pg_advisory_unlock(4711)");
    return name;
}

std::string next_name() {
    static std::atomic<int> next{0};
    return fmt::format("test_{}_{}", getpid(), next++);
}

std::unique_ptr<Pool> make_pool(const ConnectionOptions& connection) {
    return std::make_unique<Pool>(PoolOptions{.connection = connection, .size = kConnections});
}

}  // namespace

std::filesystem::path test_supervisor_program() { return MAINSPRING_TEST_SUPERVISOR; }

TestDatabase::TestDatabase() : TestDatabase(embedded_migrations()) {}

TestDatabase::TestDatabase(std::span<const EmbeddedText> migrations) : name_(next_name()) {
    const std::string original = template_for(migrations);
    superuser_session().exec_script(
        fmt::format("create database {} owner {} template \"{}\" strategy file_copy", name_, kOwnerRole, original));
    superuser_ = make_pool(connection(kClusterSuperuser));
    owner_ = make_pool(connection(kOwnerRole));
    app_ = make_pool(connection(kAppRole));
    people_ = make_pool(connection(kWebRole));
    read_ = make_pool(connection(kReadRole));
}

TestDatabase::~TestDatabase() {
    superuser_.reset();
    owner_.reset();
    app_.reset();
    people_.reset();
    read_.reset();
    try {
        drop_database(superuser_session(), name_);
    } catch (const DbError&) {
        // The next test program drops what this one could not.
    }
}

ConnectionOptions TestDatabase::connection(std::string_view role) const { return options_for(role, name_); }

}  // namespace mainspring
