import { describe, expect, it } from 'vitest';
import { proposedPeriod } from './period';

describe('proposedPeriod', () => {
  it('is the month before today when nothing was run', () => {
    expect(proposedPeriod(undefined, '2026-01-15')).toEqual({ from: '2025-12-01', to: '2026-01-01' });
  });

  it('goes on where the latest run ended, up to the next month', () => {
    expect(proposedPeriod({ to: '2026-12-01' }, '2027-01-15')).toEqual({ from: '2026-12-01', to: '2027-01-01' });
    expect(proposedPeriod({ to: '2026-03-10' }, '2026-05-01')).toEqual({ from: '2026-03-10', to: '2026-04-01' });
  });
});
