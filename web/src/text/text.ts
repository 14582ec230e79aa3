// Texts by feature: `features/<name>/texts/<language>.ts`, loaded with the first page that asks for them. The texts of
// the frame and of shared components are the feature "shared".
import i18next, { type BackendModule } from 'i18next';
import { initReactI18next, useTranslation } from 'react-i18next';
import type { Language } from './languages';
import type { shared } from './shared/en';

/** A table of one language: flat keys. `{{name}}` is filled in; `key_one` and `key_other` are chosen by `count`. */
export type Table = Readonly<Record<string, string>>;
type Base<Key> = Key extends `${infer Stem}_one` | `${infer Stem}_other` ? Stem : Key;
export type KeyOf<T extends Table> = Base<keyof T & string>;
/** The same keys in a language that has one form for any count. */
export type SameKeys<T extends Table> = { readonly [Key in KeyOf<T>]: string };
export type Values = Readonly<Record<string, string | number>>;
export type Translate<T extends Table> = (key: KeyOf<T>, values?: Values) => string;

type Module = Readonly<Record<string, Table>>;
const loaders: Record<string, () => Promise<Module>> = {
  ...import.meta.glob<Module>('../features/*/texts/{en,zh}.ts'),
  ...import.meta.glob<Module>('./shared/{en,zh}.ts'),
};

function loaderOf(language: string, feature: string): (() => Promise<Module>) | undefined {
  return loaders[feature === 'shared' ? `./shared/${language}.ts` : `../features/${feature}/texts/${language}.ts`];
}

const backend: BackendModule = {
  type: 'backend',
  init: () => undefined,
  read(language, feature, done) {
    const load = loaderOf(language, feature);
    if (!load) {
      done(new Error(`no texts of ${feature} in ${language}`), false);
      return;
    }
    load().then(
      (module) => done(null, { ...Object.values(module)[0] }),
      (error: unknown) => done(error as Error, false),
    );
  },
};

export async function startTexts(language: Language): Promise<void> {
  await i18next
    .use(backend)
    .use(initReactI18next)
    .init({
      lng: language,
      fallbackLng: false,
      supportedLngs: ['en', 'zh'],
      ns: ['shared'],
      defaultNS: 'shared',
      keySeparator: false,
      nsSeparator: false,
      interpolation: { escapeValue: false },
      react: { useSuspense: true },
      returnNull: false,
    });
}

export const changeLanguage = async (language: Language): Promise<void> => {
  await i18next.changeLanguage(language);
};

/** The texts of a feature; suspends until they are loaded. Each feature wraps this once, with its own table's type. */
export function useTextOf<T extends Table>(feature: string): Translate<T> {
  const { t } = useTranslation(feature);
  return (key, values) => (t as (key: string, values?: Values) => string)(key, values);
}

export const useSharedText = (): Translate<typeof shared> => useTextOf<typeof shared>('shared');
