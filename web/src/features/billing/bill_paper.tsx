// The bill as the customer reads it: words and figures exactly as on paper, in the format of the utility.
import { Paper, Stack, Table, Text, Title } from '@mantine/core';
import type { Schemas } from '../../api/client';
import { Address } from '../../ui/address';
import { Code, Day, Fact, Facts, Money } from '../../ui/values';
import { BillChart } from './bill_chart';
import { useQualityWord } from '../../ui/quality_words';
import { useText } from './text';
import classes from './why.module.css';

type Bill = Schemas['Bill'];
type Section = Schemas['PrintedSection'];
type Group = Section['groups'][number];

function PrintedRead({ read }: { read: Schemas['PrintedRead'] }) {
  const quality = useQualityWord();
  if (read.value === '') return <>–</>;
  return (
    <>
      <bdi>{read.value}</bdi>
      <Text size="xs" c="dimmed">
        <bdi>{read.date}</bdi>
        {read.kind !== 'actual' && read.kind !== 'none' && ` · ${quality(read.kind)}`}
      </Text>
    </>
  );
}

function Meters({ meters }: { meters: Section['meters'] }) {
  const t = useText();
  return (
    <Table mb="sm" withRowBorders={false} aria-label={t('meters')}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col">{t('meter')}</Table.Th>
          <Table.Th scope="col">{t('register')}</Table.Th>
          <Table.Th scope="col" ta="end">
            {t('previous')}
          </Table.Th>
          <Table.Th scope="col" ta="end">
            {t('current')}
          </Table.Th>
          <Table.Th scope="col" ta="end">
            {t('use')}
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {meters.map((each, at) => (
          <Table.Tr key={at}>
            <Table.Td>
              <Code>{each.serial}</Code>
            </Table.Td>
            <Table.Td>{each.register}</Table.Td>
            <Table.Td ta="end">
              <PrintedRead read={each.previous} />
            </Table.Td>
            <Table.Td ta="end">
              <PrintedRead read={each.current} />
            </Table.Td>
            <Table.Td ta="end" className={classes.figure}>
              <bdi>
                {each.use} {each.unit}
              </bdi>
              {each.multiplier !== undefined && (
                <Text size="xs" c="dimmed">
                  <bdi>× {each.multiplier}</bdi>
                </Text>
              )}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

/** A row of the sums: on a phone there is no quantity and no price between its words and its figure. */
function SumRow({ words, figure, strong = false }: { words: string; figure: string; strong?: boolean }) {
  return (
    <Table.Tr>
      <Table.Th scope="row" fw={strong ? 600 : 400}>
        {words}
      </Table.Th>
      <Table.Td visibleFrom="sm" />
      <Table.Td visibleFrom="sm" />
      <Table.Td ta="end" fw={strong ? 600 : 400} className={classes.figure}>
        <bdi>{figure}</bdi>
      </Table.Td>
    </Table.Tr>
  );
}

function LineRow({ line }: { line: Group['lines'][number] }) {
  const quantity = [line.quantity, line.unit].filter((part) => part !== undefined).join(' ');
  return (
    <Table.Tr>
      <Table.Td>
        <bdi>{line.text}</bdi>
        {line.from !== undefined && (
          <Text size="xs" c="dimmed">
            <bdi>
              {line.from} – {line.to}
            </bdi>
          </Text>
        )}
        {quantity !== '' && (
          <Text size="xs" c="dimmed" hiddenFrom="sm">
            <bdi>
              {quantity} × {line.price}
            </bdi>
          </Text>
        )}
      </Table.Td>
      <Table.Td ta="end" visibleFrom="sm" className={classes.figure}>
        <bdi>{quantity}</bdi>
      </Table.Td>
      <Table.Td ta="end" visibleFrom="sm" className={classes.figure}>
        <bdi>{line.price}</bdi>
      </Table.Td>
      <Table.Td ta="end" className={classes.figure}>
        <bdi>{line.amount}</bdi>
      </Table.Td>
    </Table.Tr>
  );
}

function GroupRows({ group }: { group: Group }) {
  const t = useText();
  return (
    <>
      {group.title !== '' && <SumRow words={group.title} figure="" strong />}
      {group.lines.map((line, at) => (
        <LineRow key={at} line={line} />
      ))}
      {group.subtotal !== undefined && <SumRow words={t('section_total')} figure={group.subtotal} />}
    </>
  );
}

function Lines({ section }: { section: Section }) {
  const t = useText();
  return (
    <Table aria-label={t('charges_of', { point: section.service_point })}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col">{t('charge')}</Table.Th>
          <Table.Th scope="col" ta="end" visibleFrom="sm">
            {t('quantity')}
          </Table.Th>
          <Table.Th scope="col" ta="end" visibleFrom="sm">
            {t('price')}
          </Table.Th>
          <Table.Th scope="col" ta="end">
            {t('amount')}
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {section.groups.map((group, at) => (
          <GroupRows key={at} group={group} />
        ))}
        <SumRow words={t('section_total')} figure={section.total} strong />
      </Table.Tbody>
    </Table>
  );
}

function SectionPaper({ section }: { section: Section }) {
  const t = useText();
  const title = t(`commodity_${section.commodity}`);
  return (
    <section aria-label={`${title} ${section.service_point}`}>
      <Title order={2} mt="lg">
        {title}
      </Title>
      <Text size="sm" mb="xs">
        <Code>{section.service_point}</Code> · <bdi>{section.address}</bdi> · <bdi>{section.tariff}</bdi>
      </Text>
      {section.notes?.map((note) => (
        <Text key={note} size="sm">
          <bdi>{note}</bdi>
        </Text>
      ))}
      <Table.ScrollContainer
        minWidth={0}
        type="native"
        tabIndex={0}
        role="region"
        aria-label={t('charges_of', { point: section.service_point })}
      >
        {section.meters.length > 0 && <Meters meters={section.meters} />}
        <Lines section={section} />
      </Table.ScrollContainer>
      {section.chart.bars.length > 0 && <BillChart chart={section.chart} />}
    </section>
  );
}

export function BillPaper({ bill }: { bill: Bill }) {
  const t = useText();
  return (
    <Paper withBorder p="md" maw={860} bg="var(--page-raised)">
      <Facts>
        <Fact label={t('to')}>
          <bdi>{bill.customer}</bdi>
          {bill.address && <Address lines={bill.address} />}
        </Fact>
        <Fact label={t('issued')}>
          <Day day={bill.issued_on} />
        </Fact>
        <Fact label={t('due')}>
          <Day day={bill.due_on} />
        </Fact>
        <Fact label={t('total')}>
          <Text span size="xl" fw={650}>
            <Money amount={bill.total} currency={bill.currency} />
          </Text>
        </Fact>
        {bill.amount_due !== undefined && (
          <Fact label={t('amount_due')}>
            <bdi>{bill.amount_due}</bdi>
          </Fact>
        )}
        {bill.entry !== undefined && (
          <Fact label={t('entry')}>
            <Code>{bill.entry}</Code>
          </Fact>
        )}
        {bill.replaced_total !== undefined && (
          <Fact label={t('replaced_total')}>
            <Money amount={bill.replaced_total} currency={bill.currency} />
          </Fact>
        )}
      </Facts>
      {(bill.messages?.length ?? 0) > 0 && (
        <Stack gap={2} mt="md">
          {bill.messages?.map((message) => (
            <Text key={message} size="sm">
              <bdi>{message}</bdi>
            </Text>
          ))}
        </Stack>
      )}
      {bill.sections.map((section, at) => (
        <SectionPaper key={at} section={section} />
      ))}
      {(bill.balances?.length ?? 0) > 0 && (
        <Table mt="lg" aria-label={t('balances')}>
          <Table.Tbody>
            {bill.balances?.map((each) => (
              <Table.Tr key={each.text}>
                <Table.Td>
                  <bdi>{each.text}</bdi>
                </Table.Td>
                <Table.Td ta="end" className={classes.figure}>
                  <bdi>{each.amount}</bdi>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Paper>
  );
}
