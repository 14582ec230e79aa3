// A new run: whom, which period, and the days on its bills.
import { useState } from 'react';
import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { api, dataOf, type Schemas } from '../../api/client';
import { useCommand } from '../../api/command';
import type { Utility } from '../../app/session';
import { ConfirmDialog } from '../../ui/confirm';
import { daysAfter } from '../../ui/dates';
import { useFieldProblem } from '../../ui/problem_view';
import { toast } from '../../ui/toast';
import { proposedPeriod } from './period';
import { runsKey } from './queries';
import { useText } from './text';

type Run = Schemas['Run'];
const DAYS_TO_PAY = 21;
const FIELDS = ['cycle', 'from', 'to', 'issued_on', 'due_on'] as const;
type Form = Record<(typeof FIELDS)[number], string>;

function proposed(utility: Utility, latest: Run | undefined): Form {
  return {
    cycle: latest?.cycle ?? 'monthly',
    ...proposedPeriod(latest, utility.today),
    issued_on: utility.today,
    due_on: daysAfter(utility.today, DAYS_TO_PAY),
  };
}

export function StartRun({ utility, latest }: { utility: Utility; latest: Run | undefined }) {
  const t = useText();
  const navigate = useNavigate();
  const [opened, setOpened] = useState(false);
  const [form, setForm] = useState(() => proposed(utility, latest));
  const start = useCommand(
    (body: Form, header) =>
      dataOf(api.POST('/utilities/{utility}/runs', { params: { path: { utility: utility.code }, header }, body })),
    {
      stale: [runsKey(utility.code)],
      done: ({ run }) => {
        setOpened(false);
        toast(t('started', { run }));
        void navigate({ to: '/u/$utility/runs/$run', params: { utility: utility.code, run: String(run) } });
      },
    },
  );
  const fieldProblem = useFieldProblem(start.problem);
  const open = () => {
    start.reset();
    setForm(proposed(utility, latest));
    setOpened(true);
  };
  const input = (field: keyof Form) => ({
    label: t(`form_${field}`),
    value: form[field],
    error: fieldProblem(field),
    onChange: (event: { currentTarget: HTMLInputElement }) => {
      const { value } = event.currentTarget;
      setForm((now) => ({ ...now, [field]: value }));
    },
  });
  return (
    <>
      <Button onClick={open}>{t('start')}</Button>
      <ConfirmDialog
        opened={opened}
        onClose={() => setOpened(false)}
        title={t('start_title')}
        action={t('start')}
        isDestructive={false}
        isBusy={start.isBusy}
        isWaiting={FIELDS.some((field) => form[field].trim() === '')}
        problem={start.problem}
        fields={FIELDS}
        onConfirm={() => start.send({ ...form, cycle: form.cycle.trim() })}
      >
        <Stack gap="sm">
          <Text size="sm">{t('start_says')}</Text>
          <TextInput data-autofocus maxLength={50} autoComplete="off" {...input('cycle')} />
          <Group grow>
            <TextInput type="date" {...input('from')} />
            <TextInput type="date" {...input('to')} />
          </Group>
          <Group grow>
            <TextInput type="date" {...input('issued_on')} />
            <TextInput type="date" {...input('due_on')} />
          </Group>
        </Stack>
      </ConfirmDialog>
    </>
  );
}
