import { useQuery } from '@tanstack/react-query';
import { isNegative, isZero } from '../../ui/decimal';
import { Money } from '../../ui/values';
import { balanceQuery, type AccountPlace } from './queries';
import { useText } from './text';

/** What is owed, or what the customer has to the good, in words and figures. */
export function BalanceLine({ place }: { place: AccountPlace }) {
  const t = useText();
  const { data } = useQuery(balanceQuery(place));
  if (!data) return null;
  if (isZero(data.balance)) return <span>{t('nothing_owed')}</span>;
  const word = isNegative(data.balance) ? t('in_credit') : t('owes');
  return (
    <span>
      {word} <Money amount={data.balance.replace(/^-/, '')} currency={data.currency} strong />
    </span>
  );
}
