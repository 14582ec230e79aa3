// The payments of a day and what they come to, by how they came in. The sums are the server's.
import { Group, Switch, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { Schemas } from '../../api/client';
import { usePager } from '../../api/pages';
import { useUtility } from '../../app/utility';
import { Page } from '../../ui/page';
import { PagedTable, type Column } from '../../ui/paged_table';
import { RouteLink } from '../../ui/route_link';
import { Empty } from '../../ui/states';
import { Code, Count, Fact, Facts, Instant, Money } from '../../ui/values';
import { PaymentState, useMethodName } from './payment_words';
import { paymentsOfDayQuery } from './queries';
import { useText } from './text';

type Row = Schemas['Payment'];
const route = getRouteApi('/frame/u/$utility/payments');

function useColumns(utility: string): Column<Row>[] {
  const t = useText();
  const methodName = useMethodName();
  return [
    {
      key: 'at',
      title: t('recorded'),
      cell: (row) => (
        <RouteLink to="/u/$utility/payments/$payment" params={{ utility, payment: row.payment }}>
          <Instant at={row.recorded_at} />
        </RouteLink>
      ),
    },
    {
      key: 'who',
      title: t('customer'),
      cell: (row) => (
        <>
          <bdi>{row.name ?? ''}</bdi> <Code>{row.account}</Code>
        </>
      ),
    },
    { key: 'method', title: t('method'), isMinor: true, cell: (row) => methodName(row.method) },
    { key: 'reference', title: t('reference'), isMinor: true, cell: (row) => <Code>{row.reference ?? ''}</Code> },
    { key: 'by', title: t('by'), isMinor: true, cell: (row) => row.by },
    {
      key: 'amount',
      title: t('amount'),
      align: 'end',
      cell: (row) => (
        <>
          <PaymentState payment={row} /> <Money amount={row.amount} currency={row.currency} />
        </>
      ),
    },
  ];
}

export function DayListPage() {
  const t = useText();
  const methodName = useMethodName();
  const utility = useUtility();
  const { on = utility.today, mine = false } = route.useSearch();
  const navigate = route.useNavigate();
  const pager = usePager(`${utility.code} ${on} ${mine}`);
  const asked = useQuery({ ...paymentsOfDayQuery(utility.code, on, mine, pager.after), staleTime: 0 });
  const totals = asked.data?.totals ?? [];
  return (
    <Page title={t('day_list')}>
      <Group mb="md" align="flex-end">
        <TextInput
          type="date"
          size="xs"
          label={t('day')}
          value={on}
          onChange={(event) =>
            void navigate({
              search: (now) => ({ ...now, on: event.currentTarget.value || utility.today }),
              replace: true,
            })
          }
        />
        <Switch
          label={t('only_mine')}
          checked={mine}
          onChange={(event) =>
            void navigate({ search: event.currentTarget.checked ? { on, mine: true } : { on }, replace: true })
          }
        />
      </Group>
      {totals.length > 0 && (
        <Facts>
          {totals.map((each) => (
            <Fact key={each.method} label={methodName(each.method)}>
              <Money amount={each.amount} currency={utility.currency} strong /> · <Count value={each.payments} />
            </Fact>
          ))}
        </Facts>
      )}
      <PagedTable
        label={t('day_list')}
        columns={useColumns(utility.code)}
        asked={asked}
        pager={pager}
        rowKey={(row) => row.payment}
        empty={<Empty title={t('no_payments')}>{t('no_payments_hint')}</Empty>}
      />
    </Page>
  );
}
