// What a run could not bill, by cause; below it the accounts of the cause that is looked at.
import { Button, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { Schemas } from '../../api/client';
import { usePager } from '../../api/pages';
import { may, useMe } from '../../app/session';
import { Section } from '../../ui/page';
import { PagedTable, type Column } from '../../ui/paged_table';
import { RouteLink } from '../../ui/route_link';
import { Empty } from '../../ui/states';
import { Code, Count } from '../../ui/values';
import { AcceptCause } from './accept_cause';
import { exceptionsOfRunQuery, type RunPlace } from './queries';
import { useCauseName } from './run_words';
import { useText } from './text';

type Cause = Schemas['RunDetail']['exceptions_by_cause'][number];
const route = getRouteApi('/frame/u/$utility/runs/$run');

function useColumns(place: RunPlace): Column<Cause>[] {
  const t = useText();
  const causeName = useCauseName();
  const mayBill = may(useMe(), 'bill');
  return [
    {
      key: 'cause',
      title: t('cause'),
      cell: (row) => (
        <RouteLink
          to="/u/$utility/runs/$run"
          params={{ utility: place.utility, run: String(place.run) }}
          search={{ cause: row.cause }}
        >
          {causeName(row.cause)}
        </RouteLink>
      ),
    },
    { key: 'example', title: t('example'), isMinor: true, cell: (row) => <bdi>{row.example}</bdi> },
    { key: 'count', title: t('count'), align: 'end', cell: (row) => <Count value={row.count} /> },
    {
      key: 'action',
      title: t('what_helps'),
      cell: (row) => {
        if (!row.acceptable) return t('needs_a_fact');
        return mayBill ? <AcceptCause cause={row} place={place} /> : t('needs_a_word');
      },
    },
  ];
}

function Accounts({ place, cause }: { place: RunPlace; cause: string }) {
  const t = useText();
  const causeName = useCauseName();
  const navigate = route.useNavigate();
  const pager = usePager(`${place.run} ${cause}`);
  const asked = useQuery(exceptionsOfRunQuery(place, cause, pager.after));
  const columns: Column<Schemas['Exception']>[] = [
    {
      key: 'account',
      title: t('account'),
      cell: (row) => (
        <RouteLink to="/u/$utility/accounts/$account" params={{ utility: place.utility, account: row.account }}>
          <Code>{row.account}</Code>
        </RouteLink>
      ),
    },
    { key: 'detail', title: t('detail'), cell: (row) => <bdi>{row.detail}</bdi> },
  ];
  return (
    <Section
      title={causeName(cause)}
      actions={
        <Button variant="default" size="xs" onClick={() => void navigate({ search: {}, replace: true })}>
          {t('all_causes')}
        </Button>
      }
    >
      <PagedTable
        label={causeName(cause)}
        columns={columns}
        asked={asked}
        pager={pager}
        rowKey={(row) => `${row.account} ${row.detail}`}
        empty={<Empty title={t('no_exceptions')} />}
      />
    </Section>
  );
}

export function RunCauses({ detail, place }: { detail: Schemas['RunDetail']; place: RunPlace }) {
  const t = useText();
  const { cause } = route.useSearch();
  return (
    <Stack gap="lg">
      <div>
        <PagedTable
          label={t('causes')}
          columns={useColumns(place)}
          asked={{ data: { items: detail.exceptions_by_cause }, error: null, refetch: () => undefined }}
          rowKey={(row) => row.cause}
          empty={<Empty title={t('no_exceptions')}>{t('no_exceptions_hint')}</Empty>}
        />
      </div>
      {cause !== undefined && <Accounts place={place} cause={cause} />}
    </Stack>
  );
}
