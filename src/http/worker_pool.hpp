// Threads that do what is put into a queue of limited length.
#pragma once
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace mainspring::http {

class WorkerPool {
public:
    using Task = std::function<void()>;  // must not throw

    explicit WorkerPool(std::size_t most_waiting) : most_waiting_(most_waiting) {}
    WorkerPool(const WorkerPool&) = delete;
    WorkerPool& operator=(const WorkerPool&) = delete;

    void start(int workers);
    void finish();  // what waits is done, then the threads end. REQUIRES: start() before

    enum class Taken : std::uint8_t { yes, full };
    Taken put(Task task);
    std::size_t waiting() const;

private:
    void work();

    const std::size_t most_waiting_;
    mutable std::mutex mutex_;
    std::condition_variable filled_;
    std::deque<Task> queue_;
    bool closed_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace mainspring::http
