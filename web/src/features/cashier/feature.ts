import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import type { NavigationEntry } from '../../app/feature';
import { utilityRoute } from '../../app/root';

export const cashierRoute = createRoute({
  getParentRoute: () => utilityRoute,
  path: '/cashier',
  validateSearch: (search: Record<string, unknown>): { account?: string } =>
    typeof search.account === 'string' && search.account !== '' ? { account: search.account } : {},
  component: lazyRouteComponent(() => import('./cashier_page'), 'CashierPage'),
});

export const receiptRoute = createRoute({
  getParentRoute: () => utilityRoute,
  path: '/payments/$payment',
  component: lazyRouteComponent(() => import('./receipt_page'), 'ReceiptPage'),
});

export const dayListRoute = createRoute({
  getParentRoute: () => utilityRoute,
  path: '/payments',
  validateSearch: (search: Record<string, unknown>): { on?: string; mine?: boolean } => ({
    ...(typeof search.on === 'string' ? { on: search.on } : {}),
    ...(search.mine === 'true' || search.mine === true ? { mine: true } : {}),
  }),
  component: lazyRouteComponent(() => import('./day_list_page'), 'DayListPage'),
});

export const cashierRoutes = [cashierRoute, receiptRoute, dayListRoute] as const;

export const cashierNavigation: readonly NavigationEntry[] = [
  {
    to: '/cashier',
    label: { en: 'Take a payment', zh: '收款' },
    icon: 'cash',
    group: 'money',
    permission: 'take payments',
    key: 'p',
  },
  {
    to: '/payments',
    label: { en: 'Payments of a day', zh: '当日收款' },
    icon: 'book',
    group: 'money',
    permission: 'look',
    key: 'd',
  },
];
