import { Button, Group, Stack } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import type { Schemas } from '../../api/client';
import { Icon } from '../../ui/icons';
import { ReceiptPaper } from './receipt_paper';
import { useText } from './text';
import classes from './receipt.module.css';

/** After a payment: the first, original receipt. Enter goes on with the next customer. */
export function ReceiptStep({ receipt, onNext }: { receipt: Schemas['Receipt']; onNext: () => void }) {
  const t = useText();
  useHotkeys([['F8', () => globalThis.print()]], []);
  return (
    <Stack>
      <div role="status">
        <ReceiptPaper receipt={receipt} isCopy={false} />
      </div>
      <Group className={classes.actions}>
        <Button autoFocus onClick={onNext}>
          {t('next_customer')}
        </Button>
        <Button variant="default" leftSection={<Icon name="print" />} onClick={() => globalThis.print()}>
          {t('print')} (F8)
        </Button>
      </Group>
    </Stack>
  );
}
