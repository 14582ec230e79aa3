import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import type { NavigationEntry } from '../../app/feature';
import { utilityRoute } from '../../app/root';

const DAY = /^\d{4}-\d{2}-\d{2}$/;

export interface AuditSearch {
  by?: string;
  action?: string;
  object?: string;
  from?: string;
  to?: string;
}

function auditSearch(search: Record<string, unknown>): AuditSearch {
  const text = (key: 'by' | 'action' | 'object') => {
    const value = search[key];
    return typeof value === 'string' && value !== '' ? { [key]: value } : {};
  };
  const day = (key: 'from' | 'to') => {
    const value = search[key];
    return typeof value === 'string' && DAY.test(value) ? { [key]: value } : {};
  };
  return { ...text('by'), ...text('action'), ...text('object'), ...day('from'), ...day('to') };
}

export const usersRoute = createRoute({
  getParentRoute: () => utilityRoute,
  path: '/users',
  component: lazyRouteComponent(() => import('./users_page'), 'UsersPage'),
});

export const rolesRoute = createRoute({
  getParentRoute: () => utilityRoute,
  path: '/roles',
  component: lazyRouteComponent(() => import('./roles_page'), 'RolesPage'),
});

export const unitsRoute = createRoute({
  getParentRoute: () => utilityRoute,
  path: '/units',
  validateSearch: (search: Record<string, unknown>): { on?: string } =>
    typeof search.on === 'string' && DAY.test(search.on) ? { on: search.on } : {},
  component: lazyRouteComponent(() => import('./units_page'), 'UnitsPage'),
});

export const approvalsRoute = createRoute({
  getParentRoute: () => utilityRoute,
  path: '/approvals',
  validateSearch: (search: Record<string, unknown>): { state?: string } =>
    typeof search.state === 'string' && search.state !== '' ? { state: search.state } : {},
  component: lazyRouteComponent(() => import('./approvals_page'), 'ApprovalsPage'),
});

export const auditRoute = createRoute({
  getParentRoute: () => utilityRoute,
  path: '/audit',
  validateSearch: auditSearch,
  component: lazyRouteComponent(() => import('./audit_page'), 'AuditPage'),
});

export const administrationRoutes = [usersRoute, rolesRoute, unitsRoute, approvalsRoute, auditRoute] as const;

export const administrationNavigation: readonly NavigationEntry[] = [
  {
    to: '/users',
    label: { en: 'Users', zh: '用户' },
    icon: 'person',
    group: 'administration',
    permission: 'manage users',
    key: 'u',
  },
  {
    to: '/roles',
    label: { en: 'Roles', zh: '角色' },
    icon: 'gear',
    group: 'administration',
    permission: 'manage users',
  },
  {
    to: '/units',
    label: { en: 'Organisation', zh: '组织' },
    icon: 'people',
    group: 'administration',
    permission: 'look',
    key: 'o',
  },
  {
    to: '/approvals',
    label: { en: 'Approvals', zh: '审批' },
    icon: 'done',
    group: 'administration',
    permission: 'look',
  },
  {
    to: '/audit',
    label: { en: 'Audit', zh: '审计' },
    icon: 'search',
    group: 'administration',
    permission: 'see the audit',
    key: 'a',
  },
];
