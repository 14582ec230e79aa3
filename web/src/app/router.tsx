import { createRouter } from '@tanstack/react-router';
import type { QueryClient } from '@tanstack/react-query';
import { frameRoutes, outsideRoutes, utilityRoutes } from '../features/routes';
import { PageProblem } from '../ui/problem_view';
import { Loading } from '../ui/states';
import { frameRoute, homeRoute, rootRoute, utilityRoute } from './root';

const tree = rootRoute.addChildren([
  ...outsideRoutes,
  frameRoute.addChildren([homeRoute, ...frameRoutes, utilityRoute.addChildren([...utilityRoutes])]),
]);

// Everything in an address is text: the code "0012" of an account stays what it is.
const parseSearch = (text: string): Record<string, string> => Object.fromEntries(new URLSearchParams(text));
function stringifySearch(search: Record<string, unknown>): string {
  const pairs = Object.entries(search).flatMap(([key, value]) =>
    typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number' ? [[key, String(value)]] : [],
  );
  const text = new URLSearchParams(pairs).toString();
  return text === '' ? '' : `?${text}`;
}

export const makeRouter = (queries: QueryClient) =>
  createRouter({
    routeTree: tree,
    context: { queries },
    parseSearch,
    stringifySearch,
    defaultPreload: 'intent',
    defaultPreloadStaleTime: 0,
    defaultErrorComponent: PageProblem,
    defaultPendingComponent: Loading,
  });

export type AppRouter = ReturnType<typeof makeRouter>;

declare module '@tanstack/react-router' {
  interface Register {
    router: AppRouter;
  }
}
