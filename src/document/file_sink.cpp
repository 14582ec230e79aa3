#include "document/file_sink.hpp"

#include <cerrno>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>

namespace mainspring::document {

namespace {

constexpr std::size_t kBuffer = 256 * 1024;

[[noreturn]] void throw_errno(const char* what, const std::filesystem::path& file) {
    throw std::system_error(errno, std::generic_category(), std::string(what) + " " + file.string());
}

}  // namespace

FileSink::FileSink(std::filesystem::path file) : file_(std::move(file)), part_(file_) {
    part_ += ".part" + std::to_string(::getpid());  // another process may write the same file
    fd_ = ::open(part_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
    if (fd_ < 0) throw_errno("cannot create", part_);
    buffer_.reserve(kBuffer);
}

FileSink::~FileSink() {
    if (fd_ < 0) return;
    ::close(fd_);
    ::unlink(part_.c_str());
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
    const auto folder = file_.has_parent_path() ? file_.parent_path() : std::filesystem::path(".");
    const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) throw_errno("cannot open", folder);
    const int result = ::fsync(fd);
    ::close(fd);
    if (result != 0) throw_errno("cannot sync", folder);
}

void FileSink::commit() {
    flush();
    if (::fsync(fd_) != 0) throw_errno("cannot sync", part_);
    if (::close(std::exchange(fd_, -1)) != 0) throw_errno("cannot close", part_);
    std::filesystem::rename(part_, file_);
    sync_folder();
}

}  // namespace mainspring::document
