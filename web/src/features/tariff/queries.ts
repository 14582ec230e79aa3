// What the tariff workbench asks the server.
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, dataOf, type Schemas } from '../../api/client';

export interface VersionPlace {
  tariff: string;
  version: string;
}

export const tariffsQuery = (after: string | undefined, limit = 25) =>
  queryOptions({
    queryKey: ['tariffs', limit, after],
    queryFn: ({ signal }) =>
      dataOf(
        api.GET('/tariffs', {
          params: { query: { limit, ...(after === undefined ? {} : { after }) } },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  });

export const versionQuery = (place: VersionPlace) =>
  queryOptions({
    queryKey: ['tariff', place],
    queryFn: ({ signal }) =>
      dataOf(api.GET('/tariffs/{tariff}/versions/{version}', { params: { path: { ...place } }, signal })),
  });

export const checkQuery = (text: string) =>
  queryOptions({
    queryKey: ['tariff check', text],
    queryFn: ({ signal }) => dataOf(api.POST('/tariffs/check', { body: { text }, signal })),
    placeholderData: keepPreviousData,
    retry: false,
  });

export const differenceQuery = (before: Schemas['TariffSide'], after: Schemas['TariffSide']) =>
  queryOptions({
    queryKey: ['tariff difference', before, after],
    queryFn: ({ signal }) => dataOf(api.POST('/tariffs/difference', { body: { before, after }, signal })),
  });
