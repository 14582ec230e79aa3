#include "http/reply.hpp"

#include <fmt/format.h>

#include "base/clock.hpp"
#include "base/ensure.hpp"
#include "base/json_writer.hpp"
#include "http/compression.hpp"

namespace mainspring::http {

namespace {

// Style attributes are written by the component library of the front end; scripts come from files only.
constexpr std::string_view kContentSecurityPolicy =
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

constexpr std::string_view kSecurityHeaders =
    "X-Content-Type-Options: nosniff\r\n"
    "Referrer-Policy: no-referrer\r\n"
    "Permissions-Policy: camera=(), microphone=(), geolocation=(), payment=(), usb=()\r\n"
    "Cross-Origin-Opener-Policy: same-origin\r\n"
    "Cross-Origin-Resource-Policy: same-origin\r\n";

// Two years.
constexpr std::string_view kStrictTransport = "Strict-Transport-Security: max-age=63072000\r\n";

// "Sun, 06 Nov 1994 08:49:37 GMT", made once a second on each thread.
const std::string& date_text() {
    thread_local std::string text;
    thread_local std::chrono::sys_seconds shown{};
    const auto now = std::chrono::floor<std::chrono::seconds>(SystemClock().now());
    if (now == shown && !text.empty()) return text;
    static constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                              "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto day = std::chrono::floor<std::chrono::days>(now);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss time(now - day);
    text = fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", kDays[std::chrono::weekday(day).c_encoding()],
                       static_cast<unsigned>(date.day()), kMonths[static_cast<unsigned>(date.month()) - 1],
                       static_cast<int>(date.year()), time.hours().count(), time.minutes().count(),
                       time.seconds().count());
    shown = now;
    return text;
}

void add_header(std::string& head, std::string_view name, std::string_view value) {
    const auto breaks = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
    ensure(!name.empty() && std::ranges::none_of(name, breaks) && name.find(':') == std::string_view::npos &&
               std::ranges::none_of(value, breaks),
           "a header is one line");
    head.append(name).append(": ").append(value).append("\r\n");
}

bool has_body(int status) { return status >= 200 && status != 204 && status != 304; }

// How the reader knows where the body ends.
void add_framing(std::string& head, const Response& response, const ReplyForm& form) {
    if (response.events) {
        head += "X-Accel-Buffering: no\r\n";  // asks proxies to hand events on at once
        if (form.stream == ReplyForm::Stream::chunked) head += "Transfer-Encoding: chunked\r\n";
    } else if (has_body(response.status)) {
        head += fmt::format("Content-Length: {}\r\n", response.body.size());
    }
}

void compress(Response& response, const ReplyForm& form) {
    if (!may_compress(response)) return;
    if (!find_header(response.headers, "Vary")) response.headers.emplace_back("Vary", "Accept-Encoding");
    if (!accepts_gzip(form.accept_encoding)) return;
    std::string smaller = gzipped(response.body, Effort::quick);
    if (smaller.size() >= response.body.size()) return;
    response.body = std::move(smaller);
    response.headers.emplace_back("Content-Encoding", "gzip");
}

}  // namespace

Reply reply_of(Response& response, const ReplyForm& form) {
    compress(response, form);
    const bool events = response.events.has_value();
    Reply reply{.status = response.status, .closes = form.after == ReplyForm::After::close};
    std::string& head = reply.head;
    head.reserve(1'024);
    head += fmt::format("HTTP/1.1 {} {}\r\nDate: {}\r\n", response.status, reason_of(response.status), date_text());
    if (has_body(response.status))
        add_header(head, "Content-Type", events ? "text/event-stream" : response.content_type);
    add_framing(head, response, form);
    if (reply.closes) head += "Connection: close\r\n";
    if (!form.request_id.empty()) add_header(head, "X-Request-Id", form.request_id);
    for (const auto& [name, value] : response.headers) add_header(head, name, value);
    if (!find_header(response.headers, "Cache-Control")) head += "Cache-Control: no-store\r\n";
    if (!find_header(response.headers, "Content-Security-Policy"))
        add_header(head, "Content-Security-Policy", kContentSecurityPolicy);
    head += kSecurityHeaders;
    if (form.transport == ReplyForm::Transport::tls) head += kStrictTransport;
    head += "\r\n";
    if (form.body == ReplyForm::Body::sent && has_body(response.status)) reply.body = std::move(response.body);
    return reply;
}

Response response_of(const Refusal& refusal, std::string_view request_id) {
    Response response{.status = refusal.status, .content_type = "application/problem+json"};
    response.headers = refusal.headers;
    response.body = JsonObject()
                        .text("type", fmt::format("urn:mainspring:problem:{}", refusal.kind))
                        .text("title", reason_of(refusal.status))
                        .number("status", refusal.status)
                        .text("detail", refusal.sentence)
                        .text("request_id", request_id)
                        .done();
    return response;
}

// tidy: flat-list
std::string_view reason_of(int status) {
    switch (status) {
        case 200: return "OK";
        case 201: return "Created";
        case 202: return "Accepted";
        case 204: return "No Content";
        case 301: return "Moved Permanently";
        case 302: return "Found";
        case 303: return "See Other";
        case 304: return "Not Modified";
        case 307: return "Temporary Redirect";
        case 308: return "Permanent Redirect";
        case 400: return "Bad Request";
        case 401: return "Unauthorized";
        case 403: return "Forbidden";
        case 404: return "Not Found";
        case 405: return "Method Not Allowed";
        case 406: return "Not Acceptable";
        case 408: return "Request Timeout";
        case 409: return "Conflict";
        case 410: return "Gone";
        case 412: return "Precondition Failed";
        case 413: return "Content Too Large";
        case 415: return "Unsupported Media Type";
        case 417: return "Expectation Failed";
        case 422: return "Unprocessable Content";
        case 423: return "Locked";
        case 428: return "Precondition Required";
        case 429: return "Too Many Requests";
        case 431: return "Request Header Fields Too Large";
        case 500: return "Internal Server Error";
        case 501: return "Not Implemented";
        case 503: return "Service Unavailable";
        case 504: return "Gateway Timeout";
        case 505: return "HTTP Version Not Supported";
        default: return status < 400 ? "OK" : "Error";
    }
}

std::string event_text(std::string_view name, std::string_view data) {
    ensure(data.find_first_of("\r\n") == std::string_view::npos && name.find_first_of("\r\n") == std::string_view::npos,
           "the data of an event is one line");
    return name.empty() ? fmt::format("data: {}\n\n", data) : fmt::format("event: {}\ndata: {}\n\n", name, data);
}

std::string chunk_of(std::string_view text) { return fmt::format("{:x}\r\n{}\r\n", text.size(), text); }

}  // namespace mainspring::http
