// One job: how far it is, told by the server as it goes; what it left; stop, go on, give up.
import { Anchor, Badge, Group, List, Progress, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { Schemas } from '../../api/client';
import { useUtility } from '../../app/utility';
import { Asked } from '../../ui/asked';
import { Page, Section } from '../../ui/page';
import { RouteLink } from '../../ui/route_link';
import { Fact, Facts, Instant } from '../../ui/values';
import { JobActions } from './job_actions';
import { JobResult } from './job_result';
import { JobState, useKindName } from './job_words';
import { addressOfJob, isOver, jobQuery, useWatchedJob } from './queries';
import { useText } from './text';

type Job = Schemas['Job'];
const route = getRouteApi('/frame/u/$utility/jobs/$job');

// What was asked for stands there as it came in the address: texts.
const isTrial = ({ parameters }: Job): boolean =>
  (parameters as Record<string, unknown> | undefined)?.['dry_run'] === 'true';

function HowFar({ job }: { job: Job }) {
  const t = useText();
  if (isOver(job)) return null;
  const isKnown = job.total > 0;
  return (
    <Section title={t('progress')}>
      <Progress.Root size="lg" maw={640}>
        <Progress.Section
          value={isKnown ? Math.min(100, (job.done / job.total) * 100) : 100}
          animated={!isKnown}
          aria-label={t('progress')}
        />
      </Progress.Root>
      <Text size="sm" mt={4} role="status">
        {job.phase.replaceAll('_', ' ')}{' '}
        {isKnown ? t('progress_of', { done: job.done, total: job.total }) : t('progress_so_far', { done: job.done })}
      </Text>
    </Section>
  );
}

function Files({ job, utility }: { job: Job; utility: string }) {
  const t = useText();
  const files = job.files ?? [];
  if (files.length === 0) return null;
  return (
    <Section title={t('files')}>
      <List size="sm" spacing={4}>
        {files.map((file) => (
          <List.Item key={file.name}>
            <Anchor
              size="sm"
              href={addressOfJob(utility, job.job, `files/${encodeURIComponent(file.name)}`)}
              download
              aria-label={t('download', { name: file.name })}
            >
              <bdi dir="ltr">{file.name}</bdi>
            </Anchor>{' '}
            {file.name === 'report.csv' && `· ${t('report')} `}· {t('bytes', { count: file.bytes })}
          </List.Item>
        ))}
      </List>
    </Section>
  );
}

function JobView({ job }: { job: Job }) {
  const t = useText();
  const { code } = useUtility();
  const kindName = useKindName();
  return (
    <Page
      title={job.title === '' ? t('job', { job: job.job }) : job.title}
      aside={
        <>
          <JobState job={job} />
          {isTrial(job) && <Badge color="gray">{t('dry_run')}</Badge>}
        </>
      }
      detail={
        <Group gap="md">
          <span>{kindName(job.kind)}</span>
          <RouteLink to="/u/$utility/jobs" params={{ utility: code }}>
            {t('jobs')}
          </RouteLink>
        </Group>
      }
      actions={<JobActions utility={code} job={job} />}
    >
      <Facts>
        <Fact label={t('by')}>{job.started_by}</Fact>
        <Fact label={t('started')}>
          <Instant at={job.started_at} />
        </Fact>
        <Fact label={t('changed')}>
          <Instant at={job.updated_at} />
        </Fact>
      </Facts>
      <HowFar job={job} />
      {job.message !== '' && (
        <Text size="sm" mb="md" role={job.state === 'failed' ? 'alert' : undefined}>
          {job.message}
        </Text>
      )}
      <JobResult job={job} />
      <Files job={job} utility={code} />
    </Page>
  );
}

export function JobPage() {
  const { utility, job } = route.useParams();
  const number = Number(job);
  const asked = useQuery(jobQuery(utility, number));
  useWatchedJob(utility, number, asked.data !== undefined && !isOver(asked.data));
  return <Asked query={asked}>{(data) => <JobView job={data} />}</Asked>;
}
