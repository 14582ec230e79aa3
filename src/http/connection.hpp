// One peer of the server. Reads a request, gives it to a worker, writes the reply, reads the next: one at a time, so
// that pipelined requests are answered in order and a peer that sends faster than it is answered waits in its own
// socket.
#pragma once
#include <array>
#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <unordered_set>

#include "http/request_reader.hpp"
#include "http/server.hpp"
#include "http/sockets.hpp"
#include "http/tls.hpp"
#include "http/worker_pool.hpp"

namespace mainspring::http {

using TimePoint = std::chrono::steady_clock::time_point;

class Connection;

// A socket thread: its events, and the connections that live in it. No other thread touches them.
struct Home {
    EventLoop loop;
    Timer sweep{loop};
    std::array<char, 4096> ignored{};  // what is read only to see whether the peer is still there
    std::unordered_set<std::shared_ptr<Connection>> connections;
};

// What all connections share.
struct Shared {
    ServerOptions options;
    Application application;
    RequestReader::Limits limits;
    TlsContext tls;  // null: plain HTTP
    std::optional<WorkerPool> workers;
    std::string run_id;  // begins the ids of requests
    std::atomic<std::uint64_t> requests = 0;
    std::atomic<bool> stopping = false;
    std::atomic<std::size_t> connections = 0, streams = 0, in_flight = 0;
};

// Everything but the destructor belongs to the thread of its home.
class Connection : public std::enable_shared_from_this<Connection> {
public:
    Connection(Shared& shared, Home& home, std::unique_ptr<Socket> socket);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    void start();
    void close_if_late(TimePoint now);
    void begin_stop();
    void close();

private:
    enum class Phase : std::uint8_t { handshake, idle, head, body, handling, writing, streaming, lingering, closed };

    // A stream of events, from its head to its last part.
    struct Stream {
        EventSource events;
        std::string route;
        std::size_t bytes = 0;
        bool ended = false, reported = false;
    };

    void enter(Phase phase, std::chrono::milliseconds timeout);
    void enter_untimed(Phase phase);
    void allow_for(std::size_t bytes);
    void await_request();
    void read();
    void feed();
    void continue_with_body();
    void dispatch();
    void handle();
    Response answer(std::string& fault);
    void refuse(const Refusal& refusal);
    void name_request();
    ReplyForm form_of(const Response& response) const;
    Reply reply_to(Response& response, std::string fault);
    void send(Reply reply);
    void write();
    void after_write();
    void finish();
    void linger();
    void open_stream(Stream stream);
    void report_stream();
    void start_stream();
    void watch_reader();
    void wait_for_part();
    void ask_for_part();
    void take_part(const EventSource::Part& part);
    std::chrono::microseconds since_received() const;

    Shared& shared_;
    Home& home_;
    std::unique_ptr<Socket> socket_;
    Timer stream_timer_;
    RequestReader reader_;  // its request is a worker's while phase_ is handling
    Phase phase_ = Phase::idle;
    TimePoint deadline_ = TimePoint::max();
    std::string peer_;
    std::string input_;       // read, not yet taken; while a read is under way its end is room for that
    bool keep_alive_ = true;  // after the reply being sent
    TimePoint received_{}, last_sent_{};
    Reply out_;
    std::size_t written_ = 0;
    std::optional<Stream> stream_;
};

}  // namespace mainspring::http
