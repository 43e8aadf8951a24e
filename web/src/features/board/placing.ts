// Where things lie on the board. Pure.
import type { Skill, Span } from '@/api/types';
import { addDays, instant, ms } from '@/time';

export type Zoom = 'day' | 'week' | 'weeks';
export const daysOf: Record<Zoom, number> = { day: 1, week: 7, weeks: 14 };
export interface Window {
  start: number;
  end: number;
}
export const windowOf = (day: string, zoom: Zoom): Window => ({
  start: instant(day),
  end: instant(addDays(day, daysOf[zoom])),
});

export interface Place {
  left: number; // per cent
  width: number;
}
// Null where it lies outside.
export function placeOf(span: Span, window: Window): Place | null {
  const [start, end] = [Math.max(ms(span.startTime), window.start), Math.min(ms(span.endTime), window.end)];
  if (end <= start) return null;
  const length = window.end - window.start;
  return { left: ((start - window.start) / length) * 100, width: ((end - start) / length) * 100 };
}

export const overlaps = (one: Span, other: Span) => ms(one.startTime) < ms(other.endTime) && ms(other.startTime) < ms(one.endTime);
export const isFree = (busy: Span[], span: Span) => !busy.some((each) => overlaps(each, span));
export const hasSkill = (skills: Skill[], wanted: Skill) => skills.some((each) => each.category === wanted.category && each.skill === wanted.skill);
// The whole hour in which a point of the board lies.
export const hourAt = (share: number, window: Window) => {
  const at = window.start + share * (window.end - window.start);
  return Math.floor(at / 3_600_000) * 3_600_000;
};

// The free time around a point, within a span; null where the point is taken or outside.
export function gapAt(busy: Span[], within: Span, at: number): { start: number; end: number } | null {
  let [start, end] = [ms(within.startTime), ms(within.endTime)];
  if (at < start || at >= end) return null;
  for (const each of busy) {
    const [from, to] = [ms(each.startTime), ms(each.endTime)];
    if (from <= at && at < to) return null;
    if (to <= at) start = Math.max(start, to);
    else if (from > at) end = Math.min(end, from);
  }
  return { start, end };
}
