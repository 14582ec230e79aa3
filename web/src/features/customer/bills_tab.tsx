import { Badge, Group } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Schemas } from '../../api/client';
import { usePager, type Page, type Pager } from '../../api/pages';
import { PagedTable, type Column } from '../../ui/paged_table';
import { RouteLink } from '../../ui/route_link';
import { Empty } from '../../ui/states';
import { Code, Day, Money } from '../../ui/values';
import { billsQuery, type AccountPlace } from './queries';
import { useText } from './text';

type Row = Schemas['BillRow'];

interface Asked {
  data: Page<Row> | undefined;
  error: unknown;
  refetch: () => unknown;
}

export function BillsTable({ place, asked, pager }: { place: AccountPlace; asked: Asked; pager?: Pager }) {
  const t = useText();
  const columns: Column<Row>[] = [
    {
      key: 'number',
      title: t('number'),
      cell: (row) => (
        <Group gap="xs">
          <RouteLink to="/u/$utility/bills/$bill" params={{ utility: place.utility, bill: row.bill }}>
            <Code>{row.number}</Code>
          </RouteLink>
          {row.kind === 'credit_note' && <Badge color="violet">{t('credit_note')}</Badge>}
          {row.cancelled && <Badge color="gray">{t('cancelled')}</Badge>}
          {row.estimated && <Badge color="orange">{t('estimated')}</Badge>}
        </Group>
      ),
    },
    {
      key: 'period',
      title: t('period'),
      cell: (row) => (
        <>
          <Day day={row.from} /> – <Day day={row.to} />
        </>
      ),
    },
    { key: 'issued', title: t('issued'), isMinor: true, cell: (row) => <Day day={row.issued_on} /> },
    { key: 'due', title: t('due'), isMinor: true, cell: (row) => <Day day={row.due_on} /> },
    {
      key: 'total',
      title: t('total'),
      align: 'end',
      cell: (row) => <Money amount={row.total} currency={row.currency} />,
    },
  ];
  return (
    <PagedTable
      label={t('tab_bills')}
      columns={columns}
      asked={asked}
      {...(pager ? { pager } : {})}
      rowKey={(row) => row.bill}
      empty={<Empty title={t('no_bills')}>{t('no_bills_hint')}</Empty>}
    />
  );
}

export function BillsTab({ place }: { place: AccountPlace }) {
  const pager = usePager(`${place.utility} ${place.account}`);
  return <BillsTable place={place} asked={useQuery(billsQuery(place, pager.after))} pager={pager} />;
}
