import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { utilityRoute } from '../../app/root';

export const BILL_TABS = ['paper', 'why', 'difference', 'posting'] as const;
export type BillTab = (typeof BILL_TABS)[number];

export const billRoute = createRoute({
  getParentRoute: () => utilityRoute,
  path: '/bills/$bill',
  validateSearch: (search: Record<string, unknown>): { tab?: BillTab } => {
    const tab = BILL_TABS.find((each) => each === search.tab);
    return tab === undefined ? {} : { tab };
  },
  component: lazyRouteComponent(() => import('./bill_page'), 'BillPage'),
});

export const billingRoutes = [billRoute] as const;
