// The routes that all pages hang on: outside (sign-in), and inside the frame, with a utility or without one.
import { Outlet, createRootRouteWithContext, createRoute, lazyRouteComponent, redirect } from '@tanstack/react-router';
import type { QueryClient } from '@tanstack/react-query';
import { isSignedOut } from '../api/problem';
import { PageProblem } from '../ui/problem_view';
import { Loading } from '../ui/states';
import { NotFoundPage } from './not_found';
import { meQuery, type Me } from './session';
import { lastUtility, rememberUtility } from './last_utility';

export const rootRoute = createRootRouteWithContext<{ queries: QueryClient }>()({
  component: Outlet,
  notFoundComponent: NotFoundPage,
});

export const frameRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'frame',
  beforeLoad: async ({ context, location }): Promise<{ me: Me }> => {
    try {
      return { me: await context.queries.query({ ...meQuery, staleTime: 'static' }) };
    } catch (error) {
      if (isSignedOut(error)) throw redirect({ to: '/sign-in', search: { next: location.href } });
      throw error;
    }
  },
  component: lazyRouteComponent(() => import('./frame'), 'Frame'),
  errorComponent: PageProblem,
  pendingComponent: Loading,
});

/** `/`: the utility that was looked at last, or the first one. */
export const homeRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/',
  beforeLoad: ({ context }) => {
    const utility = lastUtility(context.me);
    if (utility !== undefined) throw redirect({ to: '/u/$utility', params: { utility } });
  },
  component: lazyRouteComponent(() => import('./nothing_here'), 'NothingHere'),
});

/** Pages of one utility hang below this. */
export const utilityRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/u/$utility',
  beforeLoad: ({ context, params }) => {
    const utility = context.me.utilities.find((each) => each.code === params.utility);
    if (!utility) throw redirect({ to: '/' });
    rememberUtility(utility.code);
    return { utility };
  },
  component: Outlet,
});
