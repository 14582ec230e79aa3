// The API that `serve` answers, put together by hand: every capability's routes, who signs in, what works in the
// background.
#pragma once
#include <memory>
#include <optional>
#include <string>

#include "api/dispatcher.hpp"
#include "http/server.hpp"
#include "identity/identity_service.hpp"
#include "main/session.hpp"

namespace mainspring::cli {

enum class Replies : std::uint8_t { trusted, checked };  // against the contract, for tests

class ServedApi {
public:
    struct Setup {
        Session& session;
        identity::Cookie cookie = identity::Cookie::secure;
        Replies replies = Replies::trusted;
        int run_workers = 2;
    };
    explicit ServedApi(const Setup& setup);
    ~ServedApi();  // waits for runs under way; jobs stop at their next step

    http::Application application();
    // The token of the link that makes the first administrator; nothing once there is one.
    std::optional<std::string> first_administrator_link();

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace mainspring::cli
