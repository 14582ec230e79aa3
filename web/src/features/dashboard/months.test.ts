import { describe, expect, it } from 'vitest';
import { heightsOf } from './months';

const month = (billed: string, paid: string) => ({ month: '2026-03', billed, paid });

describe('heightsOf', () => {
  it('measures every bar by the largest figure, and has none below zero', () => {
    expect(heightsOf([month('50.00', '200.00'), month('-10.00', '100.00')])).toEqual([
      { billed: 0.25, paid: 1 },
      { billed: 0, paid: 0.5 },
    ]);
  });

  it('is flat without any figure', () => {
    expect(heightsOf([month('0.00', '0.00')])).toEqual([{ billed: 0, paid: 0 }]);
  });
});
