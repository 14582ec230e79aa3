// What is owed and why: open items, payments, and the movements of some days.
import { useState } from 'react';
import { Group, Table, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Schemas } from '../../api/client';
import { usePager } from '../../api/pages';
import { useUtility } from '../../app/utility';
import { Asked } from '../../ui/asked';
import { dayAfter } from '../../ui/dates';
import { useLedgerWords } from '../../ui/ledger_words';
import { Section } from '../../ui/page';
import { PagedTable, type Column } from '../../ui/paged_table';

import { RouteLink } from '../../ui/route_link';
import { Empty } from '../../ui/states';
import { Code, Day, Money } from '../../ui/values';
import { PaymentState, useMethodName } from '../cashier/payment_words';
import { balanceQuery, paymentsQuery, statementQuery, type AccountPlace, type Days } from './queries';
import { useText } from './text';

type Item = Schemas['AccountBalance']['open_items'][number];
type Payment = Schemas['Payment'];

function OpenItems({ place }: { place: AccountPlace }) {
  const t = useText();
  const words = useLedgerWords();
  const asked = useQuery(balanceQuery(place));
  const currency = asked.data?.currency ?? '';
  const columns: Column<Item>[] = [
    { key: 'what', title: t('what'), cell: (row) => words.receivable(row.receivable) },
    { key: 'kind', title: t('from_what'), isMinor: true, cell: (row) => words.kind(row.kind) },
    { key: 'day', title: t('day'), isMinor: true, cell: (row) => <Day day={row.business_date} /> },
    { key: 'due', title: t('due'), cell: (row) => <Day day={row.due_on} /> },
    {
      key: 'original',
      title: t('original'),
      isMinor: true,
      align: 'end',
      cell: (row) => <Money amount={row.original} currency={currency} />,
    },
    {
      key: 'open',
      title: t('open'),
      align: 'end',
      cell: (row) => <Money amount={row.open} currency={currency} strong />,
    },
  ];
  const page = { ...asked, data: asked.data && { items: asked.data.open_items } };
  return (
    <PagedTable
      label={t('open_items')}
      columns={columns}
      asked={page}
      empty={<Empty title={t('no_open_items')} />}
      rowKey={(row) => `${row.receivable} ${row.kind} ${row.business_date} ${row.original}`}
    />
  );
}

function Payments({ place }: { place: AccountPlace }) {
  const t = useText();
  const methodName = useMethodName();
  const pager = usePager(`${place.utility} ${place.account}`);
  const columns: Column<Payment>[] = [
    {
      key: 'day',
      title: t('received'),
      cell: (row) => (
        <RouteLink to="/u/$utility/payments/$payment" params={{ utility: place.utility, payment: row.payment }}>
          <Day day={row.received_on} />
        </RouteLink>
      ),
    },
    {
      key: 'method',
      title: t('method'),
      cell: (row) => (
        <>
          {methodName(row.method)} <PaymentState payment={row} />
        </>
      ),
    },
    { key: 'reference', title: t('reference'), isMinor: true, cell: (row) => <Code>{row.reference ?? ''}</Code> },
    { key: 'by', title: t('by'), isMinor: true, cell: (row) => row.by },
    {
      key: 'amount',
      title: t('amount'),
      align: 'end',
      cell: (row) => <Money amount={row.amount} currency={row.currency} />,
    },
  ];
  return (
    <PagedTable
      label={t('payments')}
      columns={columns}
      asked={useQuery(paymentsQuery(place, pager.after))}
      pager={pager}
      rowKey={(row) => row.payment}
      empty={<Empty title={t('no_payments')} />}
    />
  );
}

function StatementTable({ statement }: { statement: Schemas['Statement'] }) {
  const t = useText();
  const words = useLedgerWords();
  const money = (amount: string, strong = false) => (
    <Money amount={amount} currency={statement.currency} strong={strong} />
  );
  return (
    <Table.ScrollContainer minWidth={0} type="native" tabIndex={0} role="region" aria-label={t('statement')}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{t('day')}</Table.Th>
            <Table.Th scope="col">{t('what')}</Table.Th>
            <Table.Th scope="col" ta="end">
              {t('amount')}
            </Table.Th>
            <Table.Th scope="col" ta="end">
              {t('balance')}
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          <Table.Tr>
            <Table.Td colSpan={3}>{t('opening')}</Table.Td>
            <Table.Td ta="end">{money(statement.opening)}</Table.Td>
          </Table.Tr>
          {statement.lines.map((line, at) => (
            <Table.Tr key={at}>
              <Table.Td>
                <Day day={line.business_date} />
              </Table.Td>
              <Table.Td>{words.kind(line.kind)}</Table.Td>
              <Table.Td ta="end">{money(line.amount)}</Table.Td>
              <Table.Td ta="end">{money(line.balance)}</Table.Td>
            </Table.Tr>
          ))}
          <Table.Tr>
            <Table.Td colSpan={3} fw={600}>
              {t('closing')}
            </Table.Td>
            <Table.Td ta="end">{money(statement.closing, true)}</Table.Td>
          </Table.Tr>
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function Statement({ place, first }: { place: AccountPlace; first: Days }) {
  const t = useText();
  const [days, setDays] = useState(first);
  const set = (change: Partial<Days>) => setDays((now) => ({ ...now, ...change }));
  return (
    <>
      <Group mb="sm">
        <TextInput
          type="date"
          size="xs"
          label={t('from')}
          value={days.from}
          onChange={(event) => set({ from: event.currentTarget.value })}
        />
        <TextInput
          type="date"
          size="xs"
          label={t('before')}
          value={days.to}
          onChange={(event) => set({ to: event.currentTarget.value })}
        />
      </Group>
      <Asked query={useQuery({ ...statementQuery(place, days), enabled: days.from !== '' && days.to !== '' })}>
        {(statement) => <StatementTable statement={statement} />}
      </Asked>
    </>
  );
}

export function MoneyTab({ account, place }: { account: Schemas['Account']; place: AccountPlace }) {
  const t = useText();
  const { today } = useUtility();
  return (
    <>
      <Section title={t('open_items')}>
        <OpenItems place={place} />
      </Section>
      <Section title={t('payments')}>
        <Payments place={place} />
      </Section>
      <Section title={t('statement')}>
        <Statement place={place} first={{ from: account.opened_on, to: dayAfter(today) }} />
      </Section>
    </>
  );
}
