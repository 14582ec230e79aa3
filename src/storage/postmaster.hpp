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
    // Fast shutdown: clients are cut off, everything committed is on disk.
    void stop();
    // False once the process has ended by itself.
    bool is_running();

private:
    void create_cluster();
    void write_settings();
    // Waits until no process of an earlier server lives, then removes what it left behind.
    Fd take_server_lock();
    void remove_stale_pid_file();
    void launch(Fd server_lock);
    void wait_until_ready();
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
