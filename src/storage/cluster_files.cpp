#include "storage/cluster_files.hpp"

#include <cstring>
#include <fcntl.h>
#include <fmt/core.h>
#include <fstream>
#include <grp.h>
#include <pwd.h>
#include <sstream>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "storage/cluster.hpp"
#include "storage/connection.hpp"

namespace mainspring {

namespace fs = std::filesystem;

namespace {

// sockaddr_un holds 107 bytes and the ending zero.
constexpr std::size_t kLongestSocketPath = 107;
constexpr std::string_view kSocketName = "/.s.PGSQL.5432";

// FNV-1a: a short stable name for a long folder name.
std::uint64_t hash_of(std::string_view text) {
    std::uint64_t hash = 14695981039346656037ULL;
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
    return hash;
}

fs::path socket_folder(const fs::path& folder) {
    const fs::path inside = folder / "run";
    if (inside.native().size() + kSocketName.size() <= kLongestSocketPath) return inside;
    const std::string name = fmt::format("mainspring-{}-{:016x}", geteuid(), hash_of(folder.native()));
    return fs::path(geteuid() == 0 ? "/run" : "/tmp") / name;
}

std::string own_name() {
    const passwd* entry = getpwuid(geteuid());
    if (entry == nullptr) throw ClusterError(fmt::format("the system knows no name for user id {}", geteuid()));
    return entry->pw_name;
}

bool can_enter(const fs::path& folder) { return access(folder.c_str(), X_OK) == 0; }

}  // namespace

std::string system_message(int error) { return std::generic_category().message(error); }

Fd::~Fd() {
    if (fd_ >= 0) ::close(fd_);
}

ClusterPaths cluster_paths(const fs::path& folder) {
    return {.folder = folder,
            .data = folder / "pg",
            .new_data = folder / "pg.new",
            .users_lock = folder / "users.lock",
            .supervisor_lock = folder / "supervisor.lock",
            .server_lock = folder / "server.lock",
            .ready = folder / "ready",
            .log = folder / "server.log",
            .socket = socket_folder(folder)};
}

std::string cluster_url(const ClusterPaths& paths) {
    return connection_text({{"host", paths.socket.native()}, {"port", "5432"}});
}

Fd open_lock_file(const fs::path& path) {
    Fd file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (file.get() < 0) throw ClusterError(fmt::format("cannot open {}: {}", path.native(), system_message(errno)));
    return file;
}

bool take_supervisor_lock(const Fd& file) {
    struct flock lock{};
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    return fcntl(file.get(), F_SETLK, &lock) == 0;
}

pid_t supervisor_of(const Fd& file) {
    struct flock lock{};
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    if (fcntl(file.get(), F_GETLK, &lock) != 0 || lock.l_type == F_UNLCK) return 0;
    return lock.l_pid;
}

std::string read_small_file(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return std::move(text).str();
}

ServerUser server_user() {
    if (geteuid() != 0) return {.uid = geteuid(), .gid = getegid(), .name = own_name(), .is_other = false};
    const passwd* entry = getpwnam("postgres");
    if (entry == nullptr)
        throw ClusterError(
            "there is no system user postgres to run the server as; install the Debian package postgresql-15");
    return {.uid = entry->pw_uid, .gid = entry->pw_gid, .name = "postgres", .is_other = true};
}

bool become(const ServerUser& user) {
    if (!user.is_other) return true;
    return setgid(user.gid) == 0 && initgroups(user.name.c_str(), user.gid) == 0 && setuid(user.uid) == 0;
}

void make_private_folder(const fs::path& folder, const ServerUser& user) {
    if (mkdir(folder.c_str(), 0700) == 0 && chown(folder.c_str(), user.uid, user.gid) != 0)
        throw ClusterError(fmt::format("cannot give {} to {}: {}", folder.native(), user.name, system_message(errno)));
    struct stat status{};
    if (lstat(folder.c_str(), &status) != 0)
        throw ClusterError(fmt::format("cannot make the folder {}: {}", folder.native(), system_message(errno)));
    if (!S_ISDIR(status.st_mode) || status.st_uid != user.uid)
        throw ClusterError(fmt::format("{} must be a folder of user {}, since the database server runs as that user",
                                       folder.native(), user.name));
    if (chmod(folder.c_str(), 0700) != 0)
        throw ClusterError(fmt::format("cannot close {} to others: {}", folder.native(), system_message(errno)));
}

void write_private_file(const fs::path& file, std::string_view text, const ServerUser& user) {
    const std::string fresh = file.native() + ".new";
    ::unlink(fresh.c_str());
    const Fd out(::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    const bool written = out.get() >= 0 && fchown(out.get(), user.uid, user.gid) == 0 &&
                         ::write(out.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
                         ::rename(fresh.c_str(), file.c_str()) == 0;
    if (!written) throw ClusterError(fmt::format("cannot write {}: {}", file.native(), system_message(errno)));
}

fs::path first_closed_folder(const fs::path& folder, const ServerUser& user) {
    std::vector<fs::path> parts;
    for (fs::path part = folder; part != part.parent_path(); part = part.parent_path()) parts.push_back(part);
    std::reverse(parts.begin(), parts.end());
    const pid_t child = fork();
    if (child == 0) {
        if (!become(user)) _exit(255);
        for (std::size_t i = 0; i < parts.size() && i < 254; ++i)
            if (!can_enter(parts[i])) _exit(static_cast<int>(i + 1));
        _exit(0);
    }
    int status = 0;
    if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status) || WEXITSTATUS(status) == 255)
        throw ClusterError(fmt::format("cannot become the system user {}", user.name));
    return WEXITSTATUS(status) == 0 ? fs::path{} : parts[static_cast<std::size_t>(WEXITSTATUS(status) - 1)];
}

}  // namespace mainspring
