import type { Language } from '@/i18n';

// An amount as people write it: 1 250,50, in English 1,250.50 too. null where nothing stands there, undefined where it
// is none.
export function readAmount(text: string, language: Language): number | null | undefined {
  const grouped = text.replace(/[\s\u00a0\u202f]|kr$/gi, '');
  const plain = (language === 'en' ? grouped.replace(/,(?=\d{3}(\D|$))/g, '') : grouped).replace(',', '.');
  if (plain === '') return null;
  return /^\d{1,6}(\.\d{1,2})?$/.test(plain) && Number(plain) > 0 && Number(plain) <= 100_000 ? Number(plain) : undefined;
}
