#include "http/sockets.hpp"

#include <array>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <fmt/format.h>
#include <system_error>

namespace mainspring::http {

namespace {

namespace asio = boost::asio;
using Tcp = asio::ip::tcp;
using ErrorCode = boost::system::error_code;

// What the system holds for a peer that does not read: without a limit up to 4 MB each.
constexpr int kSendBuffer = 256 * 1024;

Socket::Io outcome(const ErrorCode& error) { return error ? Socket::Io::failed : Socket::Io::done; }

}  // namespace

struct EventLoop::Parts {
    asio::io_context context{1};
    asio::executor_work_guard<asio::io_context::executor_type> guard{context.get_executor()};
};

EventLoop::EventLoop() : parts_(std::make_unique<Parts>()) {}
EventLoop::~EventLoop() = default;
void EventLoop::run() { parts_->context.run(); }
void EventLoop::end() { parts_->context.stop(); }
void EventLoop::post(std::move_only_function<void()> task) { asio::post(parts_->context, std::move(task)); }

struct Timer::Parts {
    asio::steady_timer timer;
};

Timer::Timer(EventLoop& loop) : parts_(std::make_unique<Parts>(asio::steady_timer(loop.parts().context))) {}
Timer::~Timer() = default;

void Timer::start(std::chrono::milliseconds after, std::move_only_function<void()> then) {
    parts_->timer.expires_after(after);
    parts_->timer.async_wait([then = std::move(then)](const ErrorCode&) mutable { then(); });
}

void Timer::hurry() { parts_->timer.cancel(); }

struct Socket::Parts {
    explicit Parts(Tcp::socket taken) : plain(std::move(taken)) {}
    Tcp::socket plain;
    std::optional<asio::ssl::context> context;
    std::optional<asio::ssl::stream<Tcp::socket&>> tls;
};

Socket::Socket(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {
    ErrorCode ignored;
    parts_->plain.set_option(Tcp::no_delay(true), ignored);
    parts_->plain.set_option(asio::socket_base::send_buffer_size(kSendBuffer), ignored);
}
Socket::Socket(Socket&&) noexcept = default;
Socket::~Socket() = default;

std::string Socket::peer() const {
    ErrorCode gone;
    const auto endpoint = parts_->plain.remote_endpoint(gone);
    return gone ? "" : endpoint.address().to_string();
}

void Socket::speak_tls(ssl_ctx_st* context, Then then) {
    SSL_CTX_up_ref(context);  // the stream's own hold on it
    parts_->context.emplace(context);
    parts_->tls.emplace(parts_->plain, *parts_->context);
    parts_->tls->async_handshake(asio::ssl::stream_base::server,
                                 [then = std::move(then)](const ErrorCode& error) mutable { then(outcome(error), 0); });
}

void Socket::read_some(std::span<char> into, Then then) {
    auto done = [then = std::move(then)](const ErrorCode& error, std::size_t bytes) mutable {
        then(outcome(error), bytes);
    };
    const auto buffer = asio::buffer(into.data(), into.size());
    if (parts_->tls)
        parts_->tls->async_read_some(buffer, std::move(done));
    else
        parts_->plain.async_read_some(buffer, std::move(done));
}

void Socket::write_some(std::string_view first, std::string_view second, Then then) {
    auto done = [then = std::move(then)](const ErrorCode& error, std::size_t bytes) mutable {
        then(outcome(error), bytes);
    };
    const std::array<asio::const_buffer, 2> buffers{asio::buffer(first.data(), first.size()),
                                                    asio::buffer(second.data(), second.size())};
    if (parts_->tls)
        parts_->tls->async_write_some(buffers, std::move(done));
    else
        parts_->plain.async_write_some(buffers, std::move(done));
}

void Socket::end_output(Then then) {
    auto done = [this, then = std::move(then)](const ErrorCode&) mutable {
        ErrorCode gone;
        parts_->plain.shutdown(Tcp::socket::shutdown_send, gone);
        then(outcome(gone), 0);
    };
    if (parts_->tls)
        parts_->tls->async_shutdown(std::move(done));
    else
        done({});
}

void Socket::read_raw(std::span<char> into, Then then) {
    parts_->plain.async_read_some(
        asio::buffer(into.data(), into.size()),
        [then = std::move(then)](const ErrorCode& error, std::size_t bytes) mutable { then(outcome(error), bytes); });
}

void Socket::write_now(std::string_view bytes) {
    ErrorCode ignored;
    parts_->plain.non_blocking(true, ignored);
    parts_->plain.write_some(asio::buffer(bytes.data(), bytes.size()), ignored);
    parts_->plain.shutdown(Tcp::socket::shutdown_send, ignored);
}

void Socket::cancel() {
    ErrorCode ignored;
    parts_->plain.cancel(ignored);
}

void Socket::close() {
    ErrorCode ignored;
    parts_->plain.close(ignored);
}

struct Listener::Parts {
    Tcp::acceptor acceptor;
};

Listener::Listener(EventLoop& loop, const Place& place)
    : parts_(std::make_unique<Parts>(Tcp::acceptor(loop.parts().context))) {
    ErrorCode error;
    const auto address = asio::ip::make_address(place.address, error);
    const Tcp::endpoint endpoint(address, place.port);
    auto& acceptor = parts_->acceptor;
    if (!error) acceptor.open(endpoint.protocol(), error);
    if (!error) acceptor.set_option(Tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor.bind(endpoint, error);
    if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
    if (error)
        throw std::system_error(error.value(), std::system_category(),
                                fmt::format("cannot listen on {} port {}", place.address, place.port));
}

Listener::~Listener() = default;

std::uint16_t Listener::port() const { return parts_->acceptor.local_endpoint().port(); }

void Listener::accept(EventLoop& home, std::move_only_function<void(std::unique_ptr<Socket>)> then) {
    parts_->acceptor.async_accept(
        home.parts().context, [then = std::move(then)](const ErrorCode& error, Tcp::socket socket) mutable {
            then(error ? nullptr : std::make_unique<Socket>(std::make_unique<Socket::Parts>(std::move(socket))));
        });
}

void Listener::close() {
    ErrorCode ignored;
    parts_->acceptor.close(ignored);
}

}  // namespace mainspring::http
