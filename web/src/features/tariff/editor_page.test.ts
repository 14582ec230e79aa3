import { describe, expect, it } from 'vitest';
import { placeOf } from './editor_page';

describe('placeOf', () => {
  it('finds a line and column', () => {
    expect(placeOf('tariff: a\nversion: b\n', 1, 1)).toBe(0);
    expect(placeOf('tariff: a\nversion: b\n', 2, 10)).toBe(19);
  });
  it('counts characters as people do', () => {
    expect('𠀀: 1\nx'.slice(placeOf('𠀀: 1\nx', 1, 2))).toBe(': 1\nx');
    expect(placeOf('𠀀: 1\nx', 2, 1)).toBe(6);
  });
  it('stays within the text', () => {
    expect(placeOf('ab', 1, 9)).toBe(2);
    expect(placeOf('ab', 9, 9)).toBe(2);
  });
});
