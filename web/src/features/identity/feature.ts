import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { frameRoute, rootRoute } from '../../app/root';

/** Only an address of our own pages is gone back to after sign-in. */
export const ownAddress = (value: unknown): string | undefined =>
  typeof value === 'string' && /^\/(?![/\\])/.test(value) ? value : undefined;

export const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  validateSearch: (search: Record<string, unknown>): { next?: string } => {
    const next = ownAddress(search.next);
    return next === undefined ? {} : { next };
  },
  component: lazyRouteComponent(() => import('./sign_in_page'), 'SignInPage'),
});

/** The one-time link that makes the first administrator, as `serve` prints it. */
export const setupRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/setup/$token',
  component: lazyRouteComponent(() => import('./setup_page'), 'FirstAdministratorPage'),
});

/** The one-time link by which somebody chooses a password: its token follows `#`, which no server is told. */
export const passwordRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/setup',
  component: lazyRouteComponent(() => import('./setup_page'), 'ChoosePasswordPage'),
});

export const settingsRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/settings',
  component: lazyRouteComponent(() => import('./settings/settings_page'), 'SettingsPage'),
});

export const identityOutsideRoutes = [signInRoute, setupRoute, passwordRoute] as const;
export const identityFrameRoutes = [settingsRoute] as const;
