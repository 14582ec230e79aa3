// Reads and interval values in bulk.
//
//   csv      header service_point, serial*, register, read_at, value, quality*, reason*  (* may be missing or empty).
//            read_at is a local date or date-time of the utility ("2026-07-01", "2026-07-01 08:30"); value as shown on
//            the dials; quality A, C, E or S; reason billing, install, remove, move, check or multiplier. Registers of
//            one device and instant form one read.
//   profile  any delimited text, described by a profile file (formats/csv_profile.hpp); registers or intervals.
//   nem      NEM12 and NEM13 (formats/nem.hpp): the NMI is the service point's code; the register is named by the
//            suffix or the register id. Days start at market midnight, UTC+10. Of one day twice in a file the later
//            update counts. A 250 gives two reads; the previous one only where nothing is known of that instant; a
//            quantity that does not follow from them makes the current one suspect.
//
// A serial must be that of the device installed on the day; without one the device installed then is meant.
// The same statement again changes nothing; other values become a new version. Bad lines are reported, good ones kept.
#pragma once
#include <expected>
#include <filesystem>

#include "metering/import_support.hpp"

namespace mainspring::metering {

enum class ReadFormat : std::uint8_t { csv, profile, nem };

struct ReadImport {
    ImportOrder order;
    ReadFormat format = ReadFormat::csv;
    std::filesystem::path profile = {};
    std::size_t rows_of_transaction = 50'000;  // register reads; interval days: a tenth of it
};

std::expected<ImportReport, ImportRefusal> import_reads(Pool& pool, const Clock& clock, const ReadImport& import);

}  // namespace mainspring::metering
