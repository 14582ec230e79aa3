import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, dataOf } from '../../api/client';

export const trialBalanceQuery = (utility: string, upto: string) =>
  queryOptions({
    queryKey: ['ledger', utility, 'trial balance', upto],
    queryFn: ({ signal }) =>
      dataOf(
        api.GET('/utilities/{utility}/ledger/trial-balance', {
          params: { path: { utility }, query: { upto } },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  });

interface Asked {
  on: string;
  ledger_account: number | undefined;
  after: string | undefined;
}

export const journalQuery = (utility: string, { on, ledger_account, after }: Asked) =>
  queryOptions({
    queryKey: ['ledger', utility, 'journal', on, ledger_account, after],
    queryFn: ({ signal }) =>
      dataOf(
        api.GET('/utilities/{utility}/ledger/entries', {
          params: {
            path: { utility },
            query: {
              on,
              limit: 50,
              ...(ledger_account === undefined ? {} : { ledger_account }),
              ...(after === undefined ? {} : { after }),
            },
          },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  });

export const entryQuery = (utility: string, entry: string) =>
  queryOptions({
    queryKey: ['entry', utility, entry],
    queryFn: ({ signal }) =>
      dataOf(api.GET('/utilities/{utility}/ledger/entries/{entry}', { params: { path: { utility, entry } }, signal })),
    staleTime: Infinity, // entries are never changed
  });
