// What people write down about an account. Nothing is ever taken back.
#pragma once
#include <cstdint>
#include <expected>
#include <string>
#include <vector>

#include "customer/customer_service.hpp"

namespace mainspring::customer {

struct Note {
    std::int32_t note_no = 0;
    Instant at;
    std::string by;  // the actor's name
    std::string text;
};

struct NotePage {
    CellId cell;
    std::int64_t account_id = 0;
    std::int32_t before = 0;  // note_no; 0: from the latest
    std::int32_t limit = 50;
};
// Latest first.
std::vector<Note> notes_of(Tx& tx, const NotePage& page);

struct NewNote {
    AccountRef account;
    std::string text;
    std::int32_t actor_id = 0;
    Uuid command_id;
};
// Refused: access, command_reused.
std::expected<Note, Refusal> add_note(Pool& pool, const Clock& clock, const NewNote& note);

}  // namespace mainspring::customer
