#include "http/worker_pool.hpp"

namespace mainspring::http {

void WorkerPool::start(int workers) {
    for (int i = 0; i < workers; ++i) threads_.emplace_back([this] { work(); });
}

void WorkerPool::finish() {
    {
        const std::lock_guard lock(mutex_);
        closed_ = true;
    }
    filled_.notify_all();
    for (auto& thread : threads_) thread.join();
}

WorkerPool::Taken WorkerPool::put(Task task) {
    {
        const std::lock_guard lock(mutex_);
        if (queue_.size() >= most_waiting_) return Taken::full;
        queue_.push_back(std::move(task));
    }
    filled_.notify_one();
    return Taken::yes;
}

std::size_t WorkerPool::waiting() const {
    const std::lock_guard lock(mutex_);
    return queue_.size();
}

void WorkerPool::work() {
    for (;;) {
        Task task;
        {
            std::unique_lock lock(mutex_);
            filled_.wait(lock, [this] { return closed_ || !queue_.empty(); });
            if (queue_.empty()) return;
            task = std::move(queue_.front());
            queue_.pop_front();
        }
        task();
    }
}

}  // namespace mainspring::http
