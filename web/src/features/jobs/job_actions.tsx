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

function Stop({ utility, job }: Props) {
  const t = useText();
  const [opened, setOpened] = useState(false);
  const isGivenUp = job.state !== 'running';
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
  const { state, stop_asked } = props.job;
  return (
    <>
      {(state === 'stopped' || state === 'failed') && <Resume {...props} />}
      {(state === 'queued' || state === 'stopped' || (state === 'running' && !stop_asked)) && <Stop {...props} />}
    </>
  );
}
