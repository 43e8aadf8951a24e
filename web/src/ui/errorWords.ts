import { useCallback } from 'react';
import { ApiError, type FieldError } from '@/api/errors';
import { conflicts_sv } from '@/i18n/conflicts';
import { useTranslation, type Key, type Translation } from '@/i18n';

// The server says in English what is wrong with a field; these are the sentences it uses.
const sentences: [RegExp, Key][] = [
  [/^is required$|must not be empty|blank/, 'field.required'],
  [/is given twice|already|in use|taken/, 'field.taken'],
  [/crewFrom|crewTo|inside|within|must lie/, 'field.within'],
  [/must be after|must not be before|must be later/, 'field.after'],
  [/phone/i, 'field.phone'],
  [/mail/i, 'field.email'],
  [/at most|characters|too long|between/, 'field.range'],
  [/past/, 'field.past'],
];

export function fieldWords({ message }: FieldError, { t, language }: Translation): string {
  if (language === 'en') return message.charAt(0).toUpperCase() + message.slice(1);
  const found = sentences.find(([pattern]) => pattern.test(message));
  return found ? t(found[1]) : t('field.wrong');
}

export interface ErrorWords {
  text: string;
  traceId: string;
  details: string[];
}

export function useErrorWords() {
  const translation = useTranslation();
  return useCallback(
    (thrown: unknown): ErrorWords => {
      const { t, has, language } = translation;
      if (!(thrown instanceof ApiError)) return { text: t('error.UNKNOWN'), traceId: '', details: [] };
      const key = `error.${thrown.code}`;
      const known = has(key) ? t(key, { seconds: Math.max(1, thrown.retryAfterSeconds) }) : t('error.UNKNOWN');
      // Refusals that the code alone does not explain come with a sentence of the server's.
      const explained = ['CONFLICT', 'FORBIDDEN', 'NOT_FOUND'].includes(thrown.code) && thrown.message;
      const tells = explained && (language === 'en' ? explained : conflicts_sv[explained]);
      const details = thrown.details
        .filter((detail) => detail.field)
        .map((detail) => {
          const name = `label.${detail.field.replace(/\[\d+\]/g, '').split('.').pop()}`;
          const row = /^slots\[(\d+)\]/.exec(detail.field)?.[1];
          const where = row === undefined ? '' : `, ${t('slots.row', { number: Number(row) + 1 })}`;
          return `${has(name) ? t(name) : detail.field}${where}: ${fieldWords(detail, translation)}`;
        });
      return { text: tells || known, traceId: thrown.traceId, details };
    },
    [translation],
  );
}
