#include <csignal>
#include <fmt/format.h>
#include <memory>
#include <semaphore.h>
#include <sys/resource.h>
#include <thread>

#include "http/reply.hpp"
#include "main/commands.hpp"
#include "main/output.hpp"
#include "main/served_api.hpp"
#include "main/served_program.hpp"

namespace mainspring::cli {

namespace {

struct ServeFlags {
    std::string address = "127.0.0.1", certificate, key, web;
    std::int32_t port = 8080, workers = 8;
    bool check_replies = false;
};

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

// Where it is, and how the first administrator gets in.
void tell(const Session& session, const std::string& url, const std::optional<std::string>& link) {
    const std::string set_up = link ? fmt::format("{}/setup/{}", url, *link) : "";
    if (session.json()) {
        JsonObject json;
        json.text("url", url);
        if (link) json.text("set_up", set_up);
        print(json.done() + "\n");
        return;
    }
    print(fmt::format("Mainspring serves {}\n", url));
    if (link)
        print(fmt::format("Nobody has a password yet. Make the first administrator, within an hour, once, at\n  {}\n",
                          set_up));
}

Exit serve(Session& session, const ServeFlags& flags) {
    const http::ServerOptions options = options_of(flags);
    ServedApi api({.session = session,
                   .cookie = flags.certificate.empty() ? identity::Cookie::loopback : identity::Cookie::secure,
                   .replies = flags.check_replies ? Replies::checked : Replies::trusted});
    ServedProgram program(api.application(), session.database().app(), front_end(flags.web));
    allow_open_files();
    http::Server server(options, program.application());
    program.serves_with(server);
    handle_signals();
    const std::string url = url_of(flags, server.port());
    tell(session, url, api.first_administrator_link());
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
    command.flag("--check-replies", flags->check_replies,
                 "A reply that the API's contract does not promise is a fault");
    command.option("--workers", flags->workers, "Requests handled at the same time; default 8").range(1, 256);
    command.runs([flags](Session& session) { return serve(session, *flags); });
}

}  // namespace mainspring::cli
