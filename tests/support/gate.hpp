// Lets a test hold threads at a place until it opens.
#pragma once
#include <condition_variable>
#include <mutex>

namespace mainspring::test {

class Gate {
public:
    void pass() {  // waits until it is open
        std::unique_lock lock(mutex_);
        ++visitors_;
        changed_.notify_all();
        changed_.wait(lock, [this] { return open_; });
    }
    void open() {
        const std::lock_guard lock(mutex_);
        open_ = true;
        changed_.notify_all();
    }
    bool is_open() {
        const std::lock_guard lock(mutex_);
        return open_;
    }
    void await_visitors(int count) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return visitors_ >= count; });
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    int visitors_ = 0;
    bool open_ = false;
};

}  // namespace mainspring::test
