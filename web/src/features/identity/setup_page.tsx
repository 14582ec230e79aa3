// One-time links: the first one makes the administrator, others let somebody choose a password. Who did is signed in.
import { useEffect, useState } from 'react';
import { Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useLocation, useParams, useRouter } from '@tanstack/react-router';
import { api, dataOf } from '../../api/client';
import { problemOf } from '../../api/problem';
import { signedIn } from '../../app/session';
import { ProblemBanner, useFieldProblem } from '../../ui/problem_view';
import { Outside } from './outside';
import { useText } from './text';

interface Typed {
  user: string;
  name: string;
  password: string;
  again: string;
}

type Who = 'first administrator' | 'somebody known';

function useSetUp(token: string, who: Who) {
  const queries = useQueryClient();
  const router = useRouter();
  return useMutation({
    mutationFn: async ({ user, name, password }: Typed) => {
      const body =
        who === 'first administrator' ? { token, password, user: user.trim(), name: name.trim() } : { token, password };
      const made = await dataOf(api.POST('/setup', { body }));
      return dataOf(api.POST('/session', { body: { user: made.user, password } }));
    },
    onSuccess: (me) => {
      signedIn(queries, me);
      router.history.replace('/');
    },
  });
}

function SetUpForm({ who, token }: { who: Who; token: string }) {
  const t = useText();
  const isFirst = who === 'first administrator';
  const [typed, setTyped] = useState<Typed>({ user: '', name: '', password: '', again: '' });
  const setUp = useSetUp(token, who);
  const problem = setUp.error ? problemOf(setUp.error) : undefined;
  const fieldProblem = useFieldProblem(problem);
  const set = (change: Partial<Typed>) => setTyped((now) => ({ ...now, ...change }));
  const isDifferent = typed.again !== '' && typed.again !== typed.password;
  const title = isFirst ? t('first_administrator') : t('choose_password');
  useEffect(() => {
    document.title = `${title} · Mainspring`;
  });
  return (
    <Outside title={title}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (typed.again === typed.password) setUp.mutate(typed);
        }}
      >
        <Stack>
          <Text size="sm">{isFirst ? t('first_administrator_says') : t('choose_password_says')}</Text>
          <ProblemBanner problem={problem} fields={['user', 'name', 'password']} />
          {isFirst && (
            <>
              <TextInput
                label={t('user')}
                autoComplete="username"
                autoFocus
                required
                withAsterisk={false}
                autoCapitalize="none"
                spellCheck={false}
                maxLength={50}
                value={typed.user}
                error={fieldProblem('user')}
                onChange={(event) => set({ user: event.currentTarget.value })}
              />
              <TextInput
                label={t('your_name')}
                autoComplete="name"
                required
                withAsterisk={false}
                maxLength={100}
                value={typed.name}
                error={fieldProblem('name')}
                onChange={(event) => set({ name: event.currentTarget.value })}
              />
            </>
          )}
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
          <Button type="submit" loading={setUp.isPending}>
            {t('set_and_sign_in')}
          </Button>
        </Stack>
      </form>
    </Outside>
  );
}

export function FirstAdministratorPage() {
  const { token = '' } = useParams({ strict: false });
  return <SetUpForm who="first administrator" token={token} />;
}

export function ChoosePasswordPage() {
  const { hash } = useLocation();
  return <SetUpForm who="somebody known" token={hash} />;
}
