import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, dataOf } from '../../api/client';

export const paymentsOfDayQuery = (utility: string, on: string, mine: boolean, after: string | undefined) =>
  queryOptions({
    queryKey: ['payments', utility, on, mine, after],
    queryFn: ({ signal }) =>
      dataOf(
        api.GET('/utilities/{utility}/payments', {
          params: {
            path: { utility },
            query: { on, limit: 50, ...(mine ? { mine } : {}), ...(after === undefined ? {} : { after }) },
          },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  });

export const receiptQuery = (utility: string, payment: string) =>
  queryOptions({
    queryKey: ['payment', utility, payment],
    queryFn: ({ signal }) =>
      dataOf(api.GET('/utilities/{utility}/payments/{payment}', { params: { path: { utility, payment } }, signal })),
  });
