// A file that appears whole or not at all.
#pragma once
#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

namespace mainspring::document {

// Writes "<name>.part" with the number of the process; commit() syncs and renames it. What a killed process left of the
// same file is removed. Throws std::system_error.
// REQUIRES: one at a time for a file within a process.
class FileSink {
public:
    explicit FileSink(std::filesystem::path file);
    ~FileSink();
    FileSink(const FileSink&) = delete;
    FileSink& operator=(const FileSink&) = delete;

    void write(std::span<const unsigned char> bytes);
    void commit();
    std::int64_t bytes() const { return bytes_; }

private:
    void flush();
    void sync_folder() const;

    std::filesystem::path file_, part_;
    int fd_ = -1;
    std::int64_t bytes_ = 0;
    std::vector<unsigned char> buffer_;
};

}  // namespace mainspring::document
