// TLS of the server, with a certificate made here.
#include "http/tls.hpp"

#include <arpa/inet.h>
#include <array>
#include <doctest/doctest.h>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <netinet/in.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>

#include "support/http_client.hpp"
#include "support/http_server.hpp"

namespace mainspring::http {

namespace {

namespace fs = std::filesystem;
using test::TestServer;

// A key and a certificate for "localhost" signed with it.
class SelfSigned {
public:
    SelfSigned() : folder_(fs::temp_directory_path() / fmt::format("mainspring-tls-{}-{}", ::getpid(), ++made_)) {
        fs::create_directories(folder_);
        EVP_PKEY* key = EVP_EC_gen("P-256");
        X509* certificate = X509_new();
        X509_set_version(certificate, 2);
        X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
        X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
        X509_set_pubkey(certificate, key);
        X509_NAME* name = X509_get_subject_name(certificate);
        const std::string host = "localhost";
        X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(host.data()),
                                   static_cast<int>(host.size()), -1, 0);
        X509_set_issuer_name(certificate, name);
        X509_sign(certificate, key, EVP_sha256());
        FILE* file = std::fopen(certificate_file().c_str(), "w");
        PEM_write_X509(file, certificate);
        std::fclose(file);
        file = std::fopen(key_file().c_str(), "w");
        PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr);
        std::fclose(file);
        X509_free(certificate);
        EVP_PKEY_free(key);
    }
    ~SelfSigned() { fs::remove_all(folder_); }
    std::string certificate_file() const { return folder_ / "certificate.pem"; }
    std::string key_file() const { return folder_ / "key.pem"; }
    ServerOptions options() const { return {.certificate_file = certificate_file(), .key_file = key_file()}; }

private:
    inline static int made_ = 0;
    fs::path folder_;
};

// A client that speaks TLS up to `most` over a blocking socket.
class TlsClient {
public:
    TlsClient(std::uint16_t port, int most) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        REQUIRE(::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
        context_ = SSL_CTX_new(TLS_client_method());
        SSL_CTX_set_min_proto_version(context_, 0);
        SSL_CTX_set_max_proto_version(context_, most);
        SSL_CTX_set_cipher_list(context_, "ALL:@SECLEVEL=0");
        ssl_ = SSL_new(context_);
        static constexpr unsigned char kOffer[] = "\x02h2\x08http/1.1";
        SSL_set_alpn_protos(ssl_, kOffer, sizeof kOffer - 1);
        SSL_set_fd(ssl_, socket_);
        connected_ = SSL_connect(ssl_) == 1;
    }
    ~TlsClient() {
        SSL_free(ssl_);
        SSL_CTX_free(context_);
        ::close(socket_);
    }
    TlsClient(const TlsClient&) = delete;
    TlsClient& operator=(const TlsClient&) = delete;

    bool connected() const { return connected_; }
    int version() const { return SSL_version(ssl_); }
    std::string cipher() const { return SSL_get_cipher_name(ssl_); }
    std::string protocol() const {
        const unsigned char* name = nullptr;
        unsigned int length = 0;
        SSL_get0_alpn_selected(ssl_, &name, &length);
        return {reinterpret_cast<const char*>(name), length};
    }
    void send(std::string_view bytes) { CHECK(SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size())) > 0); }
    // Until the server says that this was all, as it must.
    std::string receive_all() {
        std::string all;
        std::array<char, 4096> part{};
        int got = 0;
        while ((got = SSL_read(ssl_, part.data(), part.size())) > 0)
            all.append(part.data(), static_cast<std::size_t>(got));
        CHECK(SSL_get_error(ssl_, got) == SSL_ERROR_ZERO_RETURN);
        return all;
    }

private:
    int socket_;
    SSL_CTX* context_ = nullptr;
    SSL* ssl_ = nullptr;
    bool connected_ = false;
};

constexpr std::string_view kLast = "GET /echo HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

TEST_CASE("requests over TLS 1.2 and 1.3") {
    const SelfSigned pair;
    TestServer server(pair.options());
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        TlsClient client(server.port(), version);
        REQUIRE(client.connected());
        CHECK(client.version() == version);
        CHECK(client.protocol() == "http/1.1");
        client.send("GET /echo HTTP/1.1\r\nHost: localhost\r\n\r\n");
        client.send(kLast);
        const std::string replies = client.receive_all();
        CHECK(replies.find("Strict-Transport-Security: max-age=") != std::string::npos);
        CHECK(replies.find("GET /echo") != replies.rfind("GET /echo"));
    }
}

TEST_CASE("ciphers of TLS 1.2 keep earlier traffic secret") {
    const SelfSigned pair;
    TestServer server(pair.options());
    TlsClient client(server.port(), TLS1_2_VERSION);
    REQUIRE(client.connected());
    CHECK(client.cipher().starts_with("ECDHE-"));
}

TEST_CASE("older versions, and plain HTTP, get nothing") {
    const SelfSigned pair;
    TestServer server(pair.options());
    CHECK(!TlsClient(server.port(), TLS1_1_VERSION).connected());
    test::HttpClient plain(server.port());
    plain.send("GET /echo HTTP/1.1\r\nHost: localhost\r\n\r\n");
    CHECK(plain.receive_all().find("HTTP/1.1") == std::string::npos);
}

TEST_CASE("a handshake that does not come is cut off") {
    const SelfSigned pair;
    ServerOptions options = pair.options();
    options.head_timeout = std::chrono::milliseconds(50);
    TestServer server(options);
    test::HttpClient silent(server.port());
    CHECK(silent.receive_all().empty());
}

TEST_CASE("a request over TLS that does not come in time is 408") {
    const SelfSigned pair;
    ServerOptions options = pair.options();
    options.body_timeout = std::chrono::milliseconds(50);
    TestServer server(options);
    TlsClient client(server.port(), TLS1_3_VERSION);
    REQUIRE(client.connected());
    client.send("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nabc");
    CHECK(client.receive_all().starts_with("HTTP/1.1 408 "));
}

TEST_CASE("events over TLS end at a stop") {
    const SelfSigned pair;
    auto application = test::echo_application();
    application.handle = [](const Request&) {
        Response response;
        response.events = EventSource{.every = std::chrono::milliseconds(1),
                                      .next = []() -> EventSource::Part { return {.name = {}, .data = "1"}; }};
        return response;
    };
    TestServer server(pair.options(), application);
    TlsClient client(server.port(), TLS1_3_VERSION);
    REQUIRE(client.connected());
    client.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    while (server.load().streams == 0) std::this_thread::yield();
    server.begin_stop();
    CHECK(client.receive_all().ends_with("0\r\n\r\n"));
}

TEST_CASE("files that are no certificate or key are refused by name") {
    const SelfSigned pair, other;
    CHECK_THROWS_WITH_AS(make_tls_context({"/missing.pem", pair.key_file()}), doctest::Contains("/missing.pem"),
                         std::system_error);
    CHECK_THROWS_WITH_AS(make_tls_context({pair.certificate_file(), pair.certificate_file()}),
                         doctest::Contains("certificate.pem: no private key"), std::system_error);
    CHECK_THROWS_WITH_AS(make_tls_context({pair.certificate_file(), other.key_file()}),
                         doctest::Contains("key.pem: no private key in PEM that fits"), std::system_error);
}

TEST_CASE("an address in use is refused by name") {
    TestServer server;
    const ServerOptions same{.port = server.port()};
    CHECK_THROWS_WITH_AS(Server(same, test::echo_application()),
                         doctest::Contains(fmt::format("127.0.0.1 port {}", server.port()).c_str()), std::system_error);
    const ServerOptions nowhere{.address = "no address"};
    CHECK_THROWS_WITH_AS(Server(nowhere, test::echo_application()), doctest::Contains("no address"), std::system_error);
}

}  // namespace

}  // namespace mainspring::http
