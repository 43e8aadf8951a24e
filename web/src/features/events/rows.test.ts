import { describe, expect, it } from 'vitest';
import { readRows } from './rows';

const known: Record<string, { category: string; skill: string }> = {
  'foh-tekniker': { category: 'Sound', skill: 'FOH Engineer' },
  'ljus operatör': { category: 'Light', skill: 'Operator' },
  scenarbetare: { category: 'Stage', skill: 'Stagehand' },
};
const find = (name: string) => known[name.toLowerCase()] ?? null;
const from = { day: '2027-06-01', clock: '10:00' };
const to = { day: '2027-06-02', clock: '01:00' };
const read = (text: string) => readRows(text, from, to, find);

describe('rows pasted from a spreadsheet', () => {
  it('are read in any order of columns, with a heading and notes', () => {
    const { rows, unknown } = read('Kompetens\tAntal\tStart\tSlut\tAnm\nFOH-tekniker\t2\t08:00\t23.30\tEgen bil\n3;scenarbetare;1800;02:00\n');
    expect(unknown).toEqual([]);
    expect(rows).toEqual([
      { booked: 0, skill: known['foh-tekniker'], capacity: 2, start: { day: '2027-06-01', clock: '08:00' }, end: { day: '2027-06-01', clock: '23:30' }, notes: 'Egen bil' },
      { booked: 0, skill: known['scenarbetare'], capacity: 3, start: { day: '2027-06-01', clock: '18:00' }, end: { day: '2027-06-02', clock: '02:00' }, notes: '' },
    ]);
  });
  it('take the event’s span where they say none, and one place where they give no number', () => {
    expect(read('Scenarbetare').rows).toEqual([{ booked: 0, skill: known['scenarbetare'], capacity: 1, start: from, end: to, notes: '' }]);
  });
  it('may bring category and skill apart, and dates apart from times', () => {
    const [row] = read('Ljus\tOperatör\t2027-06-02\t09:00\t2027-06-02 17:00\t4').rows;
    expect(row).toMatchObject({ skill: known['ljus operatör'], capacity: 4, start: { day: '2027-06-02', clock: '09:00' }, end: { day: '2027-06-02', clock: '17:00' } });
  });
  it('name the lines that nobody understands', () => {
    expect(read('FOH-tekniker\t1\nTrollkarl\t2').unknown).toEqual(['Trollkarl\t2']);
  });
});
