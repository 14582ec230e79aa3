// Days ("2026-03-31") have no zone and are never moved by one; instants are shown in the zone of the reader,
// and what was measured in that of the utility.

const DAY = /^(\d{4})-(\d{2})-(\d{2})$/;

/** "2026-03-31" in "en" is "Mar 31, 2026". What is no day comes back as it is. */
export function formatDay(day: string, locale: string): string {
  const found = DAY.exec(day);
  if (!found) return day;
  const [, year, month, date] = found;
  const utc = new Date(Date.UTC(Number(year), Number(month) - 1, Number(date)));
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' }).format(utc);
}

/** "2026-03" in "en" is "March 2026"; "narrow" is the sign of a month below a bar. */
export function formatMonth(month: string, locale: string, width: 'long' | 'narrow' = 'long'): string {
  const at = new Date(`${month}-01T00:00:00Z`);
  if (Number.isNaN(at.getTime())) return month;
  const year = width === 'long' ? ({ year: 'numeric' } as const) : {};
  return new Intl.DateTimeFormat(locale, { month: width, timeZone: 'UTC', ...year }).format(at);
}

const inZone = (zone: string | undefined) => (zone === undefined ? {} : { timeZone: zone });

/** "2026-03-31T10:00:00Z" to the minute, in a zone ("Europe/London"), or in the reader's. */
export function formatInstant(instant: string, locale: string, zone?: string): string {
  const at = new Date(instant);
  if (Number.isNaN(at.getTime())) return instant;
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short', ...inZone(zone) }).format(at);
}

/** The day that an instant is in, in a zone. */
export function formatDayOf(instant: string, locale: string, zone: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: zone }).format(new Date(instant));
}

/** The day that an instant is in, in a zone, as the server writes days. */
export function dayIn(instant: string, zone: string): string {
  const parts = new Intl.DateTimeFormat('en', {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    timeZone: zone,
  }).formatToParts(new Date(instant));
  const part = (type: string) => parts.find((each) => each.type === type)?.value ?? '';
  return `${part('year')}-${part('month')}-${part('day')}`;
}

/** The day in the reader's zone, as the server writes days. */
export function dayOf(at: Date): string {
  const two = (part: number) => String(part).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

/** The day `count` days after a day (before it, when negative). */
export function daysAfter(day: string, count: number): string {
  const found = DAY.exec(day);
  if (!found) return day;
  return new Date(Date.UTC(Number(found[1]), Number(found[2]) - 1, Number(found[3]) + count))
    .toISOString()
    .slice(0, 10);
}

export const dayAfter = (day: string): string => daysAfter(day, 1);
