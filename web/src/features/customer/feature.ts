import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import type { NavigationEntry } from '../../app/feature';
import { utilityRoute } from '../../app/root';

export const TABS = ['overview', 'meters', 'bills', 'money', 'notes', 'timeline'] as const;
export type Tab = (typeof TABS)[number];

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** What is shown of a customer is in the address, so that it can be sent to a colleague. */
interface AccountSearch {
  tab?: Tab;
  as_of?: string | undefined;
  point?: string;
  from?: string;
  to?: string;
}

function accountSearch(search: Record<string, unknown>): AccountSearch {
  const tab = TABS.find((each) => each === search.tab);
  const { as_of, point, from, to } = search;
  return {
    ...(tab === undefined ? {} : { tab }),
    ...(typeof as_of === 'string' && DAY.test(as_of) ? { as_of } : {}),
    ...(typeof point === 'string' ? { point } : {}),
    ...(typeof from === 'string' && DAY.test(from) ? { from } : {}),
    ...(typeof to === 'string' && DAY.test(to) ? { to } : {}),
  };
}

export const accountsRoute = createRoute({
  getParentRoute: () => utilityRoute,
  path: '/accounts',
  validateSearch: (search: Record<string, unknown>): { name?: string } =>
    typeof search.name === 'string' && search.name !== '' ? { name: search.name } : {},
  component: lazyRouteComponent(() => import('./accounts_page'), 'AccountsPage'),
});

export const accountRoute = createRoute({
  getParentRoute: () => utilityRoute,
  path: '/accounts/$account',
  validateSearch: accountSearch,
  component: lazyRouteComponent(() => import('./account_page'), 'AccountPage'),
});

export const customerRoutes = [accountsRoute, accountRoute] as const;

export const customerNavigation: readonly NavigationEntry[] = [
  {
    to: '/accounts',
    label: { en: 'Customers', zh: '客户' },
    icon: 'people',
    group: 'customers',
    permission: 'look',
    key: 'c',
  },
];
