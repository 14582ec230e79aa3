#include "storage/backup.hpp"

#include <charconv>
#include <csignal>
#include <fcntl.h>
#include <fmt/core.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "storage/cluster.hpp"
#include "storage/cluster_files.hpp"
#include "storage/postmaster.hpp"

namespace mainspring {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kVersion = "15";
constexpr int kPollMs = 100;

// Turned into a value at the doors of this file.
struct Refused {
    std::string text;
};

// What a program complained about, on one line.
std::string one_line(std::string_view text) {
    constexpr std::size_t kMost = 600;
    std::string out;
    for (const char c : text.substr(0, kMost)) {
        if (c != '\n')
            out += c;
        else if (!out.empty() && !out.ends_with("; "))
            out += "; ";
    }
    while (out.ends_with(' ') || out.ends_with(';')) out.pop_back();
    return out;
}

// A program that runs as the server's user, with our files as its input and output. What it says is read from a pipe.
class Helper {
public:
    struct Streams {
        int input = -1, output = -1;  // -1: /dev/null
    };
    Helper(const ServerUser& user, std::vector<std::string> words, Streams streams);
    ~Helper();
    Helper(const Helper&) = delete;
    Helper& operator=(const Helper&) = delete;

    // The next piece of what it says; empty after a while of silence; nothing at its end.
    std::optional<std::string> hear();
    bool ended_well();

private:
    [[noreturn]] static void exec(const ServerUser& user, char* const* arguments, const int (&streams)[3],
                                  pid_t parent);

    Fd said_;
    pid_t pid_ = 0;
};

void Helper::exec(const ServerUser& user, char* const* arguments, const int (&streams)[3], pid_t parent) {
    const int null = ::open("/dev/null", O_RDWR);
    for (int i = 0; i < 3; ++i) dup2(streams[i] >= 0 ? streams[i] : null, i);
    close_range(3, ~0U, 0);
    if (!become(user) || chdir("/") != 0) _exit(126);
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent) _exit(125);
    const char* const environment[] = {"PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8", nullptr};
    execvpe(arguments[0], arguments, const_cast<char* const*>(environment));
    _exit(127);
}

Helper::Helper(const ServerUser& user, std::vector<std::string> words, Streams streams) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) throw ClusterError("cannot make a pipe: " + system_message(errno));
    said_ = Fd(ends[0]);
    const Fd writing(ends[1]);
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    const int given[3] = {streams.input, streams.output, ends[1]};
    const pid_t parent = getpid();
    pid_ = fork();
    if (pid_ == 0) exec(user, arguments.data(), given, parent);
    if (pid_ < 0) throw ClusterError("cannot start " + words[0] + ": " + system_message(errno));
}

Helper::~Helper() {
    if (pid_ <= 0) return;
    kill(pid_, SIGTERM);
    waitpid(pid_, nullptr, 0);
}

std::optional<std::string> Helper::hear() {
    pollfd waiting{.fd = said_.get(), .events = POLLIN, .revents = 0};
    if (poll(&waiting, 1, kPollMs) <= 0) return std::string();
    char part[4096];
    const ssize_t size = read(said_.get(), part, sizeof part);
    if (size < 0 && errno == EINTR) return std::string();
    if (size <= 0) return std::nullopt;
    return std::string(part, static_cast<std::size_t>(size));
}

bool Helper::ended_well() {
    int status = 0;
    while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = 0;
    return status == 0;
}

// "  12345/67890 kB (18%), 0/1 tablespace"
std::optional<BackupProgress> progress_in(std::string_view line) {
    BackupProgress progress;
    const char* end = line.data() + line.size();
    const char* at = std::find_if(line.data(), end, [](char c) { return c != ' '; });
    const auto done = std::from_chars(at, end, progress.done);
    if (done.ec != std::errc() || done.ptr == end || *done.ptr != '/') return std::nullopt;
    const auto total = std::from_chars(done.ptr + 1, end, progress.total);
    if (total.ec != std::errc() || !std::string_view(total.ptr, end).starts_with(" kB")) return std::nullopt;
    progress.done *= 1024;
    progress.total *= 1024;
    return progress;
}

// Follows pg_basebackup: lines of progress go to the function, the others are its complaints.
std::string follow(Helper& helper, const BackupProgressFunction& on_progress) {
    std::string complaints, line;
    while (const auto piece = helper.hear()) {
        for (const char c : *piece) {
            if (c != '\n' && c != '\r') {
                line += c;
                continue;
            }
            if (const auto progress = progress_in(line))
                on_progress(*progress);
            else if (!line.empty())
                complaints += line + "; ";
            line.clear();
        }
    }
    complaints += line;
    while (complaints.ends_with(' ') || complaints.ends_with(';')) complaints.pop_back();
    return complaints;
}

fs::path folder_of(const fs::path& file) { return file.has_parent_path() ? file.parent_path() : fs::path("."); }

// A file that becomes visible under its name when it is whole.
class PartFile {
public:
    explicit PartFile(const fs::path& file) : name_(file), part_(file.native() + ".part") {
        if (fs::exists(fs::symlink_status(name_)))
            throw Refused{fmt::format("{} is there already and is not written over", name_.native())};
        file_ = Fd(::open(part_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
        if (file_.get() < 0)
            throw ClusterError(fmt::format("cannot write {}: {}", part_.native(), system_message(errno)));
        if (flock(file_.get(), LOCK_EX | LOCK_NB) != 0)
            throw Refused{fmt::format("another backup is being written to {}", name_.native())};
        owned_ = true;
        if (ftruncate(file_.get(), 0) != 0 || fchmod(file_.get(), 0600) != 0)
            throw ClusterError(fmt::format("cannot write {}: {}", part_.native(), system_message(errno)));
    }
    ~PartFile() {
        if (owned_) unlink(part_.c_str());
    }
    PartFile(const PartFile&) = delete;
    PartFile& operator=(const PartFile&) = delete;

    int fd() const { return file_.get(); }
    void finish() {
        // link() refuses a name that someone else has taken meanwhile.
        if (fsync(file_.get()) != 0 || link(part_.c_str(), name_.c_str()) != 0)
            throw ClusterError(fmt::format("cannot write {}: {}", name_.native(), system_message(errno)));
        const Fd folder(::open(folder_of(name_).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        if (folder.get() >= 0) fsync(folder.get());
    }

private:
    fs::path name_, part_;
    Fd file_;
    bool owned_ = false;
};

void make_empty_folder(const fs::path& folder, const fs::path& leftover) {
    std::error_code error;
    if (fs::is_directory(folder)) {
        for (const auto& entry : fs::directory_iterator(folder))
            if (entry.path().filename() != leftover.filename())
                throw Refused{fmt::format("the data folder {} is not empty: a backup is restored into an empty one",
                                          folder.native())};
        return;
    }
    fs::create_directories(folder_of(folder), error);
    // Open for passing through, whatever the umask, since the server may be another user.
    if (error || mkdir(folder.c_str(), 0711) != 0 || chmod(folder.c_str(), 0711) != 0)
        throw ClusterError(fmt::format("cannot make the data folder {}: {}", folder.native(),
                                       error ? error.message() : system_message(errno)));
}

// The folder that a backup is unpacked into; gone again unless it became the data.
class UnpackFolder {
public:
    UnpackFolder(const fs::path& folder, const ServerUser& user) : folder_(folder / "pg.restore") {
        const bool was_there = fs::exists(folder);
        make_empty_folder(folder, folder_);
        if (!was_there) made_ = folder;
        fs::remove_all(folder_);
        if (const fs::path closed = first_closed_folder(folder, user); !closed.empty()) {
            if (!was_there) fs::remove(folder);
            throw ClusterError(
                fmt::format("the database server runs as user {} and cannot reach {}: {} is closed to it", user.name,
                            folder.native(), closed.native()));
        }
        make_private_folder(folder_, user);
    }
    ~UnpackFolder() {
        std::error_code error;
        fs::remove_all(folder_, error);
        if (!made_.empty()) fs::remove(made_, error);
    }
    UnpackFolder(const UnpackFolder&) = delete;
    UnpackFolder& operator=(const UnpackFolder&) = delete;

    const fs::path& path() const { return folder_; }
    void become_data(const fs::path& data) {
        std::error_code error;
        fs::rename(folder_, data, error);
        if (error) throw ClusterError(fmt::format("cannot make {}: {}", data.native(), error.message()));
        made_.clear();
    }

private:
    fs::path folder_, made_;
};

void unpack(const fs::path& file, const fs::path& into, const ServerUser& user,
            const BackupProgressFunction& on_progress) {
    const Fd packed(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
    struct stat status{};
    if (packed.get() < 0 || fstat(packed.get(), &status) != 0)
        throw ClusterError(fmt::format("cannot read {}: {}", file.native(), system_message(errno)));
    Helper tar(user, {"tar", "-xzf", "-", "--no-same-owner", "-C", into.native()}, {.input = packed.get()});
    std::string complaints;
    while (const auto piece = tar.hear()) {
        complaints += *piece;
        // The reading position is shared with the child.
        on_progress({lseek(packed.get(), 0, SEEK_CUR), status.st_size});
    }
    if (tar.ended_well()) return;
    const std::string text = fmt::format("{} cannot be unpacked: {}", file.native(), one_line(complaints));
    if (complaints.find(system_message(ENOSPC)) != std::string::npos) throw ClusterError(text);
    throw Refused{text};
}

void check_unpacked(const fs::path& file, const fs::path& folder, const ServerUser& user) {
    const std::string version = read_small_file(folder / "PG_VERSION");
    if (!version.starts_with(kVersion) || !fs::exists(folder / "backup_label"))
        throw Refused{fmt::format("{} is no backup of mainspring", file.native())};
    Helper verify(user, {postgresql_programs() + "/pg_verifybackup", "--quiet", folder.native()}, {});
    std::string complaints;
    while (const auto piece = verify.hear()) complaints += *piece;
    if (!verify.ended_well()) throw Refused{fmt::format("{} is damaged: {}", file.native(), one_line(complaints))};
}

std::uintmax_t write_new(const fs::path& folder, const fs::path& file, const BackupProgressFunction& on_progress) {
    PartFile part(file);
    Helper helper(server_user(),
                  {postgresql_programs() + "/pg_basebackup", "--dbname", cluster_url(cluster_paths(folder)),
                   "--username", std::string(kClusterSuperuser), "--pgdata", "-", "--format", "tar", "--gzip",
                   "--wal-method", "fetch", "--checkpoint", "fast", "--progress", "--no-password"},
                  {.output = part.fd()});
    const std::string complaints = follow(helper, on_progress);
    if (!helper.ended_well())
        throw ClusterError(fmt::format("cannot write the backup {}: {}", file.native(), one_line(complaints)));
    part.finish();
    return fs::file_size(file);
}

}  // namespace

std::expected<std::uintmax_t, std::string> write_backup(const fs::path& folder, const fs::path& file,
                                                        const BackupProgressFunction& on_progress) {
    try {
        return write_new(folder, file, on_progress);
    } catch (Refused& refused) {
        return std::unexpected(std::move(refused.text));
    }
}

std::expected<void, std::string> unpack_backup(const fs::path& file, const fs::path& folder,
                                               const BackupProgressFunction& on_progress) {
    try {
        const ServerUser user = server_user();
        UnpackFolder target(folder, user);
        unpack(file, target.path(), user, on_progress);
        check_unpacked(file, target.path(), user);
        target.become_data(cluster_paths(folder).data);
        return {};
    } catch (Refused& refused) {
        return std::unexpected(std::move(refused.text));
    }
}

}  // namespace mainspring
