// What is wrong with a text and where, what it says in words, and what its examples come to.
import { Badge, Button, Group, Stack, Table, Text } from '@mantine/core';
import type { Schemas } from '../../api/client';
import { Asked } from '../../ui/asked';
import { Section } from '../../ui/page';
import { Empty } from '../../ui/states';
import { Quantity } from '../../ui/values';
import { useText } from './text';

type Check = Schemas['TariffCheck'];
type Example = Check['examples'][number];

interface Props {
  check: { data: Check | undefined; error: unknown; refetch: () => unknown };
  /** The text has changed since. */
  isStale: boolean;
  isEmpty: boolean;
  onGoTo: (line: number, column: number) => void;
}

const figureOf = (value: string | undefined) => (value === undefined ? '–' : <Quantity value={value} />);

function ExampleTable({ example, onGoTo }: { example: Example; onGoTo: Props['onGoTo'] }) {
  const t = useText();
  const rows = [...example.lines, { ...example.total, clause: t('total') }];
  return (
    <section aria-label={example.name}>
      <Group gap="xs" mb={4}>
        <Button variant="subtle" size="compact-sm" onClick={() => onGoTo(example.line, 1)}>
          <bdi>{example.name}</bdi>
        </Button>
        <Badge color={example.passed ? 'teal' : 'red'}>
          {t(example.passed ? 'example_passed' : 'example_differs')}
        </Badge>
      </Group>
      {example.problem !== undefined && <Text size="sm">{example.problem}</Text>}
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{t('clause')}</Table.Th>
            <Table.Th scope="col" ta="end">
              {t('expected')}
            </Table.Th>
            <Table.Th scope="col" ta="end">
              {t('got')}
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(({ clause, expected, got }) => (
            <Table.Tr key={clause} fw={expected === got ? undefined : 700}>
              <Table.Td>{clause}</Table.Td>
              <Table.Td ta="end">{figureOf(expected)}</Table.Td>
              <Table.Td ta="end">{figureOf(got)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </section>
  );
}

function Problems({ problems, onGoTo }: { problems: Check['problems']; onGoTo: Props['onGoTo'] }) {
  const t = useText();
  return (
    <Stack component="ul" gap={4} p={0} m={0} mb="md" style={{ listStyle: 'none' }}>
      {problems.map((each) => (
        <li key={`${each.line} ${each.column} ${each.reason}`}>
          <Button variant="subtle" color="red" size="compact-sm" onClick={() => onGoTo(each.line, each.column)}>
            {t('at_line', { line: each.line, column: each.column })}
          </Button>
          <Text size="sm" span>
            {' '}
            <bdi>{each.reason}</bdi>
          </Text>
        </li>
      ))}
    </Stack>
  );
}

function Found({ check, isStale, onGoTo }: { check: Check } & Pick<Props, 'isStale' | 'onGoTo'>) {
  const t = useText();
  const count = check.problems.length;
  return (
    <>
      <Group gap="xs" mb="sm" role="status">
        <Badge color={count === 0 ? 'teal' : 'red'}>{count === 0 ? t('no_problems') : t('problems', { count })}</Badge>
        <Badge color={check.passed ? 'teal' : 'orange'}>{t(check.passed ? 'passed' : 'not_passed')}</Badge>
        {isStale && <Text size="sm">{t('checking')}</Text>}
      </Group>
      <Problems problems={check.problems} onGoTo={onGoTo} />
      {check.plan && (
        <>
          <Section title={t('examples')}>
            {check.examples.length === 0 && <Text size="sm">{t('examples_none')}</Text>}
            <Stack gap="md">
              {check.examples.map((each) => (
                <ExampleTable key={`${each.line} ${each.name}`} example={each} onGoTo={onGoTo} />
              ))}
            </Stack>
          </Section>
          <Section title={t('in_words')}>
            <Text size="sm" style={{ whiteSpace: 'pre-wrap' }}>
              <bdi>{check.plan.description}</bdi>
            </Text>
          </Section>
        </>
      )}
    </>
  );
}

export function CheckView({ check, isStale, isEmpty, onGoTo }: Props) {
  const t = useText();
  return (
    <div>
      {isEmpty ? (
        <Empty title={t('empty_text')}>{t('start_text')}</Empty>
      ) : (
        <Asked query={check}>{(data) => <Found check={data} isStale={isStale} onGoTo={onGoTo} />}</Asked>
      )}
    </div>
  );
}
