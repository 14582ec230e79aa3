// A run: how far it is, what it comes to, and what it could not bill.
import { Alert, Group, Progress, Text } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import type { Schemas } from '../../api/client';
import { Asked } from '../../ui/asked';
import { Icon } from '../../ui/icons';
import { Page, Section } from '../../ui/page';
import { Count, Day, Fact, Facts, Instant, Money, Quantity } from '../../ui/values';
import { useLiveRun } from './live_run';
import type { RunPlace } from './queries';
import { RunActions } from './run_actions';
import { RunCauses } from './run_causes';
import { RunCharges } from './run_charges';
import { RunState } from './run_words';
import { useText } from './text';

type Detail = Schemas['RunDetail'];
const route = getRouteApi('/frame/u/$utility/runs/$run');

function HowFar({ run }: { run: Schemas['Run'] }) {
  const t = useText();
  // The length of a bar is geometry.
  const part = run.ranges === 0 ? 0 : (run.ranges_done / run.ranges) * 100;
  const words = t(run.state === 'issuing' ? 'issuing_parts' : 'rating_parts', {
    done: run.ranges_done,
    all: run.ranges,
  });
  return (
    <Section title={t('progress')}>
      <Text size="sm" mb={6} role="status">
        {words}
      </Text>
      <Progress.Root size="lg" maw={640}>
        <Progress.Section value={part} aria-label={words} animated={run.working} />
      </Progress.Root>
    </Section>
  );
}

function ComesTo({ detail }: { detail: Detail }) {
  const t = useText();
  const { run } = detail;
  return (
    <Facts>
      <Fact label={t('accounts')}>
        <Count value={run.accounts} />
      </Fact>
      <Fact label={t('bills')}>
        <Count value={run.bills} />
      </Fact>
      <Fact label={t('exceptions')}>
        <Count value={run.exceptions} />
      </Fact>
      {!run.working &&
        detail.money.map((each) => (
          <Fact key={each.currency} label={t('total_of', { currency: each.currency })}>
            <Money amount={each.total} currency={each.currency} strong />
          </Fact>
        ))}
      {!run.working &&
        detail.energy.map((each) => (
          <Fact
            key={`${each.commodity} ${each.unit}`}
            label={t('use_of', { commodity: commodityName(t, each.commodity) })}
          >
            <Quantity value={each.quantity} unit={each.unit} />
          </Fact>
        ))}
    </Facts>
  );
}

function commodityName(t: ReturnType<typeof useText>, commodity: string): string {
  const known = (['electricity', 'gas', 'water'] as const).find((each) => each === commodity);
  return known === undefined ? commodity : t(`commodity_${known}`);
}

function RunView({ detail, place }: { detail: Detail; place: RunPlace }) {
  const t = useText();
  const { run } = detail;
  const isUnderWay = run.working || run.state === 'rating' || run.state === 'issuing';
  return (
    <Page
      title={t('run_title', { run: run.run })}
      aside={<RunState run={run} />}
      detail={
        <Group gap="md" style={{ rowGap: 0 }}>
          <span>
            <bdi>{run.cycle}</bdi>: <Day day={run.from} /> – <Day day={run.to} /> {t('not_included')}
          </span>
          <span>
            {t('issued_on')} <Day day={run.issued_on} /> · {t('due_on')} <Day day={run.due_on} />
          </span>
          <span>
            {t('started_by')} <bdi>{run.started_by}</bdi> · <Instant at={run.started_at} />
          </span>
        </Group>
      }
      actions={<RunActions detail={detail} place={place} />}
    >
      {run.problem !== undefined && (
        <Alert color="orange" icon={<Icon name="warning" />} title={t('ended_early')} mb="md">
          {run.problem}
        </Alert>
      )}
      {isUnderWay && <HowFar run={run} />}
      <Section title={t('comes_to')}>
        <ComesTo detail={detail} />
      </Section>
      {run.working ? (
        <Text size="sm">{t('figures_later')}</Text>
      ) : (
        <>
          <Section title={t('causes')}>
            <RunCauses detail={detail} place={place} />
          </Section>
          <Section title={t('charges')}>
            <RunCharges detail={detail} />
          </Section>
        </>
      )}
    </Page>
  );
}

export function RunPage() {
  const { utility, run } = route.useParams();
  const place = { utility, run: Number(run) };
  return (
    <Asked query={useLiveRun(place)} lines={8}>
      {(detail) => <RunView detail={detail} place={place} />}
    </Asked>
  );
}
