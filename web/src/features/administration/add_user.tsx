import { useState } from 'react';
import { Button, Stack, Text, TextInput } from '@mantine/core';
import { api, dataOf } from '../../api/client';
import { useCommand } from '../../api/command';
import { useUtility } from '../../app/utility';
import { ConfirmDialog } from '../../ui/confirm';
import { useFieldProblem } from '../../ui/problem_view';
import { toast } from '../../ui/toast';
import { useText } from './text';

const EMPTY = { user: '', name: '', account: '' };

export function AddUser() {
  const t = useText();
  const utility = useUtility();
  const [opened, setOpened] = useState(false);
  const [typed, setTyped] = useState(EMPTY);
  const set = (change: Partial<typeof EMPTY>) => setTyped((now) => ({ ...now, ...change }));
  const add = useCommand(
    ({ user, name, account }: typeof EMPTY, header) =>
      dataOf(
        api.POST('/users', {
          params: { header },
          body: { user, name, ...(account === '' ? {} : { account, utility: utility.code }) },
        }),
      ),
    {
      stale: [['users']],
      done: () => {
        setOpened(false);
        toast(t('user_added'));
      },
    },
  );
  const fieldProblem = useFieldProblem(add.problem);
  const open = () => {
    add.reset();
    setTyped(EMPTY);
    setOpened(true);
  };
  return (
    <>
      <Button onClick={open}>{t('add_user')}</Button>
      <ConfirmDialog
        opened={opened}
        onClose={() => setOpened(false)}
        title={t('add_user')}
        action={t('add_user')}
        isDestructive={false}
        isBusy={add.isBusy}
        isWaiting={typed.user.trim() === '' || typed.name.trim() === ''}
        problem={add.problem}
        fields={['user', 'name', 'account']}
        onConfirm={() => add.send({ user: typed.user.trim(), name: typed.name.trim(), account: typed.account.trim() })}
      >
        <Stack gap="sm">
          <Text size="sm">{t('add_user_says')}</Text>
          <TextInput
            data-autofocus
            label={t('user')}
            description={t('user_hint')}
            maxLength={50}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            value={typed.user}
            error={fieldProblem('user')}
            onChange={(event) => set({ user: event.currentTarget.value })}
          />
          <TextInput
            label={t('name')}
            maxLength={100}
            autoComplete="off"
            value={typed.name}
            error={fieldProblem('name')}
            onChange={(event) => set({ name: event.currentTarget.value })}
          />
          <TextInput
            label={t('account')}
            description={t('account_hint')}
            maxLength={50}
            autoComplete="off"
            value={typed.account}
            error={fieldProblem('account')}
            onChange={(event) => set({ account: event.currentTarget.value })}
          />
        </Stack>
      </ConfirmDialog>
    </>
  );
}
