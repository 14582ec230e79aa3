import { queryOptions } from '@tanstack/react-query';
import { api, dataOf } from '../../api/client';
import type { Language } from '../../text/languages';
import type { ProvenSection } from './explanation';

/** `language` is that of the bill's words; figures stay in the utility's format. */
export const billQuery = (utility: string, bill: string, language: Language) =>
  queryOptions({
    queryKey: ['bill', utility, bill, language],
    queryFn: ({ signal }) =>
      dataOf(
        api.GET('/utilities/{utility}/bills/{bill}', {
          params: { path: { utility, bill }, query: { language } },
          signal,
        }),
      ),
  });

export const explanationQuery = (utility: string, bill: string) =>
  queryOptions({
    queryKey: ['bill', utility, bill, 'explanation'],
    queryFn: async ({ signal }) => {
      const explained = await dataOf(
        api.GET('/utilities/{utility}/bills/{bill}/explanation', { params: { path: { utility, bill } }, signal }),
      );
      // The contract leaves the inside of a section open.
      return { ...explained, sections: explained.sections as unknown as ProvenSection[] };
    },
    staleTime: Infinity, // a bill's proof never changes
  });

export const pdfAddress = (utility: string, bill: string): string =>
  `/api/v1/utilities/${encodeURIComponent(utility)}/bills/${encodeURIComponent(bill)}/pdf`;
