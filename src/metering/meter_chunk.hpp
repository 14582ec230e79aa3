// Some installations of a meters file against what the database holds: one transaction's work.
#pragma once
#include <map>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "customer/import_report.hpp"
#include "metering/meter_row.hpp"
#include "metering/metering_store.hpp"
#include "org/org_service.hpp"

namespace mainspring::metering {

struct MeterChunkContext {
    std::int32_t legal_entity_id = 0;
    std::int32_t actor_id = 0;
    Instant at;
    std::string file;
};

class MeterChunk {
public:
    MeterChunk(Tx& tx, const MeterChunkContext& context);
    customer::ImportReport run(std::span<const MeterRow> rows);

private:
    // The rows of one (service point, installed_on).
    struct Group {
        std::vector<const MeterRow*> rows;
        const MeterRow& head() const { return *rows.front(); }
    };
    struct PointState {
        CellId cell;
        std::int64_t id = 0;
        std::vector<InstallationFact> facts;
    };
    struct DeviceLife {
        Device device;
        std::optional<DeviceEvent> last;
    };
    struct Rejected {
        const MeterRow* row;
        std::string_view field;
        std::string reason;
    };

    static std::vector<Group> group(std::span<const MeterRow> rows);
    void load(std::span<const MeterRow> rows);
    customer::LineOutcome apply(const Group& group);
    static void check_alike(const Group& group);
    void check_room(const Group& group, const std::vector<InstallationFact>& timeline) const;
    DeviceLife& device_of(const Group& group, const PointState& point);
    void move(DeviceLife& device, const DeviceEvent& event, const MeterRow& row);
    void take_down(PointState& point, const InstallationFact& old, Date on, const MeterRow& row);
    void write(PointState& point, InstallationFact fact);
    static InstallationFact fact_of(const Group& group, const InstallationFact* before);

    Tx& tx_;
    const MeterChunkContext& context_;
    std::unordered_map<std::string, PointState> points_;
    std::unordered_map<std::string, DeviceLife> devices_;
    std::unordered_map<std::int32_t, std::int64_t> last_device_;  // by cell
    MeterRows new_rows_;
};

}  // namespace mainspring::metering
