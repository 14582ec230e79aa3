// Bytes of a connection become requests (RFC 9112), over the parser of Boost.Beast, which only request_reader.cpp
// includes. Knows nothing of sockets.
#pragma once
#include <expected>
#include <functional>
#include <memory>
#include <string_view>

#include "http/message.hpp"
#include "http/reply.hpp"

namespace mainspring::http {

class RequestReader {
public:
    struct Limits {
        std::size_t most_head_bytes = 32 * 1024;
        std::function<std::size_t(Method, std::string_view path)> most_body_bytes;
    };
    // `limits` must outlive it.
    explicit RequestReader(const Limits& limits);
    ~RequestReader();

    void begin();  // the next request

    enum class State : std::uint8_t {
        wants_more,      // has taken what it can of these bytes
        wants_continue,  // head taken; the peer waits for 100 Continue before it sends the body
        whole,
    };
    struct Step {
        std::size_t taken = 0;  // of the bytes; the rest must be there again next time
        State state = State::wants_more;
    };
    // A refusal ends the connection: where the next request begins is not known.
    std::expected<Step, Refusal> take(std::string_view bytes);

    bool head_taken() const;
    bool is_http_1_1() const;  // else 1.0
    bool keep_alive() const;   // as the peer wishes
    // Method, path and headers are there after the head; the body when it is whole.
    Request& request();
    const Request& request() const;

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace mainspring::http
