#include "http/compression.hpp"

#include <array>
#include <zlib.h>

#include "base/ensure.hpp"
#include "http/text.hpp"

namespace mainspring::http {

namespace {

constexpr std::size_t kWorthIt = 1'024;
constexpr int kGzipWindow = 15 + 16;  // the largest window, gzip's frame

// A stream's tables take 256 KiB: each thread makes them once.
class Deflater {
public:
    explicit Deflater(int level) {
        ensure(deflateInit2(&stream_, level, Z_DEFLATED, kGzipWindow, 8, Z_DEFAULT_STRATEGY) == Z_OK,
               "zlib has memory for a stream");
    }
    ~Deflater() { deflateEnd(&stream_); }
    Deflater(const Deflater&) = delete;
    Deflater& operator=(const Deflater&) = delete;

    std::string run(std::string_view bytes) {
        deflateReset(&stream_);
        std::string out(deflateBound(&stream_, bytes.size()), '\0');
        std::string in(bytes);
        stream_.next_in = reinterpret_cast<Bytef*>(in.data());
        stream_.avail_in = static_cast<uInt>(in.size());
        stream_.next_out = reinterpret_cast<Bytef*>(out.data());
        stream_.avail_out = static_cast<uInt>(out.size());
        ensure(deflate(&stream_, Z_FINISH) == Z_STREAM_END, "the bound of zlib holds");
        out.resize(stream_.total_out);
        return out;
    }

private:
    z_stream stream_{};
};

// "0", "0.", "0.000"
bool is_zero(std::string_view weight) {
    return weight.starts_with('0') && weight.find_first_not_of("0.") == std::string_view::npos;
}

bool refuses(std::string_view parameters) {
    const std::string_view weight = trimmed(parameters);
    return (weight.starts_with("q=") || weight.starts_with("Q=")) && is_zero(weight.substr(2));
}

}  // namespace

std::string gzipped(std::string_view bytes, Effort effort) {
    if (effort == Effort::most) return Deflater(9).run(bytes);
    thread_local Deflater quick(5);
    return quick.run(bytes);
}

bool accepts_gzip(std::string_view accept_encoding) {
    bool any = false;
    while (!accept_encoding.empty()) {
        std::string_view parameters = cut_item(accept_encoding, ',');
        const std::string_view name = trimmed(cut_item(parameters, ';'));
        if (same_word(name, "gzip") || same_word(name, "x-gzip")) return !refuses(parameters);
        if (name == "*") any = !refuses(parameters);
    }
    return any;
}

bool is_text_type(std::string_view content_type) {
    const std::string_view type = trimmed(cut_item(content_type, ';'));
    return type.starts_with("text/") || type.ends_with("json") || type.ends_with("xml") ||
           type.ends_with("javascript") || type.ends_with("yaml");
}

bool may_compress(const Response& response) {
    if (response.body.size() < kWorthIt || response.events || !is_text_type(response.content_type)) return false;
    if (find_header(response.headers, "Set-Cookie") || find_header(response.headers, "Content-Encoding")) return false;
    const auto cache = find_header(response.headers, "Cache-Control");
    return !cache || cache->find("no-transform") == std::string_view::npos;
}

}  // namespace mainspring::http
