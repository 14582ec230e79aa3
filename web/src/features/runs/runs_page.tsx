// The bill runs of a utility, latest first, and the way to a new one.
import { useQuery } from '@tanstack/react-query';
import type { Schemas } from '../../api/client';
import { usePager } from '../../api/pages';
import { may, useMe } from '../../app/session';
import { useUtility } from '../../app/utility';
import { Page } from '../../ui/page';
import { PagedTable, type Column } from '../../ui/paged_table';
import { RouteLink } from '../../ui/route_link';
import { Empty } from '../../ui/states';
import { Count, Day, Instant } from '../../ui/values';
import { runsQuery } from './queries';
import { RunState } from './run_words';
import { StartRun } from './start_run';
import { useText } from './text';

type Row = Schemas['Run'];

function useColumns(utility: string): Column<Row>[] {
  const t = useText();
  return [
    {
      key: 'run',
      title: t('run'),
      cell: (row) => (
        <RouteLink to="/u/$utility/runs/$run" params={{ utility, run: String(row.run) }}>
          {t('run_title', { run: row.run })}
        </RouteLink>
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
    { key: 'cycle', title: t('cycle'), isMinor: true, cell: (row) => <bdi>{row.cycle}</bdi> },
    { key: 'state', title: t('state'), cell: (row) => <RunState run={row} /> },
    { key: 'bills', title: t('bills'), align: 'end', isMinor: true, cell: (row) => <Count value={row.bills} /> },
    {
      key: 'exceptions',
      title: t('exceptions'),
      align: 'end',
      isMinor: true,
      cell: (row) => <Count value={row.exceptions} />,
    },
    { key: 'by', title: t('started_by'), isMinor: true, cell: (row) => <bdi>{row.started_by}</bdi> },
    { key: 'at', title: t('started_at'), isMinor: true, cell: (row) => <Instant at={row.started_at} /> },
  ];
}

export function RunsPage() {
  const t = useText();
  const utility = useUtility();
  const mayBill = may(useMe(), 'bill');
  const pager = usePager(utility.code);
  const latest = useQuery({ ...runsQuery(utility.code), enabled: mayBill });
  const asked = useQuery({ ...runsQuery(utility.code, pager.after), staleTime: 0 });
  return (
    <Page
      title={t('runs')}
      detail={t('runs_hint')}
      actions={
        mayBill &&
        latest.data && (
          <StartRun utility={utility} latest={latest.data.items.find((each) => each.state !== 'cancelled')} />
        )
      }
    >
      <PagedTable
        label={t('runs')}
        columns={useColumns(utility.code)}
        asked={asked}
        pager={pager}
        rowKey={(row) => String(row.run)}
        empty={<Empty title={t('no_runs')}>{t('no_runs_hint')}</Empty>}
      />
    </Page>
  );
}
