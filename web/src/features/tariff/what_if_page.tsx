// What customers would have paid under other prices: asked here, worked out as a job, shown on the job's page.
import { useState } from 'react';
import { Button, Group, Stack, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { api, dataOf } from '../../api/client';
import { useCommand } from '../../api/command';
import { useUtility } from '../../app/utility';
import { daysAfter } from '../../ui/dates';
import { Page } from '../../ui/page';
import { ProblemBanner, useFieldProblem } from '../../ui/problem_view';
import { jobsKey } from '../jobs/queries';
import { tariffsQuery } from './queries';
import { useText } from './text';

const route = getRouteApi('/frame/u/$utility/what-if');
const FIELDS = ['from', 'to', 'threshold', 'with[0]', 'with[0].version', 'with[0].replaces'];

const MOST = 200; // tariffs that are offered

interface Wanted {
  from: string;
  to: string;
  threshold: string;
  tariff: string;
  version: string;
  replaces: string;
}

export function WhatIfPage() {
  const t = useText();
  const { code, today } = useUtility();
  const { tariff = '', version = '' } = route.useSearch();
  const navigate = route.useNavigate();
  const [wanted, setWanted] = useState<Wanted>({
    from: daysAfter(today, -365),
    to: today,
    threshold: '10',
    tariff,
    version,
    replaces: '',
  });
  const start = useCommand(
    ({ from, to, threshold, ...prices }: Wanted, header) =>
      dataOf(
        api.POST('/utilities/{utility}/what-if', {
          params: { path: { utility: code }, header },
          body: {
            from,
            to,
            threshold: Number(threshold),
            with: [
              {
                tariff: prices.tariff.trim(),
                ...(prices.version.trim() === '' ? {} : { version: prices.version.trim() }),
                ...(prices.replaces.trim() === '' ? {} : { replaces: prices.replaces.trim() }),
              },
            ],
          },
        }),
      ),
    {
      stale: [jobsKey(code)],
      done: ({ job }) => void navigate({ to: '/u/$utility/jobs/$job', params: { utility: code, job: String(job) } }),
    },
  );
  const known = [...new Set(useQuery(tariffsQuery(undefined, MOST)).data?.items.map((each) => each.tariff))];
  const fieldProblem = useFieldProblem(start.problem);
  const set = (change: Partial<Wanted>) => {
    if (start.problem) start.reset();
    setWanted((now) => ({ ...now, ...change }));
  };
  return (
    <Page title={t('what_if')} detail={t('what_if_hint')}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          start.send(wanted);
        }}
      >
        <Stack maw={520}>
          <TextInput
            label={t('what_if_with')}
            list="known-tariffs"
            autoComplete="off"
            required
            withAsterisk={false}
            maxLength={100}
            value={wanted.tariff}
            error={fieldProblem('with[0]')}
            onChange={(event) => set({ tariff: event.currentTarget.value })}
          />
          <TextInput
            label={t('what_if_version')}
            maxLength={100}
            value={wanted.version}
            error={fieldProblem('with[0].version')}
            onChange={(event) => set({ version: event.currentTarget.value })}
          />
          <TextInput
            label={t('replaces')}
            list="known-tariffs"
            autoComplete="off"
            description={t('replaces_hint')}
            maxLength={100}
            value={wanted.replaces}
            error={fieldProblem('with[0].replaces')}
            onChange={(event) => set({ replaces: event.currentTarget.value })}
          />
          <datalist id="known-tariffs">
            {known.map((each) => (
              <option key={each} value={each} />
            ))}
          </datalist>
          <Group grow>
            <TextInput
              type="date"
              label={t('from')}
              required
              withAsterisk={false}
              value={wanted.from}
              error={fieldProblem('from')}
              onChange={(event) => set({ from: event.currentTarget.value })}
            />
            <TextInput
              type="date"
              label={t('to')}
              required
              withAsterisk={false}
              value={wanted.to}
              error={fieldProblem('to')}
              onChange={(event) => set({ to: event.currentTarget.value })}
            />
          </Group>
          <TextInput
            label={t('threshold')}
            inputMode="numeric"
            required
            withAsterisk={false}
            pattern="[0-9]{1,6}"
            value={wanted.threshold}
            error={fieldProblem('threshold')}
            onChange={(event) => set({ threshold: event.currentTarget.value })}
          />
          <ProblemBanner problem={start.problem} fields={FIELDS} />
          <Group>
            <Button type="submit" loading={start.isBusy}>
              {t('compare_prices')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Page>
  );
}
