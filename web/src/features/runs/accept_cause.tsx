// One word for all that a cause holds back in a run.
import { useState } from 'react';
import { Button, Text, Textarea } from '@mantine/core';
import { api, dataOf, type Schemas } from '../../api/client';
import { useCommand } from '../../api/command';
import { ConfirmDialog } from '../../ui/confirm';
import { useFieldProblem } from '../../ui/problem_view';
import { toast } from '../../ui/toast';
import { runKey, type RunPlace } from './queries';
import { useCauseName } from './run_words';
import { useText } from './text';

type Cause = Schemas['RunDetail']['exceptions_by_cause'][number];

export function AcceptCause({ cause, place }: { cause: Cause; place: RunPlace }) {
  const t = useText();
  const causeName = useCauseName();
  const [opened, setOpened] = useState(false);
  const [reason, setReason] = useState('');
  const accept = useCommand(
    (body: { cause: string; reason: string }, header) =>
      dataOf(api.POST('/utilities/{utility}/runs/{run}/acceptances', { params: { path: { ...place }, header }, body })),
    {
      stale: [runKey(place)],
      done: ({ accounts }) => {
        setOpened(false);
        toast(t('accepted', { count: accounts }));
      },
    },
  );
  const fieldProblem = useFieldProblem(accept.problem);
  const open = () => {
    accept.reset();
    setReason('');
    setOpened(true);
  };
  const name = causeName(cause.cause);
  return (
    <>
      <Button variant="default" size="compact-sm" onClick={open} aria-label={t('accept_named', { name })}>
        {t('accept')}
      </Button>
      <ConfirmDialog
        opened={opened}
        onClose={() => setOpened(false)}
        title={t('accept_title', { name })}
        action={t('accept')}
        isDestructive={false}
        isBusy={accept.isBusy}
        isWaiting={reason.trim() === ''}
        problem={accept.problem}
        fields={['reason']}
        onConfirm={() => accept.send({ cause: cause.cause, reason: reason.trim() })}
      >
        <Text size="sm" mb="sm">
          {t('accept_says', { count: cause.count })}
        </Text>
        <Textarea
          label={t('reason')}
          required
          withAsterisk={false}
          maxLength={1000}
          data-autofocus
          value={reason}
          error={fieldProblem('reason')}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
      </ConfirmDialog>
    </>
  );
}
