import { expect, it } from 'vitest';
import { readAmount } from './amount';

it('amounts are read as people write them', () => {
  expect(['450', '1 250,50', '1\u00a0250.5 kr', '', ' ', '0', '-3', '1,234', 'x', '100001'].map((text) => readAmount(text, 'sv'))).toEqual([
    450, 1250.5, 1250.5, null, null, undefined, undefined, undefined, undefined, undefined,
  ]);
});

it('in English a comma may part thousands', () => {
  expect(['3,360', '3,360.50', '12,5', '100,000', '1,234,5', '3,36,0'].map((text) => readAmount(text, 'en'))).toEqual([
    3360, 3360.5, 12.5, 100_000, 1234.5, undefined,
  ]);
});
