// Imports that need the price book, as jobs: customers (whose tariffs must be known), published prices and values.
#pragma once
#include "metering/import_job.hpp"

namespace mainspring::pricebook {

void add_pricebook_jobs(jobs::JobKinds& kinds, const metering::ImportJobParts& parts);

}  // namespace mainspring::pricebook
