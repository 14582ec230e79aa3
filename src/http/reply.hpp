// A reply as the bytes that go out: head with the headers that every reply carries, body compressed where that helps.
#pragma once
#include <string>
#include <string_view>

#include "http/message.hpp"

namespace mainspring::http {

// What the connection and the request ask of the form of a reply.
struct ReplyForm {
    enum class Transport : std::uint8_t { plain, tls } transport = Transport::plain;
    enum class After : std::uint8_t { keep_alive, close } after = After::close;
    enum class Body : std::uint8_t { sent, head_only } body = Body::sent;
    enum class Stream : std::uint8_t { chunked, until_close } stream = Stream::chunked;  // of events
    std::string_view accept_encoding = {};
    std::string_view request_id = {};
};

struct Reply {
    int status = 0;
    std::string head = {}, body = {};
    bool closes = false;  // the connection ends after it
    std::size_t size() const { return head.size() + body.size(); }
};

// Moves the body out of the response. BugError when a header would break the head.
Reply reply_of(Response& response, const ReplyForm& form);

// What the server itself refuses: problem+json with type "urn:mainspring:problem:<kind>".
struct Refusal {
    int status = 400;
    std::string_view kind, sentence;
    Pairs headers = {};
};
Response response_of(const Refusal& refusal, std::string_view request_id);

// "Not Found"
std::string_view reason_of(int status);

// Parts of an event stream: text of an event, and any text as a chunk of RFC 9112 §7.1.
std::string event_text(std::string_view name, std::string_view data);
std::string chunk_of(std::string_view text);

}  // namespace mainspring::http
