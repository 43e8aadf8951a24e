// Days somebody marks as unavailable: spans of whole Swedish days, the last one included. Pure.
import type { Mark } from '@/api/types';
import { addDays, daysBetween, daysFrom } from '@/time';

const most_days = 366;

export const marksDay = (marks: Mark[], day: string): boolean => marks.some((mark) => mark.startDate <= day && day <= mark.endDate);

const make = (startDate: string, endDate: string, note: string | undefined): Mark => ({ startDate, endDate, ...(note ? { note } : {}) });

// The day cut out of whatever covers it; what lies around it stays.
export const clearDay = (marks: Mark[], day: string): Mark[] =>
  marks.flatMap((mark) => {
    if (day < mark.startDate || mark.endDate < day) return [mark];
    return [
      ...(mark.startDate < day ? [make(mark.startDate, addDays(day, -1), mark.note)] : []),
      ...(day < mark.endDate ? [make(addDays(day, 1), mark.endDate, mark.note)] : []),
    ];
  });

// Neighbours with the same note become one, as long as a mark may be.
export function joined(marks: Mark[]): Mark[] {
  const sorted = [...marks].sort((one, other) => one.startDate.localeCompare(other.startDate));
  return sorted.reduce<Mark[]>((all, mark) => {
    const last = all.at(-1);
    const end = last && last.endDate > mark.endDate ? last.endDate : mark.endDate;
    if (last && mark.startDate <= addDays(last.endDate, 1) && (last.note ?? '') === (mark.note ?? '') && end < addDays(last.startDate, most_days))
      return [...all.slice(0, -1), make(last.startDate, end, mark.note)];
    return [...all, mark];
  }, []);
}

export const markDay = (marks: Mark[], day: string, note?: string): Mark[] => joined([...clearDay(marks, day), make(day, day, note)]);

export const sameMarks = (one: Mark[], other: Mark[]): boolean => JSON.stringify(one) === JSON.stringify(other);

const notesByDay = (marks: Mark[]) =>
  new Map(marks.flatMap((mark) => daysFrom(mark.startDate, daysBetween(mark.startDate, mark.endDate) + 1).map((day) => [day, mark.note ?? ''] as const)));

// What I have changed, and nothing else, put on what somebody else has made of it meanwhile.
export function rebased(before: Mark[], mine: Mark[], theirs: Mark[]): Mark[] {
  const [was, is] = [notesByDay(before), notesByDay(mine)];
  const changed = [...new Set([...was.keys(), ...is.keys()])].filter((day) => was.get(day) !== is.get(day));
  return changed.reduce((all, day) => (is.has(day) ? markDay(all, day, is.get(day) || undefined) : clearDay(all, day)), theirs);
}
