import { describe, expect, it } from 'vitest';
import { gapAt, hourAt, isFree, placeOf, windowOf } from './placing';

describe('the board', () => {
  const day = windowOf('2027-06-01', 'day');
  it('places a span by its share of the window, cut to it', () => {
    expect(placeOf({ startTime: '2027-06-01T04:00:00Z', endTime: '2027-06-01T10:00:00Z' }, day)).toEqual({ left: 25, width: 25 });
    expect(placeOf({ startTime: '2027-05-31T04:00:00Z', endTime: '2027-06-01T04:00:00Z' }, day)).toEqual({ left: 0, width: 25 });
    expect(placeOf({ startTime: '2027-06-01T22:00:00Z', endTime: '2027-06-02T04:00:00Z' }, day)).toBeNull();
  });
  it('has 23 hours on the day that summer time begins', () => {
    const short = windowOf('2027-03-28', 'day');
    expect(short.end - short.start).toBe(23 * 3_600_000);
    expect(new Date(hourAt(0.5, short)).toISOString()).toBe('2027-03-28T10:00:00.000Z');
  });
  it('calls people free whose work only touches', () => {
    const busy = [{ startTime: '2027-06-01T08:00:00Z', endTime: '2027-06-01T12:00:00Z' }];
    expect(isFree(busy, { startTime: '2027-06-01T12:00:00Z', endTime: '2027-06-01T14:00:00Z' })).toBe(true);
    expect(isFree(busy, { startTime: '2027-06-01T11:59:00Z', endTime: '2027-06-01T14:00:00Z' })).toBe(false);
  });
  it('finds the gap around a point, within what is to be filled', () => {
    const slot = { startTime: '2027-06-01T14:00:00Z', endTime: '2027-06-01T22:00:00Z' };
    const busy = [{ startTime: '2027-06-01T08:00:00Z', endTime: '2027-06-01T16:00:00Z' }, { startTime: '2027-06-01T20:00:00Z', endTime: '2027-06-02T02:00:00Z' }];
    const at = (time: string) => Date.parse(`2027-06-01T${time}:00Z`);
    expect(gapAt(busy, slot, at('17:00'))).toEqual({ start: at('16:00'), end: at('20:00') });
    expect(gapAt([], slot, at('17:00'))).toEqual({ start: at('14:00'), end: at('22:00') });
    expect(gapAt(busy, slot, at('15:00'))).toBeNull();
    expect(gapAt(busy, slot, at('12:00'))).toBeNull();
  });
});
