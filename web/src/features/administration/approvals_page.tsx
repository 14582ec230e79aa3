import { useState } from 'react';
import { Badge, Button, NativeSelect, SegmentedControl, Stack, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { api, dataOf, type Schemas } from '../../api/client';
import { useCommand } from '../../api/command';
import { usePager } from '../../api/pages';
import { useMe } from '../../app/session';
import { ConfirmDialog } from '../../ui/confirm';
import { Page } from '../../ui/page';
import { PagedTable, type Column } from '../../ui/paged_table';
import { Empty } from '../../ui/states';
import { toast } from '../../ui/toast';
import { Code, Instant } from '../../ui/values';
import { approvalsQuery } from './queries';
import { useText } from './text';

type Approval = Schemas['Approval'];
const route = getRouteApi('/frame/u/$utility/approvals');
const STATES = ['asked', 'approved', 'rejected', 'withdrawn', 'used'] as const;
const COLOURS = { asked: 'orange', approved: 'teal', rejected: 'red', withdrawn: 'gray', used: 'gray' } as const;

function Decide({ approval, onClose }: { approval: Approval; onClose: () => void }) {
  const t = useText();
  const [verdict, setVerdict] = useState<'approved' | 'rejected'>('approved');
  const [note, setNote] = useState('');
  const decide = useCommand(
    (body: { verdict: 'approved' | 'rejected'; note: string }, header) =>
      dataOf(
        api.POST('/approvals/{approval}/decision', { params: { path: { approval: approval.approval }, header }, body }),
      ),
    {
      stale: [['approvals']],
      done: () => {
        onClose();
        toast(t('decided'));
      },
    },
  );
  const action = t(verdict === 'approved' ? 'approve' : 'reject');
  return (
    <ConfirmDialog
      opened
      onClose={onClose}
      title={t('decide_of', { what: `${approval.action} ${approval.object}` })}
      action={action}
      isDestructive={verdict === 'rejected'}
      isBusy={decide.isBusy}
      problem={decide.problem}
      onConfirm={() => decide.send({ verdict, note: note.trim() })}
    >
      <Stack gap="sm">
        <Code>{JSON.stringify(approval.request)}</Code>
        <SegmentedControl
          transitionDuration={0}
          aria-label={t('decide')}
          value={verdict}
          data={[
            { value: 'approved', label: t('approve') },
            { value: 'rejected', label: t('reject') },
          ]}
          onChange={(value) => setVerdict(value === 'approved' ? 'approved' : 'rejected')}
        />
        <TextInput
          data-autofocus
          label={t('note')}
          maxLength={500}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
      </Stack>
    </ConfirmDialog>
  );
}

function useColumns(onDecide: (approval: Approval) => void): Column<Approval>[] {
  const t = useText();
  const me = useMe();
  return [
    {
      key: 'what',
      title: t('what'),
      cell: (row) => (
        <>
          <Code>{row.action}</Code> <bdi>{row.object}</bdi>
        </>
      ),
    },
    { key: 'maker', title: t('maker'), cell: (row) => row.maker },
    { key: 'at', title: t('asked_at'), isMinor: true, cell: (row) => <Instant at={row.asked_at} /> },
    { key: 'expires', title: t('expires'), isMinor: true, cell: (row) => <Instant at={row.expires_at} /> },
    {
      key: 'state',
      title: t('state'),
      cell: (row) => <Badge color={COLOURS[row.state]}>{t(`state_${row.state}`)}</Badge>,
    },
    { key: 'checker', title: t('checker'), isMinor: true, cell: (row) => row.checker ?? '' },
    { key: 'note', title: t('note'), isMinor: true, cell: (row) => <bdi>{row.note ?? ''}</bdi> },
    {
      key: 'decide',
      title: t('actions'),
      cell: (row) => {
        if (row.state !== 'asked') return null;
        if (row.maker === me.user) return <Text size="sm">{t('same_person_says')}</Text>;
        return (
          <Button
            size="compact-xs"
            variant="default"
            aria-label={t('decide_of', { what: `${row.action} ${row.object}` })}
            onClick={() => onDecide(row)}
          >
            {t('decide')}
          </Button>
        );
      },
    },
  ];
}

export function ApprovalsPage() {
  const t = useText();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const state = STATES.find((each) => each === search.state);
  const pager = usePager(state ?? '');
  const [deciding, setDeciding] = useState<Approval>();
  return (
    <Page title={t('approvals')} detail={t('approvals_hint')}>
      <NativeSelect
        mb="md"
        maw={220}
        size="xs"
        label={t('which')}
        value={state ?? ''}
        data={['' as const, ...STATES].map((each) => ({ value: each, label: t(`state_${each}`) }))}
        onChange={(event) => {
          const chosen = event.currentTarget.value;
          void navigate({ search: chosen === '' ? {} : { state: chosen }, replace: true });
        }}
      />
      <PagedTable
        label={t('approvals')}
        columns={useColumns(setDeciding)}
        asked={useQuery(approvalsQuery(state, pager.after))}
        pager={pager}
        rowKey={(row) => String(row.approval)}
        empty={<Empty title={t('no_approvals')}>{t('no_approvals_hint')}</Empty>}
      />
      {deciding && <Decide approval={deciding} onClose={() => setDeciding(undefined)} />}
    </Page>
  );
}
