// A bill beside the one that it replaces, line by line.
import { Badge, Table } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Schemas } from '../../api/client';
import { Asked } from '../../ui/asked';
import { Money } from '../../ui/values';
import { isChanged, pairsOf, type Pair, type ProvenLine, type ProvenSection } from './explanation';
import { explanationQuery } from './queries';
import { useText } from './text';

function Side({ line, currency }: { line: ProvenLine | undefined; currency: string }) {
  if (!line) return <Table.Td ta="end">–</Table.Td>;
  return (
    <Table.Td ta="end">
      {line.quantity !== undefined && (
        <div>
          <bdi dir="ltr">
            {line.quantity} {line.unit} × {line.price}
          </bdi>
        </div>
      )}
      <Money amount={line.amount} currency={currency} />
    </Table.Td>
  );
}

function PairRow({ pair, currency }: { pair: Pair; currency: string }) {
  const t = useText();
  return (
    <Table.Tr bg={isChanged(pair) ? 'var(--page-mark)' : undefined}>
      <Table.Th scope="row" fw={400}>
        <bdi>{(pair.now ?? pair.old)?.name}</bdi>
      </Table.Th>
      <Side line={pair.old} currency={currency} />
      <Side line={pair.now} currency={currency} />
      <Table.Td>{isChanged(pair) && <Badge>{t('changed')}</Badge>}</Table.Td>
    </Table.Tr>
  );
}

const sectionKey = (section: ProvenSection) => section.service_point ?? '';

function Compared({ old, now, bill }: { old: ProvenSection[]; now: ProvenSection[]; bill: Schemas['Bill'] }) {
  const t = useText();
  const points = [...new Set([...now, ...old].map(sectionKey))];
  const linesOf = (sections: ProvenSection[], point: string) =>
    sections.filter((each) => sectionKey(each) === point).flatMap((each) => each.lines);
  return (
    <Table.ScrollContainer minWidth={0} type="native" tabIndex={0} role="region" aria-label={t('tab_difference')}>
      <Table maw={860}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{t('charge')}</Table.Th>
            <Table.Th scope="col" ta="end">
              {t('before')}
            </Table.Th>
            <Table.Th scope="col" ta="end">
              {t('now')}
            </Table.Th>
            <Table.Th scope="col">{t('change')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {points.flatMap((point) =>
            pairsOf(linesOf(old, point), linesOf(now, point)).map((pair, at) => (
              <PairRow key={`${point} ${at}`} pair={pair} currency={bill.currency} />
            )),
          )}
          <Table.Tr>
            <Table.Th scope="row">{t('total')}</Table.Th>
            <Table.Td ta="end">
              {bill.replaced_total !== undefined && (
                <Money amount={bill.replaced_total} currency={bill.currency} strong />
              )}
            </Table.Td>
            <Table.Td ta="end">
              <Money amount={bill.total} currency={bill.currency} strong />
            </Table.Td>
            <Table.Td />
          </Table.Tr>
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

export function Difference({ utility, bill, old }: { utility: string; bill: Schemas['Bill']; old: string }) {
  const before = useQuery(explanationQuery(utility, old));
  const now = useQuery(explanationQuery(utility, bill.bill));
  return (
    <Asked query={before} lines={6}>
      {(first) => (
        <Asked query={now} lines={6}>
          {(second) => <Compared old={first.sections} now={second.sections} bill={bill} />}
        </Asked>
      )}
    </Asked>
  );
}
