// Use over the last bills as bars, each with its figure in words: the list says the same without the bars.
import { Text } from '@mantine/core';
import type { Schemas } from '../../api/client';
import { useQualityWord } from '../../ui/quality_words';
import { useText } from './text';
import classes from './bill_chart.module.css';

type Chart = Schemas['PrintedSection']['chart'];

export function BillChart({ chart }: { chart: Chart }) {
  const t = useText();
  const quality = useQualityWord();
  // Heights of bars are geometry: the figures themselves stay text.
  const heights = chart.bars.map((bar) => Math.abs(Number(bar.quantity)));
  const most = Math.max(...heights, 0);
  return (
    <figure className={classes.chart}>
      <Text component="figcaption" size="sm">
        {t('use_by_bill', { unit: chart.unit })}
      </Text>
      <ol className={classes.bars}>
        {chart.bars.map((bar, at) => (
          <li key={at} className={classes.bar}>
            <bdi className={classes.value}>{bar.value}</bdi>
            <span
              className={classes.column}
              data-kind={bar.kind}
              style={{ height: `${most === 0 ? 0 : Math.round(((heights[at] ?? 0) / most) * 96)}px` }}
            />
            <bdi className={classes.label}>
              {bar.label}
              {bar.kind.endsWith('estimated') && ` (${quality('estimated')})`}
            </bdi>
          </li>
        ))}
      </ol>
    </figure>
  );
}
