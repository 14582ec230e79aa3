// The way to what an entry came from.
import { RouteLink } from '../../ui/route_link';
import { useText } from './text';

/** "bills/12" or "payments/0190…" as in the server's paths. */
export function OriginLink({ origin, utility }: { origin: string; utility: string }) {
  const t = useText();
  const [kind, id = ''] = origin.split('/');
  if (kind === 'bills')
    return (
      <RouteLink to="/u/$utility/bills/$bill" params={{ utility, bill: id }}>
        {t(id.startsWith('cn') ? 'origin_credit_note' : 'origin_bill', { id: id.replace(/^cn/, '') })}
      </RouteLink>
    );
  if (kind === 'payments')
    return (
      <RouteLink to="/u/$utility/payments/$payment" params={{ utility, payment: id }}>
        {t('origin_payment')}
      </RouteLink>
    );
  return origin;
}
