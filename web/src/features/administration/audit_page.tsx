// The audit, found by who, what, on what and when; the filters are in the address.
import { useState } from 'react';
import { Button, Group, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { Schemas } from '../../api/client';
import { usePager } from '../../api/pages';
import { Page } from '../../ui/page';
import { PagedTable, type Column } from '../../ui/paged_table';
import { Empty } from '../../ui/states';
import { Code, Instant } from '../../ui/values';
import type { AuditSearch } from './feature';
import { auditQuery } from './queries';
import { useText } from './text';

type Row = Schemas['AuditRow'];
const route = getRouteApi('/frame/u/$utility/audit');
const FILTERS = ['by', 'action', 'object', 'from', 'to'] as const;

function Filters({ search, onFind }: { search: AuditSearch; onFind: (search: AuditSearch) => void }) {
  const t = useText();
  const [typed, setTyped] = useState(search);
  return (
    <form
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        onFind(Object.fromEntries(Object.entries(typed).filter(([, value]) => value !== '')));
      }}
    >
      <Group mb="md" gap="xs" align="flex-end">
        {FILTERS.map((each) => (
          <TextInput
            key={each}
            size="xs"
            label={t(each)}
            title={each === 'action' ? t('action_hint') : undefined}
            type={each === 'from' || each === 'to' ? 'date' : 'text'}
            maxLength={100}
            autoComplete="off"
            value={typed[each] ?? ''}
            onChange={(event) => {
              const { value } = event.currentTarget;
              setTyped((now) => ({ ...now, [each]: value }));
            }}
          />
        ))}
        <Button type="submit" size="xs">
          {t('find')}
        </Button>
        <Button
          size="xs"
          variant="default"
          onClick={() => {
            setTyped({});
            onFind({});
          }}
        >
          {t('clear')}
        </Button>
      </Group>
      <Text size="xs" mb="md">
        {t('action')}: {t('action_hint')}
      </Text>
    </form>
  );
}

/** "role: cashier · unit: north": the parts of the detail, one after the other. */
const partsOf = (detail: Row['detail']): string =>
  Object.entries(detail)
    .map(([key, value]) => `${key}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' · ');

export function AuditPage() {
  const t = useText();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const key = JSON.stringify(search);
  const pager = usePager(key);
  const columns: Column<Row>[] = [
    { key: 'at', title: t('at'), cell: (row) => <Instant at={row.at} /> },
    { key: 'by', title: t('by'), cell: (row) => row.by },
    { key: 'action', title: t('action'), cell: (row) => <Code>{row.action}</Code> },
    { key: 'object', title: t('object'), isMinor: true, cell: (row) => <Code>{row.object}</Code> },
    { key: 'unit', title: t('unit'), isMinor: true, cell: (row) => row.unit ?? '' },
    {
      key: 'detail',
      title: t('detail'),
      isMinor: true,
      cell: (row) => <bdi style={{ overflowWrap: 'anywhere' }}>{partsOf(row.detail)}</bdi>,
    },
  ];
  return (
    <Page title={t('audit')} detail={t('audit_hint')}>
      <Filters key={key} search={search} onFind={(found) => void navigate({ search: found, replace: true })} />
      <PagedTable
        label={t('audit')}
        columns={columns}
        asked={useQuery(auditQuery(search, pager.after))}
        pager={pager}
        rowKey={(row) => String(row.audit)}
        empty={<Empty title={t('no_audit')}>{t('no_audit_hint')}</Empty>}
      />
    </Page>
  );
}
