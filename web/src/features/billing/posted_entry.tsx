// The journal entry that a bill made. A bill of zero makes none.
import { Table } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Schemas } from '../../api/client';
import { Asked } from '../../ui/asked';
import { isNegative } from '../../ui/decimal';
import { Empty } from '../../ui/states';
import { Code, Day, Fact, Facts, Instant, Money } from '../../ui/values';
import { entryQuery } from './queries';
import { useText } from './text';

type Entry = Schemas['Entry'];

function Leg({ leg, currency }: { leg: Entry['legs'][number]; currency: string }) {
  const isCredit = isNegative(leg.amount);
  const amount = <Money amount={leg.amount.replace(/^-/, '')} currency={currency} />;
  return (
    <Table.Tr>
      <Table.Td>
        <Code>{leg.key}</Code>
        {leg.name !== undefined && (
          <>
            {' '}
            <bdi>{leg.name}</bdi>
          </>
        )}
      </Table.Td>
      <Table.Td ta="end">{!isCredit && amount}</Table.Td>
      <Table.Td ta="end">{isCredit && amount}</Table.Td>
    </Table.Tr>
  );
}

function EntryShown({ entry }: { entry: Entry }) {
  const t = useText();
  return (
    <>
      <Facts>
        <Fact label={t('entry')}>
          <Code>{entry.entry}</Code>
        </Fact>
        <Fact label={t('business_date')}>
          <Day day={entry.business_date} />
        </Fact>
        <Fact label={t('posted_at')}>
          <Instant at={entry.posted_at} />
        </Fact>
        <Fact label={t('by')}>{entry.by}</Fact>
        {entry.reverses !== undefined && (
          <Fact label={t('reverses')}>
            <Code>{entry.reverses}</Code>
          </Fact>
        )}
      </Facts>
      <Table.ScrollContainer
        minWidth={0}
        mt="md"
        type="native"
        tabIndex={0}
        role="region"
        aria-label={t('tab_posting')}
      >
        <Table maw={720}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">{t('ledger_account')}</Table.Th>
              <Table.Th scope="col" ta="end">
                {t('debit')}
              </Table.Th>
              <Table.Th scope="col" ta="end">
                {t('credit')}
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {entry.legs.map((leg, at) => (
              <Leg key={at} leg={leg} currency={entry.currency} />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </>
  );
}

export function PostedEntry({ utility, entry }: { utility: string; entry: string | undefined }) {
  const t = useText();
  const asked = useQuery({ ...entryQuery(utility, entry ?? ''), enabled: entry !== undefined });
  if (entry === undefined) return <Empty title={t('not_posted')}>{t('not_posted_hint')}</Empty>;
  return <Asked query={asked}>{(data) => <EntryShown entry={data} />}</Asked>;
}
