// The figures of a unit, of the units right below it, and of twelve months.
import { useState } from 'react';
import { Paper, SimpleGrid, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { Schemas } from '../../api/client';
import { problemOf } from '../../api/problem';
import { useUtility } from '../../app/utility';
import { useLocale } from '../../text/locale';
import { Asked } from '../../ui/asked';
import { formatMonth } from '../../ui/dates';
import { Page, Section } from '../../ui/page';
import { PagedTable, type Column } from '../../ui/paged_table';
import { RouteButton, RouteLink } from '../../ui/route_link';
import { Empty } from '../../ui/states';
import { Count, Money } from '../../ui/values';
import { ChooseUnit } from './choose_unit';
import { MONTH } from './feature';
import { Months } from './months';
import { dashboardQuery } from './queries';
import { useText } from './text';

type Dashboard = Schemas['Dashboard'];
type Figures = Schemas['UnitFigures'];
const route = getRouteApi('/frame/u/$utility/dashboard');

function Cards({ data, month }: { data: Dashboard; month: string }) {
  const t = useText();
  const { unit, currency } = data;
  const money = (amount: string) => <Money amount={amount} currency={currency} />;
  const cards = [
    [t('billed_in', { month }), money(unit.billed)],
    [t('paid_in', { month }), money(unit.paid)],
    [t('owed_now'), money(unit.owed)],
    [t('accounts'), <Count value={unit.accounts} />],
    [t('held_back_last'), <Count value={unit.held_back} />],
  ] as const;
  return (
    <SimpleGrid component="dl" cols={{ base: 1, xs: 2, lg: 5 }} spacing="sm" m={0} mb="lg">
      {cards.map(([label, figure]) => (
        <Paper key={label} withBorder p="sm" bg="var(--page-raised)">
          <Text component="dt" size="sm" c="dimmed">
            {label}
          </Text>
          <Text component="dd" size="xl" fw={600} m={0}>
            {figure}
          </Text>
        </Paper>
      ))}
    </SimpleGrid>
  );
}

function Parts({ data, utility }: { data: Dashboard; utility: string }) {
  const t = useText();
  const money = (amount: string) => <Money amount={amount} currency={data.currency} />;
  const columns: Column<Figures>[] = [
    {
      key: 'unit',
      title: t('unit'),
      cell: (row) => (
        <RouteLink
          to="/u/$utility/dashboard"
          params={{ utility }}
          search={(now: { month?: string }) => ({ ...now, unit: row.unit })}
        >
          <bdi>{row.name}</bdi>
        </RouteLink>
      ),
    },
    {
      key: 'accounts',
      title: t('accounts'),
      align: 'end',
      isMinor: true,
      cell: (row) => <Count value={row.accounts} />,
    },
    { key: 'billed', title: t('billed'), align: 'end', isMinor: true, cell: (row) => money(row.billed) },
    { key: 'paid', title: t('paid'), align: 'end', isMinor: true, cell: (row) => money(row.paid) },
    { key: 'owed', title: t('owed'), align: 'end', cell: (row) => money(row.owed) },
    {
      key: 'held_back',
      title: t('held_back'),
      align: 'end',
      isMinor: true,
      cell: (row) => <Count value={row.held_back} />,
    },
  ];
  return (
    <PagedTable
      label={t('parts')}
      columns={columns}
      asked={{ data: { items: data.parts }, error: null, refetch: () => undefined }}
      rowKey={(row) => row.unit}
      empty={<Empty title={t('no_parts')}>{t('no_parts_hint')}</Empty>}
    />
  );
}

function MonthPicker({ month }: { month: string }) {
  const t = useText();
  const navigate = route.useNavigate();
  const [typed, setTyped] = useState<string>();
  return (
    <TextInput
      type="month"
      size="xs"
      mb="md"
      maw={180}
      label={t('month')}
      value={typed ?? month}
      onBlur={() => setTyped(undefined)}
      onChange={(event) => {
        const { value } = event.currentTarget;
        setTyped(value);
        // Half a month, as it is typed, is not asked.
        if (MONTH.test(value)) void navigate({ search: (now) => ({ ...now, month: value }), replace: true });
      }}
    />
  );
}

function DashboardView({ data, utility }: { data: Dashboard; utility: string }) {
  const t = useText();
  const { choice } = useLocale();
  const month = formatMonth(data.month, choice.locale);
  const { above } = data;
  return (
    <Page
      title={data.unit.name}
      detail={t('as_of', { month })}
      actions={
        above !== undefined && (
          <RouteButton
            to="/u/$utility/dashboard"
            params={{ utility }}
            search={(now: { month?: string }) => ({ ...now, unit: above })}
            variant="default"
          >
            {t('to_above')}
          </RouteButton>
        )
      }
    >
      <MonthPicker month={data.month} />
      <Cards data={data} month={month} />
      <Section title={t('parts')}>
        <Parts data={data} utility={utility} />
      </Section>
      <Section title={t('months')}>
        <Months data={data} />
      </Section>
    </Page>
  );
}

export function DashboardPage() {
  const { code } = useUtility();
  const { unit, month } = route.useSearch();
  const asked = useQuery(dashboardQuery(code, { unit, month }));
  if (asked.error && problemOf(asked.error).kind === 'unknown_unit') return <ChooseUnit utility={code} />;
  return (
    <Asked query={asked} lines={8}>
      {(data) => <DashboardView data={data} utility={code} />}
    </Asked>
  );
}
