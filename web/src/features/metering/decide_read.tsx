// What somebody says of a read: it is right, it is not to be used, or what it should have been.
import { useState } from 'react';
import { Button, SegmentedControl, Stack, Text, TextInput } from '@mantine/core';
import { api, dataOf, type Schemas } from '../../api/client';
import { useCommand } from '../../api/command';
import { useLocale } from '../../text/locale';
import { ConfirmDialog } from '../../ui/confirm';
import { formatDay } from '../../ui/dates';
import { formatDecimal, parseTyped } from '../../ui/decimal';
import { useFieldProblem } from '../../ui/problem_view';
import { toast } from '../../ui/toast';
import type { PointPlace } from './queries';
import { useText } from './text';

type Read = Schemas['Read'];
type Register = Schemas['Installation']['registers'][number];
const DECISIONS = ['confirm', 'reject', 'correct'] as const;
type Decision = (typeof DECISIONS)[number];

/** A decision that changes nothing is not offered. */
function offeredFor({ status }: Read): Decision[] {
  const isHeld = status === 'suspect' || status === 'rejected';
  return DECISIONS.filter((each) => (each === 'confirm' ? isHeld : each === 'correct' || status !== 'rejected'));
}

interface Props {
  place: PointPlace;
  read: Read;
  registers: readonly Register[];
}

function Dialog({ place, read, registers, onClose }: Props & { onClose: () => void }) {
  const t = useText();
  const {
    choice: { locale },
  } = useLocale();
  const offered = offeredFor(read);
  const [decision, setDecision] = useState<Decision>(offered[0] ?? 'reject');
  const [note, setNote] = useState('');
  const [typed, setTyped] = useState<Readonly<Record<number, string>>>(() =>
    Object.fromEntries(read.values.map((each) => [each.register, formatDecimal(each.value, locale)])),
  );
  const values = read.values.flatMap(({ register }) => {
    const value = parseTyped(typed[register] ?? '', locale);
    return value === undefined ? [] : [{ register, value }];
  });
  const decide = useCommand(
    (body: { decision: Decision; note: string; values?: Schemas['RegisterValue'][] }, header) =>
      dataOf(
        api.POST('/utilities/{utility}/service-points/{service_point}/reads/{read}/decision', {
          params: { path: { ...place, read: read.id }, header },
          body,
        }),
      ),
    {
      stale: [['point', place.utility, place.service_point]],
      done: () => {
        onClose();
        toast(t(`decided_${decision}`));
      },
    },
  );
  const fieldProblem = useFieldProblem(decide.problem);
  const isCorrection = decision === 'correct';
  const isWaiting =
    (decision !== 'confirm' && note.trim() === '') || (isCorrection && values.length < read.values.length);
  return (
    <ConfirmDialog
      opened
      onClose={onClose}
      title={t('decide_of', { day: formatDay(read.on, locale) })}
      action={t(`decision_${decision}`)}
      isDestructive={decision === 'reject'}
      isBusy={decide.isBusy}
      isWaiting={isWaiting}
      problem={decide.problem}
      fields={['values', 'decision']}
      onConfirm={() => decide.send({ decision, note: note.trim(), ...(isCorrection ? { values } : {}) })}
    >
      <Stack gap="sm">
        <Text size="sm">{t('decide_says')}</Text>
        <SegmentedControl
          transitionDuration={0}
          aria-label={t('decision')}
          value={decision}
          data={offered.map((each) => ({ value: each, label: t(`decision_${each}`) }))}
          onChange={(value) => setDecision(offered.find((each) => each === value) ?? 'reject')}
        />
        {fieldProblem('decision') !== undefined && (
          <Text size="sm" c="red" role="alert">
            {fieldProblem('decision')}
          </Text>
        )}
        {isCorrection &&
          read.values.map(({ register }) => {
            const known = registers.find((each) => each.register === register);
            return (
              <TextInput
                key={register}
                label={known ? t('value_of', { code: known.code, unit: known.unit }) : String(register)}
                dir="ltr"
                inputMode="decimal"
                value={typed[register] ?? ''}
                error={fieldProblem('values')}
                onChange={(event) => {
                  const text = event.currentTarget.value;
                  setTyped((now) => ({ ...now, [register]: text }));
                }}
              />
            );
          })}
        <TextInput
          data-autofocus
          label={t('note')}
          maxLength={1000}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
      </Stack>
    </ConfirmDialog>
  );
}

export function DecideRead(props: Props) {
  const t = useText();
  const {
    choice: { locale },
  } = useLocale();
  const [opened, setOpened] = useState(false);
  return (
    <>
      <Button
        size="compact-xs"
        variant="default"
        aria-label={t('decide_of', { day: formatDay(props.read.on, locale) })}
        onClick={() => setOpened(true)}
      >
        {t('decide')}
      </Button>
      {opened && <Dialog {...props} onClose={() => setOpened(false)} />}
    </>
  );
}
