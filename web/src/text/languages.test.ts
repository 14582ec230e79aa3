import { beforeEach, describe, expect, it } from 'vitest';
import { LANGUAGES, firstChoice, inOwnCountry, rememberChoice } from './languages';

const [english, chinese, mirrored] = LANGUAGES as readonly [
  (typeof LANGUAGES)[number],
  (typeof LANGUAGES)[number],
  (typeof LANGUAGES)[number],
];

describe('the language', () => {
  beforeEach(() => localStorage.clear());
  it('is written as in the own country', () => {
    expect(inOwnCountry(english, ['de-DE', 'en-GB', 'en']).locale).toBe('en-GB');
    expect(inOwnCountry(chinese, ['en-GB']).locale).toBe('zh-CN');
    expect(inOwnCountry(mirrored, ['en-IN'])).toMatchObject({ locale: 'en-IN', direction: 'rtl' });
  });
  it('is the one chosen before on this device', () => {
    rememberChoice(chinese);
    expect(firstChoice().code).toBe('zh');
  });
});
