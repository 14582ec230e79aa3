// The registers of a point on a day: a value and Enter for each. What is said of a value stands beside it while it is
// typed; what is implausible is stored only when somebody says that they looked again.
import { useRef, useState } from 'react';
import { Alert, Button, Group, Paper, Stack, Text } from '@mantine/core';
import { useDebouncedValue, useHotkeys } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { api, dataOf, type Schemas } from '../../api/client';
import { useCommand } from '../../api/command';
import { useUtility } from '../../app/utility';
import { useLocale } from '../../text/locale';
import { Asked } from '../../ui/asked';
import { parseTyped } from '../../ui/decimal';
import { Icon } from '../../ui/icons';
import { ProblemBanner } from '../../ui/problem_view';
import { Empty } from '../../ui/states';
import { Code, Fact, Facts } from '../../ui/values';
import { pointQuery } from '../customer/queries';
import { plausibilityQuery, type PointPlace } from './queries';
import { RegisterInput } from './register_input';
import { RoundInputs } from './round_inputs';
import { useText } from './text';

type Installation = Schemas['Installation'];
type Register = Installation['registers'][number];

/** What stays the same from point to point. */
export interface Round {
  on: string;
  reason: Schemas['ReadReason'];
  quality: 'actual' | 'customer' | 'estimated';
}

export interface Entered {
  point: string;
  read: Schemas['Read'];
}

interface Props {
  code: string;
  round: Round;
  onRound: (round: Round) => void;
  onStored: (entered: Entered) => void;
  onOther: () => void;
}

/** What hangs there on a day. On the day of an exchange a read of removal is still of the meter before. */
export function hangsOn(installations: readonly Installation[], { on, reason }: Round): Installation | undefined {
  return installations.filter((each) => each.from < on || (each.from === on && reason !== 'remove')).at(-1);
}

export const readByHand = (installation: Installation): Register[] =>
  installation.registers.filter((register) => register.interval_minutes === 0);

interface FormProps extends Omit<Props, 'code' | 'onRound'> {
  place: PointPlace;
  serial: string;
  registers: readonly Register[];
}

function Form({ place, serial, registers, round, onStored, onOther }: FormProps) {
  const t = useText();
  const {
    choice: { locale },
  } = useLocale();
  const [typed, setTyped] = useState<Readonly<Record<number, string>>>({});
  const [isTried, setTried] = useState(false);
  const inputs = useRef<(HTMLInputElement | null)[]>([]);
  const values = registers.flatMap(({ register }) => {
    const value = parseTyped(typed[register] ?? '', locale);
    return value === undefined ? [] : [{ register, value }];
  });
  const isWhole = values.length === registers.length;
  const read = { on: round.on, serial, reason: round.reason, values };
  const [asked] = useDebouncedValue(read, 200);
  const judged = useQuery({ ...plausibilityQuery(place, asked), enabled: asked.values.length > 0 });
  const store = useCommand(
    (body: typeof read & { quality: Round['quality']; confirmed: boolean }, header) =>
      dataOf(
        api.POST('/utilities/{utility}/service-points/{service_point}/reads', {
          params: { path: { ...place }, header },
          body,
        }),
      ),
    {
      stale: [['point', place.utility, place.service_point]],
      done: (stored) => onStored({ point: place.service_point, read: stored }),
    },
  );
  const isDoubted = store.problem?.kind === 'implausible';
  const send = (confirmed: boolean) => {
    setTried(true);
    const missing = registers.findIndex(({ register }) => parseTyped(typed[register] ?? '', locale) === undefined);
    if (missing >= 0) inputs.current[missing]?.focus();
    else store.send({ ...read, quality: round.quality, confirmed });
  };
  useHotkeys(
    [
      ['F9', () => isDoubted && send(true)],
      ['F2', onOther],
    ],
    [],
  );
  const onEnter = (at: number) => {
    const next = inputs.current[at + 1];
    if (next) next.focus();
    else send(false);
  };
  const change = (register: number, text: string) => {
    setTyped((now) => ({ ...now, [register]: text }));
    // Another value is another command, and nobody has looked at it yet.
    if (store.problem) store.reset();
  };
  return (
    <Stack maw={520}>
      {registers.map((register, at) => (
        <RegisterInput
          key={register.register}
          ref={(element) => {
            inputs.current[at] = element;
          }}
          register={register}
          isFirst={at === 0}
          typed={typed[register.register] ?? ''}
          isMissing={isTried && parseTyped(typed[register.register] ?? '', locale) === undefined}
          judged={judged.data?.values.find((each) => each.register === register.register)}
          onTyped={(text) => change(register.register, text)}
          onEnter={() => onEnter(at)}
        />
      ))}
      {isWhole && (judged.data?.not_read.length ?? 0) > 0 && (
        <Text size="sm">{t('not_read', { codes: judged.data?.not_read.join(', ') ?? '' })}</Text>
      )}
      {isDoubted ? (
        <Alert color="orange" title={t('implausible')} icon={<Icon name="warning" />} role="alert">
          <Text size="sm">{store.problem?.message}</Text>
          <Text size="sm" mt={4}>
            {t('implausible_says')}
          </Text>
        </Alert>
      ) : (
        <ProblemBanner problem={store.problem} />
      )}
      <Group>
        <Button loading={store.isBusy} onClick={() => send(false)}>
          {t('store')}{' '}
          <Text span size="xs" ms={6}>
            Enter
          </Text>
        </Button>
        {isDoubted && (
          <Button color="orange" variant="outline" loading={store.isBusy} onClick={() => send(true)}>
            {t('store_anyway')}{' '}
            <Text span size="xs" ms={6}>
              F9
            </Text>
          </Button>
        )}
        <Button variant="default" onClick={onOther}>
          {t('other_point')}{' '}
          <Text span size="xs" ms={6}>
            F2
          </Text>
        </Button>
      </Group>
    </Stack>
  );
}

function OfPoint({ point, ...props }: Props & { point: Schemas['ServicePoint'] }) {
  const t = useText();
  const utility = useUtility();
  const { round, onRound, onOther } = props;
  const hanging = hangsOn(point.installations, round);
  const registers = hanging ? readByHand(hanging) : [];
  return (
    <Stack mb="xl">
      <Paper withBorder p="md" bg="var(--page-raised)" maw={760}>
        <Facts>
          <Fact label={t('service_point')}>
            <Code>{point.service_point}</Code>
          </Fact>
          <Fact label={t('meter')}>{hanging?.serial ? <Code>{hanging.serial}</Code> : '–'}</Fact>
          <Fact label={t('commodity')}>{t(`commodity_${point.commodity}`)}</Fact>
        </Facts>
        <RoundInputs round={round} onRound={onRound} />
      </Paper>
      {registers.length === 0 || !hanging ? (
        <>
          <Empty title={t('nothing_hangs')}>
            {hanging && hanging.serial !== '' ? t('only_intervals') : t('nothing_hangs_hint')}
          </Empty>
          <Group>
            <Button variant="default" autoFocus onClick={onOther}>
              {t('other_point')}
            </Button>
          </Group>
        </>
      ) : (
        <Form
          {...props}
          key={hanging.serial}
          place={{ utility: utility.code, service_point: point.service_point }}
          serial={hanging.serial}
          registers={registers}
        />
      )}
    </Stack>
  );
}

export function EntryStep(props: Props) {
  const utility = useUtility();
  return (
    <Asked query={useQuery(pointQuery(utility.code, props.code))}>
      {(point) => <OfPoint {...props} point={point} />}
    </Asked>
  );
}
