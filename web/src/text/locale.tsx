// The reader's language, direction and way of writing numbers, for the whole page.
import { createContext, use, useCallback, useEffect, useMemo, useState, type ReactNode } from 'react';
import { DirectionProvider, useDirection } from '@mantine/core';
import { LANGUAGES, inOwnCountry, rememberChoice, type LanguageChoice } from './languages';
import { changeLanguage } from './text';

interface Locale {
  choice: LanguageChoice;
  choose: (code: string) => void;
}

const LocaleContext = createContext<Locale | undefined>(undefined);

function Direction({ choice }: { choice: LanguageChoice }) {
  const { setDirection } = useDirection();
  useEffect(() => {
    document.documentElement.lang = choice.locale;
    document.documentElement.dir = choice.direction;
    setDirection(choice.direction);
  }, [choice, setDirection]);
  return null;
}

export function LocaleProvider({ first, children }: { first: LanguageChoice; children: ReactNode }) {
  const [choice, setChoice] = useState(first);
  const choose = useCallback((code: string) => {
    const next = LANGUAGES.find((each) => each.code === code);
    if (!next) return;
    rememberChoice(next);
    void changeLanguage(next.language).then(() => setChoice(inOwnCountry(next)));
  }, []);
  const locale = useMemo(() => ({ choice, choose }), [choice, choose]);
  return (
    <LocaleContext value={locale}>
      <DirectionProvider initialDirection={first.direction} detectDirection={false}>
        <Direction choice={choice} />
        {children}
      </DirectionProvider>
    </LocaleContext>
  );
}

export function useLocale(): Locale {
  const locale = use(LocaleContext);
  if (!locale) throw new Error('useLocale outside of LocaleProvider');
  return locale;
}
