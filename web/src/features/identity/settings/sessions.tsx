import { Badge, Button, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api, dataOf, type Schemas } from '../../../api/client';
import { useCommand } from '../../../api/command';
import { PagedTable, type Column } from '../../../ui/paged_table';
import { ProblemBanner } from '../../../ui/problem_view';
import { toast } from '../../../ui/toast';
import { Code, Instant } from '../../../ui/values';
import { useText } from '../text';
import { sessionsQuery } from './queries';

type Session = Schemas['Session'];

/** Where one is signed in, and the way to end that. The session of this page is ended by signing out. */
export function Sessions() {
  const t = useText();
  const end = useCommand(
    (session: string, header) =>
      dataOf(api.DELETE('/me/sessions/{session}', { params: { path: { session }, header } })),
    { stale: [sessionsQuery.queryKey], done: () => toast(t('session_ended')) },
  );
  const columns: Column<Session>[] = [
    {
      key: 'where',
      title: t('from_where'),
      cell: (row) => (
        <>
          <Group gap="xs">
            <Code>{row.address}</Code>
            {row.this && <Badge color="teal">{t('this_session')}</Badge>}
          </Group>
          <Text size="xs" c="dimmed">
            <bdi>{row.agent}</bdi>
          </Text>
        </>
      ),
    },
    { key: 'started', title: t('started'), isMinor: true, cell: (row) => <Instant at={row.started_at} /> },
    { key: 'seen', title: t('last_seen'), isMinor: true, cell: (row) => <Instant at={row.seen_at} /> },
    {
      key: 'end',
      title: t('end'),
      cell: (row) =>
        !row.this && (
          <Button
            size="compact-xs"
            variant="default"
            loading={end.isBusy}
            aria-label={t('end_session_of', { address: row.address })}
            onClick={() => end.send(row.session)}
          >
            {t('end_session')}
          </Button>
        ),
    },
  ];
  return (
    <>
      <ProblemBanner problem={end.problem} />
      <PagedTable
        label={t('sessions')}
        columns={columns}
        asked={useQuery(sessionsQuery)}
        rowKey={(row) => row.session}
      />
    </>
  );
}
