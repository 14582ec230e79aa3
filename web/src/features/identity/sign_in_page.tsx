import { useEffect, useState } from 'react';
import { Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import { api, dataOf } from '../../api/client';
import { problemOf } from '../../api/problem';
import { signedIn, type Me } from '../../app/session';
import { ProblemBanner } from '../../ui/problem_view';
import { Outside } from './outside';
import { useText } from './text';

const route = getRouteApi('/sign-in');

interface Typed {
  user: string;
  password: string;
  code: string;
}

function useSignIn() {
  const queries = useQueryClient();
  const router = useRouter();
  const { next } = route.useSearch();
  return useMutation({
    mutationFn: ({ user, password, code }: Typed): Promise<Me> =>
      dataOf(
        api.POST('/session', { body: { user, password, ...(code === '' ? {} : { code: code.replaceAll(' ', '') }) } }),
      ),
    onSuccess: (me) => {
      signedIn(queries, me);
      router.history.push(next ?? '/');
    },
  });
}

export function SignInPage() {
  const t = useText();
  const [typed, setTyped] = useState<Typed>({ user: '', password: '', code: '' });
  const signIn = useSignIn();
  const problem = signIn.error ? problemOf(signIn.error) : undefined;
  const needsCode = problem?.kind === 'code_wanted' || typed.code !== '';
  const set = (change: Partial<Typed>) => setTyped((now) => ({ ...now, ...change }));
  useEffect(() => {
    document.title = `${t('sign_in')} · Mainspring`;
  });
  return (
    <Outside title={t('sign_in')}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          signIn.mutate(typed);
        }}
      >
        <Stack>
          {problem?.kind !== 'code_wanted' && <ProblemBanner problem={problem} />}
          <TextInput
            label={t('user')}
            autoComplete="username"
            autoFocus
            required
            autoCapitalize="none"
            spellCheck={false}
            maxLength={100}
            withAsterisk={false}
            value={typed.user}
            onChange={(event) => set({ user: event.currentTarget.value })}
          />
          <PasswordInput
            label={t('password')}
            autoComplete="current-password"
            required
            withAsterisk={false}
            maxLength={256}
            value={typed.password}
            onChange={(event) => set({ password: event.currentTarget.value })}
          />
          {needsCode && (
            <TextInput
              label={t('code')}
              description={t('code_hint')}
              autoComplete="one-time-code"
              autoFocus
              maxLength={20}
              inputMode="text"
              value={typed.code}
              onChange={(event) => set({ code: event.currentTarget.value })}
            />
          )}
          <Button type="submit" loading={signIn.isPending}>
            {t('sign_in')}
          </Button>
        </Stack>
      </form>
    </Outside>
  );
}
