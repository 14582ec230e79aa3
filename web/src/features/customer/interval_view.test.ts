import { describe, expect, it } from 'vitest';
import { lineOf } from './interval_view';

describe('lineOf', () => {
  it('places each value at its time, with the length of its own day', () => {
    const line = lineOf({
      unit: 'kWh',
      minutes: 30,
      days: [
        { start: '2026-03-28T00:00:00Z', minutes: 60, values: ['1.5', '2'], qualities: 'A' },
        { start: '2026-03-29T00:00:00Z', minutes: 30, values: ['0.25', '', '3'], qualities: 'AEA' },
      ],
    });
    const first = Date.parse('2026-03-28T00:00:00Z') / 1000;
    const second = Date.parse('2026-03-29T00:00:00Z') / 1000;
    expect(line.times).toEqual([first, first + 3600, second, second + 1800, second + 3600]);
    expect(line.values).toEqual([1.5, 2, 0.25, null, 3]);
  });
});
