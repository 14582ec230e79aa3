// Some reads against what the database holds: one transaction's work.
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "calendar/zone.hpp"
#include "customer/import_report.hpp"
#include "metering/metering_store.hpp"
#include "metering/read_batch.hpp"

namespace mainspring::metering {

// The service points that a batch names and their installations, as they are in the transaction: looked up for each
// chunk anew, because meters may be exchanged and points be added while an import is under way.
class BatchPoints {
public:
    struct Point {
        CellId cell;
        std::int64_t id = 0;  // 0: there is none of this code
        std::vector<InstallationFact> timeline;
    };
    BatchPoints(Tx& tx, std::int32_t legal_entity_id, const StatedBatch& batch);
    const Point& find(const std::string& code) const { return points_.at(code); }

private:
    std::unordered_map<std::string, Point> points_;
};

// Most files bring new reads only: then nothing is looked up and the primary key finds out. After a chunk that did
// hold known ones, the next are compared first.
enum class Expectation : std::uint8_t { all_new, some_known };

struct ReadContext {
    std::int32_t legal_entity_id = 0;  // of the utility
    const Zone& zone;                  // of the utility
    Date today;
    std::string file;
    ReadSource source;  // made by the first row that is written
};

class ReadChunk {
public:
    ReadChunk(Tx& tx, const ReadContext& context, const StatedBatch& batch)
        : tx_(tx), context_(context), batch_(batch), points_(tx, context.legal_entity_id, batch) {}
    customer::ImportReport run(Expectation& expectation);

private:
    struct Resolved {
        CellId cell;
        std::int64_t point = 0;
        Instant at;
        std::int64_t device = 0;
        std::int16_t register_no = 0;
        const StatedRead* stated = nullptr;
    };
    struct Group {
        RegisterRead read;
        int lines = 0;
        bool only_if_unknown = false;
    };
    struct DayGroup {
        IntervalDay day;
        int lines = 0;
        const StatedDay* stated = nullptr;
    };
    struct Rejected {
        std::string_view field;
        std::string reason;
    };
    struct Place {
        const BatchPoints::Point* point;
        const InstallationFact* fact;
        const InstalledRegister* channel;
    };

    Place place_of(const StatedChannel& channel, const DeviceQuestion& question) const;
    void reject(int line, const Rejected& rejected);
    void resolve_reads(std::span<const StatedRead> reads);
    void check_value(const StatedRead& read, const InstalledRegister& channel) const;
    void group_reads();
    void resolve_days(std::span<const StatedDay> days);
    DayGroup day_of(const StatedDay& stated) const;
    void drop_double_days();
    std::int64_t source();
    bool is_of_this_content(std::int64_t source) const;
    // False when some of it was known already; then nothing was written.
    bool write_all_new();
    void write_compared();
    void compare_reads(std::span<Group> groups, CopyBuffer& rows);
    void compare_days(std::span<DayGroup> groups, CopyBuffer& rows);
    customer::LineOutcome compare(Group& group, std::span<const RegisterRead> known, CopyBuffer& rows);
    customer::LineOutcome compare(DayGroup& group, std::span<const IntervalDay> known, CopyBuffer& rows);
    void count(int lines, customer::LineOutcome outcome);

    Tx& tx_;
    const ReadContext& context_;
    const StatedBatch& batch_;
    const BatchPoints points_;
    std::int64_t source_ = 0;                 // of this transaction; 0: nothing is written yet
    std::vector<std::int64_t> same_content_;  // sources of this very content before this one
    std::vector<Resolved> resolved_;
    std::vector<Group> groups_;
    std::vector<DayGroup> days_;
    customer::ImportReport report_;
};

}  // namespace mainspring::metering
