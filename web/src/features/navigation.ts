// The navigation entries of every feature, in the order in which they stand within their groups.
import type { NavigationEntry } from '../app/feature';
import { administrationNavigation } from './administration/feature';
import { cashierNavigation } from './cashier/feature';
import { customerNavigation } from './customer/feature';
import { dashboardNavigation } from './dashboard/feature';
import { jobNavigation } from './jobs/feature';
import { ledgerNavigation } from './ledger/feature';
import { meteringNavigation } from './metering/feature';
import { runNavigation } from './runs/feature';
import { tariffNavigation } from './tariff/feature';

export const NAVIGATION: readonly NavigationEntry[] = [
  ...dashboardNavigation,
  ...customerNavigation,
  ...meteringNavigation,
  ...runNavigation,
  ...cashierNavigation,
  ...ledgerNavigation,
  ...jobNavigation,
  ...tariffNavigation,
  ...administrationNavigation,
];
