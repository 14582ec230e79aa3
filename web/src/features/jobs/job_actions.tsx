import { useState } from 'react';
import { Button, Text } from '@mantine/core';
import { api, dataOf, type Schemas } from '../../api/client';
import { useCommand } from '../../api/command';
import { ConfirmDialog } from '../../ui/confirm';
import { ProblemBanner } from '../../ui/problem_view';
import { toast } from '../../ui/toast';
import { jobQuery, jobsKey } from './queries';
import { useText } from './text';

interface Props {
  utility: string;
  job: Schemas['Job'];
}

/** What can be done with a job: one that is at work stops, one that waits or had stopped is given up. */
export function actionsOf({ state, stop_asked }: Props['job']): readonly ('resume' | 'stop' | 'cancel')[] {
  switch (state) {
    case 'queued':
      return ['cancel'];
    case 'running':
      return stop_asked ? [] : ['stop'];
    case 'stopped':
      return ['resume', 'cancel'];
    case 'failed':
      return ['resume'];
    default:
      return [];
  }
}

function Stop({ utility, job }: Props) {
  const t = useText();
  const [opened, setOpened] = useState(false);
  const isGivenUp = actionsOf(job).includes('cancel');
  const stop = useCommand(
    (_: undefined, header) =>
      dataOf(api.POST('/utilities/{utility}/jobs/{job}/stop', { params: { path: { utility, job: job.job }, header } })),
    {
      stale: [jobQuery(utility, job.job).queryKey, jobsKey(utility)],
      done: () => {
        setOpened(false);
        toast(t('stop_asked'));
      },
    },
  );
  const action = t(isGivenUp ? 'cancel_job' : 'stop');
  return (
    <>
      <Button variant="default" onClick={() => setOpened(true)}>
        {action}
      </Button>
      <ConfirmDialog
        opened={opened}
        onClose={() => setOpened(false)}
        title={action}
        action={action}
        isBusy={stop.isBusy}
        problem={stop.problem}
        onConfirm={() => stop.send(undefined)}
      >
        <Text size="sm">{t(isGivenUp ? 'cancel_says' : 'stop_says')}</Text>
      </ConfirmDialog>
    </>
  );
}

function Resume({ utility, job }: Props) {
  const t = useText();
  const resume = useCommand(
    (_: undefined, header) =>
      dataOf(
        api.POST('/utilities/{utility}/jobs/{job}/resume', { params: { path: { utility, job: job.job }, header } }),
      ),
    { stale: [jobQuery(utility, job.job).queryKey, jobsKey(utility)], done: () => toast(t('resumed')) },
  );
  return (
    <>
      <Button loading={resume.isBusy} onClick={() => resume.send(undefined)}>
        {t('resume')}
      </Button>
      <ProblemBanner problem={resume.problem} />
    </>
  );
}

export function JobActions(props: Props) {
  const offered = actionsOf(props.job);
  return (
    <>
      {offered.includes('resume') && <Resume {...props} />}
      {(offered.includes('stop') || offered.includes('cancel')) && <Stop {...props} />}
    </>
  );
}
