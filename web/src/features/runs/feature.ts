import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import type { NavigationEntry } from '../../app/feature';
import { utilityRoute } from '../../app/root';

export const runsRoute = createRoute({
  getParentRoute: () => utilityRoute,
  path: '/runs',
  component: lazyRouteComponent(() => import('./runs_page'), 'RunsPage'),
});

export const runRoute = createRoute({
  getParentRoute: () => utilityRoute,
  path: '/runs/$run',
  validateSearch: (search: Record<string, unknown>): { cause?: string } =>
    typeof search.cause === 'string' && search.cause !== '' ? { cause: search.cause } : {},
  component: lazyRouteComponent(() => import('./run_page'), 'RunPage'),
});

export const runRoutes = [runsRoute, runRoute] as const;

export const runNavigation: readonly NavigationEntry[] = [
  { to: '/runs', label: { en: 'Bill runs', zh: '出账' }, icon: 'run', group: 'billing', permission: 'look', key: 'r' },
];
