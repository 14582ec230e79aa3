#include "http/server.hpp"

#include <fmt/format.h>
#include <random>
#include <thread>

#include "base/ensure.hpp"
#include "http/connection.hpp"

namespace mainspring::http {

namespace {

using SteadyClock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds kAcceptAgain{100};  // when there were no more files to be had
constexpr milliseconds kSweepOfStop{10};

// A time-out may be late by a fifth of the shortest one, half a second at most.
milliseconds sweep_interval(const ServerOptions& options) {
    const auto shortest = std::min({options.head_timeout, options.body_timeout, options.idle_timeout,
                                    options.write_timeout, options.stop_timeout});
    return std::clamp(shortest / 5, milliseconds(5), milliseconds(500));
}

// Answers one connection too many on the spot, if it listens in plain text.
void turn_away(Socket& socket, const Shared& shared) {
    if (shared.tls) return;
    Response response = response_of(
        {503, "too_many_connections", "The server has as many connections as it can take.", {{"Retry-After", "5"}}},
        "");
    const Reply reply = reply_of(response, {});
    socket.write_now(reply.head + reply.body);
}

}  // namespace

class Server::Impl {
public:
    Impl(ServerOptions options, Application application);

    std::uint16_t port() const { return port_; }
    Load load() const;
    void run();
    void stop();

private:
    void accept();
    void take(Home& home, std::unique_ptr<Socket> socket);
    void begin_stop(Home& home);
    void sweep(Home& home);
    void sweep_later(Home& home);

    Shared shared_;
    std::vector<std::unique_ptr<Home>> homes_;  // destroyed before what their connections share
    std::optional<Listener> listener_;
    std::optional<Timer> accept_again_;
    std::uint16_t port_ = 0;
    std::size_t next_home_ = 0;
    std::atomic<TimePoint> end_by_ = TimePoint::max();  // of a stop
};

Server::Impl::Impl(ServerOptions options, Application application) {
    ensure(options.socket_threads >= 1 && options.workers >= 1, "a server has a socket thread and a worker");
    if (!options.certificate_file.empty())
        shared_.tls = make_tls_context({.certificate = options.certificate_file, .key = options.key_file});
    shared_.limits = {options.most_head_bytes, application.most_body_bytes};
    shared_.workers.emplace(options.most_waiting);
    shared_.run_id = fmt::format("{:08x}", std::random_device{}());
    for (int i = 0; i < options.socket_threads; ++i) homes_.push_back(std::make_unique<Home>());
    listener_.emplace(homes_.front()->loop, Listener::Place{options.address, options.port});
    accept_again_.emplace(homes_.front()->loop);
    port_ = listener_->port();
    shared_.options = std::move(options);
    shared_.application = std::move(application);
}

Load Server::Impl::load() const {
    const std::size_t connections = shared_.connections, streams = shared_.streams, in_flight = shared_.in_flight;
    return {connections, streams, in_flight, shared_.workers->waiting()};
}

void Server::Impl::accept() {
    Home& home = *homes_[next_home_++ % homes_.size()];
    listener_->accept(home.loop, [this, &home](std::unique_ptr<Socket> socket) {
        if (shared_.stopping) return;
        if (!socket) return accept_again_->start(kAcceptAgain, [this] { accept(); });
        if (shared_.connections >= shared_.options.most_connections) {
            turn_away(*socket, shared_);
        } else {
            ++shared_.connections;
            home.loop.post([this, &home, taken = std::move(socket)]() mutable { take(home, std::move(taken)); });
        }
        accept();
    });
}

void Server::Impl::take(Home& home, std::unique_ptr<Socket> socket) {
    auto connection = std::make_shared<Connection>(shared_, home, std::move(socket));
    home.connections.insert(connection);
    connection->start();
}

void Server::Impl::run() {
    shared_.workers->start(shared_.options.workers);
    std::vector<std::thread> threads;
    homes_.front()->loop.post([this] {
        if (!shared_.stopping) accept();
    });
    for (const auto& home : homes_) sweep_later(*home);
    for (std::size_t i = 1; i < homes_.size(); ++i) threads.emplace_back([this, i] { homes_[i]->loop.run(); });
    homes_.front()->loop.run();
    for (auto& thread : threads) thread.join();
    shared_.workers->finish();  // waits for handlers that outlast the stop
}

void Server::Impl::stop() {
    if (shared_.stopping.exchange(true)) return;
    end_by_ = SteadyClock::now() + shared_.options.stop_timeout;
    homes_.front()->loop.post([this] { listener_->close(); });
    for (const auto& home : homes_) home->loop.post([this, &home = *home] { begin_stop(home); });
}

void Server::Impl::begin_stop(Home& home) {
    const auto connections = home.connections;  // some close now
    for (const auto& connection : connections) connection->begin_stop();
    home.sweep.hurry();
}

void Server::Impl::sweep(Home& home) {
    const auto now = SteadyClock::now();
    const auto connections = home.connections;
    for (const auto& connection : connections) {
        if (now >= end_by_.load()) connection->close();
        connection->close_if_late(now);
    }
    if (shared_.stopping && home.connections.empty()) return home.loop.end();
    sweep_later(home);
}

void Server::Impl::sweep_later(Home& home) {
    const auto pause = shared_.stopping ? kSweepOfStop : sweep_interval(shared_.options);
    home.sweep.start(pause, [this, &home] { sweep(home); });
}

Server::Server(ServerOptions options, Application application)
    : impl_(std::make_unique<Impl>(std::move(options), std::move(application))) {}
Server::~Server() = default;
std::uint16_t Server::port() const { return impl_->port(); }
Load Server::load() const { return impl_->load(); }
void Server::run() { impl_->run(); }
void Server::stop() { impl_->stop(); }

}  // namespace mainspring::http
