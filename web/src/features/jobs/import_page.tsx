// A file to be brought in: what it is, what its kind needs, and first a trial if one likes.
import { useState } from 'react';
import { Button, FileInput, Group, NativeSelect, Stack, Switch, Textarea, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { api, dataOf } from '../../api/client';
import { useCommand } from '../../api/command';
import { may, useMe } from '../../app/session';
import { useUtility } from '../../app/utility';
import { Page } from '../../ui/page';
import { ProblemBanner, useFieldProblem } from '../../ui/problem_view';
import { Empty } from '../../ui/states';
import { useKindName } from './job_words';
import { jobsKey, unitsQuery } from './queries';
import { useText } from './text';

const route = getRouteApi('/frame/u/$utility/import');
// Who may bring a kind in.
const KINDS = [
  { kind: 'reads', permission: 'change meters' },
  { kind: 'meters', permission: 'change meters' },
  { kind: 'relations', permission: 'change meters' },
  { kind: 'calorific', permission: 'change meters' },
  { kind: 'accounts', permission: 'change customers' },
  { kind: 'prices', permission: 'change tariffs' },
  { kind: 'inputs', permission: 'change tariffs' },
] as const;
type Kind = (typeof KINDS)[number]['kind'];
const FORMATS = ['csv', 'profile', 'nem'] as const;
const MINUTES = [15, 30, 60, 1440] as const;

interface Wanted {
  kind: Kind;
  isTrial: boolean;
  unit: string;
  format: (typeof FORMATS)[number];
  profile: string;
  series: string;
  minutes: (typeof MINUTES)[number];
}

/** Only what the kind takes is said. */
export function questionOf(wanted: Wanted, fileName: string) {
  const { kind, format } = wanted;
  return {
    kind,
    file_name: fileName,
    ...(wanted.isTrial ? { dry_run: true } : {}),
    ...(kind === 'accounts' && wanted.unit !== '' ? { org_unit: wanted.unit } : {}),
    ...(kind === 'reads' && format !== 'csv' ? { format } : {}),
    ...(kind === 'reads' && format === 'profile' ? { profile: wanted.profile } : {}),
    ...(kind === 'prices' ? { series: wanted.series.trim(), minutes: wanted.minutes } : {}),
  };
}

interface PartsProps {
  wanted: Wanted;
  set: (change: Partial<Wanted>) => void;
  fieldProblem: (field: string) => string | undefined;
}

function UnitInput({ wanted, set, fieldProblem }: PartsProps) {
  const t = useText();
  const { code } = useUtility();
  const units = useQuery(unitsQuery());
  const ours = units.data?.items.filter((each) => each.utility === code) ?? [];
  return (
    <NativeSelect
      label={t('unit')}
      description={t('unit_hint')}
      value={wanted.unit}
      error={fieldProblem('org_unit')}
      data={[
        { value: '', label: t('unit_root') },
        ...ours.map((each) => ({ value: each.unit, label: `${each.name} (${each.unit})` })),
      ]}
      onChange={(event) => set({ unit: event.currentTarget.value })}
    />
  );
}

function FormatInputs({ wanted, set, fieldProblem }: PartsProps) {
  const t = useText();
  return (
    <>
      <NativeSelect
        label={t('format')}
        value={wanted.format}
        error={fieldProblem('format')}
        data={FORMATS.map((each) => ({ value: each, label: t(`format_${each}`) }))}
        onChange={(event) => set({ format: FORMATS.find((each) => each === event.currentTarget.value) ?? 'csv' })}
      />
      {wanted.format === 'profile' && (
        <Textarea
          label={t('profile')}
          description={t('profile_hint')}
          autosize
          minRows={4}
          maxRows={16}
          maxLength={16000}
          dir="ltr"
          spellCheck={false}
          styles={{ input: { fontFamily: 'monospace' } }}
          value={wanted.profile}
          error={fieldProblem('profile')}
          onChange={(event) => set({ profile: event.currentTarget.value })}
        />
      )}
    </>
  );
}

function SeriesInputs({ wanted, set, fieldProblem }: PartsProps) {
  const t = useText();
  return (
    <>
      <TextInput
        label={t('series')}
        description={t('series_hint')}
        maxLength={60}
        required
        withAsterisk={false}
        value={wanted.series}
        error={fieldProblem('series')}
        onChange={(event) => set({ series: event.currentTarget.value })}
      />
      <NativeSelect
        label={t('minutes')}
        value={String(wanted.minutes)}
        error={fieldProblem('minutes')}
        data={MINUTES.map((each) => ({ value: String(each), label: t('minutes_of', { count: each }) }))}
        onChange={(event) => set({ minutes: MINUTES.find((each) => String(each) === event.currentTarget.value) ?? 30 })}
      />
    </>
  );
}

function Form({ kinds }: { kinds: readonly Kind[] }) {
  const t = useText();
  const { code } = useUtility();
  const navigate = route.useNavigate();
  const kindName = useKindName();
  const [file, setFile] = useState<File | null>(null);
  const [isTried, setTried] = useState(false);
  const [wanted, setWanted] = useState<Wanted>({
    kind: kinds[0] ?? 'reads',
    isTrial: true,
    unit: '',
    format: 'csv',
    profile: '',
    series: '',
    minutes: 30,
  });
  const start = useCommand(
    (sent: { wanted: Wanted; file: File }, header) =>
      dataOf(
        api.POST('/utilities/{utility}/imports', {
          params: { path: { utility: code }, query: questionOf(sent.wanted, sent.file.name), header },
          headers: { 'Content-Type': 'application/octet-stream' },
          // The contract calls the body a text; the file goes as it is, byte by byte.
          body: '',
          bodySerializer: () => sent.file,
        }),
      ),
    {
      stale: [jobsKey(code)],
      done: ({ job }) => void navigate({ to: '/u/$utility/jobs/$job', params: { utility: code, job: String(job) } }),
    },
  );
  const set = (change: Partial<Wanted>) => {
    if (start.problem) start.reset();
    setWanted((now) => ({ ...now, ...change }));
  };
  const fieldProblem = useFieldProblem(start.problem);
  const parts = { wanted, set, fieldProblem };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (file) start.send({ wanted, file });
      }}
    >
      <Stack maw={520}>
        <NativeSelect
          label={t('kind')}
          value={wanted.kind}
          error={fieldProblem('kind')}
          data={kinds.map((each) => ({ value: each, label: kindName(`import_${each}`) }))}
          onChange={(event) => set({ kind: kinds.find((each) => each === event.currentTarget.value) ?? 'reads' })}
        />
        <FileInput
          label={t('file')}
          description={t('file_hint')}
          placeholder={t('file_choose')}
          value={file}
          clearable
          clearButtonProps={{ 'aria-label': t('file') }}
          error={fieldProblem('file_name') ?? (isTried && !file ? t('file_missing') : undefined)}
          onChange={(chosen) => {
            if (start.problem) start.reset();
            setFile(chosen);
          }}
        />
        {wanted.kind === 'accounts' && <UnitInput {...parts} />}
        {wanted.kind === 'reads' && <FormatInputs {...parts} />}
        {wanted.kind === 'prices' && <SeriesInputs {...parts} />}
        <Switch
          label={t('trial')}
          checked={wanted.isTrial}
          onChange={(event) => set({ isTrial: event.currentTarget.checked })}
        />
        <ProblemBanner
          problem={start.problem}
          fields={['kind', 'file_name', 'org_unit', 'format', 'profile', 'series', 'minutes']}
        />
        <Group>
          <Button type="submit" loading={start.isBusy}>
            {t(wanted.isTrial ? 'start_trial' : 'start')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

export function ImportPage() {
  const t = useText();
  const me = useMe();
  const kinds = KINDS.filter((each) => may(me, each.permission)).map((each) => each.kind);
  return (
    <Page title={t('import_title')} detail={t('import_hint')}>
      {kinds.length === 0 ? <Empty /> : <Form kinds={kinds} />}
    </Page>
  );
}
