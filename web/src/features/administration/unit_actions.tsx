import { useState } from 'react';
import { Button, NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import { api, dataOf, type Schemas } from '../../api/client';
import { useCommand } from '../../api/command';
import { useUtility } from '../../app/utility';
import { ConfirmDialog } from '../../ui/confirm';
import { useFieldProblem } from '../../ui/problem_view';
import { toast } from '../../ui/toast';
import { useText } from './text';

type Unit = Schemas['Unit'];
const labelled = (units: readonly Unit[]) =>
  units.map((each) => ({ value: each.unit, label: `${each.name} (${each.unit})` }));

export function AddUnit({ units }: { units: readonly Unit[] }) {
  const t = useText();
  const { code, root_unit } = useUtility();
  const empty = { unit: '', name: '', parent: root_unit };
  const [opened, setOpened] = useState(false);
  const [typed, setTyped] = useState(empty);
  const set = (change: Partial<typeof empty>) => setTyped((now) => ({ ...now, ...change }));
  const add = useCommand(
    (body: typeof empty, header) =>
      dataOf(api.POST('/units', { params: { header }, body: { ...body, utility: code } })),
    {
      stale: [['units']],
      done: () => {
        setOpened(false);
        toast(t('unit_added'));
      },
    },
  );
  const fieldProblem = useFieldProblem(add.problem);
  const open = () => {
    add.reset();
    setTyped(empty);
    setOpened(true);
  };
  return (
    <>
      <Button onClick={open}>{t('add_unit')}</Button>
      <ConfirmDialog
        opened={opened}
        onClose={() => setOpened(false)}
        title={t('add_unit')}
        action={t('add_unit')}
        isDestructive={false}
        isBusy={add.isBusy}
        isWaiting={typed.unit.trim() === '' || typed.name.trim() === ''}
        problem={add.problem}
        fields={['unit', 'name', 'parent']}
        onConfirm={() => add.send({ ...typed, unit: typed.unit.trim(), name: typed.name.trim() })}
      >
        <Stack gap="sm">
          <Text size="sm">{t('add_unit_says')}</Text>
          <TextInput
            data-autofocus
            label={t('code')}
            maxLength={50}
            autoComplete="off"
            value={typed.unit}
            error={fieldProblem('unit')}
            onChange={(event) => set({ unit: event.currentTarget.value })}
          />
          <TextInput
            label={t('name')}
            maxLength={100}
            autoComplete="off"
            value={typed.name}
            error={fieldProblem('name')}
            onChange={(event) => set({ name: event.currentTarget.value })}
          />
          <NativeSelect
            label={t('parent')}
            value={typed.parent}
            data={labelled(units)}
            error={fieldProblem('parent')}
            onChange={(event) => set({ parent: event.currentTarget.value })}
          />
        </Stack>
      </ConfirmDialog>
    </>
  );
}

export function MoveUnit({ unit, units, onClose }: { unit: Unit; units: readonly Unit[]; onClose: () => void }) {
  const t = useText();
  const { today } = useUtility();
  const others = units.filter((each) => each.unit !== unit.unit);
  const [typed, setTyped] = useState({ parent: unit.parent ?? '', from: today });
  const move = useCommand(
    (body: typeof typed, header) =>
      dataOf(api.POST('/units/{unit}/moves', { params: { path: { unit: unit.unit }, header }, body })),
    {
      stale: [['units']],
      done: () => {
        onClose();
        toast(t('unit_moved'));
      },
    },
  );
  const fieldProblem = useFieldProblem(move.problem);
  return (
    <ConfirmDialog
      opened
      onClose={onClose}
      title={t('move_of', { unit: unit.name })}
      action={t('move')}
      isBusy={move.isBusy}
      isWaiting={typed.from === '' || typed.parent === ''}
      problem={move.problem}
      fields={['parent', 'from']}
      onConfirm={() => move.send(typed)}
    >
      <Stack gap="sm">
        <Text size="sm">{t('move_says')}</Text>
        <NativeSelect
          data-autofocus
          label={t('parent')}
          value={typed.parent}
          data={labelled(others)}
          error={fieldProblem('parent')}
          onChange={(event) => {
            const parent = event.currentTarget.value;
            setTyped((now) => ({ ...now, parent }));
          }}
        />
        <TextInput
          type="date"
          label={t('from')}
          value={typed.from}
          error={fieldProblem('from')}
          onChange={(event) => {
            const from = event.currentTarget.value;
            setTyped((now) => ({ ...now, from }));
          }}
        />
      </Stack>
    </ConfirmDialog>
  );
}
