// What a job is and how it stands, in the reader's language.
import { Badge } from '@mantine/core';
import type { Schemas } from '../../api/client';
import { useText } from './text';

const KINDS = [
  'import_accounts',
  'import_meters',
  'import_reads',
  'import_relations',
  'import_calorific',
  'import_prices',
  'import_inputs',
  'what_if',
] as const;
const COLOURS = {
  queued: 'gray',
  running: 'blue',
  done: 'teal',
  failed: 'red',
  stopped: 'orange',
  cancelled: 'gray',
} as const;

export function useKindName(): (kind: string) => string {
  const t = useText();
  return (kind) => {
    const known = KINDS.find((each) => each === kind.replaceAll('-', '_'));
    return known === undefined ? kind.replaceAll('_', ' ') : t(`kind_${known}`);
  };
}

export function JobState({ job }: { job: Schemas['Job'] }) {
  const t = useText();
  const isStopping = job.stop_asked && job.state === 'running';
  return (
    <Badge color={isStopping ? 'orange' : COLOURS[job.state]}>
      {isStopping ? t('stopping') : t(`state_${job.state}`)}
    </Badge>
  );
}
