// A chart over time that stays quick with a year of quarter hours. Always shown beside a table of the same values:
// a canvas says nothing to a screen reader.
import 'uplot/dist/uPlot.min.css';
import { useEffect, useRef } from 'react';
import { useComputedColorScheme } from '@mantine/core';
import uPlot from 'uplot';
import { useLocale } from '../text/locale';

export interface Series {
  label: string;
  unit: string;
  values: readonly (number | null)[];
}

interface Props {
  label: string;
  times: readonly number[]; // seconds since 1970
  series: readonly Series[];
  /** Single measurements instead of a line of many. */
  points?: boolean;
}

const HEIGHT = 260;
const COLOURS = {
  light: ['#1864ab', '#a61e4d', '#2b8a3e', '#862e9c'],
  dark: ['#74c0fc', '#faa2c1', '#8ce99a', '#e599f7'],
};
const INK = { light: '#495057', dark: '#c1c2c5' };
const LINES = { light: '#dee2e6', dark: '#373a40' };
const DASHES = [[], [6, 4], [2, 3], [10, 3, 2, 3]];

export function Chart({ label, times, series, points = false }: Props) {
  const {
    choice: { locale },
  } = useLocale();
  const scheme = useComputedColorScheme('light');
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = place.current;
    if (!element) return undefined;
    const axis = { stroke: INK[scheme], grid: { stroke: LINES[scheme] }, ticks: { stroke: LINES[scheme] } };
    const day = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' });
    const figure = new Intl.NumberFormat(locale, { maximumFractionDigits: 6 });
    const plot = new uPlot(
      {
        width: element.clientWidth,
        height: HEIGHT,
        cursor: { drag: { x: true, y: false } },
        axes: [{ ...axis }, { ...axis, size: 70, values: (_, ticks) => ticks.map((tick) => figure.format(tick)) }],
        series: [
          { value: (_, at: number | null) => (at === null ? '–' : day.format(at * 1000)) },
          ...series.map((each, index) => ({
            label: `${each.label} (${each.unit})`,
            stroke: COLOURS[scheme][index % 4] ?? '#888',
            width: 1.5,
            dash: DASHES[index % 4] ?? [],
            points: { show: points },
            spanGaps: points,
            value: (_: uPlot, value: number | null) => (value === null ? '–' : figure.format(value)),
          })),
        ],
      },
      [times as number[], ...series.map((each) => each.values as (number | null)[])],
      element,
    );
    const observer = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: HEIGHT }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.destroy();
    };
  }, [times, series, points, scheme, locale]);
  return <div ref={place} dir="ltr" role="img" aria-label={label} style={{ minHeight: HEIGHT + 30 }} />;
}
