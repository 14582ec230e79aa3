import { describe, expect, it } from 'vitest';
import { formatDecimal, formatMoney, isNegative, isZero, parseTyped } from './decimal';

describe('formatDecimal', () => {
  it('keeps every digit, however many there are', () => {
    expect(formatDecimal('123456789012345678901234.000100', 'en')).toBe('123,456,789,012,345,678,901,234.000100');
  });
  it('writes as the locale does', () => {
    expect(formatDecimal('1234567.89', 'de')).toBe('1.234.567,89');
    expect(formatDecimal('1234567.89', 'en-IN')).toBe('12,34,567.89');
    expect(formatDecimal('12.50', 'ar-EG')).toBe('١٢٫٥٠');
  });
  it('keeps the sign below one, and gives none to zero', () => {
    expect(formatDecimal('-0.05', 'en')).toBe('-0.05');
    expect(formatDecimal('-0.00', 'en')).toBe('0.00');
  });
  it('gives back what is no decimal', () => expect(formatDecimal('1e5', 'en')).toBe('1e5'));
});

describe('formatMoney', () => {
  it('puts the currency where the locale wants it', () => {
    expect(formatMoney('-1234.50', 'USD', 'en')).toBe('-$1,234.50');
    expect(formatMoney('1234.50', 'EUR', 'de')).toBe('1.234,50\u00a0€');
    expect(formatMoney('0.50', 'CNY', 'zh-CN')).toBe('¥0.50');
  });
  it('shows as many places as the server sent', () => {
    expect(formatMoney('1500', 'JPY', 'en')).toBe('¥1,500');
    expect(formatMoney('1.234', 'KWD', 'en')).toContain('1.234');
  });
});

describe('parseTyped', () => {
  it('reads the locale of the reader', () => {
    expect(parseTyped('1.234,5', 'de')).toBe('1234.5');
    expect(parseTyped('1,234.50', 'en')).toBe('1234.50');
    expect(parseTyped(' 12 ', 'zh-CN')).toBe('12');
    expect(parseTyped('١٢٫٥', 'ar-EG')).toBe('12.5');
  });
  it('refuses what is no decimal', () => {
    for (const typed of ['', '1.2.3', 'abc', '1e3', '--1', '.']) expect(parseTyped(typed, 'en')).toBeUndefined();
  });
});

describe('signs', () => {
  it('are read from the text', () => {
    expect(isNegative('-0.01')).toBe(true);
    expect(isNegative('-0.00')).toBe(false);
    expect(isZero('-0.000')).toBe(true);
    expect(isZero('0.001')).toBe(false);
  });
});
