// The navigation entries of every feature, in the order in which they stand within their groups.
import type { NavigationEntry } from '../app/feature';
import { cashierNavigation } from './cashier/feature';
import { customerNavigation } from './customer/feature';
import { runNavigation } from './runs/feature';

export const NAVIGATION: readonly NavigationEntry[] = [...customerNavigation, ...runNavigation, ...cashierNavigation];
