import { describe, expect, it } from 'vitest';
import { addressOf } from './search_dialog';

describe('a hit', () => {
  it('leads to the page of what it is', () => {
    expect(addressOf({ kind: 'account', utility: 'u', account: 'a/1', title: '' })).toBe('/u/u/accounts/a%2F1');
    expect(addressOf({ kind: 'bill', utility: 'u', account: 'a', bill: 'cn7', title: '' })).toBe('/u/u/bills/cn7');
    expect(addressOf({ kind: 'meter', utility: 'u', account: 'a', service_point: 'p', title: '' })).toBe(
      '/u/u/accounts/a?tab=meters&point=p',
    );
  });
  it('leads nowhere without an account', () => {
    expect(addressOf({ kind: 'meter', utility: 'u', service_point: 'p', title: '' })).toBeUndefined();
  });
});
