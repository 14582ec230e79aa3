// Where the parts of a private cluster lie, its locks, and the system user that runs it. Inside of this room only.
#pragma once
#include <filesystem>
#include <functional>
#include <string>
#include <sys/types.h>

namespace mainspring {

struct ClusterPaths {
    std::filesystem::path folder, data, new_data, users_lock, supervisor_lock, server_lock, ready, log, socket;
};
ClusterPaths cluster_paths(const std::filesystem::path& folder);
std::string cluster_url(const ClusterPaths& paths);

// A file descriptor that closes itself.
class Fd {
public:
    explicit Fd(int fd = -1) : fd_(fd) {}
    ~Fd();
    Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    Fd& operator=(Fd&& other) noexcept {
        std::swap(fd_, other.fd_);
        return *this;
    }
    int get() const { return fd_; }
    int release() { return std::exchange(fd_, -1); }
    void close() { Fd(std::exchange(fd_, -1)); }

private:
    int fd_;
};
// Opened for reading and writing, made if missing, closed on exec. ClusterError with the path.
Fd open_lock_file(const std::filesystem::path& path);

// The record lock that a supervisor holds. Asking does not take it.
bool take_supervisor_lock(const Fd& file);
// Process id of the holder, 0 for none.
pid_t supervisor_of(const Fd& file);

std::string read_small_file(const std::filesystem::path& path);  // empty when it cannot be read

// The user that the server runs as: postgres when we are root, since PostgreSQL refuses root; else ourselves.
struct ServerUser {
    uid_t uid = 0;
    gid_t gid = 0;
    std::string name = {};
    bool is_other = false;
};
ServerUser server_user();
// For a child process before exec: becomes the user. False when the system does not let it.
bool become(const ServerUser& user);
// A folder of mode 0700 that belongs to the user; ClusterError when it is there and belongs to another.
void make_private_folder(const std::filesystem::path& folder, const ServerUser& user);
// Writes it anew, mode 0600, the user's own; readers see the old or the new one.
void write_private_file(const std::filesystem::path& file, std::string_view text, const ServerUser& user);
// The first part of the path that the user cannot enter, empty when it reaches the folder.
std::filesystem::path first_closed_folder(const std::filesystem::path& folder, const ServerUser& user);

std::string system_message(int error);

}  // namespace mainspring
