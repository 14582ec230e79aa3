// A server that runs on a thread of its own, with an application of a few simple addresses.
#pragma once
#include <thread>

#include "http/server.hpp"

namespace mainspring::test {

// /echo gives back method, path, query and body; /throws throws; a body of more than 1,000 bytes is too large,
// except for /large.
http::Application echo_application();

class TestServer {
public:
    explicit TestServer(http::ServerOptions options = {}, http::Application application = echo_application())
        : server_(std::move(options), std::move(application)), thread_([this] { server_.run(); }) {}
    ~TestServer() { stop(); }
    std::uint16_t port() const { return server_.port(); }
    http::Load load() const { return server_.load(); }
    void begin_stop() { server_.stop(); }
    void stop() {  // and waits until it has ended
        server_.stop();
        if (thread_.joinable()) thread_.join();
    }

private:
    http::Server server_;
    std::thread thread_;
};

}  // namespace mainspring::test
