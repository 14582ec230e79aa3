#include "storage/postmaster.hpp"

#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <fmt/core.h>
#include <fstream>
#include <libpq-fe.h>
#include <sstream>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "storage/cluster.hpp"

namespace mainspring {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

namespace {

constexpr std::int64_t kMegabyte = 1024 * 1024;
constexpr std::int64_t kLeastFreeMegabytes = 200;
constexpr std::uintmax_t kLargestLog = 16 * 1024 * 1024;

std::string find_programs() {
    for (const char* folder : {"/usr/lib/postgresql/15/bin", "/usr/pgsql-15/bin", "/usr/local/pgsql/bin"})
        if (fs::exists(fs::path(folder) / "initdb") && fs::exists(fs::path(folder) / "postgres")) return folder;
    throw ClusterError(
        "PostgreSQL 15 is not installed (no initdb in /usr/lib/postgresql/15/bin): "
        "install the Debian package postgresql-15, or name a server with --database");
}

std::int64_t free_megabytes(const fs::path& folder) {
    struct statvfs status{};
    if (statvfs(folder.c_str(), &status) != 0) return 0;
    return static_cast<std::int64_t>(status.f_bavail) * static_cast<std::int64_t>(status.f_frsize) / kMegabyte;
}

std::int64_t memory_megabytes() { return sysconf(_SC_PHYS_PAGES) * (sysconf(_SC_PAGESIZE) / 1024) / 1024; }

// In the child: from here on the server's user, gone when we are, heard in the log only.
[[noreturn]] void exec_as(const ServerUser& user, char* const* arguments, int log, pid_t parent) {
    setsid();
    dup2(log, STDOUT_FILENO);
    dup2(log, STDERR_FILENO);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    if (!become(user) || chdir("/") != 0) _exit(126);
    // After setuid, which clears it; the parent may already be gone.
    prctl(PR_SET_PDEATHSIG, SIGINT);
    if (getppid() != parent) _exit(125);
    const char* const environment[] = {"PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8", nullptr};
    execve(arguments[0], arguments, const_cast<char* const*>(environment));
    _exit(127);
}

pid_t run_as(const ServerUser& user, std::vector<std::string> words, const fs::path& log_file) {
    const Fd log(::open(log_file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (log.get() < 0) throw ClusterError(fmt::format("cannot write {}: {}", log_file.native(), system_message(errno)));
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    const pid_t parent = getpid();
    const pid_t child = fork();
    if (child == 0) exec_as(user, arguments.data(), log.get(), parent);
    if (child < 0) throw ClusterError("cannot start " + words[0] + ": " + system_message(errno));
    return child;
}

char state_of(pid_t pid) {
    const std::string stat = read_small_file(fmt::format("/proc/{}/stat", pid));
    const auto at = stat.rfind(')');
    return at == std::string::npos || at + 2 >= stat.size() ? '-' : stat[at + 2];
}

bool works_in(pid_t pid, const fs::path& folder) {
    std::error_code error;
    const fs::path cwd = fs::read_symlink(fmt::format("/proc/{}/cwd", pid), error);
    return !error && fs::equivalent(cwd, folder, error);
}

std::string quoted_setting(std::string_view value) {
    std::string text = "'";
    for (const char c : value) {
        if (c == '\'') text += '\'';
        text += c;
    }
    return text + "'";
}

// What server or initdb say of their own end, on one line: not what was told to those who asked too early.
// Before the server is up, its LOG lines tell what is wrong with the settings. The last line if nothing was wrong.
std::string last_words(const std::string& log) {
    std::string words, last;
    bool is_up = false;
    std::istringstream lines(log);
    for (std::string line; std::getline(lines, line);) {
        if (!line.empty()) last = line;
        is_up = is_up || line.find("starting PostgreSQL") != std::string::npos;
        std::size_t at = std::min({line.find("FATAL: "), line.find("PANIC: "), line.find("error: ")});
        if (at == std::string::npos && !is_up) at = line.find("LOG: ");
        const bool is_told_to_client = line.substr(0, at).find('@') != std::string::npos;
        if (at == std::string::npos || is_told_to_client || line.find("skipping missing") != std::string::npos)
            continue;
        const std::string word = line.substr(line.find_first_not_of(' ', line.find(' ', at)));
        if (words.find(word) == std::string::npos) words += (words.empty() ? "" : "; ") + word;
    }
    return words.empty() ? last : words;
}

}  // namespace

std::string postgresql_programs() { return find_programs(); }

Postmaster::Postmaster(ClusterPaths paths, ServerUser user, std::vector<std::string> settings)
    : paths_(std::move(paths)), user_(std::move(user)), settings_(std::move(settings)), programs_(find_programs()) {
    const fs::path closed = first_closed_folder(paths_.folder, user_);
    if (!closed.empty())
        throw ClusterError(
            fmt::format("the database server runs as user {} and cannot reach the data folder {}: {} is "
                        "closed to it; choose another folder with --data or run as another user",
                        user_.name, paths_.folder.native(), closed.native()));
}

std::string Postmaster::log_since_start() const {
    std::ifstream log(paths_.log, std::ios::binary);
    log.seekg(static_cast<std::streamoff>(log_start_));
    std::string text{std::istreambuf_iterator<char>(log), {}};
    constexpr std::size_t kMost = 64 * 1024;
    return text.size() > kMost ? text.substr(text.size() - kMost) : text;
}

void Postmaster::rotate_log() {
    std::error_code error;
    if (fs::file_size(paths_.log, error) > kLargestLog && !error)
        fs::rename(paths_.log, paths_.log.native() + ".1", error);
    const auto size = fs::file_size(paths_.log, error);
    log_start_ = error ? 0 : size;
}

void Postmaster::create_cluster() {
    if (fs::exists(paths_.data / "PG_VERSION")) return;
    if (free_megabytes(paths_.folder) < kLeastFreeMegabytes)
        throw ClusterError(fmt::format("the disk of {} has only {} MB free, a new database needs {} MB",
                                       paths_.folder.native(), free_megabytes(paths_.folder), kLeastFreeMegabytes));
    // What an earlier attempt left when it was killed; nothing of value was ever in it.
    fs::remove_all(paths_.new_data);
    make_private_folder(paths_.new_data, user_);
    const pid_t child =
        run_as(user_,
               {programs_ + "/initdb", "-D", paths_.new_data.native(), "-U", std::string(kClusterSuperuser), "-A",
                "peer", "-E", "UTF8", "--locale=C.UTF-8", "--data-checksums"},
               paths_.log);
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (status != 0) {
        fs::remove_all(paths_.new_data);
        throw ClusterError(
            fmt::format("cannot create the database in {}: {}", paths_.folder.native(), last_words(log_since_start())));
    }
    std::error_code error;
    fs::rename(paths_.new_data, paths_.data, error);
    if (error) throw ClusterError(fmt::format("cannot create {}: {}", paths_.data.native(), error.message()));
}

void Postmaster::write_settings() {
    const std::int64_t memory = memory_megabytes();
    const std::int64_t disk = free_megabytes(paths_.data);
    std::string text =
        "# Written at every start of mainspring. Settings of your own belong into local.conf beside it.\n";
    text += fmt::format(
        "listen_addresses = ''\nport = 5432\nunix_socket_directories = {}\nunix_socket_permissions = 0700\n",
        quoted_setting(paths_.socket.native()));
    text +=
        fmt::format("shared_buffers = {}MB\nmaintenance_work_mem = {}MB\nwork_mem = 16MB\n",
                    std::clamp<std::int64_t>(memory / 4, 32, 2048), std::clamp<std::int64_t>(memory / 16, 32, 1024));
    text += fmt::format("max_wal_size = {}MB\nwal_buffers = {}MB\n", std::clamp<std::int64_t>(disk / 4, 1024, 8192),
                        std::clamp<std::int64_t>(memory / 128, 4, 64));
    text +=
        "wal_compression = lz4\ncheckpoint_timeout = 15min\njit = off\nmax_connections = 60\n"
        "timezone = 'UTC'\nlog_timezone = 'UTC'\nlc_messages = 'C'\ndatestyle = 'ISO, YMD'\n"
        "default_text_search_config = 'pg_catalog.simple'\n"
        "log_line_prefix = '%m [%p] %q%u@%d %a '\nlog_lock_waits = on\nlog_min_duration_statement = 5s\n"
        "log_parameter_max_length = 0\nlog_parameter_max_length_on_error = 0\n";
    for (const std::string& setting : settings_) {
        const auto at = setting.find('=');
        if (at == std::string::npos) throw ClusterError("a setting has the form name=value, not " + setting);
        text += setting.substr(0, at) + " = " + quoted_setting(setting.substr(at + 1)) + "\n";
    }
    text += "include_if_exists = 'local.conf'\n";
    write_private_file(paths_.data / "postgresql.conf", text, user_);
    write_private_file(paths_.data / "pg_hba.conf",
                       "local all all peer map=mainspring\nlocal replication mainspring peer map=mainspring\n", user_);
    std::string ident;
    for (const std::string& system_name : {std::string("root"), user_.name})
        for (const std::string_view role : {kClusterSuperuser, kOwnerRole, kAppRole, kWebRole, kReadRole})
            ident += fmt::format("mainspring {} {}\n", system_name, role);
    write_private_file(paths_.data / "pg_ident.conf", ident, user_);
}

// The postmaster and all its children inherit this lock, so having it proves that none of them lives. A process that
// has ended but was not yet waited for (a zombie, as PID 1 of a container leaves them for seconds) holds no lock.
Fd Postmaster::take_server_lock() {
    Fd lock = open_lock_file(paths_.server_lock);
    const auto deadline = std::chrono::steady_clock::now() + 120s;
    while (flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
        if (std::chrono::steady_clock::now() > deadline)
            throw ClusterError("an earlier database server in " + paths_.data.native() + " does not end");
        std::this_thread::sleep_for(5ms);
    }
    return lock;
}

// PostgreSQL refuses to start over a lock file whose process id is in use, by a zombie or by a stranger after a reboot:
// that of the data, and that of the socket, whose folder nobody else uses.
void Postmaster::remove_stale_pid_file() {
    const fs::path file = paths_.data / "postmaster.pid";
    const fs::path socket_lock = paths_.socket / ".s.PGSQL.5432.lock";
    const pid_t pid = static_cast<pid_t>(std::strtol(read_small_file(file).c_str(), nullptr, 10));
    const char state = pid > 0 ? state_of(pid) : '-';
    if (state != 'Z' && state != '-' && works_in(pid, paths_.data))
        throw ClusterError(
            fmt::format("another PostgreSQL server (process {}) that mainspring did not start runs on {}", pid,
                        paths_.data.native()));
    fs::remove(socket_lock);
    fs::remove(file);
}

void Postmaster::launch(Fd server_lock) {
    fcntl(server_lock.get(), F_SETFD, 0);
    pid_ = run_as(user_, {programs_ + "/postgres", "-D", paths_.data.native()}, paths_.log);
}

void Postmaster::start() {
    rotate_log();
    Fd server_lock = take_server_lock();
    create_cluster();
    make_private_folder(paths_.data, user_);
    make_private_folder(paths_.socket, user_);
    remove_stale_pid_file();
    write_settings();
    launch(std::move(server_lock));
    wait_until_ready();
}

void Postmaster::wait_until_ready() {
    const std::string target = cluster_url(paths_) + " dbname='postgres' user='" + std::string(kClusterSuperuser) + "'";
    while (PQping(target.c_str()) != PQPING_OK) {
        if (!is_running()) {
            std::string reason = last_words(log_since_start());
            if (free_megabytes(paths_.folder) < 32) reason = "the disk is full; " + reason;
            throw ClusterError(
                fmt::format("the database server in {} did not start: {}", paths_.folder.native(), reason));
        }
        std::this_thread::sleep_for(3ms);
    }
}

bool Postmaster::is_running() {
    if (pid_ > 0 && waitpid(pid_, nullptr, WNOHANG) != 0) pid_ = 0;
    return pid_ > 0;
}

void Postmaster::abort() {
    while (is_running()) {
        kill(pid_, SIGQUIT);
        std::this_thread::sleep_for(3ms);
    }
}

void Postmaster::stop() {
    if (!is_running()) return;
    kill(pid_, SIGINT);
    const auto patience = std::chrono::steady_clock::now() + 300s;
    while (is_running()) {
        if (std::chrono::steady_clock::now() > patience) kill(pid_, SIGQUIT);
        std::this_thread::sleep_for(3ms);
    }
}

}  // namespace mainspring
