// A receipt again, marked as a copy; and the way to take the payment back.
import { useState } from 'react';
import { Button, Group, Stack, Text, Textarea } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { api, dataOf, type Schemas } from '../../api/client';
import { useCommand } from '../../api/command';
import { may, useMe } from '../../app/session';
import { Asked } from '../../ui/asked';
import { ConfirmDialog } from '../../ui/confirm';
import { Icon } from '../../ui/icons';
import { Page } from '../../ui/page';
import { RouteLink } from '../../ui/route_link';
import { toast } from '../../ui/toast';
import { Money } from '../../ui/values';
import { accountKey } from '../customer/queries';
import { receiptQuery } from './queries';
import { ReceiptPaper } from './receipt_paper';
import { useText } from './text';

const route = getRouteApi('/frame/u/$utility/payments/$payment');

function Undo({ payment, utility }: { payment: Schemas['Payment']; utility: string }) {
  const t = useText();
  const [opened, setOpened] = useState(false);
  const [reason, setReason] = useState('');
  const close = () => setOpened(false);
  const undo = useCommand(
    (body: { reason: string }, header) =>
      dataOf(
        api.POST('/utilities/{utility}/payments/{payment}/undo', {
          params: { path: { utility, payment: payment.payment }, header },
          body,
        }),
      ),
    {
      stale: [
        receiptQuery(utility, payment.payment).queryKey,
        ['payments', utility],
        accountKey({ utility, account: payment.account }),
      ],
      done: () => {
        close();
        toast(t('undo_done'));
      },
    },
  );
  return (
    <>
      <Button
        variant="outline"
        color="red"
        onClick={() => {
          undo.reset();
          setOpened(true);
        }}
      >
        {t('undo')}
      </Button>
      <ConfirmDialog
        opened={opened}
        onClose={close}
        title={t('undo_title')}
        action={t('undo')}
        isBusy={undo.isBusy}
        problem={undo.problem}
        isWaiting={reason.trim() === ''}
        onConfirm={() => undo.send({ reason: reason.trim() })}
      >
        <Text size="sm" mb="sm">
          {t('undo_says')} <Money amount={payment.amount} currency={payment.currency} strong />
        </Text>
        <Textarea
          label={t('reason')}
          required
          withAsterisk={false}
          maxLength={1000}
          data-autofocus
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
      </ConfirmDialog>
    </>
  );
}

export function ReceiptPage() {
  const t = useText();
  const me = useMe();
  const { utility, payment } = route.useParams();
  return (
    <Asked query={useQuery(receiptQuery(utility, payment))}>
      {(receipt) => (
        <Page
          title={t('receipt')}
          detail={
            <RouteLink to="/u/$utility/accounts/$account" params={{ utility, account: receipt.payment.account }}>
              {t('to_account', { account: receipt.payment.account })}
            </RouteLink>
          }
          actions={
            <Group gap="xs">
              <Button variant="default" leftSection={<Icon name="print" />} onClick={() => globalThis.print()}>
                {t('print_copy')}
              </Button>
              {may(me, 'undo payments') && !receipt.payment.undone && (
                <Undo payment={receipt.payment} utility={utility} />
              )}
            </Group>
          }
        >
          <Stack>
            <ReceiptPaper receipt={receipt} isCopy />
          </Stack>
        </Page>
      )}
    </Asked>
  );
}
