import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, dataOf } from '../../api/client';

export interface RunPlace {
  utility: string;
  run: number;
}

export const runsKey = (utility: string) => ['runs', utility] as const;

/** Everything of a run is stale together: `runKey(place)` is the beginning of all its keys. */
export const runKey = ({ utility, run }: RunPlace) => ['run', utility, run] as const;

export const runsQuery = (utility: string, after?: string) =>
  queryOptions({
    queryKey: [...runsKey(utility), after],
    queryFn: ({ signal }) =>
      dataOf(
        api.GET('/utilities/{utility}/runs', {
          params: { path: { utility }, query: { limit: 25, ...(after === undefined ? {} : { after }) } },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  });

export const runQuery = (place: RunPlace) =>
  queryOptions({
    queryKey: [...runKey(place), 'detail'],
    queryFn: ({ signal }) =>
      dataOf(api.GET('/utilities/{utility}/runs/{run}', { params: { path: { ...place } }, signal })),
  });

export const exceptionsOfRunQuery = (place: RunPlace, cause: string, after?: string) =>
  queryOptions({
    queryKey: [...runKey(place), 'exceptions', cause, after],
    queryFn: ({ signal }) =>
      dataOf(
        api.GET('/utilities/{utility}/runs/{run}/exceptions', {
          params: { path: { ...place }, query: { cause, limit: 50, ...(after === undefined ? {} : { after }) } },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  });
