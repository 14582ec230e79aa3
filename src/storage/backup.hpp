// The data of a private cluster as one file, and back: a base backup of PostgreSQL as a gzipped tar, with the piece of
// its log that makes it whole and a manifest of checksums.
#pragma once
#include <cstdint>
#include <expected>
#include <filesystem>
#include <functional>
#include <string>

namespace mainspring {

struct BackupProgress {
    std::int64_t done = 0, total = 0;  // bytes; of a backup, before they are packed
};
using BackupProgressFunction = std::function<void(const BackupProgress&)>;

// Everybody works on meanwhile; the file holds what was committed until its end. It appears under its name when it is
// whole and on the disk, mode 0600, since it holds customers' data. Gives its size in bytes. Refused, in words: a file
// of that name is there. ClusterError: no room, … REQUIRES: the cluster of `folder` runs.
std::expected<std::uintmax_t, std::string> write_backup(const std::filesystem::path& folder,
                                                        const std::filesystem::path& file,
                                                        const BackupProgressFunction& on_progress);

// Makes `folder` (not there, or empty) the data folder of what the file holds, after checking every file of it against
// the manifest. Refused, in words: the folder is not empty, the file is no backup or is damaged. On any failure the
// folder is as empty as before. The next user of the folder starts it.
std::expected<void, std::string> unpack_backup(const std::filesystem::path& file, const std::filesystem::path& folder,
                                               const BackupProgressFunction& on_progress);

}  // namespace mainspring
