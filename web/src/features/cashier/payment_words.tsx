import { Badge } from '@mantine/core';
import type { Schemas } from '../../api/client';
import { useText } from './text';

/** How money came in, in the reader's language. */
export function useMethodName(): (method: string) => string {
  const t = useText();
  return (method) => {
    switch (method) {
      case 'cash':
        return t('method_cash');
      case 'bank':
        return t('method_bank');
      case 'transit':
        return t('method_transit');
      default:
        return method;
    }
  };
}

/** Says when a payment was taken back. */
export function PaymentState({ payment }: { payment: Schemas['Payment'] }) {
  const t = useText();
  return payment.undone ? <Badge color="gray">{t('undone')}</Badge> : null;
}
