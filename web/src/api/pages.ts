// Keyset pages: the server's `next` is the way to the following page; the way back is remembered here.
import { useCallback, useState } from 'react';

export interface Page<Row> {
  items: Row[];
  next?: string;
}

export interface Pager {
  after: string | undefined;
  number: number; // of this page, from 1
  forward: (next: string) => void;
  back: () => void;
}

/** A pager that starts again at the first page whenever `of` (the filters) changes. */
export function usePager(of: string): Pager {
  const [trail, setTrail] = useState<{ of: string; cursors: string[] }>({ of, cursors: [] });
  const cursors = trail.of === of ? trail.cursors : [];
  const forward = useCallback(
    (next: string) => {
      setTrail((now) => ({ of, cursors: [...(now.of === of ? now.cursors : []), next] }));
    },
    [of],
  );
  const back = useCallback(() => {
    setTrail((now) => ({ of, cursors: now.of === of ? now.cursors.slice(0, -1) : [] }));
  }, [of]);
  return { after: cursors.at(-1), number: cursors.length + 1, forward, back };
}
