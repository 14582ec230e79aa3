// Relations between service points in bulk: CSV with the columns parent, child (codes of service points of one cell),
// kind (sub_meter, check_meter), valid_from, ended* (yes or no; may be missing or empty: no). "ended: yes" says that
// the relation is no more from valid_from on. Another statement about the same day is a new version. A file of the same
// content again changes nothing that was said in it or since it first came, but brings what was refused then and fits
// now. No point may stand above itself on any day.
#pragma once
#include <expected>

#include "metering/import_support.hpp"

namespace mainspring::metering {

std::expected<ImportReport, ImportRefusal> import_relations(Pool& pool, const Clock& clock, const ImportOrder& order);

}  // namespace mainspring::metering
