import { describe, expect, it } from 'vitest';
import { ownAddress } from './feature';

describe('ownAddress', () => {
  it('goes back to our own pages alone', () => {
    expect(ownAddress('/u/a/accounts?name=x')).toBe('/u/a/accounts?name=x');
    for (const other of [
      '//evil.example',
      '/\\evil.example',
      'https://evil.example',
      'javascript:alert(1)',
      7,
      undefined,
    ]) {
      expect(ownAddress(other)).toBeUndefined();
    }
  });
});
