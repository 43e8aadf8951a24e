import { createContext, use, useCallback, useEffect, useMemo, useState, type ReactNode } from 'react';
import { texts } from './texts';

export type Language = 'sv' | 'en';
export type Key = keyof typeof texts;
export type Values = Record<string, string | number>;

const remembered = 'soundflow.language';

export function firstLanguage(): Language {
  const word = localStorage.getItem(remembered);
  if (word === 'sv' || word === 'en') return word;
  return navigator.language.toLowerCase().startsWith('en') ? 'en' : 'sv';
}

export function fill(text: string, values: Values): string {
  return text
    .replace(/\{(\w+)\|([^|{}]*)\|([^|{}]*)\}/g, (_, name: string, one: string, many: string) =>
      Number(values[name]) === 1 ? one : many)
    .replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

export interface Translation {
  language: Language;
  setLanguage: (language: Language) => void;
  t: (key: Key, values?: Values) => string;
  has: (key: string) => key is Key;
}
const Context = createContext<Translation | null>(null);

export function TranslationProvider({ children }: { children: ReactNode }) {
  const [language, setState] = useState<Language>(firstLanguage);
  const setLanguage = useCallback((next: Language) => {
    localStorage.setItem(remembered, next);
    setState(next);
  }, []);
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  const value = useMemo<Translation>(() => {
    const text = (key: Key) => texts[key][language === 'sv' ? 0 : 1];
    return {
      language,
      setLanguage,
      t: (key, values) => (values ? fill(text(key), values) : text(key)),
      has: (key): key is Key => key in texts,
    };
  }, [language, setLanguage]);
  return <Context value={value}>{children}</Context>;
}

export function useTranslation(): Translation {
  const value = use(Context);
  if (!value) throw new Error('outside of TranslationProvider');
  return value;
}
