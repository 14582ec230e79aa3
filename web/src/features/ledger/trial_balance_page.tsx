// Turnover and balance of every ledger account as of a day. The sums are the server's.
import { Alert, Badge, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { Schemas } from '../../api/client';
import { useUtility } from '../../app/utility';
import { Icon } from '../../ui/icons';
import { Page } from '../../ui/page';
import { PagedTable, type Column } from '../../ui/paged_table';
import { RouteButton, RouteLink } from '../../ui/route_link';
import { Empty } from '../../ui/states';
import { Code, Money } from '../../ui/values';
import { trialBalanceQuery } from './queries';
import { useText } from './text';

type Row = Schemas['TrialBalance']['rows'][number];
const route = getRouteApi('/frame/u/$utility/ledger');

function useColumns(utility: string, on: string): Column<Row>[] {
  const t = useText();
  const money = (amount: string, row: Row) => <Money amount={amount} currency={row.currency} />;
  return [
    {
      key: 'ledger_account',
      title: t('ledger_account'),
      cell: (row) => (
        <RouteLink
          to="/u/$utility/ledger/journal"
          params={{ utility }}
          search={{ on, ledger_account: String(row.ledger_account) }}
        >
          <Code>{String(row.ledger_account)}</Code> <bdi>{row.name}</bdi>
        </RouteLink>
      ),
    },
    { key: 'key', title: t('key'), isMinor: true, cell: (row) => <Code>{row.key}</Code> },
    { key: 'debits', title: t('debits'), align: 'end', isMinor: true, cell: (row) => money(row.debits, row) },
    { key: 'credits', title: t('credits'), align: 'end', isMinor: true, cell: (row) => money(row.credits, row) },
    { key: 'balance', title: t('balance'), align: 'end', cell: (row) => money(row.balance, row) },
  ];
}

export function TrialBalancePage() {
  const t = useText();
  const utility = useUtility();
  const { upto = utility.today } = route.useSearch();
  const navigate = route.useNavigate();
  const asked = useQuery({ ...trialBalanceQuery(utility.code, upto), staleTime: 0 });
  return (
    <Page
      title={t('trial_balance')}
      detail={t('trial_balance_hint')}
      aside={asked.data?.balanced === true && <Badge color="teal">{t('balanced')}</Badge>}
      actions={
        <RouteButton
          to="/u/$utility/ledger/journal"
          params={{ utility: utility.code }}
          search={{ on: upto }}
          variant="default"
        >
          {t('journal')}
        </RouteButton>
      }
    >
      <TextInput
        type="date"
        size="xs"
        mb="md"
        maw={180}
        label={t('upto')}
        value={upto}
        onChange={(event) => {
          const { value } = event.currentTarget;
          void navigate({ search: value === '' ? {} : { upto: value }, replace: true });
        }}
      />
      {asked.data?.balanced === false && (
        <Alert color="red" icon={<Icon name="warning" />} title={t('not_balanced')} mb="md" role="alert">
          {t('not_balanced_hint')}
        </Alert>
      )}
      <PagedTable
        label={t('trial_balance')}
        columns={useColumns(utility.code, upto)}
        asked={{ ...asked, data: asked.data && { items: asked.data.rows } }}
        rowKey={(row) => `${row.ledger_account} ${row.currency}`}
        empty={<Empty title={t('no_rows')}>{t('no_rows_hint')}</Empty>}
      />
    </Page>
  );
}
