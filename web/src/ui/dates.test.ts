import { describe, expect, it } from 'vitest';
import { dayIn, dayOf, formatDay, formatDayOf, formatInstant, formatMonth } from './dates';

describe('days', () => {
  it('are not moved by a zone', () => {
    expect(formatDay('2026-03-31', 'en')).toBe('Mar 31, 2026');
    expect(formatDay('2026-01-01', 'zh-CN')).toBe('2026年1月1日');
  });
  it('come back as they are when they are none', () => expect(formatDay('soon', 'en')).toBe('soon'));
  it('are written as the server writes them', () => expect(dayOf(new Date(2026, 2, 5, 23, 59))).toBe('2026-03-05'));
});

describe('months', () => {
  it('are named in the language', () => {
    expect(formatMonth('2026-03', 'en')).toBe('March 2026');
    expect(formatMonth('2026-03', 'zh-CN')).toBe('2026年3月');
    expect(formatMonth('2026-03', 'en', 'narrow')).toBe('M');
  });
  it('come back as they are when they are none', () => expect(formatMonth('soon', 'en')).toBe('soon'));
});

describe('instants', () => {
  it('come back as they are when they are none', () => expect(formatInstant('later', 'en')).toBe('later'));
  it('are in a day of a zone', () => {
    expect(dayIn('2026-03-31T22:30:00Z', 'Asia/Shanghai')).toBe('2026-04-01');
    expect(dayIn('2026-03-31T22:30:00Z', 'Europe/London')).toBe('2026-03-31');
  });
  it('show day and time of a zone', () => {
    expect(formatInstant('2026-03-31T22:30:00Z', 'en-GB', 'Asia/Shanghai')).toBe('1 Apr 2026, 06:30');
    expect(formatDayOf('2026-03-31T22:30:00Z', 'en-GB', 'Asia/Shanghai')).toBe('1 Apr 2026');
  });
});
