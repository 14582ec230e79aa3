// Who is signed in, and what they may do. One query, kept for the whole stay.
import { queryOptions, useSuspenseQuery, type QueryClient } from '@tanstack/react-query';
import { api, dataOf, setCsrf, type Schemas } from '../api/client';

export type Me = Schemas['Me'];
export type Utility = Schemas['Utility'];

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: async (): Promise<Me> => {
    const me = await dataOf(api.GET('/me'));
    setCsrf(me.csrf);
    return me;
  },
  staleTime: 5 * 60_000,
  retry: false,
});

export const useMe = (): Me => useSuspenseQuery(meQuery).data;

export function signedIn(queries: QueryClient, me: Me): void {
  queries.clear();
  setCsrf(me.csrf);
  queries.setQueryData(meQuery.queryKey, me);
}

/** The same person under a new session. */
export function renewed(queries: QueryClient, me: Me): void {
  setCsrf(me.csrf);
  queries.setQueryData(meQuery.queryKey, me);
}

export function signedOut(queries: QueryClient): void {
  setCsrf('');
  queries.clear();
}

export const may = (me: Me, permission: string): boolean => me.permissions.includes(permission);

/** The name of a utility in the reader's language, else in its own. */
export function nameOfUtility(utility: Utility, language: string): string {
  return utility.names[language] ?? utility.names[utility.language] ?? Object.values(utility.names)[0] ?? utility.code;
}
