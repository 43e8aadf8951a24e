// Slots as rows that people type, or paste from a spreadsheet. Pure.
import type { Skill } from '@/api/types';
import { addDays, daysBetween, readClock } from '@/time';
import type { Moment } from '@/ui/fields';

export interface Row {
  key: number;
  id?: string;
  booked: number;
  skill: Skill | null;
  start: Moment;
  end: Moment;
  capacity: number | '';
  notes: string;
}
export interface ReadRows {
  rows: Omit<Row, 'key'>[];
  unknown: string[]; // the lines whose skill nobody knows
}

const day_and_clock = /^(\d{4}-\d{2}-\d{2})(?:[ T]+(\S+))?$/;

// One slot a line; cells apart by tab or semicolon, in any order: the first text that is a skill, the
// first whole number that is no time for the first hour is the count, times are start and end (alone on
// the event's days, or with their date), the rest are notes. A heading line is left out.
export function readRows(text: string, from: Moment, to: Moment, find: (name: string) => Skill | null): ReadRows {
  const out: ReadRows = { rows: [], unknown: [] };
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '') continue;
    const cells = line.split(/[\t;]/).map((cell) => cell.trim()).filter((cell) => cell !== '');
    const row = readCells(cells, from, to, find);
    if (row) out.rows.push(row);
    else if (index > 0 || cells.some((cell) => /\d/.test(cell))) out.unknown.push(line.trim());
  }
  return out;
}

function readCells(cells: string[], from: Moment, to: Moment, find: (name: string) => Skill | null): Omit<Row, 'key'> | null {
  let skill: Skill | null = null;
  let capacity: number | null = null;
  const times: Moment[] = [];
  const notes: string[] = [];
  for (const [index, cell] of cells.entries()) {
    const dated = day_and_clock.exec(cell);
    const clock = /[:.]/.test(cell) || /^\d{4}$/.test(cell) ? readClock(cell) : null;
    const next = cells[index + 1] ?? '';
    if (skill === null && !/\d/.test(cell) && (find(cell) ?? find(`${cell} ${next}`))) {
      skill = find(cell) ?? find(`${cell} ${next}`);
      if (!find(cell)) cells[index + 1] = '';
    } else if (cell === '') continue;
    else if (dated && times.length < 2) times.push({ day: dated[1] as string, clock: readClock(dated[2] ?? '') ?? '' });
    else if (clock !== null && times.length > 0 && times.at(-1)?.clock === '') (times.at(-1) as Moment).clock = clock;
    else if (clock !== null && times.length < 2) times.push({ day: null, clock });
    else if (capacity === null && /^\d{1,3}$/.test(cell)) capacity = Number(cell);
    else notes.push(cell);
  }
  if (skill === null) return null;
  const [start, end] = placed(times, from, to);
  return { booked: 0, skill, start, end, capacity: capacity ?? 1, notes: notes.join(' ') };
}

function placed(times: Moment[], from: Moment, to: Moment): [Moment, Moment] {
  const start: Moment = { day: times[0]?.day ?? from.day, clock: times[0]?.clock || from.clock };
  if (times[1] === undefined) return [start, { ...to }];
  const end: Moment = { day: times[1].day ?? start.day, clock: times[1].clock || to.clock };
  // 22:00–02:00 ends the day after.
  if (times[1].day === null && end.day !== null && end.clock <= start.clock) end.day = addDays(end.day, 1);
  return [start, end];
}

export const shifted = (moment: Moment, days: number): Moment =>
  moment.day === null ? moment : { ...moment, day: addDays(moment.day, days) };
export const daysApart = (from: string | null, to: string | null): number => (from && to ? daysBetween(from, to) : 0);
