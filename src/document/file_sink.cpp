#include "document/file_sink.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <string_view>
#include <sys/file.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace mainspring::document {

namespace {

constexpr std::size_t kBuffer = 256 * 1024;

[[noreturn]] void throw_errno(const char* what, const std::filesystem::path& file) {
    throw std::system_error(errno, std::generic_category(), std::string(what) + " " + file.string());
}

constexpr std::string_view kPart = ".part";

std::filesystem::path folder_of(const std::filesystem::path& file) {
    return file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
}

bool is_still(int fd, const std::filesystem::path& file) {
    struct stat opened{}, named{};
    return ::fstat(fd, &opened) == 0 && ::stat(file.c_str(), &named) == 0 && opened.st_dev == named.st_dev &&
           opened.st_ino == named.st_ino;
}

// Empty, and locked as long as it is open: by that a part being written is told from one left behind.
int open_part(const std::filesystem::path& part) {
    for (;;) {
        const int fd = ::open(part.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0640);
        if (fd < 0) throw_errno("cannot create", part);
        while (::flock(fd, LOCK_EX) != 0 && errno == EINTR) {
        }
        if (!is_still(fd, part)) {  // removed as left behind before it was locked
            ::close(fd);
            continue;
        }
        if (::ftruncate(fd, 0) == 0) return fd;
        ::close(fd);
        throw_errno("cannot empty", part);
    }
}

// Parts of this file whose processes were killed. Those that cannot be seen or locked are left alone.
void remove_leftovers(const std::filesystem::path& file, const std::filesystem::path& own) {
    const std::string start = file.filename().string() + std::string(kPart);
    std::error_code failed;
    const std::filesystem::directory_iterator end;
    for (std::filesystem::directory_iterator at(folder_of(file), failed); !failed && at != end; at.increment(failed)) {
        const std::string name = at->path().filename().string();
        if (!name.starts_with(start) || name.size() == start.size() || name == own.filename().string() ||
            !std::ranges::all_of(name.substr(start.size()), [](char c) { return c >= '0' && c <= '9'; }))
            continue;
        const int fd = ::open(at->path().c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW);
        if (fd < 0) continue;
        if (::flock(fd, LOCK_EX | LOCK_NB) == 0) ::unlink(at->path().c_str());
        ::close(fd);
    }
}

}  // namespace

FileSink::FileSink(std::filesystem::path file) : file_(std::move(file)), part_(file_) {
    std::error_code unseen;
    if (std::filesystem::exists(file_, unseen) && !std::filesystem::is_regular_file(file_, unseen))
        throw std::filesystem::filesystem_error("cannot write", file_,
                                                std::make_error_code(std::errc::operation_not_permitted));
    part_ += std::string(kPart) + std::to_string(::getpid());  // another process may write the same file
    fd_ = open_part(part_);
    remove_leftovers(file_, part_);
    buffer_.reserve(kBuffer);
}

FileSink::~FileSink() {
    if (fd_ < 0) return;
    ::unlink(part_.c_str());
    ::close(fd_);
}

void FileSink::write(std::span<const unsigned char> bytes) {
    buffer_.insert(buffer_.end(), bytes.begin(), bytes.end());
    bytes_ += static_cast<std::int64_t>(bytes.size());
    if (buffer_.size() >= kBuffer) flush();
}

void FileSink::flush() {
    std::span<const unsigned char> left(buffer_);
    while (!left.empty()) {
        const ssize_t written = ::write(fd_, left.data(), left.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) throw_errno("cannot write", part_);
        left = left.subspan(static_cast<std::size_t>(written));
    }
    buffer_.clear();
}

void FileSink::sync_folder() const {
    const auto folder = folder_of(file_);
    const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) throw_errno("cannot open", folder);
    const int result = ::fsync(fd);
    ::close(fd);
    if (result != 0) throw_errno("cannot sync", folder);
}

void FileSink::commit() {
    flush();
    if (::fsync(fd_) != 0) throw_errno("cannot sync", part_);
    std::filesystem::rename(part_, file_);  // still locked
    if (::close(std::exchange(fd_, -1)) != 0) throw_errno("cannot close", file_);
    sync_folder();
}

}  // namespace mainspring::document
