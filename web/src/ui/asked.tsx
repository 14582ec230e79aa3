// A part of a page that is made of one query: waiting, problem with a way to try again, or the data.
import type { ReactNode } from 'react';
import { problemOf } from '../api/problem';
import { ProblemBanner } from './problem_view';
import { Loading } from './states';

interface Query<Data> {
  data: Data | undefined;
  error: unknown;
  refetch: () => unknown;
}

export function Asked<Data>({
  query,
  lines,
  children,
}: {
  query: Query<Data>;
  lines?: number;
  children: (data: Data) => ReactNode;
}) {
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (query.error) return <ProblemBanner problem={problemOf(query.error)} retry={() => void query.refetch()} />;
  return lines === undefined ? <Loading /> : <Loading lines={lines} />;
}
