// Meters and calorific values in bulk.
//
// import_meters: CSV with the columns service_point_code, installed_on, removed_on*, serial, maker*, model*,
// register_code, stream*, unit*, dials*, decimals*, multiplier*, interval_minutes*, volume_factor*, line_loss_percent*,
// transformer_kva*, transformer_iron_kw*, transformer_copper_kw*, transformer_no_load_percent*,
// transformer_impedance_percent*, load_shape*, gas_kpa*, gas_kelvin*, gas_compressibility* (* may be missing or
// empty). The rows of one (service point, installed_on) form one installation. An exchange is the removal of one device
// and the installation of the next on the same day. An absent removed_on says nothing about the end. The same file
// again changes nothing; another statement about the same day is a new version.
//
// import_calorific: CSV with gas_zone, valid_from, value (MJ/m3, at most 4 decimals).
#pragma once
#include <expected>

#include "metering/import_support.hpp"

namespace mainspring::metering {

std::expected<ImportReport, ImportRefusal> import_meters(Pool& pool, const Clock& clock, const ImportOrder& order);
std::expected<ImportReport, ImportRefusal> import_calorific(Pool& pool, const Clock& clock, const ImportOrder& order);

}  // namespace mainspring::metering
