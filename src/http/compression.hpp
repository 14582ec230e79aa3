// gzip of replies (RFC 1952, RFC 9110 §12.5.3).
#pragma once
#include <string>
#include <string_view>

#include "http/message.hpp"

namespace mainspring::http {

enum class Effort : std::uint8_t { quick, most };  // while a reader waits; once, when files are loaded

std::string gzipped(std::string_view bytes, Effort effort);

// Whether Accept-Encoding allows gzip: "gzip, br", "*;q=0.5", but not "gzip;q=0".
bool accepts_gzip(std::string_view accept_encoding);

// Text, long enough to gain by it, and free of secrets: a reply that sets a cookie or says `Cache-Control:
// no-transform` stays as it is, because the length of a compressed secret beside text of an attacker's choice tells it
// (BREACH).
bool may_compress(const Response& response);
bool is_text_type(std::string_view content_type);

}  // namespace mainspring::http
