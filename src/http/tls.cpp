#include "http/tls.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <system_error>

namespace mainspring::http {

namespace {

// TLS 1.2: forward secrecy and authenticated encryption only. TLS 1.3 has nothing else.
constexpr auto kCiphers = "ECDHE+AESGCM:ECDHE+CHACHA20";

[[noreturn]] void fail(const std::string& what) {
    std::array<char, 256> reason{};
    ERR_error_string_n(ERR_get_error(), reason.data(), reason.size());
    ERR_clear_error();
    throw std::system_error(std::make_error_code(std::errc::invalid_argument),
                            fmt::format("{} ({})", what, reason.data()));
}

// Of the protocols that a client offers (ALPN), the one there is.
const SSL_CTX_alpn_select_cb_func kChooseHttp = [](SSL*, const unsigned char** chosen, unsigned char* length,
                                                   const unsigned char* offered, unsigned int offered_length, void*) {
    static constexpr unsigned char kHttp[] = "\x08http/1.1";
    unsigned char* found = nullptr;
    const int result = SSL_select_next_proto(&found, length, kHttp, sizeof kHttp - 1, offered, offered_length);
    *chosen = found;
    return result == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
};

}  // namespace

void FreesTlsContext::operator()(ssl_ctx_st* context) const { SSL_CTX_free(context); }

TlsContext make_tls_context(const TlsFiles& files) {
    TlsContext context(SSL_CTX_new(TLS_server_method()));
    if (!context) fail("no TLS context");
    SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
    SSL_CTX_set_options(context.get(),
                        SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE);
    SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS);  // else 80 KB a connection
    if (SSL_CTX_set_cipher_list(context.get(), kCiphers) != 1) fail("ciphers of TLS 1.2");
    if (SSL_CTX_use_certificate_chain_file(context.get(), files.certificate.c_str()) != 1)
        fail(fmt::format("{}: no certificate chain in PEM", files.certificate));
    if (SSL_CTX_use_PrivateKey_file(context.get(), files.key.c_str(), SSL_FILETYPE_PEM) != 1)
        fail(fmt::format("{}: no private key in PEM that fits {}", files.key, files.certificate));
    SSL_CTX_set_alpn_select_cb(context.get(), kChooseHttp, nullptr);
    return context;
}

}  // namespace mainspring::http
