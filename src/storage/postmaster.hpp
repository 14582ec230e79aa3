// One PostgreSQL server of a private cluster as a child process. Inside of this room only.
#pragma once
#include <string>
#include <sys/types.h>
#include <vector>

#include "storage/cluster_files.hpp"

namespace mainspring {

// The folder of initdb, postgres, pg_basebackup …; ClusterError when PostgreSQL 15 is not installed.
std::string postgresql_programs();

class Postmaster {
public:
    Postmaster(ClusterPaths paths, ServerUser user, std::vector<std::string> settings);

    // Creates the cluster if there is none, starts the server and waits until it answers. ClusterError with the reason.
    void start();
    // Until it answers (again, after the death of one of its processes). ClusterError when it ended instead.
    void wait_until_ready();
    // Fast shutdown: clients are cut off, everything committed is on disk.
    void stop();
    // Immediate: the next start recovers. For a server that did not come up: PostgreSQL 15 can wait for ever when it is
    // told to stop fast at the end of its recovery.
    void abort();
    // False once the process has ended by itself.
    bool is_running();

private:
    void create_cluster();
    void write_settings();
    // Waits until no process of an earlier server lives, then removes what it left behind.
    Fd take_server_lock();
    void remove_stale_pid_file();
    void launch(Fd server_lock);
    void rotate_log();
    std::string log_since_start() const;

    ClusterPaths paths_;
    ServerUser user_;
    std::vector<std::string> settings_;
    std::string programs_;
    pid_t pid_ = 0;
    std::uintmax_t log_start_ = 0;
};

}  // namespace mainspring
