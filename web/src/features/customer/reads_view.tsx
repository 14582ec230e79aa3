// Register reads of some days: a chart of what each register showed, and the same as a table.
import { lazy, Suspense, useMemo } from 'react';
import { Badge, Table } from '@mantine/core';
import type { Schemas } from '../../api/client';
import { may, useMe } from '../../app/session';
import { useUtility } from '../../app/utility';
import { useQualityWord } from '../../ui/quality_words';
import { Empty, Loading } from '../../ui/states';
import { Code, Instant, Quantity } from '../../ui/values';
import { DecideRead } from '../metering/decide_read';
import { useText } from './text';

const Chart = lazy(() => import('../../ui/chart').then((module) => ({ default: module.Chart })));

type Read = Schemas['Read'];
type Register = Schemas['Installation']['registers'][number];

const secondsOf = (read: Read): number => Date.parse(read.at) / 1000;
// A chart needs numbers; they place a dot and are never shown or sent.
const heightOf = (read: Read, register: number): number | null => {
  const found = read.values.find((value) => value.register === register);
  return found === undefined || read.status === 'rejected' ? null : Number(found.value);
};

const STATUS_COLOURS = { valid: 'teal', suspect: 'orange', confirmed: 'teal', rejected: 'gray' } as const;

function ReadRow({ point, read, registers }: { point: string; read: Read; registers: readonly Register[] }) {
  const t = useText();
  const quality = useQualityWord();
  const { code, zone } = useUtility();
  const me = useMe();
  return (
    <Table.Tr>
      <Table.Td>
        <Instant at={read.at} zone={zone} />
      </Table.Td>
      <Table.Td>
        <Code>{read.serial ?? ''}</Code>
      </Table.Td>
      {registers.map(({ register }) => {
        const found = read.values.find((value) => value.register === register);
        return (
          <Table.Td key={register} ta="end">
            {found ? <Quantity value={found.value} /> : ''}
          </Table.Td>
        );
      })}
      <Table.Td>{quality(read.quality)}</Table.Td>
      <Table.Td>
        <Badge color={STATUS_COLOURS[read.status]}>{t(`status_${read.status}`)}</Badge>
      </Table.Td>
      <Table.Td>{read.reason.replaceAll('_', ' ')}</Table.Td>
      {may(me, 'change meters') && (
        <Table.Td>
          <DecideRead place={{ utility: code, service_point: point }} read={read} registers={registers} />
        </Table.Td>
      )}
    </Table.Tr>
  );
}

interface Props {
  point: string;
  reads: readonly Read[];
  registers: readonly Register[];
}

export function ReadsView({ point, reads, registers }: Props) {
  const t = useText();
  const me = useMe();
  const shown = registers.filter((each) =>
    reads.some((read) => read.values.some((value) => value.register === each.register)),
  );
  const { times, series } = useMemo(
    () => ({
      times: reads.map(secondsOf),
      series: registers.map((each) => ({
        label: each.code,
        unit: each.unit,
        values: reads.map((read) => heightOf(read, each.register)),
      })),
    }),
    [reads, registers],
  );
  if (reads.length === 0) return <Empty title={t('no_reads')}>{t('no_reads_hint')}</Empty>;
  return (
    <>
      <Suspense fallback={<Loading lines={6} />}>
        <Chart label={t('chart_reads')} points times={times} series={series} />
      </Suspense>
      <Table.ScrollContainer minWidth={0} type="native" tabIndex={0} role="region" aria-label={t('register_reads')}>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">{t('when')}</Table.Th>
              <Table.Th scope="col">{t('meter')}</Table.Th>
              {shown.map((each) => (
                <Table.Th key={each.register} scope="col" ta="end">
                  {each.code} ({each.unit})
                </Table.Th>
              ))}
              <Table.Th scope="col">{t('quality')}</Table.Th>
              <Table.Th scope="col">{t('state')}</Table.Th>
              <Table.Th scope="col">{t('reason')}</Table.Th>
              {may(me, 'change meters') && <Table.Th scope="col">{t('decision')}</Table.Th>}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {[...reads].reverse().map((read) => (
              <ReadRow key={`${read.id} ${read.version}`} point={point} read={read} registers={shown} />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </>
  );
}
