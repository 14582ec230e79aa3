#include "storage/cluster.hpp"

#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <fmt/core.h>
#include <poll.h>
#include <pwd.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "storage/cluster_files.hpp"

namespace mainspring {

namespace fs = std::filesystem;

namespace {

// Crash recovery of a big cluster takes minutes; longer than this something is wrong that waiting does not mend.
constexpr std::chrono::minutes kLongestStart{15};
constexpr std::chrono::milliseconds kPollEvery{5};

// The last part is made open for passing through, whatever the umask, since the server may be another user.
void make_data_folder(const fs::path& folder) {
    std::error_code error;
    if (fs::is_directory(folder, error)) return;
    fs::create_directories(folder.parent_path(), error);
    if (!error && mkdir(folder.c_str(), 0711) == 0) {
        chmod(folder.c_str(), 0711);
        return;
    }
    if (!fs::is_directory(folder))
        throw ClusterError(fmt::format("cannot make the data folder {}: {}", folder.native(),
                                       error ? error.message() : system_message(errno)));
}

// In the second child: only calls that are safe after fork in a program with threads.
[[noreturn]] void exec_supervisor(char* const* arguments, int report) {
    const int null = ::open("/dev/null", O_RDWR);
    dup2(null, STDIN_FILENO);
    dup2(report, STDOUT_FILENO);
    dup2(null, STDERR_FILENO);
    close_range(3, ~0U, 0);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    if (chdir("/") == 0) execv(arguments[0], arguments);
    _exit(127);
}

std::string read_to_end(int from) {
    std::string text;
    char part[4096];
    for (;;) {
        pollfd waiting{.fd = from, .events = POLLIN, .revents = 0};
        const auto limit = std::chrono::duration_cast<std::chrono::milliseconds>(kLongestStart);
        if (poll(&waiting, 1, static_cast<int>(limit.count())) == 0) return text;
        const ssize_t size = read(from, part, sizeof part);
        if (size < 0 && errno == EINTR) continue;
        if (size <= 0) return text;
        text.append(part, static_cast<std::size_t>(size));
    }
}

// Starts it as a process of its own session that nobody waits for; gives what it reports.
std::string spawn_supervisor(const ClusterOptions& options) {
    std::vector<std::string> words{options.program.native(), "supervise", options.folder.native(),
                                   std::to_string(options.idle.count())};
    words.insert(words.end(), options.settings.begin(), options.settings.end());
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) throw ClusterError("cannot make a pipe: " + system_message(errno));
    const Fd reading(ends[0]);
    Fd writing(ends[1]);
    const pid_t child = fork();
    if (child == 0) {
        setsid();
        if (fork() == 0) exec_supervisor(arguments.data(), ends[1]);
        _exit(0);
    }
    if (child < 0) throw ClusterError("cannot start the supervisor: " + system_message(errno));
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    writing.close();
    return read_to_end(reading.get());
}

bool is_ready(const ClusterPaths& paths, pid_t supervisor) {
    return supervisor != 0 && read_small_file(paths.ready) == std::to_string(supervisor);
}

}  // namespace

fs::path default_data_folder() {
    if (geteuid() == 0) return "/var/lib/mainspring";
    if (const char* home = std::getenv("HOME"); home != nullptr && *home == '/')
        return fs::path(home) / ".local/share/mainspring";
    const passwd* entry = getpwuid(geteuid());
    if (entry == nullptr) throw ClusterError("there is no home folder to keep the data in: name one with --data");
    return fs::path(entry->pw_dir) / ".local/share/mainspring";
}

PrivateCluster::PrivateCluster(ClusterOptions options) : options_(std::move(options)) {
    if (options_.folder.empty()) options_.folder = default_data_folder();
    options_.folder = fs::absolute(options_.folder).lexically_normal();
    if (!options_.folder.has_filename()) options_.folder = options_.folder.parent_path();
    if (options_.program.empty()) options_.program = "/proc/self/exe";
    if (options_.program == "/proc/self/exe") options_.program = fs::read_symlink(options_.program);
    make_data_folder(options_.folder);
    Fd lock = open_lock_file(cluster_paths(options_.folder).users_lock);
    // Waits while a supervisor that found nobody here stops the server.
    while (flock(lock.get(), LOCK_SH) != 0)
        if (errno != EINTR) throw ClusterError("cannot lock the data folder: " + system_message(errno));
    // The supervisor counts the idle time from the last visit, however short.
    futimens(lock.get(), nullptr);
    ensure_running();
    users_lock_ = lock.release();
}

PrivateCluster::~PrivateCluster() {
    if (users_lock_ >= 0) close(users_lock_);
}

void PrivateCluster::ensure_running() const {
    const ClusterPaths paths = cluster_paths(options_.folder);
    const Fd lock = open_lock_file(paths.supervisor_lock);
    const auto deadline = std::chrono::steady_clock::now() + kLongestStart;
    int deaths = 0;
    while (std::chrono::steady_clock::now() < deadline) {
        const pid_t supervisor = supervisor_of(lock);
        if (is_ready(paths, supervisor)) return;
        if (supervisor != 0) {
            std::this_thread::sleep_for(kPollEvery);
            continue;
        }
        const std::string report = spawn_supervisor(options_);
        if (report.starts_with("failed: ")) throw ClusterError(report.substr(8));
        if (report == "ready") return;
        if (report != "busy" && ++deaths == 3)
            throw ClusterError(fmt::format("the supervisor of the database in {} ended without a word; see {}",
                                           paths.folder.native(), paths.log.native()));
    }
    throw ClusterError("the database server did not become ready; see " + paths.log.native());
}

std::string PrivateCluster::url() const { return cluster_url(cluster_paths(options_.folder)); }

}  // namespace mainspring
