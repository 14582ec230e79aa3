// Values of the server, written in the reader's locale: money, quantities, days, instants, codes.
import { Text } from '@mantine/core';
import { useLocale } from '../text/locale';
import { formatDay, formatInstant } from './dates';
import { formatDecimal, formatMoney, isNegative } from './decimal';
import classes from './values.module.css';

/** An amount as the server sent it. Negative ones are told by their sign, not by colour alone. */
export function Money({ amount, currency, strong }: { amount: string; currency: string; strong?: boolean }) {
  const { choice } = useLocale();
  return (
    <bdi className={classes.figure} data-strong={strong} data-negative={isNegative(amount)}>
      {formatMoney(amount, currency, choice.locale)}
    </bdi>
  );
}

/** A decimal with its unit, if it has one. */
export function Quantity({ value, unit }: { value: string; unit?: string }) {
  const { choice } = useLocale();
  return (
    <bdi className={classes.figure}>
      {formatDecimal(value, choice.locale)}
      {unit ? `\u00a0${unit}` : ''}
    </bdi>
  );
}

/** A count that is a plain whole number. */
export function Count({ value }: { value: number }) {
  const { choice } = useLocale();
  return <bdi className={classes.figure}>{value.toLocaleString(choice.locale)}</bdi>;
}

export function Day({ day, missing = '–' }: { day: string | null | undefined; missing?: string }) {
  const { choice } = useLocale();
  return day ? (
    <time dateTime={day} className={classes.whole}>
      {formatDay(day, choice.locale)}
    </time>
  ) : (
    <>{missing}</>
  );
}

/** In the reader's zone, or in the one that is given. */
export function Instant({
  at,
  zone,
  missing = '–',
}: {
  at: string | null | undefined;
  zone?: string;
  missing?: string;
}) {
  const { choice } = useLocale();
  return at ? (
    <time dateTime={at} className={classes.whole}>
      {formatInstant(at, choice.locale, zone)}
    </time>
  ) : (
    <>{missing}</>
  );
}

/** A number or code that reads from left to right in any language. */
export function Code({ children }: { children: string }) {
  return (
    <bdi dir="ltr" className={classes.code}>
      {children}
    </bdi>
  );
}

/** A label above its value, as a pair of a description list. Use inside `<dl>`, see `Facts`. */
export function Fact({ label, children }: { label: string; children: React.ReactNode }) {
  return (
    <div className={classes.fact}>
      <Text component="dt" size="xs" className={classes.label}>
        {label}
      </Text>
      <Text component="dd" size="sm" m={0}>
        {children}
      </Text>
    </div>
  );
}

export function Facts({ children }: { children: React.ReactNode }) {
  return <dl className={classes.facts}>{children}</dl>;
}
