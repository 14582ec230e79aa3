#include <csignal>
#include <cstdlib>
#include <fmt/core.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "storage/cluster.hpp"
#include "storage/cluster_files.hpp"
#include "storage/error.hpp"
#include "storage/postmaster.hpp"
#include "storage/roles.hpp"

namespace mainspring {

namespace {

using SteadyTime = std::chrono::steady_clock::time_point;
using namespace std::chrono_literals;

void report(std::string_view text) {
    const ssize_t written = write(STDOUT_FILENO, text.data(), text.size());
    // Nobody may be listening any more; the cluster is still useful to the next.
    if (written < 0) return;
}

class Supervisor {
public:
    Supervisor(ClusterPaths paths, std::chrono::milliseconds idle, std::vector<std::string> settings)
        : paths_(std::move(paths)),
          idle_(idle),
          settings_(std::move(settings)),
          users_(open_lock_file(paths_.users_lock)),
          lock_(open_lock_file(paths_.supervisor_lock)) {}

    int run();

private:
    void start(Postmaster& server);
    void create_database(Postmaster& server);
    bool watch(Postmaster& server);
    bool is_idle();
    bool is_folder_gone() const;
    bool is_told_to_stop() const;

    ClusterPaths paths_;
    std::chrono::milliseconds idle_;
    std::vector<std::string> settings_;
    Fd users_;
    Fd lock_;
    SteadyTime last_busy_ = std::chrono::steady_clock::now();
    timespec last_visit_{};
};

void Supervisor::create_database(Postmaster& server) {
    for (int attempt = 0;; ++attempt) try {
            create_private_database(cluster_url(paths_));
            return;
        } catch (const DbError& error) {
            // One of the server's processes died just now: the others are cut off, and it recovers.
            if (!error.is_connection_lost() || attempt == 5) throw;
            server.wait_until_ready();
        }
}

void Supervisor::start(Postmaster& server) {
    server.start();
    try {
        create_database(server);
    } catch (...) {
        server.abort();
        throw;
    }
    write_private_file(paths_.ready, std::to_string(getpid()), {.uid = geteuid(), .gid = getegid()});
}

bool Supervisor::is_folder_gone() const {
    struct stat there{};
    struct stat here{};
    return stat(paths_.users_lock.c_str(), &there) != 0 || fstat(users_.get(), &here) != 0 ||
           there.st_ino != here.st_ino;
}

// True with the users' lock held, so that whoever comes now waits until the server is down and then starts anew.
bool Supervisor::is_idle() {
    const SteadyTime now = std::chrono::steady_clock::now();
    struct stat status{};
    fstat(users_.get(), &status);
    const bool visited = status.st_mtim.tv_sec != last_visit_.tv_sec || status.st_mtim.tv_nsec != last_visit_.tv_nsec;
    last_visit_ = status.st_mtim;
    if (flock(users_.get(), LOCK_EX | LOCK_NB) != 0 || visited) last_busy_ = now;
    if (now - last_busy_ >= idle_) return true;
    flock(users_.get(), LOCK_UN);
    return false;
}

// By a stranger, and politely: it refuses newcomers and waits for those who are in, who may need a second connection.
bool Supervisor::is_told_to_stop() const {
    return read_small_file(paths_.data / "postmaster.pid").find("\nstopping") != std::string::npos;
}

// Until there is a reason to end (true), or the server died by itself (false).
bool Supervisor::watch(Postmaster& server) {
    sigset_t signals;
    sigemptyset(&signals);
    for (const int signal : {SIGINT, SIGTERM, SIGCHLD}) sigaddset(&signals, signal);
    const auto pause = std::clamp<std::chrono::milliseconds>(idle_ / 8, 10ms, 500ms);
    const timespec wait{.tv_sec = 0, .tv_nsec = std::chrono::nanoseconds(pause).count()};
    for (;;) {
        const int signal = sigtimedwait(&signals, nullptr, &wait);
        if (signal == SIGINT || signal == SIGTERM) return true;
        if (server.is_running() && is_told_to_stop()) server.stop();
        if (!server.is_running()) return false;
        if (is_folder_gone() || is_idle()) return true;
    }
}

int Supervisor::run() {
    if (!take_supervisor_lock(lock_)) {
        report("busy");
        return 0;
    }
    Postmaster server(paths_, server_user(), settings_);
    start(server);
    report("ready");
    close(STDOUT_FILENO);
    // A server that dies again and again is not started for ever: the next user hears the reason.
    for (int restarts = 0; !watch(server); ++restarts) {
        unlink(paths_.ready.c_str());
        if (restarts == 5) return 1;
        start(server);
    }
    unlink(paths_.ready.c_str());
    server.stop();
    return 0;
}

void block_signals() {
    sigset_t signals;
    sigemptyset(&signals);
    for (const int signal : {SIGINT, SIGTERM, SIGCHLD}) sigaddset(&signals, signal);
    sigprocmask(SIG_BLOCK, &signals, nullptr);
    signal(SIGHUP, SIG_IGN);
    signal(SIGPIPE, SIG_IGN);
}

}  // namespace

int supervise_main(std::span<const std::string> arguments) {
    try {
        if (arguments.size() < 2) throw ClusterError("supervise takes FOLDER IDLE_MS [SETTING=VALUE…]");
        block_signals();
        umask(077);
        const std::chrono::milliseconds idle{std::strtol(arguments[1].c_str(), nullptr, 10)};
        return Supervisor(cluster_paths(arguments[0]), idle, {arguments.begin() + 2, arguments.end()}).run();
    } catch (const std::exception& error) {
        report(std::string("failed: ") + error.what());
        return 1;
    }
}

}  // namespace mainspring
