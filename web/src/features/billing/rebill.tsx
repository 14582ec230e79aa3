// The way to take a bill back, and to bill again from today's facts; then what became of it.
import { useState } from 'react';
import { Button, Modal, SegmentedControl, Stack, Table, Text, Textarea, TextInput } from '@mantine/core';
import { api, dataOf, type Schemas } from '../../api/client';
import { useCommand } from '../../api/command';
import { useUtility } from '../../app/utility';
import { useSharedText } from '../../text/text';
import { ConfirmDialog } from '../../ui/confirm';
import { useFieldProblem } from '../../ui/problem_view';
import { RouteLink } from '../../ui/route_link';
import { Code, Day, Money } from '../../ui/values';
import { accountKey } from '../customer/queries';
import { useText } from './text';

const MODES = ['rebill', 'cancel_only'] as const;
type Mode = (typeof MODES)[number];
type Rebilled = Schemas['Rebilled'];

function Row({ row, utility }: { row: Rebilled; utility: string }) {
  const t = useText();
  const linkOf = (bill: string, tab: 'paper' | 'difference') => (
    <RouteLink to="/u/$utility/bills/$bill" params={{ utility, bill }} search={{ tab }}>
      <Code>{bill.replace(/^cn/, '')}</Code>
    </RouteLink>
  );
  return (
    <Table.Tr>
      <Table.Th scope="row" fw={400}>
        <Code>{row.old_number}</Code>
        <br />
        <Day day={row.from} /> – <Day day={row.to} />
      </Table.Th>
      <Table.Td ta="end">
        <Money amount={row.old_total} currency={row.currency} />
        <br />
        {t('credit_note')} {linkOf(row.credit_note, 'paper')}
      </Table.Td>
      <Table.Td ta="end">
        {row.new_number === undefined || row.new_total === undefined ? (
          '–'
        ) : (
          <>
            <Money amount={row.new_total} currency={row.currency} strong />
            <br />
            {t('new_bill')} {linkOf(row.new_number, 'difference')}
          </>
        )}
      </Table.Td>
    </Table.Tr>
  );
}

function Outcome({ rows, utility, onClose }: { rows: Rebilled[]; utility: string; onClose: () => void }) {
  const t = useText();
  const shared = useSharedText();
  return (
    <Modal
      opened
      size="lg"
      onClose={onClose}
      title={t('rebilled')}
      closeButtonProps={{ 'aria-label': shared('close') }}
    >
      <Text size="sm" mb="sm">
        {t('rebilled_says')}
      </Text>
      <Table.ScrollContainer minWidth={0} type="native" tabIndex={0} role="region" aria-label={t('rebilled')}>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">{t('old_bill')}</Table.Th>
              <Table.Th scope="col" ta="end">
                {t('before')}
              </Table.Th>
              <Table.Th scope="col" ta="end">
                {t('now')}
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map((row) => (
              <Row key={row.old_number} row={row} utility={utility} />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Modal>
  );
}

export function Rebill({ bill }: { bill: Schemas['Bill'] }) {
  const t = useText();
  const { code: utility, today } = useUtility();
  const [opened, setOpened] = useState(false);
  const [mode, setMode] = useState<Mode>('rebill');
  const [reason, setReason] = useState('');
  const [issuedOn, setIssuedOn] = useState(today);
  const rebill = useCommand(
    (body: { reason: string; mode: Mode; issued_on: string }, header) =>
      dataOf(
        api.POST('/utilities/{utility}/bills/{bill}/rebill', {
          params: { path: { utility, bill: bill.bill }, header },
          body,
        }),
      ),
    {
      stale: [['bill', utility], accountKey({ utility, account: bill.account }), ['ledger', utility]],
      done: () => setOpened(false),
    },
  );
  const fieldProblem = useFieldProblem(rebill.problem);
  const open = () => {
    rebill.reset();
    setReason('');
    setOpened(true);
  };
  return (
    <>
      {bill.cancelled_by === undefined && (
        <Button variant="outline" color="red" onClick={open}>
          {t('do_rebill')}
        </Button>
      )}
      <ConfirmDialog
        opened={opened}
        onClose={() => setOpened(false)}
        title={t('rebill_title', { number: bill.number })}
        action={t(`do_${mode}`)}
        isBusy={rebill.isBusy}
        isWaiting={reason.trim() === '' || issuedOn === ''}
        problem={rebill.problem}
        fields={['reason', 'issued_on']}
        onConfirm={() => rebill.send({ reason: reason.trim(), mode, issued_on: issuedOn })}
      >
        <Stack gap="sm">
          <SegmentedControl
            fullWidth
            aria-label={t('mode')}
            value={mode}
            onChange={(next) => setMode(MODES.find((each) => each === next) ?? 'rebill')}
            data={MODES.map((each) => ({ value: each, label: t(`mode_${each}`) }))}
          />
          <Text size="sm">{t(`says_${mode}`)}</Text>
          <Textarea
            label={t('reason')}
            required
            withAsterisk={false}
            maxLength={1000}
            data-autofocus
            value={reason}
            error={fieldProblem('reason')}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
          <TextInput
            type="date"
            label={t('issued')}
            value={issuedOn}
            error={fieldProblem('issued_on')}
            onChange={(event) => setIssuedOn(event.currentTarget.value)}
          />
        </Stack>
      </ConfirmDialog>
      {rebill.output && <Outcome rows={rebill.output.items} utility={utility} onClose={rebill.reset} />}
    </>
  );
}
