#include "support/http_client.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdexcept>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>

namespace mainspring::test {

namespace {

constexpr int kPatienceMs = 20'000;

[[noreturn]] void fail(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

ClientReply head_of(std::string_view text) {
    ClientReply reply;
    reply.status = std::stoi(std::string(text.substr(9, 3)));
    std::size_t at = text.find("\r\n") + 2;
    while (at < text.size()) {
        const std::string_view line = text.substr(at, text.find("\r\n", at) - at);
        at += line.size() + 2;
        if (line.empty()) break;
        const auto colon = line.find(": ");
        reply.headers.emplace_back(line.substr(0, colon), line.substr(colon + 2));
    }
    return reply;
}

}  // namespace

HttpClient::HttpClient(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    if (socket_ < 0) fail("socket");
    const int room = 64 * 1024;  // little, so that a test can be a slow reader
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) fail("connect");
}

HttpClient::~HttpClient() { close(); }

void HttpClient::close() {
    if (socket_ >= 0) ::close(socket_);
    socket_ = -1;
}

void HttpClient::send(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent < 0) fail("send");
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
}

void HttpClient::end_sending() { ::shutdown(socket_, SHUT_WR); }

std::string HttpClient::receive() {
    if (!have_.empty()) return std::exchange(have_, {});
    pollfd wait{socket_, POLLIN, 0};
    if (::poll(&wait, 1, kPatienceMs) != 1) throw std::runtime_error("the server sends nothing");
    std::string bytes(65'536, '\0');
    const auto got = ::recv(socket_, bytes.data(), bytes.size(), 0);
    if (got < 0 && errno != ECONNRESET) fail("recv");
    bytes.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
    return bytes;
}

std::string HttpClient::receive_within(std::chrono::milliseconds patience) {
    pollfd wait{socket_, POLLIN, 0};
    return ::poll(&wait, 1, static_cast<int>(patience.count())) == 1 ? receive() : "";
}

std::string HttpClient::receive_until(std::string_view mark) {
    std::string bytes;
    for (;;) {
        const auto found = bytes.find(mark);
        if (found != std::string::npos) {
            have_ = bytes.substr(found + mark.size());
            bytes.resize(found + mark.size());
            return bytes;
        }
        const std::string more = receive();
        if (more.empty()) return bytes;
        bytes += more;
    }
}

std::string HttpClient::receive_all() {
    std::string bytes;
    for (std::string more = receive(); !more.empty(); more = receive()) bytes += more;
    return bytes;
}

std::optional<ClientReply> HttpClient::reply(std::string_view method) {
    const std::string head = receive_until("\r\n\r\n");
    if (!head.ends_with("\r\n\r\n")) return std::nullopt;
    ClientReply reply = head_of(head);
    if (method == "HEAD" || reply.status == 204 || reply.status == 304 || reply.status == 100) return reply;
    const auto length = std::stoul(std::string(reply.header("Content-Length").value_or("0")));
    while (reply.body.size() < length) {
        const std::string more = receive();
        if (more.empty()) return std::nullopt;
        reply.body += more;
    }
    have_ = reply.body.substr(length);
    reply.body.resize(length);
    return reply;
}

ClientReply HttpClient::get(std::string_view target, std::string_view headers) {
    send(fmt::format("GET {} HTTP/1.1\r\nHost: test\r\n{}\r\n", target, headers));
    auto answer = reply();
    if (!answer) throw std::runtime_error("the server has closed the connection");
    return *std::move(answer);
}

}  // namespace mainspring::test
