// How two versions differ: term by term, and in the bills of their examples.
import { Badge, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Schemas } from '../../api/client';
import { Asked } from '../../ui/asked';
import { Money } from '../../ui/values';
import { differenceQuery } from './queries';
import { useText } from './text';

type Found = Schemas['TariffDifference'];

function Terms({ label, terms }: { label: string; terms: Schemas['TermChanges'] }) {
  const t = useText();
  if (terms.length === 0) return null;
  return (
    <Table.ScrollContainer minWidth={0} type="native" tabIndex={0} role="region" aria-label={label}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{t('term')}</Table.Th>
            <Table.Th scope="col">{t('before')}</Table.Th>
            <Table.Th scope="col">{t('after')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {terms.map((each) => (
            <Table.Tr key={each.term}>
              <Table.Td>{each.term.replaceAll('_', ' ')}</Table.Td>
              <Table.Td>
                <bdi>{each.before === '' ? '–' : each.before}</bdi>
              </Table.Td>
              <Table.Td>
                <bdi>{each.after === '' ? '–' : each.after}</bdi>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function Bills({ found }: { found: Found }) {
  const t = useText();
  if (found.bills.length === 0) return null;
  return (
    <>
      <Title order={3} mt="md" mb="xs">
        {t('example_bills')}
      </Title>
      <Table.ScrollContainer minWidth={0} type="native" tabIndex={0} role="region" aria-label={t('example_bills')}>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">{t('example')}</Table.Th>
              <Table.Th scope="col">{t('of_version')}</Table.Th>
              <Table.Th scope="col" ta="end">
                {t('before')}
              </Table.Th>
              <Table.Th scope="col" ta="end">
                {t('after')}
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {found.bills.map((each) => (
              <Table.Tr key={`${each.of_version} ${each.example}`}>
                <Table.Td>
                  <bdi>{each.example}</bdi>
                  {each.problem !== undefined && <Text size="xs">{each.problem}</Text>}
                </Table.Td>
                <Table.Td>{each.of_version}</Table.Td>
                <Table.Td ta="end">
                  {each.before === undefined ? '–' : <Money amount={each.before} currency={found.before_currency} />}
                </Table.Td>
                <Table.Td ta="end">
                  {each.after === undefined ? '–' : <Money amount={each.after} currency={found.after_currency} />}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </>
  );
}

export function Difference({ before, after }: { before: Schemas['TariffSide']; after: Schemas['TariffSide'] }) {
  const t = useText();
  return (
    <Asked query={useQuery(differenceQuery(before, after))}>
      {(found) => (
        <>
          <Text size="sm" mb="xs">
            {found.head.length === 0 && found.clauses.length === 0
              ? t('nothing_differs')
              : t('difference_of', { before: found.before, after: found.after })}
          </Text>
          <Terms label={t('head')} terms={found.head} />
          {found.clauses.map((clause) => (
            <div key={clause.clause}>
              <Title order={3} mt="md" mb="xs">
                <bdi>{clause.name}</bdi> <Badge>{t(`change_${clause.change}`)}</Badge>
              </Title>
              <Terms label={clause.name} terms={clause.terms} />
            </div>
          ))}
          <Bills found={found} />
        </>
      )}
    </Asked>
  );
}
