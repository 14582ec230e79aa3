import { NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { Schemas } from '../../api/client';
import { usePager } from '../../api/pages';
import { useUtility } from '../../app/utility';
import { Page } from '../../ui/page';
import { PagedTable, type Column } from '../../ui/paged_table';
import { RouteButton, RouteLink } from '../../ui/route_link';
import { Empty } from '../../ui/states';
import { Instant } from '../../ui/values';
import { JobState, useKindName } from './job_words';
import { jobsQuery } from './queries';
import { useText } from './text';

type Row = Schemas['Job'];
const route = getRouteApi('/frame/u/$utility/jobs');
const WHICH = ['', 'import_', 'what_if'] as const;

function useColumns(utility: string): Column<Row>[] {
  const t = useText();
  const kindName = useKindName();
  return [
    {
      key: 'what',
      title: t('what'),
      cell: (row) => (
        <RouteLink to="/u/$utility/jobs/$job" params={{ utility, job: String(row.job) }}>
          <bdi>{row.title === '' ? t('job', { job: row.job }) : row.title}</bdi>
        </RouteLink>
      ),
    },
    { key: 'kind', title: t('kind'), cell: (row) => kindName(row.kind) },
    { key: 'state', title: t('state'), cell: (row) => <JobState job={row} /> },
    { key: 'by', title: t('by'), isMinor: true, cell: (row) => row.started_by },
    { key: 'started', title: t('started'), isMinor: true, cell: (row) => <Instant at={row.started_at} /> },
  ];
}

export function JobsPage() {
  const t = useText();
  const { code } = useUtility();
  const { kind = '' } = route.useSearch();
  const navigate = route.useNavigate();
  const pager = usePager(`${code} ${kind}`);
  return (
    <Page
      title={t('jobs')}
      detail={t('jobs_hint')}
      actions={
        <RouteButton to="/u/$utility/import" params={{ utility: code }}>
          {t('import_file')}
        </RouteButton>
      }
    >
      <NativeSelect
        mb="md"
        maw={220}
        size="xs"
        label={t('which')}
        value={kind}
        data={WHICH.map((each) => ({ value: each, label: t(each === '' ? 'which_all' : `which_${each}`) }))}
        onChange={(event) => {
          const next = event.currentTarget.value;
          void navigate({ search: next === '' ? {} : { kind: next }, replace: true });
        }}
      />
      <PagedTable
        label={t('jobs')}
        columns={useColumns(code)}
        asked={useQuery(jobsQuery(code, kind, pager.after))}
        pager={pager}
        rowKey={(row) => String(row.job)}
        empty={<Empty title={t('no_jobs')}>{t('no_jobs_hint')}</Empty>}
      />
    </Page>
  );
}
