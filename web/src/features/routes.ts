// The pages of every feature: one line for each of its branches.
import { administrationRoutes } from './administration/feature';
import { billingRoutes } from './billing/feature';
import { cashierRoutes } from './cashier/feature';
import { customerRoutes } from './customer/feature';
import { dashboardRoutes } from './dashboard/feature';
import { identityFrameRoutes, identityOutsideRoutes } from './identity/feature';
import { jobRoutes } from './jobs/feature';
import { ledgerRoutes } from './ledger/feature';
import { meteringRoutes } from './metering/feature';
import { runRoutes } from './runs/feature';
import { tariffRoutes } from './tariff/feature';

/** Without the frame. */
export const outsideRoutes = [...identityOutsideRoutes] as const;
/** In the frame, of no utility. */
export const frameRoutes = [...identityFrameRoutes] as const;
/** Below /u/$utility. */
export const utilityRoutes = [
  ...dashboardRoutes,
  ...customerRoutes,
  ...billingRoutes,
  ...runRoutes,
  ...ledgerRoutes,
  ...cashierRoutes,
  ...meteringRoutes,
  ...jobRoutes,
  ...tariffRoutes,
  ...administrationRoutes,
] as const;
