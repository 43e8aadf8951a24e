import { describe, expect, it } from 'vitest';
import { clearDay, joined, markDay, marksDay, rebased } from './marks';

const days = (...names: string[]) => names.reduce<ReturnType<typeof markDay>>((marks, day) => markDay(marks, day), []);

describe('unavailable days', () => {
  it('are joined where they touch, over the end of a month and the beginning of summer time', () => {
    expect(days('2027-04-01', '2027-03-30', '2027-03-31', '2027-03-28')).toEqual([
      { startDate: '2027-03-28', endDate: '2027-03-28' }, { startDate: '2027-03-30', endDate: '2027-04-01' },
    ]);
  });
  it('are cut apart where one is cleared, and keep their note', () => {
    const marks = clearDay([{ startDate: '2027-06-01', endDate: '2027-06-03', note: 'Resa' }], '2027-06-02');
    expect(marks).toEqual([{ startDate: '2027-06-01', endDate: '2027-06-01', note: 'Resa' }, { startDate: '2027-06-03', endDate: '2027-06-03', note: 'Resa' }]);
    expect(['2027-06-01', '2027-06-02', '2027-06-03'].map((day) => marksDay(marks, day))).toEqual([true, false, true]);
  });
  it('with another note stay apart', () => {
    expect(markDay([{ startDate: '2027-06-01', endDate: '2027-06-01', note: 'Resa' }], '2027-06-02')).toHaveLength(2);
  });
  it('are put together again from the pieces of several answers, at most a year long', () => {
    expect(joined([{ startDate: '2027-06-10', endDate: '2027-06-20' }, { startDate: '2027-06-01', endDate: '2027-06-10' }])).toEqual([{ startDate: '2027-06-01', endDate: '2027-06-20' }]);
    expect(joined([{ startDate: '2027-01-01', endDate: '2027-12-31' }, { startDate: '2028-01-01', endDate: '2028-03-01' }])).toHaveLength(2);
  });
  it('keep what somebody else has painted, where only mine are put on top', () => {
    const before = [{ startDate: '2027-06-01', endDate: '2027-06-03', note: 'Resa' }, { startDate: '2031-01-01', endDate: '2031-01-05' }];
    const mine = markDay(clearDay(before, '2027-06-02'), '2027-08-01', 'Bröllop');
    const theirs = [{ startDate: '2027-06-01', endDate: '2027-06-05', note: 'Resa' }, { startDate: '2027-07-01', endDate: '2027-07-01' }];
    expect(rebased(before, mine, theirs)).toEqual([
      { startDate: '2027-06-01', endDate: '2027-06-01', note: 'Resa' }, { startDate: '2027-06-03', endDate: '2027-06-05', note: 'Resa' },
      { startDate: '2027-07-01', endDate: '2027-07-01' }, { startDate: '2027-08-01', endDate: '2027-08-01', note: 'Bröllop' },
    ]);
  });
});
