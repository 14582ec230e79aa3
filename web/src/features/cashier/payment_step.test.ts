import { describe, expect, it } from 'vitest';
import { faultOf } from './payment_step';

describe('faultOf', () => {
  it('lets an amount of the currency pass, as the locale writes it', () => {
    expect(faultOf('1,234.50', 'en', 2)).toBeUndefined();
    expect(faultOf('1.234,50', 'de', 2)).toBeUndefined();
    expect(faultOf('1500', 'en', 0)).toBeUndefined();
  });
  it('names what is wrong', () => {
    expect(faultOf('', 'en', 2)).toBe('none');
    expect(faultOf('ten', 'en', 2)).toBe('none');
    expect(faultOf('0.00', 'en', 2)).toBe('not_above_zero');
    expect(faultOf('-5', 'en', 2)).toBe('not_above_zero');
    expect(faultOf('1.005', 'en', 2)).toBe('too_fine');
    expect(faultOf('10.5', 'en', 0)).toBe('too_fine');
  });
});
