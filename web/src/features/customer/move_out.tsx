// The end of the agreement of a service point.
import { useState } from 'react';
import { Button, Stack, Text, TextInput } from '@mantine/core';
import { api, dataOf } from '../../api/client';
import { useCommand } from '../../api/command';
import { useUtility } from '../../app/utility';
import { ConfirmDialog } from '../../ui/confirm';
import { useFieldProblem } from '../../ui/problem_view';
import { toast } from '../../ui/toast';
import { accountKey, type AccountPlace } from './queries';
import { useText } from './text';

export function MoveOut({ place, point }: { place: AccountPlace; point: string }) {
  const t = useText();
  const { today } = useUtility();
  const [opened, setOpened] = useState(false);
  const [on, setOn] = useState(today);
  const move = useCommand(
    (body: { service_point: string; on: string }, header) =>
      dataOf(
        api.POST('/utilities/{utility}/accounts/{account}/move-out', { params: { path: { ...place }, header }, body }),
      ),
    {
      stale: [accountKey(place)],
      done: () => {
        setOpened(false);
        toast(t('moved_out'));
      },
    },
  );
  const fieldProblem = useFieldProblem(move.problem);
  const open = () => {
    move.reset();
    setOpened(true);
  };
  return (
    <>
      <Button variant="default" size="compact-xs" onClick={open}>
        {t('move_out')}
      </Button>
      <ConfirmDialog
        opened={opened}
        onClose={() => setOpened(false)}
        title={t('move_out_of', { point })}
        action={t('move_out')}
        isBusy={move.isBusy}
        isWaiting={on === ''}
        problem={move.problem}
        fields={['on']}
        onConfirm={() => move.send({ service_point: point, on })}
      >
        <Stack gap="sm">
          <Text size="sm">{t('move_out_says')}</Text>
          <TextInput
            data-autofocus
            type="date"
            label={t('last_before')}
            value={on}
            error={fieldProblem('on')}
            onChange={(event) => setOn(event.currentTarget.value)}
          />
        </Stack>
      </ConfirmDialog>
    </>
  );
}
