import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import type { NavigationEntry } from '../../app/feature';
import { utilityRoute } from '../../app/root';

export const jobsRoute = createRoute({
  getParentRoute: () => utilityRoute,
  path: '/jobs',
  validateSearch: (search: Record<string, unknown>): { kind?: string } =>
    typeof search.kind === 'string' && search.kind !== '' ? { kind: search.kind } : {},
  component: lazyRouteComponent(() => import('./jobs_page'), 'JobsPage'),
});

export const jobRoute = createRoute({
  getParentRoute: () => utilityRoute,
  path: '/jobs/$job',
  component: lazyRouteComponent(() => import('./job_page'), 'JobPage'),
});

export const importRoute = createRoute({
  getParentRoute: () => utilityRoute,
  path: '/import',
  component: lazyRouteComponent(() => import('./import_page'), 'ImportPage'),
});

export const jobRoutes = [jobsRoute, jobRoute, importRoute] as const;

export const jobNavigation: readonly NavigationEntry[] = [
  {
    to: '/jobs',
    label: { en: 'Imports and jobs', zh: '导入与作业' },
    icon: 'run',
    group: 'metering',
    permission: 'look',
    key: 'j',
  },
];
