// The receipt as it is printed.
import { Paper, Table, Text, Title } from '@mantine/core';
import type { Schemas } from '../../api/client';
import { nameOfUtility } from '../../app/session';
import { useUtility } from '../../app/utility';
import { useLocale } from '../../text/locale';
import { isNegative, isZero } from '../../ui/decimal';
import { useLedgerWords } from '../../ui/ledger_words';
import { Code, Day, Fact, Facts, Instant, Money } from '../../ui/values';
import { PaymentState, useMethodName } from './payment_words';
import { useText } from './text';
import classes from './receipt.module.css';

export function ReceiptPaper({ receipt, isCopy }: { receipt: Schemas['Receipt']; isCopy: boolean }) {
  const t = useText();
  const { choice } = useLocale();
  const utility = useUtility();
  const methodName = useMethodName();
  const words = useLedgerWords();
  const { payment } = receipt;
  const money = (amount: string, strong = false) => (
    <Money amount={amount} currency={payment.currency} strong={strong} />
  );
  return (
    <Paper
      withBorder
      p="md"
      maw={460}
      bg="var(--page-raised)"
      className={classes.receipt}
      component="article"
      aria-label={t('receipt')}
    >
      {isCopy && <Text className={classes.copy}>{t('copy')}</Text>}
      <Text size="sm">{nameOfUtility(utility, choice.language)}</Text>
      <Title order={2} mb="sm">
        {t('receipt')} <PaymentState payment={payment} />
      </Title>
      <Facts>
        <Fact label={t('customer')}>
          <bdi>{payment.name ?? ''}</bdi> <Code>{payment.account}</Code>
        </Fact>
        <Fact label={t('amount')}>
          <Text span size="xl" fw={650}>
            {money(payment.amount)}
          </Text>
        </Fact>
        <Fact label={t('method')}>
          {methodName(payment.method)}
          {payment.reference !== undefined && (
            <>
              {' '}
              · <Code>{payment.reference}</Code>
            </>
          )}
        </Fact>
        <Fact label={t('received')}>
          <Day day={payment.received_on} />
        </Fact>
        <Fact label={t('by')}>
          {payment.by}, <Instant at={payment.recorded_at} />
        </Fact>
      </Facts>
      <Table mt="md" aria-label={t('settled')}>
        <Table.Tbody>
          {receipt.settled.map((each, at) => (
            <Table.Tr key={at}>
              <Table.Td>{t('settles', { what: words.receivable(each.receivable) })}</Table.Td>
              <Table.Td ta="end">{money(each.amount)}</Table.Td>
            </Table.Tr>
          ))}
          {!isZero(receipt.credit) && (
            <Table.Tr>
              <Table.Td>{t('to_credit')}</Table.Td>
              <Table.Td ta="end">{money(receipt.credit)}</Table.Td>
            </Table.Tr>
          )}
          <Table.Tr>
            <Table.Th scope="row">{isNegative(receipt.balance) ? t('in_credit_now') : t('owed_now')}</Table.Th>
            <Table.Td ta="end">{money(receipt.balance.replace(/^-/, ''), true)}</Table.Td>
          </Table.Tr>
        </Table.Tbody>
      </Table>
      <Text size="xs" mt="sm" c="dimmed">
        {t('payment_number')} <Code>{payment.payment}</Code>
      </Text>
    </Paper>
  );
}
