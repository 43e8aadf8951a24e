// An amount as people write it: 1 250,50. null where nothing stands there, undefined where it is none.
export function readAmount(text: string): number | null | undefined {
  const plain = text.replace(/[\s\u00a0\u202f]|kr$/gi, '').replace(',', '.');
  if (plain === '') return null;
  return /^\d{1,6}(\.\d{1,2})?$/.test(plain) && Number(plain) > 0 && Number(plain) <= 100_000 ? Number(plain) : undefined;
}
