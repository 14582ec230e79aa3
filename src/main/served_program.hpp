// What `serve` answers: the API below /api, the state of the program for those who watch it, and the built front end.
#pragma once
#include <optional>

#include "http/metrics.hpp"
#include "http/server.hpp"
#include "http/static_files.hpp"
#include "storage/pool.hpp"

namespace mainspring::cli {

class ServedProgram {
public:
    // `api` answers what is below /api/; its `done` is not called. `web`: the built front end.
    ServedProgram(http::Application api, Pool& pool, std::optional<http::StaticFiles> web)
        : api_(std::move(api)), pool_(pool), web_(std::move(web)) {}

    // It must outlive the server that is given this, and know it before a request comes.
    http::Application application();
    void serves_with(const http::Server& server) { server_ = &server; }

private:
    http::Response handle(const http::Request& request);
    http::Response ready(const http::Request& request);
    void done(const http::Answered& answered);

    http::Application api_;
    Pool& pool_;
    std::optional<http::StaticFiles> web_;
    http::Metrics metrics_;
    const http::Server* server_ = nullptr;
};

}  // namespace mainspring::cli
