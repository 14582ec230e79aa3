import { useState } from 'react';
import { Badge, Button, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Schemas } from '../../api/client';
import { usePager } from '../../api/pages';
import { useLocale } from '../../text/locale';
import { formatDay } from '../../ui/dates';
import { Page } from '../../ui/page';
import { PagedTable, type Column } from '../../ui/paged_table';
import { Empty } from '../../ui/states';
import { Code } from '../../ui/values';
import { AddUser } from './add_user';
import { ManageUser } from './manage_user';
import { usersQuery } from './queries';
import { useRoleName } from './role_words';
import { useText } from './text';

type User = Schemas['User'];
type Assignment = Schemas['Assignment'];

export function useSpan(): (assignment: Assignment) => string {
  const t = useText();
  const {
    choice: { locale },
  } = useLocale();
  return ({ from, to }) =>
    to === undefined
      ? t('from_on', { from: formatDay(from, locale) })
      : t('from_to', { from: formatDay(from, locale), to: formatDay(to, locale) });
}

function Held({ user }: { user: User }) {
  const t = useText();
  const roleName = useRoleName();
  const span = useSpan();
  if (user.assignments.length === 0) return <>{t('no_assignments')}</>;
  return user.assignments.map((each) => (
    <Text key={each.assignment} size="sm" component="div">
      {roleName(each.role)} · <bdi>{each.unit ?? t('everywhere')}</bdi> · {span(each)}
    </Text>
  ));
}

export function UsersPage() {
  const t = useText();
  const pager = usePager('users');
  const asked = useQuery(usersQuery(pager.after));
  const [managed, setManaged] = useState<string>();
  const shown = asked.data?.items.find((each) => each.user === managed);
  const columns: Column<User>[] = [
    { key: 'user', title: t('user'), cell: (row) => <Code>{row.user}</Code> },
    { key: 'name', title: t('name'), cell: (row) => <bdi>{row.name}</bdi> },
    { key: 'kind', title: t('kind'), isMinor: true, cell: (row) => t(`kind_${row.kind}`) },
    { key: 'roles', title: t('assignments'), isMinor: true, cell: (row) => <Held user={row} /> },
    {
      key: 'state',
      title: t('state'),
      isMinor: true,
      cell: (row) => (
        <Badge color={row.disabled ? 'orange' : 'teal'}>{row.disabled ? t('disabled') : t('enabled')}</Badge>
      ),
    },
    {
      key: 'manage',
      title: t('actions'),
      cell: (row) => (
        <Button
          size="compact-xs"
          variant="default"
          aria-label={t('manage_of', { user: row.user })}
          onClick={() => setManaged(row.user)}
        >
          {t('manage')}
        </Button>
      ),
    },
  ];
  return (
    <Page title={t('users')} detail={t('users_hint')} actions={<AddUser />}>
      <PagedTable
        label={t('users')}
        columns={columns}
        asked={asked}
        pager={pager}
        rowKey={(row) => row.user}
        empty={<Empty title={t('no_users')} />}
      />
      {shown && <ManageUser key={shown.user} user={shown} onClose={() => setManaged(undefined)} />}
    </Page>
  );
}
