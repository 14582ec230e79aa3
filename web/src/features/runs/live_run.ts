// A run as it goes on. The server sends each step; while it cannot be heard, it is asked.
import { useEffect, useState } from 'react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { Schemas } from '../../api/client';
import { runKey, runQuery, runsKey, type RunPlace } from './queries';

const ASK_EVERY = 3000; // milliseconds

const eventsOf = ({ utility, run }: RunPlace) => `/api/v1/utilities/${encodeURIComponent(utility)}/runs/${run}/events`;

export function useLiveRun(place: RunPlace) {
  const { utility, run } = place;
  const queries = useQueryClient();
  const [isHeard, setHeard] = useState(false);
  const query = useQuery({
    ...runQuery(place),
    refetchInterval: ({ state }) => (state.data?.run.working === true && !isHeard ? ASK_EVERY : false),
  });
  const isWorking = query.data?.run.working === true;
  useEffect(() => {
    if (!isWorking) return undefined;
    const source = new EventSource(eventsOf({ utility, run }));
    const { queryKey } = runQuery({ utility, run });
    const take = (event: MessageEvent<string>) => {
      setHeard(true);
      const now = JSON.parse(event.data) as Schemas['Run'];
      queries.setQueryData(queryKey, (detail) => detail && { ...detail, run: now });
    };
    source.addEventListener('run', take);
    source.addEventListener('end', () => {
      source.close();
      setHeard(false); // should it have gone on already, it is asked
      void queries.invalidateQueries({ queryKey: runKey({ utility, run }) });
      void queries.invalidateQueries({ queryKey: runsKey(utility) });
    });
    // The browser connects again by itself where it may; until then the query asks.
    source.onerror = () => setHeard(false);
    return () => {
      source.close();
      setHeard(false);
    };
  }, [isWorking, utility, run, queries]);
  return query;
}
