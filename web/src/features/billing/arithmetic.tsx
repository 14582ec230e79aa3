// One line of a bill, step by step, as the server computed it: quantity × price, exact value, rounding, posting.
import type { ReactNode } from 'react';
import { Code, Day, Money, Quantity } from '../../ui/values';
import type { ProvenLine, ProvenSection } from './explanation';
import { useText } from './text';
import classes from './why.module.css';

/** Which clause of which version, and which part of it. */
function Clause({ line, section }: { line: ProvenLine; section: ProvenSection }) {
  const t = useText();
  const tariff = section.tariffs.find((each) => each.version === line.tariff_version);
  return (
    <>
      {t('clause')} <Code>{line.charge}</Code> ({line.kind.replaceAll('_', ' ')})
      {tariff && (
        <>
          {' '}
          · {t('tariff')} <Code>{tariff.tariff}</Code> {t('version_of', { version: line.tariff_version })}
        </>
      )}
      {line.tier !== undefined && ` · ${t('tier', { tier: line.tier })}`}
      {line.period !== undefined && ` · ${t('period', { period: line.period })}`}
    </>
  );
}

function Rounding({ line, currency }: { line: ProvenLine; currency: string }) {
  const t = useText();
  return (
    <>
      {t('rounded', { mode: line.rounding.mode.replaceAll('_', ' ') })}{' '}
      <Money amount={line.rounding.step} currency={currency} /> →{' '}
      <Money amount={line.amount} currency={currency} strong />
    </>
  );
}

export function Arithmetic({
  line,
  section,
  currency,
}: {
  line: ProvenLine;
  section: ProvenSection;
  currency: string;
}) {
  const t = useText();
  const steps: [string, ReactNode][] = [['clause', <Clause key="clause" line={line} section={section} />]];
  if (line.from !== undefined && line.to !== undefined)
    steps.push([
      'days',
      <>
        {t('segment')} <Day day={line.from} /> – <Day day={line.to} />
      </>,
    ]);
  if (line.power_factor !== undefined)
    steps.push([
      'factor',
      <>
        {t('power_factor')} <Quantity value={line.power_factor} />
      </>,
    ]);
  if (line.base !== undefined)
    steps.push([
      'base',
      <>
        {t('base')} <Money amount={line.base} currency={currency} />
      </>,
    ]);
  if (line.carried !== undefined)
    steps.push([
      'carried',
      <>
        {t('carried')} <Quantity value={line.carried} />
      </>,
    ]);
  if (line.minimum !== undefined)
    steps.push([
      'minimum',
      <>
        {t('at_least')} <Quantity value={line.minimum} />
      </>,
    ]);
  if (line.maximum !== undefined)
    steps.push([
      'maximum',
      <>
        {t('at_most')} <Quantity value={line.maximum} />
      </>,
    ]);
  if (line.quantity !== undefined) {
    steps.push([
      'product',
      <bdi dir="ltr">
        {line.quantity} {line.unit} × {line.price}
        {line.times !== undefined && ` × ${line.times}`}
        {line.exact !== undefined && ` = ${line.exact}`}
      </bdi>,
    ]);
  } else if (line.exact !== undefined) {
    steps.push([
      'exact',
      <>
        {t('exact')} <Quantity value={line.exact} />
      </>,
    ]);
  }
  steps.push(['rounding', <Rounding key="rounding" line={line} currency={currency} />]);
  steps.push([
    'posting',
    <>
      {t('posted')} <Code>{line.posting.receivable}</Code> → <Code>{line.posting.account}</Code>
    </>,
  ]);
  return (
    <div className={classes.inside}>
      <ol className={classes.steps}>
        {steps.map(([key, step]) => (
          <li key={key}>{step}</li>
        ))}
      </ol>
    </div>
  );
}
