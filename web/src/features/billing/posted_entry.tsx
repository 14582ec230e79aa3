// The journal entry that a bill made. A bill of zero makes none.
import { useQuery } from '@tanstack/react-query';
import { Asked } from '../../ui/asked';
import { Empty } from '../../ui/states';
import { EntryView } from '../ledger/entry_view';
import { entryQuery } from '../ledger/queries';
import { useText } from './text';

export function PostedEntry({ utility, entry }: { utility: string; entry: string | undefined }) {
  const t = useText();
  const asked = useQuery({ ...entryQuery(utility, entry ?? ''), enabled: entry !== undefined });
  if (entry === undefined) return <Empty title={t('not_posted')}>{t('not_posted_hint')}</Empty>;
  return <Asked query={asked}>{(data) => <EntryView entry={data} utility={utility} />}</Asked>;
}
