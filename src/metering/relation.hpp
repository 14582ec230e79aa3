// What hangs below what: sub-meters and check meters between service points of one cell. Dated facts.
#pragma once
#include <compare>
#include <cstdint>
#include <expected>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "calendar/date.hpp"

namespace mainspring::metering {

// A sub-meter measures a part of what its parent measures; a check meter measures the same again.
enum class RelationKind : std::uint8_t { sub_meter, check_meter };
std::string_view text_of(RelationKind kind);
std::expected<RelationKind, std::string> relation_kind_of(std::string_view text);

// How a sub-meter is taken off its parent; only then of weight.
enum class TakenBy : std::uint8_t { meter, quantity, ratio };
std::string_view text_of(TakenBy by);
std::expected<TakenBy, std::string> taken_by_of(std::string_view text);

struct RelationTerms {
    TakenBy by{};
    std::int64_t amount = 0;  // quantity: millionths a month; ratio: 10^-8 of the parent
    friend bool operator==(const RelationTerms&, const RelationTerms&) = default;
};

struct RelationKey {
    std::int64_t parent_id = 0, child_id = 0;  // service points
    RelationKind kind{};
    friend auto operator<=>(const RelationKey&, const RelationKey&) = default;
};

struct RelationFact {
    Date valid_from;
    std::int16_t version = 1;
    bool voided = false;
    bool ended = false;       // from this day on it is no more
    std::int64_t source = 0;  // metering.source; 0: not stored yet
    RelationTerms terms{};
};

// All relations of one cell.
class RelationNet {
public:
    // REQUIRES: the facts of a relation come in order of (valid_from, version).
    void add(const RelationKey& key, const RelationFact& fact) { facts_[key].push_back(fact); }

    enum class Change : std::uint8_t { none, added, versioned, nothing_to_end, cycle };
    struct Statement {
        Date valid_from;
        bool ended = false;
        // The source of the statement's file when it first came; 0: it comes for the first time. What was stored about
        // the same day then or later stands: the file says nothing new.
        std::int64_t known_since = 0;
        RelationTerms terms{};
    };
    // Takes the statement in, unless it changes nothing or is refused. `out`: the new fact when it was taken in.
    Change state(const RelationKey& key, const Statement& statement, RelationFact& out);

private:
    std::vector<DateRange> active_days(const RelationKey& key) const;
    // Whether, on one of the days, `point` stands above `target` at any distance.
    bool is_above(std::int64_t point, std::int64_t target, DateRange days) const;

    std::map<RelationKey, std::vector<RelationFact>> facts_;
};

}  // namespace mainspring::metering
