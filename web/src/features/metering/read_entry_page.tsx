// Reads without a mouse: point, Enter; a value and Enter for each register; and the next point.
import { useState } from 'react';
import { Table } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { useUtility } from '../../app/utility';
import { Page, Section } from '../../ui/page';
import { toast } from '../../ui/toast';
import { Code, Day, Quantity } from '../../ui/values';
import { EntryStep, type Entered, type Round } from './entry_step';
import { PointStep } from './point_step';
import { useText } from './text';

const route = getRouteApi('/frame/u/$utility/read-entry');
const KEPT = 20;

function EnteredNow({ entered }: { entered: readonly Entered[] }) {
  const t = useText();
  return (
    <Section title={t('entered_now')}>
      <Table.ScrollContainer minWidth={0} type="native" tabIndex={0} role="region" aria-label={t('entered_now')}>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">{t('service_point')}</Table.Th>
              <Table.Th scope="col">{t('day')}</Table.Th>
              <Table.Th scope="col">{t('value')}</Table.Th>
              <Table.Th scope="col">{t('state')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {entered.map(({ point, read }) => (
              <Table.Tr key={`${read.id} ${read.version}`}>
                <Table.Td>
                  <Code>{point}</Code>
                </Table.Td>
                <Table.Td>
                  <Day day={read.on} />
                </Table.Td>
                <Table.Td>
                  {read.values.map((each) => (
                    <div key={each.register}>
                      <Quantity value={each.value} />
                    </div>
                  ))}
                </Table.Td>
                <Table.Td>{t(`state_${read.status}`)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Section>
  );
}

export function ReadEntryPage() {
  const t = useText();
  const utility = useUtility();
  const { point } = route.useSearch();
  const navigate = route.useNavigate();
  const [round, setRound] = useState<Round>({ on: utility.today, reason: 'billing', quality: 'actual' });
  const [entered, setEntered] = useState<Entered[]>([]);
  const next = () => void navigate({ search: {}, replace: true });
  const onStored = (stored: Entered) => {
    setEntered((now) => [stored, ...now].slice(0, KEPT));
    toast(t('stored', { point: stored.point }));
    next();
  };
  return (
    <Page title={t('enter_reads')} detail={t('enter_hint')}>
      {point === undefined ? (
        <PointStep
          utility={utility.code}
          onChosen={(code) => void navigate({ search: { point: code }, replace: true })}
        />
      ) : (
        <EntryStep key={point} code={point} round={round} onRound={setRound} onStored={onStored} onOther={next} />
      )}
      {entered.length > 0 && <EnteredNow entered={entered} />}
    </Page>
  );
}
