// What a job came to: counts, and the tables of a comparison.
import { Table, Text, Title } from '@mantine/core';
import type { Schemas } from '../../api/client';
import { Section } from '../../ui/page';
import { Count, Fact, Facts, Quantity } from '../../ui/values';
import { useText } from './text';

const COUNTS = ['lines', 'added', 'changed', 'unchanged', 'rejected', 'warnings', 'beyond_threshold'] as const;
const SHOWN = 50;

interface Sheet {
  name: string;
  columns: string[];
  numbers: boolean[];
  rows: string[][];
}

function SheetTable({ sheet }: { sheet: Sheet }) {
  const t = useText();
  const align = (at: number) => (sheet.numbers[at] ? 'end' : undefined);
  const name = sheet.name.replaceAll('_', ' ');
  return (
    <>
      <Title order={3} mt="md">
        {name}
      </Title>
      <Table.ScrollContainer minWidth={0} type="native" tabIndex={0} role="region" aria-label={name}>
        <Table>
          <Table.Thead>
            <Table.Tr>
              {sheet.columns.map((column, at) => (
                <Table.Th key={column} scope="col" ta={align(at)}>
                  {column.replaceAll('_', ' ')}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {sheet.rows.slice(0, SHOWN).map((row, line) => (
              <Table.Tr key={line}>
                {row.map((cell, at) => (
                  <Table.Td key={at} ta={align(at)}>
                    {sheet.numbers[at] ? <Quantity value={cell} /> : <bdi>{cell}</bdi>}
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {sheet.rows.length > SHOWN && <Text size="sm">{t('more_rows', { count: SHOWN })}</Text>}
    </>
  );
}

export function JobResult({ job }: { job: Schemas['Job'] }) {
  const t = useText();
  const result = job.result ?? {};
  const counts = COUNTS.flatMap((name) => {
    const value = result[name];
    return typeof value === 'number' ? [{ name, value }] : [];
  });
  const sheets = Array.isArray(result['sheets'])
    ? (result['sheets'] as Sheet[]).filter((sheet) => sheet.rows.length > 0)
    : [];
  if (counts.length === 0 && sheets.length === 0) return null;
  return (
    <Section title={t('outcome')}>
      <Facts>
        {counts.map(({ name, value }) => (
          <Fact key={name} label={t(`result_${name}`)}>
            <Count value={value} />
          </Fact>
        ))}
      </Facts>
      {sheets.map((sheet) => (
        <SheetTable key={sheet.name} sheet={sheet} />
      ))}
    </Section>
  );
}
