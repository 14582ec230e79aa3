// The languages of the front end, and the direction that they are read in.

export type Language = 'en' | 'zh';

export interface LanguageChoice {
  code: string;
  name: string; // in its own language
  language: Language;
  locale: string; // how numbers and days are written
  direction: 'ltr' | 'rtl';
}

const english: LanguageChoice = { code: 'en', name: 'English', language: 'en', locale: 'en', direction: 'ltr' };

export const LANGUAGES: readonly LanguageChoice[] = [
  english,
  { code: 'zh', name: '中文', language: 'zh', locale: 'zh-CN', direction: 'ltr' },
  // English read from right to left: shows what a language such as Arabic would break.
  { code: 'en-rtl', name: 'English (right to left)', language: 'en', locale: 'en', direction: 'rtl' },
];

const STORED_AS = 'mainspring.language';

/** How the reader's own country writes what the language says: "en-GB" for the browser's "en-GB". */
export function inOwnCountry(choice: LanguageChoice, wished: readonly string[] = navigator.languages): LanguageChoice {
  const locale = wished.find((tag) => tag.split('-')[0] === choice.language);
  return locale === undefined ? choice : { ...choice, locale };
}

/** The language chosen on this device, else the first one of the browser that there is. */
export function firstChoice(): LanguageChoice {
  const stored = localStorage.getItem(STORED_AS);
  const wished = navigator.languages.map((tag) => tag.split('-')[0]);
  return inOwnCountry(
    LANGUAGES.find((each) => each.code === stored) ?? LANGUAGES.find((each) => wished.includes(each.code)) ?? english,
  );
}

export function rememberChoice(choice: LanguageChoice): void {
  localStorage.setItem(STORED_AS, choice.code);
}
