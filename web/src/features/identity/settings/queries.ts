import { queryOptions } from '@tanstack/react-query';
import { api, dataOf } from '../../../api/client';

export const sessionsQuery = queryOptions({
  queryKey: ['me', 'sessions'],
  queryFn: ({ signal }) => dataOf(api.GET('/me/sessions', { signal })),
});

export const tokensQuery = queryOptions({
  queryKey: ['me', 'tokens'],
  queryFn: ({ signal }) => dataOf(api.GET('/me/tokens', { signal })),
});
