import { useMemo } from 'react';
import { addDays, clockOf, dayOf, instant, ms, weekday, type Instant } from '@/time';
import { useTranslation, type Language } from '.';

const zone = { timeZone: 'Europe/Stockholm' } as const;
const noon = (day: string) => instant(day, '12:00');

export function formatter(language: Language) {
  const locale = language === 'sv' ? 'sv-SE' : 'en-GB';
  const day = new Intl.DateTimeFormat(locale, { ...zone, weekday: 'short', day: 'numeric', month: 'short' });
  const dayYear = new Intl.DateTimeFormat(locale, { ...zone, weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' });
  const long = new Intl.DateTimeFormat(locale, { ...zone, weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
  const month = new Intl.DateTimeFormat(locale, { ...zone, month: 'long', year: 'numeric' });
  const shortMonth = new Intl.DateTimeFormat(locale, { ...zone, month: 'short' });
  const weekdayName = new Intl.DateTimeFormat(locale, { ...zone, weekday: 'short' });
  const exact = new Intl.NumberFormat(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
  const plain = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 });
  const share = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 });
  const now = dayOf(Date.now());
  const [near, far] = [addDays(now, -60), addDays(now, 240)];

  const plainDay = (name: string) => day.format(noon(name)).replace(/[.,]/g, '');
  // With the year where one would otherwise wonder.
  const dayText = (name: string) => (near < name && name < far ? plainDay(name) : dayYear.format(noon(name)).replace(/[.,]/g, ''));
  // Of two days in one year it stands once.
  const dates = (from: string, to: string) => (from === to ? dayText(from) : `${from.slice(0, 4) === to.slice(0, 4) ? plainDay(from) : dayText(from)} – ${dayText(to)}`);
  const fmt = {
    day: (at: Instant) => dayText(dayOf(at)),
    dayName: dayText,
    // Where the year is plain from what stands around it.
    shortDay: (at: Instant) => day.format(ms(at)).replace(/[.,]/g, ''),
    shortSpan: (start: Instant, end: Instant) => `${day.format(ms(start)).replace(/[.,]/g, '')} ${clockOf(start)}–${clockOf(end)}`,
    longDay: (name: string) => long.format(noon(name)),
    month: (name: string) => month.format(noon(name)),
    shortMonth: (name: string) => shortMonth.format(noon(name)).replace(/[.,]/g, ''),
    weekday: (name: string) => weekdayName.format(noon(name)).replace(/[.,]/g, ''),
    clock: (at: Instant) => clockOf(at),
    time: (at: Instant) => `${dayText(dayOf(at))} ${clockOf(at)}`,
    // "lör 12 juni 14:00–22:00", with the second day where it is another
    span: (start: Instant, end: Instant) => {
      const [from, to] = [dayOf(start), dayOf(end)];
      return from === to || ms(end) - ms(start) <= 18 * 3_600_000
        ? `${dayText(from)} ${clockOf(start)}–${clockOf(end)}`
        : `${from.slice(0, 4) === to.slice(0, 4) ? plainDay(from) : dayText(from)} ${clockOf(start)} – ${dayText(to)} ${clockOf(end)}`;
    },
    dates,
    days: (start: Instant, end: Instant) => dates(dayOf(start), dayOf(ms(end) - 1)),
    money: (amount: number) => `${Number.isInteger(amount) ? whole.format(amount) : exact.format(amount)}\u00a0kr`,
    exactMoney: (amount: number) => `${exact.format(amount)}\u00a0kr`,
    shortMoney: (amount: number) =>
      Math.abs(amount) >= 100_000 ? `${plain.format(Math.round(amount / 1000))} tkr` : `${whole.format(amount)} kr`,
    bankgiro: (digits?: string) => digits?.replace(/^(\d{3,4})(\d{4})$/, '$1-$2'),
    plusgiro: (digits?: string) => digits?.replace(/^(\d+)(\d)$/, (_, body: string, check: string) => `${body.replace(/\B(?=(\d{2})+$)/g, ' ')}-${check}`),
    number: (value: number) => plain.format(value),
    share: (value: number) => share.format(value),
    isWeekend: (name: string) => weekday(name) > 4,
  };
  return fmt;
}
export type Formatter = ReturnType<typeof formatter>;

export function useFormat(): Formatter {
  const { language } = useTranslation();
  return useMemo(() => formatter(language), [language]);
}
