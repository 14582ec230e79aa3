// Decimals come from the server as text ("-1234.50") and are written in the reader's locale digit by digit: no number
// of JavaScript is ever made of their fraction, and nothing is computed.

interface Digits {
  negative: boolean;
  whole: bigint;
  fraction: string;
}

const PATTERN = /^(-?)(\d+)(?:\.(\d+))?$/;

/** The parts of a decimal of the server; undefined when the text is none. */
export function digitsOf(text: string): Digits | undefined {
  const found = PATTERN.exec(text);
  if (!found) return undefined;
  const [, sign, whole, fraction] = found;
  const isZero = /^0*$/.test((whole ?? '') + (fraction ?? ''));
  return { negative: sign === '-' && !isZero, whole: BigInt(whole ?? '0'), fraction: fraction ?? '' };
}

/** Is the decimal below zero? */
export const isNegative = (text: string): boolean => digitsOf(text)?.negative ?? false;
/** Is the decimal zero, however it is written? */
export const isZero = (text: string): boolean => /^-?0+(\.0+)?$/.test(text);

const formats = new Map<string, Intl.NumberFormat>();
function formatOf(locale: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = JSON.stringify([locale, options]);
  let format = formats.get(key);
  if (!format) formats.set(key, (format = new Intl.NumberFormat(locale, options)));
  return format;
}

// Digits of a fraction in the numerals of the locale, with leading and trailing zeros kept.
const localDigits = (locale: string, digits: string): string =>
  Array.from(digits, (digit) => formatOf(locale, {}).format(BigInt(digit))).join('');

function localized(locale: string, digits: Digits, options: Intl.NumberFormatOptions): string {
  const whole = formatOf(locale, {}).format(digits.whole);
  const count = digits.fraction.length;
  // A sample of the same shape gives the places of sign, currency and separator.
  const sample = formatOf(locale, {
    ...options,
    minimumFractionDigits: count,
    maximumFractionDigits: count,
  }).formatToParts(digits.negative ? -1n : 1n);
  return sample
    .map((part) => {
      if (part.type === 'integer') return whole;
      if (part.type === 'fraction') return localDigits(locale, digits.fraction);
      return part.value;
    })
    .join('');
}

/** "1234.500" in "de" is "1.234,500". What is no decimal comes back as it is. */
export function formatDecimal(text: string, locale: string): string {
  const digits = digitsOf(text);
  return digits ? localized(locale, digits, {}) : text;
}

/** "-1234.50", "EUR" in "de" is "-1.234,50 €". */
export function formatMoney(text: string, currency: string, locale: string): string {
  const digits = digitsOf(text);
  return digits ? localized(locale, digits, { style: 'currency', currency, currencyDisplay: 'narrowSymbol' }) : text;
}

/** What a person typed in the locale ("1.234,5" in "de") as the server's text ("1234.5"); undefined when it is none. */
export function parseTyped(typed: string, locale: string): string | undefined {
  const parts = formatOf(locale, { useGrouping: true }).formatToParts(1234567.5);
  const separator = (type: string) => parts.find((part) => part.type === type)?.value ?? '';
  const decimal = separator('decimal') || '.';
  const zero = formatOf(locale, { useGrouping: false }).format(0).codePointAt(0) ?? 48;
  const plain = Array.from(typed.trim(), (char) => {
    const digit = (char.codePointAt(0) ?? 0) - zero;
    return digit >= 0 && digit <= 9 ? String(digit) : char;
  }).join('');
  const group = separator('group');
  const groups = new Set([group, ' ', '\u00a0', '\u202f', "'", '’'].filter((mark) => mark !== decimal && mark !== ''));
  const text = Array.from(plain)
    .filter((char) => !groups.has(char))
    .join('')
    .replace(decimal, '.');
  return PATTERN.test(text) ? text : undefined;
}
