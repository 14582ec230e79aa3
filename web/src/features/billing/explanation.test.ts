import { describe, expect, it } from 'vitest';
import { isChanged, pairsOf, type ProvenLine } from './explanation';

const line = (charge: string, amount: string, more: Partial<ProvenLine> = {}): ProvenLine => ({
  charge,
  kind: 'energy_flat',
  name: charge,
  tariff_version: '2026',
  rounding: { mode: 'half_up', step: '0.01' },
  amount,
  posting: { receivable: 'receivable.electricity', account: 'revenue' },
  ...more,
});

describe('pairsOf', () => {
  it('puts the same charge and tier beside each other, whatever their order', () => {
    const pairs = pairsOf(
      [line('vat', '1.00'), line('energy', '5.00', { tier: 1 })],
      [line('energy', '6.00', { tier: 1 }), line('vat', '1.00')],
    );
    expect(pairs.map(({ old, now }) => [old?.amount, now?.amount])).toEqual([
      ['5.00', '6.00'],
      ['1.00', '1.00'],
    ]);
    expect(pairs.map(isChanged)).toEqual([true, false]);
  });
  it('keeps lines that only one of the bills has', () => {
    const pairs = pairsOf([line('standing', '2.00')], [line('energy', '6.00', { tier: 2 })]);
    expect(pairs.map(({ key, old, now }) => [key, old?.amount, now?.amount])).toEqual([
      ['energy 2 ', undefined, '6.00'],
      ['standing  ', '2.00', undefined],
    ]);
    expect(pairs.every(isChanged)).toBe(true);
  });
  it('pairs repeated charges one by one', () => {
    const pairs = pairsOf(
      [line('energy', '1.00'), line('energy', '2.00')],
      [line('energy', '1.00'), line('energy', '3.00')],
    );
    expect(pairs.map(isChanged)).toEqual([false, true]);
  });
  it('sees a change of the quantity that leaves the amount', () => {
    expect(
      pairsOf([line('energy', '1.00', { quantity: '10' })], [line('energy', '1.00', { quantity: '11' })]).map(
        isChanged,
      ),
    ).toEqual([true]);
  });
});
