// What the paths of this room's routes name.
#pragma once
#include <cstdint>
#include <string>

#include "api/call.hpp"
#include "customer/customer_service.hpp"
#include "metering/point_view_service.hpp"
#include "org/org_service.hpp"

namespace mainspring::metering {

struct PointOfCall {
    org::Utility utility;
    customer::ServicePointRef ref;
    std::vector<InstallationFact> timeline;  // empty: never had a meter

    // The installation of this device; null when it never hung there.
    const InstallationFact* device(std::int64_t device_id) const;
};
// Of the first two values of the path. Problem 404 when there is none, and when the caller may not look there.
PointOfCall point_of(Tx& tx, const api::Call& call);

inline TxOptions as_caller(const api::Call& call) {
    return {Isolation::read_committed, {.actor_id = call.caller.actor_id}};
}

// Half-open days of the query. Problem when they are none.
DateRange days_of(const api::Call& call);

// The id of a read in paths: what its row is keyed with, "1767225600000.12.1".
std::string read_id(Instant read_at, std::int64_t device_id, std::int16_t version);

// enterRead, judgeRead, decideRead.
http::Response enter_read_route(api::Call& call);
http::Response judge_read_route(api::Call& call);
http::Response decide_read_route(api::Call& call);

std::string read_json(const PointOfCall& point, const ReadView& read);

}  // namespace mainspring::metering
