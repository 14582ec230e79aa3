// How much and how. The amount is read as the reader's locale writes it and sent as text; the server says what it settles.
import { useState } from 'react';
import { Button, Group, Paper, SegmentedControl, Stack, Text, TextInput } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { api, dataOf, type Schemas } from '../../api/client';
import { useCommand } from '../../api/command';
import { useUtility } from '../../app/utility';
import { useLocale } from '../../text/locale';
import { Asked } from '../../ui/asked';
import { digitsOf, formatDecimal, isNegative, isZero, parseTyped } from '../../ui/decimal';
import { ProblemBanner, useFieldProblem } from '../../ui/problem_view';
import { Code, Fact, Facts, Money } from '../../ui/values';
import { accountKey, accountQuery, balanceQuery, type AccountPlace } from '../customer/queries';
import { useMethodName } from './payment_words';
import { useText } from './text';

const METHODS = ['cash', 'bank', 'transit'] as const;
type Method = (typeof METHODS)[number];

interface Sent {
  amount: string;
  method: Method;
  reference?: string;
}

interface Props {
  place: AccountPlace;
  onTaken: (receipt: Schemas['Receipt']) => void;
  onOther: () => void;
}

/** What is wrong with an amount that was typed, before anybody is asked. */
export function faultOf(
  typed: string,
  locale: string,
  decimals: number,
): 'none' | 'not_above_zero' | 'too_fine' | undefined {
  const amount = parseTyped(typed, locale);
  if (amount === undefined) return 'none';
  if (isZero(amount) || isNegative(amount)) return 'not_above_zero';
  return (digitsOf(amount)?.fraction.length ?? 0) > decimals ? 'too_fine' : undefined;
}

function Form({ place, balance, onTaken, onOther }: Props & { balance: Schemas['AccountBalance'] }) {
  const t = useText();
  const {
    choice: { locale },
  } = useLocale();
  const { decimals } = useUtility();
  const methodName = useMethodName();
  const isOwed = !isZero(balance.balance) && !isNegative(balance.balance);
  const [typed, setTyped] = useState(isOwed ? formatDecimal(balance.balance, locale) : '');
  const [method, setMethod] = useState<Method>('cash');
  const [reference, setReference] = useState('');
  const [isTried, setTried] = useState(false);
  const pay = useCommand(
    (body: Sent, header) =>
      dataOf(
        api.POST('/utilities/{utility}/accounts/{account}/payments', { params: { path: { ...place }, header }, body }),
      ),
    { stale: [accountKey(place), ['payments', place.utility]], done: onTaken },
  );
  const fieldProblem = useFieldProblem(pay.problem);
  const fault = faultOf(typed, locale, decimals);
  const submit = () => {
    setTried(true);
    const amount = parseTyped(typed, locale);
    if (fault === undefined && amount !== undefined)
      pay.send({ amount, method, ...(reference.trim() === '' ? {} : { reference: reference.trim() }) });
  };
  useHotkeys(
    [
      ['F9', submit],
      ['F2', onOther],
    ],
    [],
  );
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
      noValidate
    >
      <Stack maw={420}>
        <TextInput
          label={t('amount_in', { currency: balance.currency })}
          size="lg"
          inputMode="decimal"
          autoFocus
          autoComplete="off"
          value={typed}
          dir="ltr"
          onFocus={(event) => event.currentTarget.select()}
          onChange={(event) => setTyped(event.currentTarget.value)}
          error={fieldProblem('amount') ?? (isTried && fault !== undefined ? t(`amount_${fault}`) : undefined)}
        />
        <SegmentedControl
          aria-label={t('method')}
          value={method}
          onChange={(value) => setMethod(METHODS.find((each) => each === value) ?? 'cash')}
          data={METHODS.map((each) => ({ value: each, label: methodName(each) }))}
        />
        <TextInput
          label={t('reference')}
          maxLength={100}
          autoComplete="off"
          value={reference}
          error={fieldProblem('reference')}
          onChange={(event) => setReference(event.currentTarget.value)}
        />
        <ProblemBanner problem={pay.problem} fields={['amount', 'reference']} />
        <Group>
          <Button type="submit" loading={pay.isBusy}>
            {t('take')}{' '}
            <Text span size="xs" ms={6}>
              Enter
            </Text>
          </Button>
          <Button variant="default" onClick={onOther}>
            {t('other_account')}{' '}
            <Text span size="xs" ms={6}>
              F2
            </Text>
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

export function PaymentStep(props: Props) {
  const t = useText();
  const account = useQuery(accountQuery(props.place));
  const balance = useQuery({ ...balanceQuery(props.place), staleTime: 0 });
  return (
    <Asked query={account}>
      {(who) => (
        <Asked query={balance}>
          {(owed) => (
            <Stack>
              <Paper withBorder p="md" bg="var(--page-raised)" maw={760}>
                <Facts>
                  <Fact label={t('customer')}>
                    <Text span fw={600}>
                      <bdi>{who.party.name}</bdi>
                    </Text>
                  </Fact>
                  <Fact label={t('account')}>
                    <Code>{who.account}</Code>
                  </Fact>
                  <Fact label={t('address')}>
                    <bdi>{who.services[0]?.premise.join(', ') ?? '–'}</bdi>
                  </Fact>
                  <Fact label={isNegative(owed.balance) ? t('in_credit') : t('owed')}>
                    <Text span fw={600}>
                      <Money amount={owed.balance.replace(/^-/, '')} currency={owed.currency} />
                    </Text>
                  </Fact>
                </Facts>
              </Paper>
              <Form {...props} balance={owed} />
            </Stack>
          )}
        </Asked>
      )}
    </Asked>
  );
}
