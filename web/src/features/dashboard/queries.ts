import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, dataOf } from '../../api/client';

interface Asked {
  unit: string | undefined;
  month: string | undefined;
}

export const dashboardQuery = (utility: string, { unit, month }: Asked) =>
  queryOptions({
    queryKey: ['dashboard', utility, unit, month],
    queryFn: ({ signal }) =>
      dataOf(
        api.GET('/utilities/{utility}/dashboard', {
          params: {
            path: { utility },
            query: { ...(unit === undefined ? {} : { unit }), ...(month === undefined ? {} : { month }) },
          },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  });

export const unitsQuery = queryOptions({
  queryKey: ['units'],
  queryFn: ({ signal }) => dataOf(api.GET('/units', { signal })),
});
