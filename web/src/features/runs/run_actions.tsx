// What can be done with a run now. Each asks first and says what it will do.
import { useState } from 'react';
import { Button, Text } from '@mantine/core';
import { api, dataOf, type Schemas } from '../../api/client';
import { useCommand } from '../../api/command';
import { may, useMe } from '../../app/session';
import { ConfirmDialog } from '../../ui/confirm';
import { toast } from '../../ui/toast';
import { runKey, runsKey, type RunPlace } from './queries';
import { useText } from './text';

type Detail = Schemas['RunDetail'];
type Action = 'release' | 'resume' | 'stop' | 'cancel';

/** In the order of the buttons. */
export function actionsOf({ state, working }: Schemas['Run']): Action[] {
  const isCut = !working && (state === 'rating' || state === 'issuing');
  return [
    ...(state === 'checked' && !working ? (['release'] as const) : []),
    ...(isCut ? (['resume'] as const) : []),
    ...(working ? (['stop'] as const) : []),
    ...(!working && (state === 'rating' || state === 'checked') ? (['cancel'] as const) : []),
  ];
}

const send = (place: RunPlace, action: Action, header: { 'Idempotency-Key': string }) =>
  action === 'release'
    ? api.POST('/utilities/{utility}/runs/{run}/release', { params: { path: { ...place }, header } })
    : api.POST('/utilities/{utility}/runs/{run}/{action}', { params: { path: { ...place, action }, header } });

function Comes({ run }: { run: Schemas['Run'] }) {
  const t = useText();
  return (
    <Text size="sm" mt="xs" fw={600}>
      {t('release_comes', { count: run.bills })} {run.exceptions > 0 && t('release_leaves', { count: run.exceptions })}
    </Text>
  );
}

function ActionButton({ action, detail, place }: { action: Action; detail: Detail; place: RunPlace }) {
  const t = useText();
  const [opened, setOpened] = useState(false);
  const command = useCommand((_: undefined, header) => dataOf(send(place, action, header)), {
    stale: [runKey(place), runsKey(place.utility)],
    done: () => {
      setOpened(false);
      toast(t(`done_${action}`));
    },
  });
  const isFirst = action === 'release' || action === 'resume';
  return (
    <>
      <Button
        variant={isFirst ? 'filled' : 'outline'}
        {...(isFirst ? {} : { color: 'red' })}
        onClick={() => {
          command.reset();
          setOpened(true);
        }}
      >
        {t(`do_${action}`)}
      </Button>
      <ConfirmDialog
        opened={opened}
        onClose={() => setOpened(false)}
        title={t(`title_${action}`, { run: detail.run.run })}
        action={t(`do_${action}`)}
        isDestructive={!isFirst}
        isBusy={command.isBusy}
        problem={command.problem}
        onConfirm={() => command.send(undefined)}
      >
        <Text size="sm">{t(`says_${action}`)}</Text>
        {action === 'release' && <Comes run={detail.run} />}
      </ConfirmDialog>
    </>
  );
}

export function RunActions({ detail, place }: { detail: Detail; place: RunPlace }) {
  const me = useMe();
  return actionsOf(detail.run)
    .filter((action) => may(me, action === 'release' ? 'release bills' : 'bill'))
    .map((action) => <ActionButton key={action} action={action} detail={detail} place={place} />);
}
