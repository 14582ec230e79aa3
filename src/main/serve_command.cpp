#include <csignal>
#include <fmt/format.h>
#include <memory>
#include <semaphore.h>
#include <sys/resource.h>
#include <thread>

#include "http/reply.hpp"
#include "main/commands.hpp"
#include "main/output.hpp"
#include "main/served_program.hpp"

namespace mainspring::cli {

namespace {

struct ServeFlags {
    std::string address = "127.0.0.1", certificate, key, web;
    std::int32_t port = 8080, workers = 8;
};

// Answers every address below /api: there is none.
http::Application no_api() {
    return {.most_body_bytes = [](http::Method, std::string_view) -> std::size_t { return 0; },
            .handle =
                [](const http::Request& request) {
                    return http::response_of({404, "not_found", "There is nothing at this address."}, request.id);
                },
            .done = {}};
}

// Posted by the handler of signals, which may do little else.
sem_t stop_asked;

void on_signal(int) { sem_post(&stop_asked); }

void await_signal() {
    while (sem_wait(&stop_asked) != 0) {
    }
}

void handle_signals() {
    sem_init(&stop_asked, 0, 0);
    std::signal(SIGINT, on_signal);
    std::signal(SIGTERM, on_signal);
    std::signal(SIGPIPE, SIG_IGN);  // who reads our log may go
}

// Each connection is an open file.
void allow_open_files() {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

http::ServerOptions options_of(const ServeFlags& flags) {
    if (flags.certificate.empty() != flags.key.empty())
        throw Failure(Exit::usage, "--certificate and --key belong together");
    http::ServerOptions options;
    options.address = flags.address;
    options.port = static_cast<std::uint16_t>(flags.port);
    options.workers = flags.workers;
    options.certificate_file = flags.certificate;
    options.key_file = flags.key;
    return options;
}

std::optional<http::StaticFiles> front_end(const std::string& folder) {
    if (folder.empty()) return std::nullopt;
    try {
        return http::StaticFiles(folder);
    } catch (const std::runtime_error& error) {
        throw Failure(Exit::refused, fmt::format("--web {}", error.what()));
    }
}

std::string url_of(const ServeFlags& flags, std::uint16_t port) {
    const bool is_v6 = flags.address.find(':') != std::string::npos;
    return fmt::format("{}://{}{}{}:{}", flags.certificate.empty() ? "http" : "https", is_v6 ? "[" : "", flags.address,
                       is_v6 ? "]" : "", port);
}

Exit serve(Session& session, const ServeFlags& flags) {
    const http::ServerOptions options = options_of(flags);
    ServedProgram program(no_api(), session.database().app(), front_end(flags.web));
    allow_open_files();
    http::Server server(options, program.application());
    program.serves_with(server);
    handle_signals();
    const std::string url = url_of(flags, server.port());
    print(session.json() ? JsonObject().text("url", url).done() + "\n" : fmt::format("Mainspring serves {}\n", url));
    std::thread serving([&server] { server.run(); });
    await_signal();
    server.stop();
    serving.join();
    return Exit::ok;
}

}  // namespace

void add_serve_command(Command app) {
    Command command = app.add(
        "serve", "Serve the API and the front end over HTTP, until SIGINT or SIGTERM: requests under way are finished");
    auto flags = std::make_shared<ServeFlags>();
    command.option("--address", flags->address, "Address to listen on; default 127.0.0.1");
    command.option("--port", flags->port, "Port; default 8080; 0: any free one").range(0, 65'535);
    command.option("--certificate", flags->certificate, "TLS: file with the certificate chain, PEM");
    command.option("--key", flags->key, "TLS: file with the private key, PEM");
    command.option("--web", flags->web, "Folder of the built front end; default: none").environment("MAINSPRING_WEB");
    command.option("--workers", flags->workers, "Requests handled at the same time; default 8").range(1, 256);
    command.runs([flags](Session& session) { return serve(session, *flags); });
}

}  // namespace mainspring::cli
