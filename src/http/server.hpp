// The HTTP/1.1 server: sockets on a few threads, handlers on others, limits and time-outs for everything. The only user
// of Boost.Beast.
#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "http/message.hpp"

namespace mainspring::http {

struct ServerOptions {
    std::string address = "127.0.0.1";
    std::uint16_t port = 0;  // 0: any free one
    int socket_threads = 1;
    int workers = 8;  // handlers at the same time
    std::string certificate_file = {}, key_file = {};  // PEM; both empty: plain HTTP
    std::size_t most_connections = 10'000;
    std::size_t most_waiting = 4'096;  // requests in the queue of the workers; one more is answered 503
    std::size_t most_head_bytes = 32 * 1024;
    // Idle: between two requests; a hundredth of it when there are nearly most_connections.
    std::chrono::milliseconds head_timeout{10'000}, body_timeout{120'000}, idle_timeout{75'000};
    std::chrono::milliseconds write_timeout{60'000};
    std::size_t least_bytes_per_second = 64 * 1024;  // as fast, a body or reply of any size is in time
    std::chrono::milliseconds heartbeat{15'000};  // of an event stream that has nothing to say
    std::chrono::milliseconds stop_timeout{30'000};  // how long a graceful stop waits for requests under way
};

// One reply, or the end of an event stream. Refusals of the server itself (408, 413, 431, 503 …) have no route.
struct Answered {
    const Request& request;
    std::string_view route;
    int status;
    std::chrono::microseconds took;  // from the whole request to the reply ready to be sent; of a stream: to its end
    std::size_t bytes;  // head and body
    std::string_view fault;  // of a 500: what the handler threw
};

// What is under way now.
struct Load {
    std::size_t connections = 0, streams = 0;
    std::size_t in_flight = 0;  // requests waiting for a worker or with one
    std::size_t waiting = 0;
};

// What the server asks of the program.
struct Application {
    // The largest body that a request with this head may bring.
    std::function<std::size_t(Method, std::string_view path)> most_body_bytes;
    // Called by many workers at once. What it throws becomes a 500 without a word of it.
    std::function<Response(const Request&)> handle;
    // For each reply, for logs and metrics. Called by workers and socket threads at once; must not throw.
    std::function<void(const Answered&)> done;
};

class Server {
public:
    // Listens from here on. Throws std::system_error (address in use, certificate not readable).
    Server(ServerOptions options, Application application);
    ~Server();  // REQUIRES: run() has returned, or was never called

    std::uint16_t port() const;
    Load load() const;
    // Serves until stop() has been called and everything under way is answered.
    void run();
    // From any thread: no new connections, requests under way are finished, event streams end.
    void stop();

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace mainspring::http
