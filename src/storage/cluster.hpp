// The private PostgreSQL 15 cluster that mainspring runs when no database is named: over a unix socket only, in a data
// folder, reached by peer authentication (no password anywhere).
//
// Who owns what. A supervisor process (our own program, `mainspring supervise FOLDER …`, hidden) has the postmaster as
// its child. Every user of the cluster holds a shared lock on FOLDER/users.lock while it lives; when nobody has held it
// for a while, the supervisor stops the postmaster and ends. A killed user needs no cleaning: the kernel drops its
// lock. A killed supervisor takes the postmaster with it (PDEATHSIG), and the next user starts both anew.
//
//   FOLDER/pg/              data directory, 0700, owned by the server's user (postgres when we are root)
//   FOLDER/pg/local.conf    settings of yours, read last; postgresql.conf is ours and written at every start
//   FOLDER/server.log       what PostgreSQL says; FOLDER/server.log.1 the one before
//   FOLDER/run/             the socket, or a short folder in /run or /tmp when the path is over 107 bytes
//   FOLDER/{users,supervisor,server}.lock, FOLDER/ready
#pragma once
#include <chrono>
#include <filesystem>
#include <functional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace mainspring {

// The cluster cannot be had: the folder is out of the server's reach, PostgreSQL is not installed, the disk is full …
class ClusterError : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

inline constexpr std::string_view kClusterSuperuser = "mainspring";
inline constexpr std::string_view kOwnerRole = "mainspring_owner";
inline constexpr std::string_view kAppRole = "mainspring_app";
inline constexpr std::string_view kWebRole = "mainspring_web";
inline constexpr std::string_view kReadRole = "mainspring_read";

struct ClusterOptions {
    std::filesystem::path folder = {};  // empty: default_data_folder()
    std::filesystem::path program = {};  // that has `supervise`; empty: this program itself
    std::chrono::milliseconds idle{20'000};  // without users, until the supervisor stops the cluster
    std::vector<std::string> settings = {};  // "fsync=off": on top of ours, for tests
};

// /var/lib/mainspring for root, ~/.local/share/mainspring for a user.
std::filesystem::path default_data_folder();

// A user of the cluster: it runs as long as this lives.
class PrivateCluster {
public:
    // Starts the cluster when it does not run (first time: creates it, about half a second) and waits for it.
    explicit PrivateCluster(ClusterOptions options);
    ~PrivateCluster();
    PrivateCluster(const PrivateCluster&) = delete;
    PrivateCluster& operator=(const PrivateCluster&) = delete;

    // Starts it again if someone killed it meanwhile; cheap when it runs.
    void ensure_running() const;
    // For ConnectionOptions::url, without user and database.
    std::string url() const;
    const std::filesystem::path& folder() const { return options_.folder; }

private:
    ClusterOptions options_;
    int users_lock_ = -1;
};

// The hidden command: arguments after the word `supervise`, which are FOLDER IDLE_MS [SETTING=VALUE…]. Says "ready",
// "busy" (another supervisor has the folder) or "failed: why" on its standard output, then closes it. Its exit status.
int supervise_main(std::span<const std::string> arguments);

}  // namespace mainspring
