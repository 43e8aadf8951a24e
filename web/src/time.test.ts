import { describe, expect, it } from 'vitest';
import { addDays, addMonths, clockOf, dayOf, daysBetween, instant, iso, mondayOf, readClock, weekday } from './time';

describe('Swedish time', () => {
  it('knows summer time', () => {
    expect(iso(instant('2027-01-15', '12:00'))).toBe('2027-01-15T11:00:00.000Z');
    expect(iso(instant('2027-07-15', '12:00'))).toBe('2027-07-15T10:00:00.000Z');
    expect(dayOf('2027-07-15T22:30:00Z')).toBe('2027-07-16');
    expect(clockOf('2027-01-15T22:30:00Z')).toBe('23:30');
  });
  it('gives a skipped hour and a repeated one an instant', () => {
    expect(iso(instant('2027-03-28', '01:59'))).toBe('2027-03-28T00:59:00.000Z');
    expect(iso(instant('2027-03-28', '02:30'))).toBe('2027-03-28T01:30:00.000Z');
    expect(iso(instant('2027-03-28', '03:00'))).toBe('2027-03-28T01:00:00.000Z');
    expect(iso(instant('2027-10-31', '02:30'))).toBe('2027-10-31T00:30:00.000Z');
    expect(iso(instant('2027-10-31', '03:00'))).toBe('2027-10-31T02:00:00.000Z');
  });
  it('goes there and back for every hour of a year', () => {
    for (let at = Date.UTC(2027, 0, 1); at < Date.UTC(2028, 0, 1); at += 3_600_000) {
      const back = instant(dayOf(at), clockOf(at));
      expect(clockOf(back)).toBe(clockOf(at));
      expect([0, 3_600_000]).toContain(at - back);
    }
  });
  it('counts days', () => {
    expect(addDays('2027-02-28', 1)).toBe('2027-03-01');
    expect(daysBetween('2027-03-27', '2027-03-29')).toBe(2);
    expect(weekday('2027-02-01')).toBe(0);
    expect(mondayOf('2027-02-07')).toBe('2027-02-01');
    expect(addMonths('2027-01-31', 1)).toBe('2027-02-01');
    expect(addMonths('2027-01-31', -1)).toBe('2026-12-01');
  });
  it('reads times as people type them', () => {
    expect(['18', '1830', '18:30', '18.05', '9', '24', '12:60', 'x', ''].map(readClock)).toEqual([
      '18:00', '18:30', '18:30', '18:05', '09:00', null, null, null, null,
    ]);
  });
});
