#include "storage/cluster.hpp"

#include <csignal>
#include <doctest/doctest.h>
#include <fmt/core.h>
#include <fstream>
#include <sstream>
#include <sys/stat.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "storage/cluster_files.hpp"
#include "storage/database.hpp"
#include "support/test_database.hpp"

using namespace mainspring;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

// A data folder of its own, gone at the end; the supervisor ends when it sees that.
class DataFolder {
public:
    DataFolder() {
        std::string name = (fs::temp_directory_path() / "mainspring-XXXXXX").native();
        ensure(mkdtemp(name.data()) != nullptr, "a temporary folder can be made");
        chmod(name.c_str(), 0755);
        base_ = name;
    }
    ~DataFolder() {
        const pid_t last = supervisor();
        if (last > 0) kill(last, SIGTERM);
        for (int i = 0; i < 1000 && supervisor() != 0; ++i) std::this_thread::sleep_for(5ms);
        fs::remove_all(base_);
    }
    fs::path base() const { return base_; }
    fs::path folder() const { return base_ / "data"; }
    ClusterOptions options(std::chrono::milliseconds idle = 300s) const {
        return {.folder = folder(),
                .program = test_supervisor_program(),
                .idle = idle,
                .settings = {"shared_buffers=32MB", "max_wal_size=256MB"}};
    }
    pid_t supervisor() const {
        if (!fs::exists(folder())) return 0;
        return supervisor_of(open_lock_file(cluster_paths(folder()).supervisor_lock));
    }
    pid_t postmaster() const {
        return static_cast<pid_t>(std::strtol(read_small_file(folder() / "pg/postmaster.pid").c_str(), nullptr, 10));
    }

private:
    fs::path base_;
};

bool lives(pid_t pid) {
    const std::string stat = read_small_file(fmt::format("/proc/{}/stat", pid));
    return !stat.empty() && stat.find(") Z") == std::string::npos;
}

template <class Condition>
bool within(std::chrono::seconds limit, Condition condition) {
    const auto end = std::chrono::steady_clock::now() + limit;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > end) return false;
        std::this_thread::sleep_for(5ms);
    }
    return true;
}

ConnectionOptions superuser(const PrivateCluster& cluster) {
    return {.url = cluster.url(), .database = std::string(kDatabaseName), .user = std::string(kClusterSuperuser)};
}

}  // namespace

TEST_CASE("many users start the cluster at once: one supervisor, one server, all get it") {
    const DataFolder data;
    std::vector<std::thread> users;
    std::atomic<int> served{0};
    for (int i = 0; i < 6; ++i) {
        users.emplace_back([&] {
            const PrivateCluster cluster(data.options());
            Connection connection(superuser(cluster));
            served += connection.exec_once("select 1").one().get<std::int32_t>(0);
        });
    }
    for (std::thread& user : users) user.join();
    CHECK(served == 6);
    CHECK(lives(data.postmaster()));
    CHECK(read_small_file(data.folder() / "ready") == std::to_string(data.supervisor()));
}

TEST_CASE("the server has the settings that the design asks for, and the owner's own come last") {
    const DataFolder data;
    {
        const PrivateCluster cluster(data.options());
        Connection c(superuser(cluster));
        const auto setting = [&](const std::string& name) {
            return c.exec_once("select current_setting($1)", name).one().get<std::string>(0);
        };
        CHECK(setting("data_checksums") == "on");
        CHECK(setting("wal_compression") == "lz4");
        CHECK(setting("listen_addresses") == "");
        CHECK(setting("max_connections") == "60");
        CHECK(setting("server_encoding") == "UTF8");
        CHECK(setting("fsync") == "on");
        CHECK(c.exec_once("select datcollate::text from pg_database where datname = current_database()")
                  .one()
                  .get<std::string>(0) == "C.UTF-8");
    }
    kill(data.supervisor(), SIGTERM);
    REQUIRE(within(30s, [&] { return data.supervisor() == 0; }));
    std::ofstream(data.folder() / "pg/local.conf") << "max_connections = 41\n";
    chmod((data.folder() / "pg/local.conf").c_str(), 0644);
    const PrivateCluster cluster(data.options());
    CHECK(Connection(superuser(cluster))
              .exec_once("select current_setting('max_connections')")
              .one()
              .get<std::string>(0) == "41");
}

TEST_CASE("kill -9 of the supervisor: the server goes too, the next user starts both, what was committed is there") {
    const DataFolder data;
    Database database = open_database({.cluster = data.options()});
    with_tx(database.owner(), Isolation::read_committed,
            [](Tx& tx) { tx.exec_once("create table kept as select 42 as answer"); });
    const pid_t server = data.postmaster();
    REQUIRE(kill(data.supervisor(), SIGKILL) == 0);
    CHECK(within(30s, [&] { return !lives(server); }));
    // The same program goes on with its pools, and so does another.
    const auto answer = [](Tx& tx) { return tx.exec_once("select answer from kept").one().get<std::int32_t>(0); };
    CHECK(with_tx(database.owner(), Isolation::read_committed, answer) == 42);
    Database other = open_database({.cluster = data.options()});
    CHECK(with_tx(other.owner(), Isolation::read_committed, answer) == 42);
    CHECK(data.postmaster() != server);
}

TEST_CASE("kill -9 of the server: the supervisor starts it again") {
    const DataFolder data;
    Database database = open_database({.cluster = data.options()});
    with_tx(database.owner(), Isolation::read_committed,
            [](Tx& tx) { tx.exec_once("create table kept as select 42 as answer"); });
    const pid_t supervisor = data.supervisor();
    const pid_t server = data.postmaster();
    REQUIRE(kill(server, SIGKILL) == 0);
    REQUIRE(within(60s, [&] {
        return data.postmaster() != server && read_small_file(data.folder() / "ready") == std::to_string(supervisor) &&
               lives(data.postmaster());
    }));
    CHECK(data.supervisor() == supervisor);
    CHECK(with_tx(database.owner(), Isolation::read_committed,
                  [](Tx& tx) { return tx.exec_once("select answer from kept").one().get<std::int32_t>(0); }) == 42);
}

TEST_CASE("kill -9 of the last user: the supervisor stops the server and ends by itself") {
    const DataFolder data;
    int ready[2];
    REQUIRE(pipe(ready) == 0);
    const pid_t user = fork();
    if (user == 0) {
        const PrivateCluster cluster(data.options(200ms));
        if (write(ready[1], "x", 1) == 1) pause();
        _exit(1);
    }
    char byte = 0;
    REQUIRE(read(ready[0], &byte, 1) == 1);
    const pid_t supervisor = data.supervisor();
    const pid_t server = data.postmaster();
    CHECK(supervisor > 0);
    // Longer than the idle time: a user, however quiet, keeps the server.
    std::this_thread::sleep_for(700ms);
    CHECK(data.supervisor() == supervisor);
    kill(user, SIGKILL);
    waitpid(user, nullptr, 0);
    CHECK(within(30s, [&] { return data.supervisor() == 0; }));
    CHECK_FALSE(lives(server));
    CHECK_FALSE(fs::exists(data.folder() / "ready"));
    close(ready[0]);
    close(ready[1]);
}

TEST_CASE("a folder that the server's user cannot reach is refused with the part that is closed") {
    if (geteuid() != 0) return;  // only root runs the server as another user
    const DataFolder data;
    chmod(data.base().c_str(), 0700);
    try {
        const PrivateCluster cluster(data.options());
        FAIL("a closed folder was taken");
    } catch (const ClusterError& error) {
        const std::string text = error.what();
        CHECK(text.find("runs as user postgres") != std::string::npos);
        CHECK(text.find(data.base().native() + " is closed to it") != std::string::npos);
    }
}

TEST_CASE("a folder whose name is too long for a socket still works") {
    const DataFolder data;
    ClusterOptions options = data.options();
    options.folder = data.folder() / std::string(60, 'x') / std::string(60, 'y');
    fs::create_directories(options.folder.parent_path());
    const fs::path socket = cluster_paths(options.folder).socket;
    CHECK(socket.native().size() < 60);
    {
        const PrivateCluster cluster(options);
        CHECK(Connection(superuser(cluster)).exec_once("select 1").one().get<std::int32_t>(0) == 1);
    }
    kill(supervisor_of(open_lock_file(options.folder / "supervisor.lock")), SIGTERM);
    CHECK(within(30s, [&] { return supervisor_of(open_lock_file(options.folder / "supervisor.lock")) == 0; }));
    fs::remove_all(socket);
}

TEST_CASE("a wrong setting is told with the server's own words") {
    const DataFolder data;
    ClusterOptions options = data.options();
    options.settings.emplace_back("max_connections=none");
    CHECK_THROWS_WITH_AS(PrivateCluster{options}, doctest::Contains("max_connections"), ClusterError);
    CHECK(data.supervisor() == 0);
}

TEST_CASE("a normal user has a cluster too") {
    if (geteuid() != 0) return;  // then every other case here is the proof
    const DataFolder data;
    chmod(data.base().c_str(), 0777);
    const pid_t child = fork();
    if (child == 0) {
        const bool changed = setgid(65534) == 0 && setuid(65534) == 0;
        try {
            const PrivateCluster cluster(data.options(100ms));
            Connection connection(superuser(cluster));
            _exit(changed && connection.exec_once("select 1").size() == 1 ? 0 : 2);
        } catch (const std::exception& error) {
            fmt::print(stderr, "{}\n", error.what());
            _exit(3);
        }
    }
    int status = 0;
    waitpid(child, &status, 0);
    CHECK(WEXITSTATUS(status) == 0);
    CHECK(within(30s, [&] { return data.supervisor() == 0; }));
}
