// Whose payment: the code as typed or scanned, else whatever the search finds.
import { useState } from 'react';
import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { api, dataOf, type Schemas } from '../../api/client';
import { ApiProblem, problemOf } from '../../api/problem';
import { ProblemBanner } from '../../ui/problem_view';
import { useText } from './text';

type Hit = Schemas['Hit'];

/** The exact account, or what was found instead; each account once. */
async function look(utility: string, typed: string): Promise<{ exact: boolean; hits: Hit[] }> {
  try {
    const found = await dataOf(
      api.GET('/utilities/{utility}/accounts/{account}', { params: { path: { utility, account: typed } } }),
    );
    return { exact: true, hits: [{ kind: 'account', utility, account: found.account, title: found.party.name }] };
  } catch (error) {
    if (!(error instanceof ApiProblem) || (error.status !== 404 && error.status !== 422)) throw error;
  }
  const { items } = await dataOf(api.GET('/search', { params: { query: { q: typed, limit: 50 } } }));
  const byAccount = new Map(
    items.filter((hit) => hit.utility === utility && hit.account !== undefined).map((hit) => [hit.account, hit]),
  );
  return { exact: false, hits: [...byAccount.values()] };
}

export function AccountStep({ utility, onChosen }: { utility: string; onChosen: (account: string) => void }) {
  const t = useText();
  const [typed, setTyped] = useState('');
  const looking = useMutation({
    mutationFn: (text: string) => look(utility, text),
    onSuccess: ({ exact, hits }) => {
      const first = hits[0]?.account;
      if (exact && first !== undefined) onChosen(first);
    },
  });
  const hits = looking.data?.exact === false ? looking.data.hits : [];
  const none = looking.data?.exact === false && hits.length === 0;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (typed.trim() !== '') looking.mutate(typed.trim());
      }}
    >
      <Stack maw={480}>
        <TextInput
          label={t('account')}
          description={t('account_hint')}
          size="md"
          autoFocus
          autoComplete="off"
          spellCheck={false}
          maxLength={100}
          value={typed}
          error={none ? t('nobody_found', { text: typed.trim() }) : undefined}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
            looking.reset();
          }}
        />
        <ProblemBanner problem={looking.error ? problemOf(looking.error) : undefined} />
        <Group>
          <Button type="submit" loading={looking.isPending}>
            {t('go_on')}
          </Button>
        </Group>
        {hits.length > 0 && (
          <Stack gap={4} role="group" aria-label={t('found')}>
            <Text size="sm">{t('found')}</Text>
            {hits.map((hit, at) => (
              <Button
                key={hit.account}
                variant="default"
                justify="flex-start"
                fullWidth
                autoFocus={at === 0}
                h="auto"
                py={6}
                onClick={() => hit.account !== undefined && onChosen(hit.account)}
              >
                <span>
                  <bdi>{hit.title}</bdi> · <bdi dir="ltr">{hit.account}</bdi>
                  {hit.detail !== undefined && (
                    <>
                      {' '}
                      · <bdi>{hit.detail}</bdi>
                    </>
                  )}
                </span>
              </Button>
            ))}
          </Stack>
        )}
      </Stack>
    </form>
  );
}
