// What the fuzz program does with arbitrary bytes as requests; the unit tests run its corpus through the same function.
#pragma once
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "http/compression.hpp"
#include "http/request_reader.hpp"

namespace mainspring::fuzz {

inline void must_hold(bool condition, const char* what) {
    if (condition) return;
    std::fprintf(stderr, "broken: %s\n", what);
    std::abort();
}

// A request that was read whole; or the status of the refusal, which ends the connection.
struct HttpRead {
    std::vector<std::string> requests;
    int refused = 0;
};

inline std::string told(const http::Request& request) {
    std::string text = std::string(http::text_of(request.method)) + " " + request.path;
    for (const auto& [name, value] : request.query) text += "&" + name + "=" + value;
    for (const auto& [name, value] : request.headers) text += "\n" + name + ": " + value;
    return text + "\n" + request.body;
}

inline void check_request(const http::Request& request) {
    must_hold(request.path.starts_with('/') && http::percent_decoded(request.path), "a path can be decoded");
    must_hold(request.body.size() <= 64, "the limit of the body holds");
    static_cast<void>(request.cookie("session"));
    static_cast<void>(http::accepts_gzip(request.header("Accept-Encoding").value_or("")));
}

// As a connection would: `piece` bytes come at a time.
inline HttpRead read_http(std::string_view bytes, std::size_t piece) {
    static const http::RequestReader::Limits limits{
        .most_head_bytes = 512, .most_body_bytes = [](http::Method, std::string_view) { return std::size_t{64}; }};
    HttpRead read;
    http::RequestReader reader(limits);
    std::string input;
    while (!bytes.empty()) {
        input += bytes.substr(0, piece);
        bytes.remove_prefix(std::min(piece, bytes.size()));
        for (;;) {
            const auto step = reader.take(input);
            if (!step) {
                read.refused = step.error().status;
                must_hold(read.refused >= 400 && read.refused < 600, "a refusal has a status");
                return read;
            }
            must_hold(step->taken <= input.size(), "no more is taken than there is");
            input.erase(0, step->taken);
            if (step->state != http::RequestReader::State::whole) break;
            check_request(reader.request());
            read.requests.push_back(told(reader.request()));
            reader.begin();
        }
    }
    return read;
}

// The one has read the same requests as the other, or it has refused to read on.
inline bool agrees(const HttpRead& one, const HttpRead& other) {
    const std::size_t count = one.requests.size();
    if (count > other.requests.size() || (count < other.requests.size() && one.refused == 0)) return false;
    return std::equal(one.requests.begin(), one.requests.end(), other.requests.begin());
}

// Two readers that get the same bytes in other pieces must see the same requests. Refusals may come sooner or later:
// from a first piece the parser sees at once what is wrong, from later ones at the end of the head, and where a head is
// just at its largest size depends on how much of it has been taken.
inline void http_request(std::string_view bytes) {
    const HttpRead whole = read_http(bytes, bytes.size() + 1);
    for (const std::size_t piece : {std::size_t{1}, std::size_t{7}}) {
        const HttpRead cut = read_http(bytes, piece);
        must_hold(agrees(whole, cut) || agrees(cut, whole), "requests do not depend on how their bytes are cut");
    }
}

}  // namespace mainspring::fuzz
