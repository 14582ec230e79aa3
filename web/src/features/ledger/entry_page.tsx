import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useUtility } from '../../app/utility';
import { Asked } from '../../ui/asked';
import { dayIn, formatDayOf } from '../../ui/dates';
import { useLedgerWords } from '../../ui/ledger_words';
import { Page } from '../../ui/page';
import { RouteLink } from '../../ui/route_link';
import { useLocale } from '../../text/locale';
import { EntryView } from './entry_view';
import { entryQuery } from './queries';
import { useText } from './text';

const route = getRouteApi('/frame/u/$utility/ledger/entries/$entry');

export function EntryPage() {
  const t = useText();
  const { kind } = useLedgerWords();
  const { zone } = useUtility();
  const { choice } = useLocale();
  const { utility, entry } = route.useParams();
  return (
    <Asked query={useQuery(entryQuery(utility, entry))}>
      {(data) => (
        <Page
          title={t('entry_title', { entry: data.entry, kind: kind(data.kind) })}
          detail={
            <RouteLink
              to="/u/$utility/ledger/journal"
              params={{ utility }}
              search={{ on: dayIn(data.posted_at, zone) }}
            >
              {t('to_journal', { day: formatDayOf(data.posted_at, choice.locale, zone) })}
            </RouteLink>
          }
        >
          <EntryView entry={data} utility={utility} />
        </Page>
      )}
    </Asked>
  );
}
