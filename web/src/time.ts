// Days and clock times as they are in Sweden, wherever the browser is. A day is 'YYYY-MM-DD', a clock
// time 'HH:MM', an instant an ISO text or a number of milliseconds.
export const minute_ms = 60_000;
export const hour_ms = 60 * minute_ms;
export const day_ms = 24 * hour_ms;
export type Instant = string | number | Date;

const parts = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'Europe/Stockholm',
  year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hourCycle: 'h23',
});

export const ms = (at: Instant): number => (typeof at === 'number' ? at : new Date(at).getTime());

const local = (at: Instant): string => parts.format(ms(at)); // 2027-06-01 14:30
export const dayOf = (at: Instant): string => local(at).slice(0, 10);
export const clockOf = (at: Instant): string => local(at).slice(11, 16);

const asUtc = (day: string, clock: string) => Date.parse(`${day}T${clock}:00Z`);

// The instant of a day's clock time. One that summer time skips becomes the one an hour later; of one
// that comes twice it is the first.
export function instant(day: string, clock = '00:00'): number {
  const wanted = asUtc(day, clock);
  const asSummer = wanted - 2 * hour_ms;
  return clockOf(asSummer) === clock ? asSummer : wanted - hour_ms;
}

export const iso = (at: Instant): string => new Date(ms(at)).toISOString();
export const today = (now: number = Date.now()): string => dayOf(now);
export const addDays = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * day_ms).toISOString().slice(0, 10);
export const daysBetween = (from: string, to: string): number =>
  Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / day_ms);
// 0 = Monday
export const weekday = (day: string): number => (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7;
export const mondayOf = (day: string): string => addDays(day, -weekday(day));
export const daysFrom = (day: string, count: number): string[] => Array.from({ length: count }, (_, i) => addDays(day, i));
export const firstOfMonth = (day: string): string => `${day.slice(0, 7)}-01`;
export function addMonths(day: string, months: number): string {
  const date = new Date(`${firstOfMonth(day)}T00:00:00Z`);
  date.setUTCMonth(date.getUTCMonth() + months);
  return date.toISOString().slice(0, 10);
}

// What people type for a time: 18, 18:30, 1830, 18.30, 9.
export function readClock(text: string): string | null {
  const match = /^\s*(\d{1,2})(?:[:.]?(\d{2}))?\s*$/.exec(text);
  if (!match) return null;
  const hour = Number(match[1]);
  const minutes = Number(match[2] ?? 0);
  if (hour > 23 || minutes > 59) return null;
  return `${String(hour).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`;
}
