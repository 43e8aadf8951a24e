import { describe, expect, it } from 'vitest';
import { fill } from '.';
import { texts } from './texts';

const values_in = (text: string) => [...new Set([...text.matchAll(/\{(\w+)/g)].map((match) => match[1]))].sort();

describe('texts', () => {
  it('are there in both languages, with the same values to fill in', () => {
    for (const [key, pair] of Object.entries(texts)) {
      for (const text of pair) expect(text.trim(), key).not.toBe('');
      expect(values_in(pair[0]), key).toEqual(values_in(pair[1]));
    }
  });
  it('fill in values and choose by number', () => {
    expect(fill('{count} {count|plats|platser} i {place}', { count: 1, place: 'Lund' })).toBe('1 plats i Lund');
    expect(fill('{count} {count|plats|platser}', { count: 3 })).toBe('3 platser');
  });
});
