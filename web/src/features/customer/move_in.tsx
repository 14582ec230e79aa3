// An agreement for a service point from a day on.
import { useState } from 'react';
import { Button, NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import { api, dataOf, type Schemas } from '../../api/client';
import { useCommand } from '../../api/command';
import { useUtility } from '../../app/utility';
import { ConfirmDialog } from '../../ui/confirm';
import { useFieldProblem } from '../../ui/problem_view';
import { toast } from '../../ui/toast';
import { accountKey, type AccountPlace } from './queries';
import { useText } from './text';

const CLASSES = ['residential', 'commercial', 'industrial', 'public'] as const;
const FIELDS = ['service_point', 'on', 'tariff', 'customer_class', 'entitlements', 'dwellings'];

interface Typed {
  service_point: string;
  on: string;
  tariff: string;
  customer_class: Schemas['CustomerClass'];
  entitlements: string;
}

export function MoveIn({ place }: { place: AccountPlace }) {
  const t = useText();
  const { today } = useUtility();
  const empty: Typed = { service_point: '', on: today, tariff: '', customer_class: 'residential', entitlements: '' };
  const [opened, setOpened] = useState(false);
  const [typed, setTyped] = useState(empty);
  const set = (change: Partial<Typed>) => setTyped((now) => ({ ...now, ...change }));
  const move = useCommand(
    ({ entitlements, ...body }: Typed, header) => {
      const named = entitlements
        .split(',')
        .map((each) => each.trim())
        .filter((each) => each !== '');
      return dataOf(
        api.POST('/utilities/{utility}/accounts/{account}/move-in', {
          params: { path: { ...place }, header },
          body: { ...body, ...(named.length > 0 ? { entitlements: named } : {}) },
        }),
      );
    },
    {
      stale: [accountKey(place)],
      done: ({ gap_days }) => {
        setOpened(false);
        toast(gap_days > 0 ? t('moved_in_gap', { count: gap_days }) : t('moved_in'));
      },
    },
  );
  const fieldProblem = useFieldProblem(move.problem);
  const open = () => {
    move.reset();
    setTyped(empty);
    setOpened(true);
  };
  return (
    <>
      <Button variant="default" size="xs" onClick={open}>
        {t('move_in')}
      </Button>
      <ConfirmDialog
        opened={opened}
        onClose={() => setOpened(false)}
        title={t('move_in')}
        action={t('move_in')}
        isDestructive={false}
        isBusy={move.isBusy}
        isWaiting={typed.service_point.trim() === '' || typed.tariff.trim() === '' || typed.on === ''}
        problem={move.problem}
        fields={FIELDS}
        onConfirm={() => move.send(typed)}
      >
        <Stack gap="sm">
          <Text size="sm">{t('move_in_says')}</Text>
          <TextInput
            data-autofocus
            label={t('service_point')}
            maxLength={50}
            value={typed.service_point}
            error={fieldProblem('service_point')}
            onChange={(event) => set({ service_point: event.currentTarget.value })}
          />
          <TextInput
            type="date"
            label={t('from_day')}
            value={typed.on}
            error={fieldProblem('on')}
            onChange={(event) => set({ on: event.currentTarget.value })}
          />
          <TextInput
            label={t('tariff')}
            maxLength={100}
            value={typed.tariff}
            error={fieldProblem('tariff')}
            onChange={(event) => set({ tariff: event.currentTarget.value })}
          />
          <NativeSelect
            label={t('customer_class')}
            value={typed.customer_class}
            error={fieldProblem('customer_class')}
            data={CLASSES.map((each) => ({ value: each, label: t(`class_${each}`) }))}
            onChange={(event) =>
              set({ customer_class: CLASSES.find((each) => each === event.currentTarget.value) ?? 'residential' })
            }
          />
          <TextInput
            label={t('entitlements')}
            description={t('entitlements_hint')}
            value={typed.entitlements}
            error={fieldProblem('entitlements')}
            onChange={(event) => set({ entitlements: event.currentTarget.value })}
          />
        </Stack>
      </ConfirmDialog>
    </>
  );
}
