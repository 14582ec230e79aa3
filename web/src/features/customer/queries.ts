// What the customer pages ask the server.
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, dataOf } from '../../api/client';

export interface AccountPlace {
  utility: string;
  account: string;
}

export interface Days {
  from: string;
  to: string;
}

const optional = <Value>(key: string, value: Value | undefined) => (value === undefined ? {} : { [key]: value });

/** Everything of an account is stale together: `accountKey(place)` is the beginning of all its keys. */
export const accountKey = ({ utility, account }: AccountPlace) => ['account', utility, account] as const;

export const accountsQuery = (utility: string, name: string, after: string | undefined) =>
  queryOptions({
    queryKey: ['accounts', utility, name, after],
    queryFn: ({ signal }) =>
      dataOf(
        api.GET('/utilities/{utility}/accounts', {
          params: {
            path: { utility },
            query: { limit: 50, ...(name === '' ? {} : { name }), ...optional('after', after) },
          },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  });

export const accountQuery = (place: AccountPlace, asOf?: string) =>
  queryOptions({
    queryKey: [...accountKey(place), 'as of', asOf],
    queryFn: ({ signal }) =>
      dataOf(
        api.GET('/utilities/{utility}/accounts/{account}', {
          params: { path: { ...place }, query: optional('as_of', asOf) },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  });

export const balanceQuery = (place: AccountPlace) =>
  queryOptions({
    queryKey: [...accountKey(place), 'balance'],
    queryFn: ({ signal }) =>
      dataOf(api.GET('/utilities/{utility}/accounts/{account}/balance', { params: { path: { ...place } }, signal })),
  });

export const exceptionsQuery = (place: AccountPlace) =>
  queryOptions({
    queryKey: [...accountKey(place), 'exceptions'],
    queryFn: ({ signal }) =>
      dataOf(api.GET('/utilities/{utility}/accounts/{account}/exceptions', { params: { path: { ...place } }, signal })),
  });

export const billsQuery = (place: AccountPlace, after?: string, limit = 25) =>
  queryOptions({
    queryKey: [...accountKey(place), 'bills', limit, after],
    queryFn: ({ signal }) =>
      dataOf(
        api.GET('/utilities/{utility}/accounts/{account}/bills', {
          params: { path: { ...place }, query: { limit, ...optional('after', after) } },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  });

export const paymentsQuery = (place: AccountPlace, after?: string) =>
  queryOptions({
    queryKey: [...accountKey(place), 'payments', after],
    queryFn: ({ signal }) =>
      dataOf(
        api.GET('/utilities/{utility}/accounts/{account}/payments', {
          params: { path: { ...place }, query: { limit: 25, ...optional('after', after) } },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  });

export const statementQuery = (place: AccountPlace, { from, to }: Days) =>
  queryOptions({
    queryKey: [...accountKey(place), 'statement', from, to],
    queryFn: ({ signal }) =>
      dataOf(
        api.GET('/utilities/{utility}/accounts/{account}/statement', {
          params: { path: { ...place }, query: { from, to } },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  });

export const notesQuery = (place: AccountPlace, after?: string) =>
  queryOptions({
    queryKey: [...accountKey(place), 'notes', after],
    queryFn: ({ signal }) =>
      dataOf(
        api.GET('/utilities/{utility}/accounts/{account}/notes', {
          params: { path: { ...place }, query: { limit: 25, ...optional('after', after) } },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  });

export const timelineQuery = (place: AccountPlace, after?: string) =>
  queryOptions({
    queryKey: [...accountKey(place), 'timeline', after],
    queryFn: ({ signal }) =>
      dataOf(
        api.GET('/utilities/{utility}/accounts/{account}/timeline', {
          params: { path: { ...place }, query: { limit: 50, ...optional('after', after) } },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  });

export const pointQuery = (utility: string, service_point: string) =>
  queryOptions({
    queryKey: ['point', utility, service_point],
    queryFn: ({ signal }) =>
      dataOf(
        api.GET('/utilities/{utility}/service-points/{service_point}', {
          params: { path: { utility, service_point } },
          signal,
        }),
      ),
  });

export const readsQuery = (utility: string, service_point: string, { from, to }: Days) =>
  queryOptions({
    queryKey: ['point', utility, service_point, 'reads', from, to],
    queryFn: ({ signal }) =>
      dataOf(
        api.GET('/utilities/{utility}/service-points/{service_point}/reads', {
          params: { path: { utility, service_point }, query: { from, to } },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  });

export const intervalsQuery = (utility: string, service_point: string, register: number, { from, to }: Days) =>
  queryOptions({
    queryKey: ['point', utility, service_point, 'intervals', register, from, to],
    queryFn: ({ signal }) =>
      dataOf(
        api.GET('/utilities/{utility}/service-points/{service_point}/intervals', {
          params: { path: { utility, service_point }, query: { register, from, to } },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  });
