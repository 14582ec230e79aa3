import { createRoute, lazyRouteComponent, redirect } from '@tanstack/react-router';
import type { NavigationEntry } from '../../app/feature';
import { utilityRoute } from '../../app/root';
import { may } from '../../app/session';

export const MONTH = /^(19|20|21)\d{2}-(0[1-9]|1[0-2])$/;

export const dashboardRoute = createRoute({
  getParentRoute: () => utilityRoute,
  path: '/dashboard',
  validateSearch: ({ unit, month }: Record<string, unknown>): { unit?: string; month?: string } => ({
    ...(typeof unit === 'string' && unit !== '' ? { unit } : {}),
    ...(typeof month === 'string' && MONTH.test(month) ? { month } : {}),
  }),
  component: lazyRouteComponent(() => import('./dashboard_page'), 'DashboardPage'),
});

/** A utility without further address begins with its figures, for those who may look at them. */
const startRoute = createRoute({
  getParentRoute: () => utilityRoute,
  path: '/',
  beforeLoad: ({ context, params }) => {
    throw redirect({ to: may(context.me, 'look') ? '/u/$utility/dashboard' : '/u/$utility/accounts', params });
  },
});

export const dashboardRoutes = [startRoute, dashboardRoute] as const;

export const dashboardNavigation: readonly NavigationEntry[] = [
  {
    to: '/dashboard',
    label: { en: 'Dashboard', zh: '运营看板' },
    icon: 'chart',
    group: 'overview',
    permission: 'look',
    key: 'h',
  },
];
