// What the pages of jobs ask the server, and what it tells of a job that is at work.
import { useEffect } from 'react';
import { keepPreviousData, queryOptions, useQueryClient } from '@tanstack/react-query';
import { api, dataOf, type Schemas } from '../../api/client';

type Job = Schemas['Job'];

export const jobsKey = (utility: string) => ['jobs', utility] as const;

export const jobsQuery = (utility: string, kind: string, after: string | undefined) =>
  queryOptions({
    queryKey: [...jobsKey(utility), kind, after],
    queryFn: ({ signal }) =>
      dataOf(
        api.GET('/utilities/{utility}/jobs', {
          params: {
            path: { utility },
            query: { limit: 50, ...(kind === '' ? {} : { kind }), ...(after === undefined ? {} : { after }) },
          },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
    staleTime: 0,
  });

export const jobQuery = (utility: string, job: number) =>
  queryOptions({
    queryKey: ['job', utility, job],
    queryFn: ({ signal }) =>
      dataOf(api.GET('/utilities/{utility}/jobs/{job}', { params: { path: { utility, job } }, signal })),
    staleTime: 0,
  });

export const isOver = (job: Job): boolean => ['done', 'failed', 'stopped', 'cancelled'].includes(job.state);

export const addressOfJob = (utility: string, job: number, rest: string): string =>
  `/api/v1/utilities/${encodeURIComponent(utility)}/jobs/${job}/${rest}`;

/** Keeps what is known of a job as new as the server tells, until it is over. The browser connects again by itself. */
export function useWatchedJob(utility: string, job: number, isWatched: boolean): void {
  const queries = useQueryClient();
  useEffect(() => {
    if (!isWatched) return undefined;
    const { queryKey } = jobQuery(utility, job);
    const source = new EventSource(addressOfJob(utility, job, 'events'));
    source.addEventListener('job', (event: MessageEvent<string>) => {
      const told = JSON.parse(event.data) as Job;
      queries.setQueryData(queryKey, (known) => ({ ...known, ...told }));
    });
    source.addEventListener('end', () => {
      source.close();
      void queries.invalidateQueries({ queryKey });
      void queries.invalidateQueries({ queryKey: jobsKey(utility) });
    });
    return () => source.close();
  }, [queries, utility, job, isWatched]);
}

export const unitsQuery = () =>
  queryOptions({
    queryKey: ['units'],
    queryFn: ({ signal }) => dataOf(api.GET('/units', { signal })),
  });
