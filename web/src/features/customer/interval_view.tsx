// Interval values of one register: the chart, and below it the values of one day as a table.
import { lazy, Suspense, useMemo, useState } from 'react';
import { NativeSelect, Table } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Schemas } from '../../api/client';
import { Asked } from '../../ui/asked';
import { useUtility } from '../../app/utility';
import { useLocale } from '../../text/locale';
import { formatDayOf } from '../../ui/dates';
import { useQualityWord } from '../../ui/quality_words';
import { Empty, Loading } from '../../ui/states';
import { Instant, Quantity } from '../../ui/values';
import { intervalsQuery, type Days } from './queries';
import { useText } from './text';

const Chart = lazy(() => import('../../ui/chart').then((module) => ({ default: module.Chart })));

type Intervals = Schemas['Intervals'];
type IntervalDay = Intervals['days'][number];

/** One line for the chart; missing values, which the server sends as an empty text or leaves out, are gaps. */
export function lineOf({ days }: Intervals): { times: number[]; values: (number | null)[] } {
  const times: number[] = [];
  const values: (number | null)[] = [];
  for (const day of days) {
    const start = Date.parse(day.start) / 1000;
    day.values.forEach((value, at) => {
      times.push(start + at * day.minutes * 60);
      values.push(value === '' ? null : Number(value));
    });
  }
  return { times, values };
}

const instantOf = (day: IntervalDay, at: number): string =>
  new Date(Date.parse(day.start) + at * day.minutes * 60_000).toISOString();

function DayTable({ day, intervals }: { day: IntervalDay; intervals: Intervals }) {
  const t = useText();
  const quality = useQualityWord();
  const { zone } = useUtility();
  return (
    <Table.ScrollContainer
      minWidth={0}
      maxHeight={320}
      type="native"
      tabIndex={0}
      role="region"
      aria-label={t('intervals')}
    >
      <Table maw={480} stickyHeader>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{t('when')}</Table.Th>
            <Table.Th scope="col" ta="end">
              {intervals.unit}
            </Table.Th>
            <Table.Th scope="col">{t('quality')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {day.values.map((value, at) => (
            <Table.Tr key={at}>
              <Table.Td>
                <Instant at={instantOf(day, at)} zone={zone} />
              </Table.Td>
              <Table.Td ta="end">
                <Quantity value={value} />
              </Table.Td>
              <Table.Td>{quality(day.qualities.length === 1 ? day.qualities : (day.qualities[at] ?? ''))}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function IntervalsShown({ intervals }: { intervals: Intervals }) {
  const t = useText();
  const line = useMemo(() => lineOf(intervals), [intervals]);
  const { zone } = useUtility();
  const {
    choice: { locale },
  } = useLocale();
  const starts = intervals.days.map((day) => day.start);
  const [start, setStart] = useState<string>();
  const day = intervals.days.find((each) => each.start === start) ?? intervals.days.at(-1);
  if (!day) return <Empty title={t('no_reads')}>{t('no_reads_hint')}</Empty>;
  return (
    <>
      <Suspense fallback={<Loading lines={6} />}>
        <Chart
          label={t('chart_intervals')}
          times={line.times}
          series={[{ label: t('use'), unit: intervals.unit, values: line.values }]}
        />
      </Suspense>
      <NativeSelect
        size="xs"
        my="sm"
        maw={240}
        label={t('day_as_table')}
        value={day.start}
        onChange={(event) => setStart(event.currentTarget.value)}
        data={[...starts].reverse().map((each) => ({ value: each, label: formatDayOf(each, locale, zone) }))}
      />
      <DayTable day={day} intervals={intervals} />
    </>
  );
}

export function IntervalView({
  utility,
  point,
  register,
  days,
}: {
  utility: string;
  point: string;
  register: number;
  days: Days;
}) {
  const asked = useQuery(intervalsQuery(utility, point, register, days));
  return <Asked query={asked}>{(intervals) => <IntervalsShown intervals={intervals} />}</Asked>;
}
