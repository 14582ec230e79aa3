import { useState } from 'react';
import { Button, Checkbox, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api, dataOf, type Schemas } from '../../api/client';
import { useCommand } from '../../api/command';
import { useLocale } from '../../text/locale';
import { ConfirmDialog } from '../../ui/confirm';
import { Page } from '../../ui/page';
import { PagedTable, type Column } from '../../ui/paged_table';
import { useFieldProblem } from '../../ui/problem_view';
import { toast } from '../../ui/toast';
import { Code } from '../../ui/values';
import { rolesQuery } from './queries';
import { nameOfRole } from './role_words';
import { useText } from './text';

type Role = Schemas['Role'];
const NONE: Role = { role: '', name: {}, permissions: [] };
const wordsOf = (permission: string) => permission.replaceAll('_', ' ');

function RoleDialog({ role, known, onClose }: { role: Role; known: readonly string[]; onClose: () => void }) {
  const t = useText();
  const { choice } = useLocale();
  const [typed, setTyped] = useState(role);
  const isNew = role.role === '';
  const set = (change: Partial<Role>) => setTyped((now) => ({ ...now, ...change }));
  const put = useCommand(
    ({ role: code, name, permissions }: Role, header) => {
      const names = Object.fromEntries(Object.entries(name).filter(([, each]) => each.trim() !== ''));
      return dataOf(
        api.PUT('/roles/{role}', {
          params: { path: { role: code }, header },
          body: { name: { ...names, en: name['en'] ?? '' }, permissions },
        }),
      );
    },
    {
      stale: [rolesQuery.queryKey],
      done: () => {
        onClose();
        toast(t('role_saved'));
      },
    },
  );
  const fieldProblem = useFieldProblem(put.problem);
  return (
    <ConfirmDialog
      opened
      onClose={onClose}
      title={isNew ? t('add_role') : t('change_role_of', { role: nameOfRole(role, choice.language) })}
      action={t('save_role')}
      isDestructive={false}
      isBusy={put.isBusy}
      isWaiting={typed.role === '' || (typed.name['en'] ?? '').trim() === ''}
      problem={put.problem}
      fields={['role', 'name']}
      onConfirm={() => put.send(typed)}
    >
      <Stack gap="sm">
        <Text size="sm">{t('role_says')}</Text>
        {isNew && (
          <TextInput
            data-autofocus
            label={t('code')}
            description={t('role_code_hint')}
            maxLength={50}
            autoComplete="off"
            value={typed.role}
            error={fieldProblem('role')}
            onChange={(event) => set({ role: event.currentTarget.value })}
          />
        )}
        {(['en', 'zh'] as const).map((language) => (
          <TextInput
            key={language}
            label={t(`name_${language}`)}
            lang={language}
            maxLength={100}
            value={typed.name[language] ?? ''}
            error={language === 'en' ? fieldProblem('name') : undefined}
            onChange={(event) => set({ name: { ...typed.name, [language]: event.currentTarget.value } })}
          />
        ))}
        <Checkbox.Group
          label={t('permissions')}
          value={typed.permissions}
          onChange={(permissions) => set({ permissions })}
        >
          <SimpleGrid cols={{ base: 1, xs: 2 }} spacing={6} mt={6}>
            {known.map((each) => (
              <Checkbox key={each} value={each} label={wordsOf(each)} />
            ))}
          </SimpleGrid>
        </Checkbox.Group>
      </Stack>
    </ConfirmDialog>
  );
}

export function RolesPage() {
  const t = useText();
  const { choice } = useLocale();
  const asked = useQuery(rolesQuery);
  const [changing, setChanging] = useState<Role>();
  // All permissions are held by some role: the administrator's.
  const known = [...new Set(asked.data?.items.flatMap((each) => each.permissions) ?? [])].sort();
  const columns: Column<Role>[] = [
    { key: 'name', title: t('role'), cell: (row) => <bdi>{nameOfRole(row, choice.language)}</bdi> },
    { key: 'code', title: t('code'), isMinor: true, cell: (row) => <Code>{row.role}</Code> },
    { key: 'allows', title: t('permissions'), cell: (row) => row.permissions.map(wordsOf).join(', ') },
    {
      key: 'change',
      title: t('actions'),
      cell: (row) => (
        <Button
          size="compact-xs"
          variant="default"
          aria-label={t('change_role_of', { role: nameOfRole(row, choice.language) })}
          onClick={() => setChanging(row)}
        >
          {t('change_role')}
        </Button>
      ),
    },
  ];
  return (
    <Page
      title={t('roles')}
      detail={t('roles_hint')}
      actions={<Button onClick={() => setChanging(NONE)}>{t('add_role')}</Button>}
    >
      <PagedTable label={t('roles')} columns={columns} asked={asked} rowKey={(row) => row.role} />
      {changing && <RoleDialog role={changing} known={known} onClose={() => setChanging(undefined)} />}
    </Page>
  );
}
