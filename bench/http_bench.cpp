// The server that bench/http asks: `http_bench ours` is the program's own with one small handler, `http_bench floor` a
// bare epoll loop that answers every head with the same bytes and checks nothing. Both use one socket thread, print
// their port and serve until they are killed.
#include <arpa/inet.h>
#include <array>
#include <cstdio>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/ensure.hpp"
#include "http/server.hpp"

namespace {

using mainspring::ensure;

const std::string kBody =
    R"({"account": "A-000017", "customer": "Ann Able", "balance": "-12.50", "currency": "GBP", "open_items": 2, )"
    R"("last_bill": {"number": "H-000123", "issued_on": "2026-06-05", "total": "48.17"}, "meters": ["M1", "M2"]})";

void say_port(int port) {
    std::printf("%d\n", port);
    std::fflush(stdout);
}

void serve_ours() {
    using namespace mainspring::http;
    Application application;
    application.most_body_bytes = [](Method, std::string_view) { return std::size_t{0}; };
    application.handle = [](const Request&) { return Response{.body = kBody}; };
    Server server({.workers = 2}, application);
    say_port(server.port());
    server.run();
}

// One of our requests fits into one read.
void answer(int peer, const std::string& reply) {
    std::array<char, 4096> bytes{};
    const auto got = ::recv(peer, bytes.data(), bytes.size(), 0);
    if (got > 0)
        static_cast<void>(::send(peer, reply.data(), reply.size(), MSG_NOSIGNAL));
    else
        ::close(peer);
}

void serve_floor() {
    const std::string reply = fmt::format("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{}", kBody.size(), kBody);
    const int listener = ::socket(AF_INET, SOCK_STREAM, 0), events = ::epoll_create1(0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    ensure(::bind(listener, reinterpret_cast<sockaddr*>(&address), length) == 0 && ::listen(listener, 4096) == 0 &&
               ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &length) == 0,
           "a port of the loopback can be had");
    const auto watch = [events](int file) {
        epoll_event event{.events = EPOLLIN, .data = {.fd = file}};
        ensure(::epoll_ctl(events, EPOLL_CTL_ADD, file, &event) == 0, "epoll takes a socket");
    };
    watch(listener);
    say_port(ntohs(address.sin_port));
    std::array<epoll_event, 256> ready{};
    for (;;) {
        const int count = ::epoll_wait(events, ready.data(), ready.size(), -1);
        for (std::size_t i = 0; i < static_cast<std::size_t>(std::max(count, 0)); ++i) {
            if (ready[i].data.fd != listener) {
                answer(ready[i].data.fd, reply);
                continue;
            }
            const int peer = ::accept(listener, nullptr, nullptr), on = 1;
            ::setsockopt(peer, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
            watch(peer);
        }
    }
}

}  // namespace

int main(int argc, char** argv) {
    const std::string which = argc == 2 ? argv[1] : "";
    if (which == "ours")
        serve_ours();
    else if (which == "floor")
        serve_floor();
    else
        std::fputs("http_bench ours|floor\n", stderr);
    return 2;
}
