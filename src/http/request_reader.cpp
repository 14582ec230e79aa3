#include "http/request_reader.hpp"

#include <boost/beast/core/string.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "http/request_target.hpp"

namespace mainspring::http {

namespace {

namespace beast = boost::beast;
using ErrorCode = boost::system::error_code;
using Parser = beast::http::request_parser<beast::http::string_body>;

// No chunked body ends before these have come. Beast's parser breaks an assertion of its own when it is given the last
// chunk in pieces shorter than that.
constexpr std::string_view kLastChunk = "0\r\n\r\n";

std::optional<Method> method_of(beast::http::verb verb) {
    switch (verb) {
        case beast::http::verb::get: return Method::get;
        case beast::http::verb::head: return Method::head;
        case beast::http::verb::post: return Method::post;
        case beast::http::verb::put: return Method::put;
        case beast::http::verb::patch: return Method::patch;
        case beast::http::verb::delete_: return Method::remove;
        default: return std::nullopt;
    }
}

// What the parser could not read.
Refusal refusal_of(const ErrorCode& failed) {
    using beast::http::error;
    if (failed == error::header_limit || failed == error::buffer_overflow)
        return {431, "head_too_large", "The head of the request is larger than this server takes."};
    if (failed == error::body_limit) return {413, "body_too_large", "The body is larger than this address takes."};
    if (failed == error::bad_version) return {505, "http_version", "This server speaks HTTP/1.1."};
    return {400, "malformed_request", "The request is not well-formed HTTP/1.1."};
}

// Lengths that two readers could understand differently are refused, never repaired (request smuggling).
std::optional<Refusal> refuse_framing(const Parser::value_type& message) {
    using beast::http::field;
    const auto hosts = message.count(field::host);
    if (hosts > 1 || (hosts == 0 && message.version() == 11))
        return Refusal{400, "malformed_request", "A request has one Host."};
    const auto lengths = message.count(field::content_length), encodings = message.count(field::transfer_encoding);
    if (lengths + encodings > 1 || (lengths == 1 && message[field::content_length].find(',') != std::string_view::npos))
        return Refusal{400, "malformed_request", "A request says the length of its body once."};
    if (encodings == 0) return std::nullopt;
    if (message.version() != 11) return Refusal{400, "malformed_request", "HTTP/1.0 has no Transfer-Encoding."};
    if (!beast::iequals(message[field::transfer_encoding], "chunked"))
        return Refusal{501, "transfer_encoding", "The only Transfer-Encoding that this server takes is chunked."};
    return std::nullopt;
}

// The request of a whole head, or why it is none.
std::optional<Refusal> read_head(const Parser::value_type& message, Request& request) {
    for (const auto& header : message)
        request.headers.emplace_back(std::string(header.name_string()), std::string(header.value()));
    if (auto refusal = refuse_framing(message)) return refusal;
    const auto method = method_of(message.method());
    if (!method && message.method() == beast::http::verb::unknown)
        return Refusal{501, "unknown_method", "This server does not know the method of the request."};
    if (!method)
        return Refusal{405,
                       "method_not_allowed",
                       "No address of this server takes this method.",
                       {{"Allow", "GET, HEAD, POST, PUT, PATCH, DELETE"}}};
    request.method = *method;
    auto target = parse_target({message.target().data(), message.target().size()});
    if (!target) return Refusal{400, "malformed_request", "The address in the request is not well-formed."};
    request.path = std::move(target->path);
    request.query = std::move(target->query);
    const auto expect = request.header("Expect");
    if (expect && !beast::iequals(*expect, "100-continue"))
        return Refusal{417, "expectation", "The only expectation that this server meets is 100-continue."};
    return std::nullopt;
}

}  // namespace

struct RequestReader::Parts {
    explicit Parts(const Limits& how_much) : limits(how_much) {}
    const Limits& limits;
    std::optional<Parser> parser;
    Request request;
    bool head_taken = false;

    std::optional<Refusal> take_head();
    bool in_chunks() const { return head_taken && parser->chunked(); }
    bool waits_for_continue(std::string_view rest) const {
        return rest.empty() && !parser->is_done() && parser->get().version() == 11 && request.header("Expect");
    }
};

std::optional<Refusal> RequestReader::Parts::take_head() {
    head_taken = true;
    if (auto refusal = read_head(parser->get(), request)) return refusal;
    const std::uint64_t most = limits.most_body_bytes(request.method, request.path);
    const auto length = parser->content_length();
    if (length && *length > most) return refusal_of(beast::http::error::body_limit);
    parser->body_limit(most);
    parser->eager(true);
    return std::nullopt;
}

RequestReader::RequestReader(const Limits& limits) : parts_(std::make_unique<Parts>(limits)) { begin(); }
RequestReader::~RequestReader() = default;

void RequestReader::begin() {
    auto& parser = parts_->parser.emplace();
    parser.header_limit(static_cast<std::uint32_t>(parts_->limits.most_head_bytes));
    parser.body_limit(boost::none);  // set when the head says for which address it is
    parts_->request = {};
    parts_->head_taken = false;
}

std::expected<RequestReader::Step, Refusal> RequestReader::take(std::string_view bytes) {
    Parser& parser = *parts_->parser;
    Step step;
    // Some clients send an empty line after a body (RFC 9112 §2.2).
    while (!parser.got_some() && bytes.substr(step.taken).starts_with("\r\n")) step.taken += 2;
    while (!parser.is_done()) {
        const std::string_view rest = bytes.substr(step.taken);
        if (rest.empty() || (rest == "\r" && !parser.got_some())) return step;
        if (parts_->in_chunks() && rest.size() < kLastChunk.size()) return step;
        ErrorCode error;
        const std::size_t taken = parser.put(beast::net::const_buffer(rest.data(), rest.size()), error);
        step.taken += taken;
        if (error && error != beast::http::error::need_more) return std::unexpected(refusal_of(error));
        if (parser.is_header_done() && !parts_->head_taken) {
            if (auto refusal = parts_->take_head()) return std::unexpected(std::move(*refusal));
            if (!parts_->waits_for_continue(bytes.substr(step.taken))) continue;
            step.state = State::wants_continue;
            return step;
        }
        if (error || taken == 0) return step;
    }
    parts_->request.body = std::move(parser.get().body());
    step.state = State::whole;
    return step;
}

bool RequestReader::head_taken() const { return parts_->head_taken; }
bool RequestReader::is_http_1_1() const { return parts_->parser->get().version() == 11; }
bool RequestReader::keep_alive() const { return parts_->head_taken && parts_->parser->keep_alive(); }
Request& RequestReader::request() { return parts_->request; }
const Request& RequestReader::request() const { return parts_->request; }

}  // namespace mainspring::http
