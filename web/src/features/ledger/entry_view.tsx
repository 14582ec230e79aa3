// A journal entry: whose, when, from what, and its legs.
import { Table } from '@mantine/core';
import type { Schemas } from '../../api/client';
import { useUtility } from '../../app/utility';
import { dayIn } from '../../ui/dates';
import { isNegative } from '../../ui/decimal';
import { RouteLink } from '../../ui/route_link';
import { Code, Day, Fact, Facts, Instant, Money } from '../../ui/values';
import { OriginLink } from './origin_link';
import { useText } from './text';

type Entry = Schemas['Entry'];
type EntryLeg = Entry['legs'][number];

function Leg({ leg, entry, utility }: { leg: EntryLeg; entry: Entry; utility: string }) {
  const { zone } = useUtility();
  const isCredit = isNegative(leg.amount);
  const amount = <Money amount={leg.amount.replace(/^-/, '')} currency={entry.currency} />;
  return (
    <Table.Tr>
      <Table.Td>
        <RouteLink
          to="/u/$utility/ledger/journal"
          params={{ utility }}
          search={{ on: dayIn(entry.posted_at, zone), ledger_account: String(leg.ledger_account) }}
        >
          <Code>{String(leg.ledger_account)}</Code> <bdi>{leg.name ?? leg.key}</bdi>
        </RouteLink>
      </Table.Td>
      <Table.Td ta="end">{!isCredit && amount}</Table.Td>
      <Table.Td ta="end">{isCredit && amount}</Table.Td>
    </Table.Tr>
  );
}

function EntryFacts({ entry, utility }: { entry: Entry; utility: string }) {
  const t = useText();
  return (
    <Facts>
      <Fact label={t('entry')}>
        <RouteLink to="/u/$utility/ledger/entries/$entry" params={{ utility, entry: entry.entry }}>
          <Code>{entry.entry}</Code>
        </RouteLink>
      </Fact>
      {entry.account !== undefined && (
        <Fact label={t('account')}>
          <RouteLink
            to="/u/$utility/accounts/$account"
            params={{ utility, account: entry.account }}
            search={{ tab: 'money' }}
          >
            <Code>{entry.account}</Code>
          </RouteLink>
        </Fact>
      )}
      {entry.origin !== undefined && (
        <Fact label={t('origin')}>
          <OriginLink origin={entry.origin} utility={utility} />
        </Fact>
      )}
      <Fact label={t('business_date')}>
        <Day day={entry.business_date} />
      </Fact>
      {entry.due_on !== undefined && (
        <Fact label={t('due_on')}>
          <Day day={entry.due_on} />
        </Fact>
      )}
      <Fact label={t('posted_at')}>
        <Instant at={entry.posted_at} />
      </Fact>
      <Fact label={t('by')}>
        <bdi>{entry.by}</bdi>
      </Fact>
      {entry.reverses !== undefined && (
        <Fact label={t('reverses')}>
          <RouteLink to="/u/$utility/ledger/entries/$entry" params={{ utility, entry: entry.reverses }}>
            <Code>{entry.reverses}</Code>
          </RouteLink>
        </Fact>
      )}
    </Facts>
  );
}

export function EntryView({ entry, utility }: { entry: Entry; utility: string }) {
  const t = useText();
  return (
    <>
      <EntryFacts entry={entry} utility={utility} />
      <Table.ScrollContainer minWidth={0} mt="md" type="native" tabIndex={0} role="region" aria-label={t('legs')}>
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
              <Leg key={at} leg={leg} entry={entry} utility={utility} />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </>
  );
}
