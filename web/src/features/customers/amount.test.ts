import { expect, it } from 'vitest';
import { readAmount } from './amount';

it('amounts are read as people write them', () => {
  expect(['450', '1 250,50', '1\u00a0250.5 kr', '', ' ', '0', '-3', '1,234', 'x', '100001'].map(readAmount)).toEqual([
    450, 1250.5, 1250.5, null, null, undefined, undefined, undefined, undefined, undefined,
  ]);
});
