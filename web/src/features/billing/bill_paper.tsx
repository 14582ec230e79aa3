// The bill as the customer reads it: the same sections and lines as on paper, in the words of the server.
import { Paper, Table, Text, Title } from '@mantine/core';
import type { Schemas } from '../../api/client';
import { Address } from '../../ui/address';
import { Code, Day, Fact, Facts, Money } from '../../ui/values';
import { useText } from './text';

type Bill = Schemas['Bill'];
type Section = Bill['sections'][number];

function Meters({ meters }: { meters: NonNullable<Section['meters']> }) {
  const t = useText();
  return (
    <Table mb="sm" withRowBorders={false} aria-label={t('meters')}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col">{t('meter')}</Table.Th><Table.Th scope="col">{t('register')}</Table.Th>
          <Table.Th scope="col" ta="end">{t('previous')}</Table.Th><Table.Th scope="col" ta="end">{t('current')}</Table.Th><Table.Th scope="col" ta="end">{t('use')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {meters.map((each, at) => (
          <Table.Tr key={at}>
            <Table.Td><Code>{each.meter}</Code></Table.Td><Table.Td>{each.register}</Table.Td>
            <Table.Td ta="end"><bdi>{each.previous}</bdi></Table.Td><Table.Td ta="end"><bdi>{each.current}</bdi></Table.Td><Table.Td ta="end"><bdi>{each.use}</bdi></Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Lines({ section, currency }: { section: Section; currency: string }) {
  const t = useText();
  return (
    <Table aria-label={section.title}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col">{t('charge')}</Table.Th><Table.Th scope="col" ta="end">{t('quantity')}</Table.Th>
          <Table.Th scope="col" ta="end">{t('price')}</Table.Th><Table.Th scope="col" ta="end">{t('amount')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {section.lines.map((line, at) => (
          <Table.Tr key={at}>
            <Table.Td><bdi>{line.label}</bdi></Table.Td><Table.Td ta="end"><bdi>{line.quantity}</bdi></Table.Td>
            <Table.Td ta="end"><bdi>{line.price}</bdi></Table.Td><Table.Td ta="end"><Money amount={line.amount} currency={currency} /></Table.Td>
          </Table.Tr>
        ))}
        <Table.Tr>
          <Table.Th scope="row" colSpan={3}>{t('section_total')}</Table.Th><Table.Td ta="end"><Money amount={section.total} currency={currency} strong /></Table.Td>
        </Table.Tr>
      </Table.Tbody>
    </Table>
  );
}

export function BillPaper({ bill }: { bill: Bill }) {
  const t = useText();
  return (
    <Paper withBorder p="md" maw={860} bg="var(--page-raised)">
      <Facts>
        <Fact label={t('to')}><bdi>{bill.customer}</bdi>{bill.address && <Address lines={bill.address} />}</Fact>
        <Fact label={t('issued')}><Day day={bill.issued_on} /></Fact>
        <Fact label={t('due')}><Day day={bill.due_on} /></Fact>
        <Fact label={t('total')}><Text span size="xl" fw={650}><Money amount={bill.total} currency={bill.currency} /></Text></Fact>
        {bill.replaced_total !== undefined && <Fact label={t('replaced_total')}><Money amount={bill.replaced_total} currency={bill.currency} /></Fact>}
      </Facts>
      {bill.sections.map((section, at) => (
        <section key={at} aria-label={section.title}>
          <Title order={2} mt="lg"><bdi>{section.title}</bdi></Title>
          {section.address !== undefined && <Text size="sm" mb="xs"><bdi>{section.address}</bdi></Text>}
          <Table.ScrollContainer minWidth={0} type="native" tabIndex={0} role="region" aria-label={section.title}>
            {(section.meters?.length ?? 0) > 0 && <Meters meters={section.meters ?? []} />}
            <Lines section={section} currency={bill.currency} />
          </Table.ScrollContainer>
        </section>
      ))}
    </Paper>
  );
}
