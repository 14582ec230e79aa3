// What the pages of metering ask the server.
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, dataOf, type Schemas } from '../../api/client';

export interface PointPlace {
  utility: string;
  service_point: string;
}

export interface Typed {
  on: string;
  serial: string;
  reason: Schemas['ReadReason'];
  values: Schemas['RegisterValue'][];
}

export const plausibilityQuery = (place: PointPlace, typed: Typed) =>
  queryOptions({
    queryKey: ['plausibility', place, typed],
    queryFn: ({ signal }) =>
      dataOf(
        api.POST('/utilities/{utility}/service-points/{service_point}/reads/plausibility', {
          params: { path: { ...place } },
          body: typed,
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
    staleTime: 0,
    retry: false,
  });
