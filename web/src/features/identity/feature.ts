import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/root';

/** Only an address of our own pages is gone back to after sign-in. */
const ownAddress = (value: unknown): string | undefined =>
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

export const identityOutsideRoutes = [signInRoute] as const;
