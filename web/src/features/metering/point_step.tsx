// Which point: its code as typed or scanned, else whatever the search finds by meter, name or address.
import { useState } from 'react';
import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { api, dataOf, type Schemas } from '../../api/client';
import { ApiProblem, problemOf } from '../../api/problem';
import { ProblemBanner } from '../../ui/problem_view';
import { useText } from './text';

interface Found {
  point: string;
  title: string;
  detail: string;
}

const isUnknown = (error: unknown) => error instanceof ApiProblem && (error.status === 404 || error.status === 422);

/** The points of a hit: its own, or those of the account. */
async function pointsOf(hit: Schemas['Hit']): Promise<Found[]> {
  const { utility, account, service_point, title, detail = '' } = hit;
  if (service_point !== undefined) return [{ point: service_point, title, detail }];
  if (account === undefined) return [];
  const found = await dataOf(
    api.GET('/utilities/{utility}/accounts/{account}', { params: { path: { utility, account } } }),
  );
  return found.services.map((each) => ({ point: each.service_point, title, detail: each.premise.join(', ') }));
}

/** The exact point, or what was found instead; each point once. */
async function look(utility: string, typed: string): Promise<Found[]> {
  try {
    const { service_point } = await dataOf(
      api.GET('/utilities/{utility}/service-points/{service_point}', {
        params: { path: { utility, service_point: typed } },
      }),
    );
    return [{ point: service_point, title: service_point, detail: '' }];
  } catch (error) {
    if (!isUnknown(error)) throw error;
  }
  const { items } = await dataOf(api.GET('/search', { params: { query: { q: typed, limit: 20 } } }));
  const ours = items.filter((hit) => hit.utility === utility && hit.kind !== 'bill');
  const points = (await Promise.all(ours.map(pointsOf))).flat();
  return [...new Map(points.reverse().map((each) => [each.point, each])).values()].reverse();
}

export function PointStep({ utility, onChosen }: { utility: string; onChosen: (point: string) => void }) {
  const t = useText();
  const [typed, setTyped] = useState('');
  const looking = useMutation({
    mutationFn: (text: string) => look(utility, text),
    onSuccess: (found) => {
      const only = found[0];
      if (only && found.length === 1) onChosen(only.point);
    },
  });
  const found = looking.data ?? [];
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (typed.trim() !== '') looking.mutate(typed.trim());
      }}
    >
      <Stack maw={480} mb="xl">
        <TextInput
          label={t('point')}
          description={t('point_hint')}
          size="md"
          autoFocus
          autoComplete="off"
          spellCheck={false}
          maxLength={50}
          value={typed}
          error={
            looking.data !== undefined && found.length === 0 ? t('nothing_found', { text: typed.trim() }) : undefined
          }
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
        {found.length > 1 && (
          <Stack gap={4} role="group" aria-label={t('found')}>
            <Text size="sm">{t('found')}</Text>
            {found.map((each, at) => (
              <Button
                key={each.point}
                variant="default"
                justify="flex-start"
                fullWidth
                autoFocus={at === 0}
                h="auto"
                py={6}
                onClick={() => onChosen(each.point)}
              >
                <span>
                  <bdi dir="ltr">{each.point}</bdi> · <bdi>{each.title}</bdi>
                  {each.detail !== '' && (
                    <>
                      {' '}
                      · <bdi>{each.detail}</bdi>
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
