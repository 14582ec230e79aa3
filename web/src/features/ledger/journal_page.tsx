// What was posted on a day, all of it or on one ledger account.
import { Group, NativeSelect, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { Schemas } from '../../api/client';
import { usePager } from '../../api/pages';
import { useUtility } from '../../app/utility';
import { useLedgerWords } from '../../ui/ledger_words';
import { Page } from '../../ui/page';
import { PagedTable, type Column } from '../../ui/paged_table';
import { RouteLink } from '../../ui/route_link';
import { Empty } from '../../ui/states';
import { Code, Day, Money } from '../../ui/values';
import { OriginLink } from './origin_link';
import { journalQuery, trialBalanceQuery } from './queries';
import { useText } from './text';

type Entry = Schemas['Entry'];
const route = getRouteApi('/frame/u/$utility/ledger/journal');

/** The legs that are meant: of one ledger account, or all. */
function Legs({ entry, only }: { entry: Entry; only: number | undefined }) {
  return entry.legs
    .filter((leg) => only === undefined || leg.ledger_account === only)
    .map((leg, at) => (
      <div key={at}>
        {only === undefined && (
          <>
            <bdi>{leg.name ?? leg.key}</bdi>{' '}
          </>
        )}
        <Money amount={leg.amount} currency={entry.currency} />
      </div>
    ));
}

function useColumns(utility: string, only: number | undefined): Column<Entry>[] {
  const t = useText();
  const { kind } = useLedgerWords();
  return [
    {
      key: 'entry',
      title: t('entry'),
      cell: (row) => (
        <>
          <RouteLink to="/u/$utility/ledger/entries/$entry" params={{ utility, entry: row.entry }}>
            {kind(row.kind)}
          </RouteLink>
          <br />
          <Code>{row.entry}</Code>
        </>
      ),
    },
    {
      key: 'account',
      title: t('account'),
      isMinor: true,
      cell: (row) =>
        row.account !== undefined && (
          <RouteLink to="/u/$utility/accounts/$account" params={{ utility, account: row.account }}>
            <Code>{row.account}</Code>
          </RouteLink>
        ),
    },
    {
      key: 'origin',
      title: t('origin'),
      isMinor: true,
      cell: (row) => row.origin !== undefined && <OriginLink origin={row.origin} utility={utility} />,
    },
    {
      key: 'business_date',
      title: t('business_date'),
      isMinor: true,
      cell: (row) => <Day day={row.business_date} />,
    },
    { key: 'by', title: t('by'), isMinor: true, cell: (row) => <bdi>{row.by}</bdi> },
    {
      key: 'legs',
      title: only === undefined ? t('legs') : t('amount'),
      align: 'end',
      cell: (row) => <Legs entry={row} only={only} />,
    },
  ];
}

export function JournalPage() {
  const t = useText();
  const utility = useUtility();
  const { on = utility.today, ledger_account } = route.useSearch();
  const navigate = route.useNavigate();
  const pager = usePager(`${utility.code} ${on} ${ledger_account ?? ''}`);
  const only = ledger_account === undefined ? undefined : Number(ledger_account);
  const asked = useQuery(journalQuery(utility.code, { on, ledger_account: only, after: pager.after }));
  const accounts = useQuery(trialBalanceQuery(utility.code, on));
  const names = new Map(
    accounts.data?.rows.map((row) => [String(row.ledger_account), `${row.ledger_account} ${row.name}`]),
  );
  if (ledger_account !== undefined && !names.has(ledger_account)) names.set(ledger_account, ledger_account);
  const show = (search: { on?: string; ledger_account?: string }) => void navigate({ search, replace: true });
  return (
    <Page
      title={t('journal')}
      detail={
        <RouteLink to="/u/$utility/ledger" params={{ utility: utility.code }} search={{ upto: on }}>
          {t('to_trial_balance')}
        </RouteLink>
      }
    >
      <Group mb="md" align="flex-end">
        <TextInput
          type="date"
          size="xs"
          label={t('day')}
          value={on}
          onChange={(event) =>
            show({
              on: event.currentTarget.value || utility.today,
              ...(ledger_account === undefined ? {} : { ledger_account }),
            })
          }
        />
        <NativeSelect
          size="xs"
          w={280}
          label={t('ledger_account')}
          value={ledger_account ?? ''}
          data={[{ value: '', label: t('all_accounts') }, ...[...names].map(([value, label]) => ({ value, label }))]}
          onChange={(event) => {
            const { value } = event.currentTarget;
            show(value === '' ? { on } : { on, ledger_account: value });
          }}
        />
      </Group>
      <PagedTable
        label={t('journal')}
        columns={useColumns(utility.code, only)}
        asked={asked}
        pager={pager}
        rowKey={(row) => row.entry}
        empty={<Empty title={t('no_entries')}>{t('no_entries_hint')}</Empty>}
      />
    </Page>
  );
}
