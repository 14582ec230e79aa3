// Taking payments without a mouse: account, Enter; amount, Enter; receipt, Enter for the next customer.
import { useState } from 'react';
import { Text } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import type { Schemas } from '../../api/client';
import { useUtility } from '../../app/utility';
import { Page } from '../../ui/page';
import { RouteLink } from '../../ui/route_link';
import { AccountStep } from './account_step';
import { PaymentStep } from './payment_step';
import { ReceiptStep } from './receipt_step';
import { useText } from './text';

const route = getRouteApi('/frame/u/$utility/cashier');

export function CashierPage() {
  const t = useText();
  const utility = useUtility();
  const { account } = route.useSearch();
  const navigate = route.useNavigate();
  const [receipt, setReceipt] = useState<Schemas['Receipt']>();
  const choose = (code: string) => void navigate({ search: { account: code }, replace: true });
  const next = () => {
    setReceipt(undefined);
    void navigate({ search: {}, replace: true });
  };
  return (
    <Page
      title={t('take_payment')}
      detail={<Text size="sm">{t('cashier_hint')}</Text>}
      actions={
        <RouteLink to="/u/$utility/payments" params={{ utility: utility.code }}>
          {t('day_list')}
        </RouteLink>
      }
    >
      {receipt && <ReceiptStep receipt={receipt} onNext={next} />}
      {!receipt && account === undefined && <AccountStep utility={utility.code} onChosen={choose} />}
      {!receipt && account !== undefined && (
        <PaymentStep key={account} place={{ utility: utility.code, account }} onTaken={setReceipt} onOther={next} />
      )}
    </Page>
  );
}
