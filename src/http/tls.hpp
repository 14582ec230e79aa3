// TLS 1.2 and 1.3 of the server.
#pragma once
#include <memory>
#include <string>

struct ssl_ctx_st;

namespace mainspring::http {

struct TlsFiles {
    std::string certificate;  // PEM: the chain, own certificate first
    std::string key;          // PEM
};

struct FreesTlsContext {
    void operator()(ssl_ctx_st* context) const;
};
using TlsContext = std::unique_ptr<ssl_ctx_st, FreesTlsContext>;

// Throws std::system_error naming the file that cannot be used.
TlsContext make_tls_context(const TlsFiles& files);

}  // namespace mainspring::http
