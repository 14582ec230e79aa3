// A plain client over one socket, for tests of the server: sends any bytes, reads replies one by one.
#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "http/message.hpp"

namespace mainspring::test {

struct ClientReply {
    int status = 0;
    http::Pairs headers = {};
    std::string body = {};
    std::optional<std::string_view> header(std::string_view name) const { return http::find_header(headers, name); }
};

class HttpClient {
public:
    explicit HttpClient(std::uint16_t port);
    ~HttpClient();
    HttpClient(const HttpClient&) = delete;
    HttpClient& operator=(const HttpClient&) = delete;

    void send(std::string_view bytes);
    void end_sending();
    void close();
    // The next bytes, at least one, unless the server has closed: "" then. Throws after 20 s.
    std::string receive();
    // "" also when nothing came in that time.
    std::string receive_within(std::chrono::milliseconds patience);
    // Up to and with `mark`.
    std::string receive_until(std::string_view mark);
    std::string receive_all();
    // A whole reply; nothing when the server has closed instead. `method`: HEAD has no body.
    std::optional<ClientReply> reply(std::string_view method = "GET");
    // send and reply of a request without a body.
    ClientReply get(std::string_view target, std::string_view headers = "");

private:
    int socket_ = -1;
    std::string have_;
};

}  // namespace mainspring::test
