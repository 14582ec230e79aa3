// The data of a private cluster as one file, and back: a base backup of PostgreSQL as a gzipped tar, with the piece of
// its log that makes it whole and a manifest of checksums.
#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>

namespace mainspring {

struct BackupProgress {
    std::int64_t done = 0, total = 0;  // bytes; of a backup, before they are packed
};
using BackupProgressFunction = std::function<void(const BackupProgress&)>;

// Everybody works on meanwhile; the file holds what was committed until its end. It appears under its name when it is
// whole and on the disk, mode 0600, since it holds customers' data. Gives its size in bytes. ClusterError: a file of
// that name is there, no room, …
// REQUIRES: the cluster of `folder` runs.
std::uintmax_t write_backup(const std::filesystem::path& folder, const std::filesystem::path& file,
                            const BackupProgressFunction& on_progress);

// Makes `folder` (not there, or empty) the data folder of what the file holds, after checking every file of it against
// the manifest. On any failure, ClusterError, the folder is as empty as before. The next user of the folder starts it.
void unpack_backup(const std::filesystem::path& file, const std::filesystem::path& folder,
                   const BackupProgressFunction& on_progress);

}  // namespace mainspring
