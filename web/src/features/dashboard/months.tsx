// Twelve months as bars, beside the table of the same figures.
import { Table, Text } from '@mantine/core';
import type { Schemas } from '../../api/client';
import { useLocale } from '../../text/locale';
import { formatMonth } from '../../ui/dates';
import { Money } from '../../ui/values';
import classes from './months.module.css';
import { useText } from './text';

type Dashboard = Schemas['Dashboard'];
const SERIES = ['billed', 'paid'] as const;

/** Heights of bars from 0 to 1. Below zero there is none: the table says what it is. */
export function heightsOf(months: Dashboard['months']): Record<(typeof SERIES)[number], number>[] {
  // A bar is geometry: the figures themselves stay text.
  const values = months.map((each) => ({
    billed: Math.max(Number(each.billed), 0),
    paid: Math.max(Number(each.paid), 0),
  }));
  const most = Math.max(...values.flatMap((each) => [each.billed, each.paid]), 0) || 1;
  return values.map((each) => ({ billed: each.billed / most, paid: each.paid / most }));
}

function Bars({ months }: { months: Dashboard['months'] }) {
  const t = useText();
  const { choice } = useLocale();
  const heights = heightsOf(months);
  return (
    <figure className={classes.chart} role="img" aria-label={t('chart')}>
      <div className={classes.bars}>
        {months.map((each, at) => (
          <div key={each.month} className={classes.month}>
            <div className={classes.pair}>
              {SERIES.map((series) => (
                <span
                  key={series}
                  className={classes.bar}
                  data-series={series}
                  style={{ height: `${Math.round((heights[at]?.[series] ?? 0) * 160)}px` }}
                />
              ))}
            </div>
            <span className={classes.label}>{formatMonth(each.month, choice.locale, 'narrow')}</span>
          </div>
        ))}
      </div>
      <figcaption className={classes.legend}>
        {SERIES.map((series) => (
          <span key={series}>
            <span className={classes.sign} data-series={series} />
            {t(series)}
          </span>
        ))}
      </figcaption>
    </figure>
  );
}

export function Months({ data }: { data: Dashboard }) {
  const t = useText();
  const { choice } = useLocale();
  return (
    <div className={classes.beside}>
      <Bars months={data.months} />
      <Table.ScrollContainer minWidth={0} type="native" tabIndex={0} role="region" aria-label={t('months')}>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">{t('month')}</Table.Th>
              <Table.Th scope="col" ta="end">
                {t('billed')}
              </Table.Th>
              <Table.Th scope="col" ta="end">
                {t('paid')}
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {[...data.months].reverse().map((each) => (
              <Table.Tr key={each.month}>
                <Table.Th scope="row" fw={400}>
                  <Text span size="sm">
                    {formatMonth(each.month, choice.locale)}
                  </Text>
                </Table.Th>
                <Table.Td ta="end">
                  <Money amount={each.billed} currency={data.currency} />
                </Table.Td>
                <Table.Td ta="end">
                  <Money amount={each.paid} currency={data.currency} />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </div>
  );
}
