import { QueryCache, QueryClient, MutationCache } from '@tanstack/react-query';
import { isSignedOut, problemOf } from '../api/problem';

/** `onSignedOut` is called when the server no longer knows the session. */
export function makeQueries(onSignedOut: () => void): QueryClient {
  const onError = (error: unknown) => {
    if (isSignedOut(error)) onSignedOut();
  };
  return new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        staleTime: 15_000,
        retry: (count, error) => count < 2 && problemOf(error).isPassing,
        refetchOnWindowFocus: false,
      },
      mutations: { retry: false },
    },
  });
}
