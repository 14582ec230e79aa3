// TCP sockets (with TLS or without), timers, and the loop of one thread in which they call back. Over Boost.Asio, which
// only sockets.cpp includes. What belongs to a loop is used by the loop's own thread only; post() alone is for all.
#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

struct ssl_ctx_st;

namespace mainspring::http {

class EventLoop {
public:
    EventLoop();
    ~EventLoop();
    EventLoop(const EventLoop&) = delete;
    EventLoop& operator=(const EventLoop&) = delete;

    void run();  // until end()
    void end();
    void post(std::move_only_function<void()> task);

    struct Parts;
    Parts& parts() { return *parts_; }

private:
    std::unique_ptr<Parts> parts_;
};

class Timer {
public:
    explicit Timer(EventLoop& loop);
    ~Timer();
    // `then` comes once, also when the timer is hurried or destroyed.
    void start(std::chrono::milliseconds after, std::move_only_function<void()> then);
    void hurry();  // now

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

class Socket {
public:
    struct Parts;
    explicit Socket(std::unique_ptr<Parts> parts);
    Socket(Socket&&) noexcept;
    ~Socket();

    enum class Io : std::uint8_t { done, failed };  // failed: the peer has gone, or the socket was closed or cancelled
    using Then = std::move_only_function<void(Io, std::size_t bytes)>;

    std::string peer() const;  // address without port
    void speak_tls(ssl_ctx_st* context, Then then);  // handshake; what is read and written afterwards is within it
    // At most one reads and one writes at a time; buffers must live until `then`.
    void read_some(std::span<char> into, Then then);
    void write_some(std::string_view first, std::string_view second, Then then);
    // Nothing more will be sent, and the peer is told so. After it, read_raw until the peer has ended too.
    void end_output(Then then);
    void read_raw(std::span<char> into, Then then);
    // Sends what the system takes at once.
    void write_now(std::string_view bytes);
    void cancel();
    void close();

private:
    std::unique_ptr<Parts> parts_;
};

class Listener {
public:
    struct Place {
        std::string address;
        std::uint16_t port = 0;
    };
    // Throws std::system_error with the place in its text.
    Listener(EventLoop& loop, const Place& place);
    ~Listener();
    std::uint16_t port() const;
    // The next connection, its callbacks in the loop `home`; null when none could be taken (too many open files).
    void accept(EventLoop& home, std::move_only_function<void(std::unique_ptr<Socket>)> then);
    void close();

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace mainspring::http
