import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import type { NavigationEntry } from '../../app/feature';
import { utilityRoute } from '../../app/root';

/** A version that something begins with. */
export interface VersionSearch {
  tariff?: string;
  version?: string;
}

function versionSearch(search: Record<string, unknown>): VersionSearch {
  const { tariff, version } = search;
  return typeof tariff === 'string' && typeof version === 'string' ? { tariff, version } : {};
}

export const tariffsRoute = createRoute({
  getParentRoute: () => utilityRoute,
  path: '/tariffs',
  component: lazyRouteComponent(() => import('./tariffs_page'), 'TariffsPage'),
});

export const tariffEditorRoute = createRoute({
  getParentRoute: () => utilityRoute,
  path: '/tariff-editor',
  validateSearch: versionSearch,
  component: lazyRouteComponent(() => import('./editor_page'), 'EditorPage'),
});

export const tariffVersionRoute = createRoute({
  getParentRoute: () => utilityRoute,
  path: '/tariffs/$tariff/$version',
  validateSearch: (search: Record<string, unknown>): { against?: string } =>
    typeof search.against === 'string' && search.against !== '' ? { against: search.against } : {},
  component: lazyRouteComponent(() => import('./version_page'), 'VersionPage'),
});

export const whatIfRoute = createRoute({
  getParentRoute: () => utilityRoute,
  path: '/what-if',
  validateSearch: versionSearch,
  component: lazyRouteComponent(() => import('./what_if_page'), 'WhatIfPage'),
});

export const tariffRoutes = [tariffsRoute, tariffEditorRoute, tariffVersionRoute, whatIfRoute] as const;

export const tariffNavigation: readonly NavigationEntry[] = [
  {
    to: '/tariffs',
    label: { en: 'Tariffs', zh: '电价' },
    icon: 'price',
    group: 'billing',
    permission: 'look',
    key: 't',
  },
  {
    to: '/what-if',
    label: { en: 'What if', zh: '电价测算' },
    icon: 'chart',
    group: 'billing',
    permission: 'look',
    key: 'w',
  },
];
