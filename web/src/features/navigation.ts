// The navigation entries of every feature, in the order in which they stand within their groups.
import type { NavigationEntry } from '../app/feature';
import { cashierNavigation } from './cashier/feature';
import { customerNavigation } from './customer/feature';
import { dashboardNavigation } from './dashboard/feature';
import { ledgerNavigation } from './ledger/feature';
import { runNavigation } from './runs/feature';

export const NAVIGATION: readonly NavigationEntry[] = [
  ...dashboardNavigation,
  ...customerNavigation,
  ...runNavigation,
  ...cashierNavigation,
  ...ledgerNavigation,
];
