import { useState } from 'react';
import { Button, Group, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { api, dataOf } from '../../../api/client';
import { useCommand } from '../../../api/command';
import { renewed, useMe } from '../../../app/session';
import { ProblemBanner, useFieldProblem } from '../../../ui/problem_view';
import { toast } from '../../../ui/toast';
import { useText } from '../text';
import { sessionsQuery } from './queries';

const EMPTY = { old_password: '', password: '', again: '' };

export function PasswordForm() {
  const t = useText();
  const me = useMe();
  const queries = useQueryClient();
  const [typed, setTyped] = useState(EMPTY);
  const change = useCommand(
    (body: { old_password: string; password: string }, header) =>
      dataOf(api.POST('/me/password', { params: { header }, body })),
    {
      stale: [sessionsQuery.queryKey],
      done: (next) => {
        renewed(queries, next);
        setTyped(EMPTY);
        toast(t('password_changed'));
      },
    },
  );
  const fieldProblem = useFieldProblem(change.problem);
  const isDifferent = typed.again !== '' && typed.again !== typed.password;
  const set = (part: Partial<typeof EMPTY>) => setTyped((now) => ({ ...now, ...part }));
  const submit = () => {
    if (typed.again === typed.password) change.send({ old_password: typed.old_password, password: typed.password });
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Stack maw={360} gap="sm">
        {/* For password managers: whose password it is. */}
        <TextInput value={me.user} autoComplete="username" readOnly display="none" aria-hidden="true" tabIndex={-1} />
        <ProblemBanner problem={change.problem} fields={['old_password', 'password']} />
        <PasswordInput
          label={t('old_password')}
          autoComplete="current-password"
          required
          withAsterisk={false}
          maxLength={256}
          value={typed.old_password}
          error={fieldProblem('old_password')}
          onChange={(event) => set({ old_password: event.currentTarget.value })}
        />
        <PasswordInput
          label={t('new_password')}
          description={t('password_hint')}
          autoComplete="new-password"
          required
          withAsterisk={false}
          maxLength={256}
          value={typed.password}
          error={fieldProblem('password')}
          onChange={(event) => set({ password: event.currentTarget.value })}
        />
        <PasswordInput
          label={t('password_again')}
          autoComplete="new-password"
          required
          withAsterisk={false}
          maxLength={256}
          value={typed.again}
          error={isDifferent ? t('password_differs') : undefined}
          onChange={(event) => set({ again: event.currentTarget.value })}
        />
        <Group>
          <Button type="submit" loading={change.isBusy}>
            {t('change_password')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
