import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import type { NavigationEntry } from '../../app/feature';
import { utilityRoute } from '../../app/root';

export const readEntryRoute = createRoute({
  getParentRoute: () => utilityRoute,
  path: '/read-entry',
  validateSearch: (search: Record<string, unknown>): { point?: string } =>
    typeof search.point === 'string' && search.point !== '' ? { point: search.point } : {},
  component: lazyRouteComponent(() => import('./read_entry_page'), 'ReadEntryPage'),
});

export const meteringRoutes = [readEntryRoute] as const;

export const meteringNavigation: readonly NavigationEntry[] = [
  {
    to: '/read-entry',
    label: { en: 'Enter reads', zh: '录入读数' },
    icon: 'meter',
    group: 'metering',
    permission: 'change meters',
    key: 'm',
  },
];
