#include "main/served_api.hpp"

#include <unistd.h>

#include "billing/bill_routes.hpp"
#include "billing/run_routes.hpp"
#include "customer/account_list_service.hpp"
#include "customer/account_routes.hpp"
#include "identity/identity_routes.hpp"
#include "identity/organisation_routes.hpp"
#include "jobs/job_routes.hpp"
#include "jobs/job_runner.hpp"
#include "ledger/ledger_service.hpp"
#include "metering/import_job.hpp"
#include "metering/metering_routes.hpp"
#include "office/dashboard_routes.hpp"
#include "office/ledger_routes.hpp"
#include "office/search_routes.hpp"
#include "office/timeline_routes.hpp"
#include "payment/payment_routes.hpp"
#include "pricebook/pricebook_jobs.hpp"
#include "pricebook/tariff_routes.hpp"
#include "whatif/what_if_job.hpp"
#include "whatif/what_if_routes.hpp"

namespace mainspring::cli {

namespace {

// Programs that see the same folder are one place.
std::string place_of(const std::filesystem::path& folder) {
    std::array<char, 256> host{};
    gethostname(host.data(), host.size() - 1);
    return fmt::format("{}:{}", host.data(), folder.native());
}

std::optional<org::PartyKey> find_party(Tx& tx, const std::string& utility_code, const std::string& account_code) {
    const auto utility = org::find_utility(tx, utility_code);
    if (!utility) return std::nullopt;
    const auto account = customer::find_account(tx, utility->legal_entity_id, account_code);
    if (!account) return std::nullopt;
    return customer::party_of_account(tx, account->cell, account->account_id);
}

}  // namespace

class ServedApi::Impl {
public:
    explicit Impl(const Setup& setup)
        : database_(setup.session.database()),
          clock_(setup.session.clock()),
          folder_(setup.session.data_folder()),
          identity_(database_.app(), clock_, {.cookie = setup.cookie}),
          chart_(ledger::load_chart(database_.app())),
          runs_({database_.app(), clock_, folder_ / "spill", setup.run_workers}) {
        const metering::ImportJobParts imports{database_.app(), clock_, folder_ / "uploads"};
        metering::add_metering_jobs(kinds_, imports);
        pricebook::add_pricebook_jobs(kinds_, imports);
        whatif::add_what_if_job(kinds_, {database_.app()});
        jobs_.emplace(database_.app(), clock_, kinds_, jobs::RunnerOptions{.place = place_of(folder_)});
        dispatcher_.emplace(
            routes(),
            api::DispatcherParts{
                .people = database_.people(),
                .program = database_.app(),
                .clock = clock_,
                .authenticate = [this](const http::Request& request) { return identity_.authenticate(request); },
                .check_replies = setup.replies == Replies::checked});
        jobs_->start();
    }

    http::Application application() {
        return {.most_body_bytes = [this](http::Method method,
                                          std::string_view path) { return dispatcher_->most_body_bytes(method, path); },
                .handle = [this](const http::Request& request) { return dispatcher_->handle(request); },
                .done = {}};
    }

    identity::Identity& identity() { return identity_; }

private:
    api::Routes routes() {
        api::Routes routes;
        identity::add_identity_routes(routes, identity_);
        identity::add_organisation_routes(routes, identity_, find_party);
        customer::add_account_routes(routes);
        metering::add_metering_routes(routes);
        pricebook::add_tariff_routes(routes);
        whatif::add_what_if_routes(routes, kinds_, [this] { jobs_->wake(); });
        billing::add_bill_routes(routes);
        billing::add_run_routes(routes, runs_);
        payment::add_payment_routes(routes, chart_);
        office::add_dashboard_routes(routes);
        office::add_ledger_routes(routes, chart_);
        office::add_search_routes(routes);
        office::add_timeline_routes(routes);
        jobs::add_job_routes(
            routes, {.kinds = kinds_, .folder = folder_ / "uploads", .place = place_of(folder_), .on_queued = [this] {
                         jobs_->wake();
                     }});
        return routes;
    }

    Database& database_;
    const Clock& clock_;
    std::filesystem::path folder_;
    identity::Identity identity_;
    ledger::Chart chart_;
    billing::RunRunner runs_;
    jobs::JobKinds kinds_;
    std::optional<jobs::JobRunner> jobs_;
    std::optional<api::Dispatcher> dispatcher_;
};

ServedApi::ServedApi(const Setup& setup) : impl_(std::make_unique<Impl>(setup)) {}
ServedApi::~ServedApi() = default;

http::Application ServedApi::application() { return impl_->application(); }

std::optional<std::string> ServedApi::first_administrator_link() {
    return impl_->identity().first_administrator_link();
}

}  // namespace mainspring::cli
