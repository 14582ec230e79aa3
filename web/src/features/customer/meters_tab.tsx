// The meters of an account: what hangs where since when, its reads as table and chart.
import { useMemo, useState } from 'react';
import { Badge, Group, NativeSelect, SegmentedControl, Table, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { Schemas } from '../../api/client';
import { useUtility } from '../../app/utility';
import { Asked } from '../../ui/asked';
import { daysAfter } from '../../ui/dates';
import { Section } from '../../ui/page';
import { Empty } from '../../ui/states';
import { Code, Day, Quantity } from '../../ui/values';
import { IntervalView } from './interval_view';
import { pointQuery, readsQuery, type AccountPlace, type Days } from './queries';
import { ReadsView } from './reads_view';
import { useText } from './text';

type Installation = Schemas['Installation'];
type Register = Installation['registers'][number];
const route = getRouteApi('/frame/u/$utility/accounts/$account');

function InstallationRow({ each }: { each: Installation }) {
  const t = useText();
  return (
    <Table.Tr>
      <Table.Td>
        <Day day={each.from} />
      </Table.Td>
      <Table.Td>{each.serial === '' ? t('no_meter') : <Code>{each.serial}</Code>}</Table.Td>
      <Table.Td>
        {each.registers.map((register) => (
          <Text key={register.register} size="sm" component="div">
            <Code>{register.code}</Code> · {register.stream.replaceAll('_', ' ')} · {register.unit}
            {register.interval_minutes > 0
              ? ` · ${t('every_minutes', { minutes: register.interval_minutes })}`
              : ` · ${t('dials', { dials: register.dials })}`}
            {register.multiplier !== '1' && (
              <>
                {' '}
                · × <Quantity value={register.multiplier} />
              </>
            )}
          </Text>
        ))}
      </Table.Td>
    </Table.Tr>
  );
}

function Installations({ point }: { point: Schemas['ServicePoint'] }) {
  const t = useText();
  if (point.installations.length === 0) return <Empty title={t('no_meter')} />;
  return (
    <Table.ScrollContainer minWidth={0} type="native" tabIndex={0} role="region" aria-label={t('installations')}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{t('since')}</Table.Th>
            <Table.Th scope="col">{t('meter')}</Table.Th>
            <Table.Th scope="col">{t('registers')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {[...point.installations].reverse().map((each) => (
            <InstallationRow key={`${each.from} ${each.version}`} each={each} />
          ))}
        </Table.Tbody>
      </Table>
      {point.relations.map((relation) => (
        <Group key={`${relation.parent} ${relation.child} ${relation.from}`} gap="xs" mt={4}>
          <Badge>{relation.kind.replaceAll('_', ' ')}</Badge>
          <Code>{relation.parent}</Code>→<Code>{relation.child}</Code>
          <Day day={relation.from} />
        </Group>
      ))}
    </Table.ScrollContainer>
  );
}

/** The registers that ever hung there, the latest meaning of each. */
function registersOf(point: Schemas['ServicePoint']): Register[] {
  const byNumber = new Map(
    point.installations.flatMap((each) => each.registers).map((register) => [register.register, register]),
  );
  return [...byNumber.values()].sort((a, b) => a.register - b.register);
}

function DaysInputs({ days, onChange }: { days: Days; onChange: (days: Days) => void }) {
  const t = useText();
  return (
    <Group gap="xs">
      <TextInput
        type="date"
        size="xs"
        label={t('from')}
        defaultValue={days.from}
        onChange={(event) => onChange({ ...days, from: event.currentTarget.value })}
      />
      <TextInput
        type="date"
        size="xs"
        label={t('before')}
        defaultValue={days.to}
        onChange={(event) => onChange({ ...days, to: event.currentTarget.value })}
      />
    </Group>
  );
}

function Measured({ utility, point }: { utility: string; point: Schemas['ServicePoint'] }) {
  const t = useText();
  const { today } = useUtility();
  const registers = useMemo(() => registersOf(point), [point]);
  const intervals = registers.filter((register) => register.interval_minutes > 0);
  const [shown, setShown] = useState(intervals.length > 0 ? 'intervals' : 'reads');
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const days: Days = {
    from: search.from ?? daysAfter(today, intervals.length > 0 ? -31 : -730),
    to: search.to ?? daysAfter(today, 1),
  };
  const setDays = (next: Days) => void navigate({ search: (now) => ({ ...now, ...next }), replace: true });
  const [chosen, setChosen] = useState<number>();
  const register = intervals.find((each) => each.register === chosen) ?? intervals[0];
  const reads = useQuery({
    ...readsQuery(utility, point.service_point, days),
    enabled: shown === 'reads',
  });
  return (
    <Section title={t('reads')} actions={<DaysInputs days={days} onChange={setDays} />}>
      {intervals.length > 0 && (
        <Group mb="sm">
          <SegmentedControl
            size="xs"
            aria-label={t('reads')}
            value={shown}
            onChange={setShown}
            data={[
              { value: 'intervals', label: t('intervals') },
              { value: 'reads', label: t('register_reads') },
            ]}
          />
          {shown === 'intervals' && intervals.length > 1 && (
            <NativeSelect
              size="xs"
              aria-label={t('registers')}
              value={register?.register}
              data={intervals.map((each) => ({ value: String(each.register), label: `${each.code} (${each.unit})` }))}
              onChange={(event) => setChosen(Number(event.currentTarget.value))}
            />
          )}
        </Group>
      )}
      {shown === 'intervals' && register ? (
        <IntervalView utility={utility} point={point.service_point} register={register.register} days={days} />
      ) : (
        <Asked query={reads}>
          {(data) => <ReadsView point={point.service_point} reads={data.items} registers={registers} />}
        </Asked>
      )}
    </Section>
  );
}

export function MetersTab({ account, place }: { account: Schemas['Account']; place: AccountPlace }) {
  const t = useText();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const codes = account.services.map((service) => service.service_point);
  const shown = codes.find((code) => code === search.point) ?? codes[0];
  const asked = useQuery({ ...pointQuery(place.utility, shown ?? ''), enabled: shown !== undefined });
  if (shown === undefined) return <Empty title={t('no_services')} />;
  return (
    <>
      {codes.length > 1 && (
        <SegmentedControl
          mb="md"
          aria-label={t('service_point')}
          value={shown}
          data={codes}
          onChange={(point) => void navigate({ search: (now) => ({ ...now, point }), replace: true })}
        />
      )}
      <Asked query={asked}>
        {(point) => (
          <>
            <Section title={t('installations')}>
              <Installations point={point} />
            </Section>
            <Measured key={point.service_point} utility={place.utility} point={point} />
          </>
        )}
      </Asked>
    </>
  );
}
