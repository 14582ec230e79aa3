// What the pages of administration ask the server.
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, dataOf, type Schemas } from '../../api/client';
import type { AuditSearch } from './feature';

export type ApprovalStateName = Schemas['Approval']['state'];

const afterOf = (after: string | undefined) => (after === undefined ? {} : { after });

export const usersQuery = (after: string | undefined) =>
  queryOptions({
    queryKey: ['users', after],
    queryFn: ({ signal }) => dataOf(api.GET('/users', { params: { query: { limit: 50, ...afterOf(after) } }, signal })),
    placeholderData: keepPreviousData,
  });

export const rolesQuery = queryOptions({
  queryKey: ['roles'],
  queryFn: ({ signal }) => dataOf(api.GET('/roles', { signal })),
});

export const unitsOnQuery = (on: string | undefined) =>
  queryOptions({
    queryKey: ['units', on],
    queryFn: ({ signal }) => dataOf(api.GET('/units', { params: { query: on === undefined ? {} : { on } }, signal })),
    placeholderData: keepPreviousData,
  });

export const approvalsQuery = (state: ApprovalStateName | undefined, after: string | undefined) =>
  queryOptions({
    queryKey: ['approvals', state, after],
    queryFn: ({ signal }) =>
      dataOf(
        api.GET('/approvals', {
          params: { query: { limit: 50, ...(state === undefined ? {} : { state }), ...afterOf(after) } },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
    staleTime: 0,
  });

export const auditQuery = (search: AuditSearch, after: string | undefined) =>
  queryOptions({
    queryKey: ['audit', search, after],
    queryFn: ({ signal }) =>
      dataOf(api.GET('/audit', { params: { query: { limit: 50, ...search, ...afterOf(after) } }, signal })),
    placeholderData: keepPreviousData,
    staleTime: 0,
  });
