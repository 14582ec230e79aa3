import { describe, expect, it } from 'vitest';
import { hangsOn, readByHand } from './entry_step';

const register = { register: 1, code: '1', stream: 'total', unit: 'kWh', dials: 6, decimals: 1, multiplier: '1' };
const installed = (from: string, serial: string, minutes = 0) => ({
  from,
  version: 1,
  serial,
  registers: [{ ...register, interval_minutes: minutes }],
});
const round = (on: string, reason: 'billing' | 'remove' = 'billing') => ({ on, reason, quality: 'actual' as const });

describe('hangsOn', () => {
  const known = [installed('2026-03-01', 'OLD'), installed('2026-03-11', 'NEW')];
  it('is the latest meter of the day', () => {
    expect(hangsOn(known, round('2026-02-28'))).toBeUndefined();
    expect(hangsOn(known, round('2026-03-10'))?.serial).toBe('OLD');
    expect(hangsOn(known, round('2026-03-11'))?.serial).toBe('NEW');
  });
  it('is the meter before when it is read for its removal', () => {
    expect(hangsOn(known, round('2026-03-11', 'remove'))?.serial).toBe('OLD');
  });
});

describe('readByHand', () => {
  it('leaves out what is read by itself', () => {
    expect(readByHand(installed('2026-03-01', 'A'))).toHaveLength(1);
    expect(readByHand(installed('2026-03-01', 'A', 30))).toHaveLength(0);
  });
});
