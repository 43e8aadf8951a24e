// An event as the form holds it, and back. Pure.
import type { Event, EventStatus, EventType } from '@/api/types';
import { isoOf, momentOf, type Moment } from '@/ui/fields';
import { daysApart, shifted, type Row } from './rows';

export interface Draft {
  customerId: string;
  name: string;
  eventType: EventType;
  status: EventStatus;
  location: string;
  address: string;
  start: Moment;
  end: Moment;
  crewFrom: Moment;
  crewTo: Moment;
  description: string;
  performer: string;
  stage: string;
  audience: number | '';
  equipment: string[];
  contactName: string;
  contactPhone: string;
  crewInfo: string;
  orderReference: string;
  buyerReference: string;
  project: string;
  rows: Row[];
}

let keys = 0;
export const newKey = () => ++keys;

export const emptyDraft = (customerId: string, day: string | null): Draft => ({
  customerId, name: '', eventType: 'Concert', status: 'Scheduled', location: '', address: '',
  start: { day, clock: day ? '10:00' : '' }, end: { day, clock: day ? '23:00' : '' },
  crewFrom: { day: null, clock: '' }, crewTo: { day: null, clock: '' },
  description: '', performer: '', stage: '', audience: '', equipment: [], contactName: '', contactPhone: '',
  crewInfo: '', orderReference: '', buyerReference: '', project: '', rows: [],
});

export function draftOf(event: Event): Draft {
  return {
    customerId: event.customerId, name: event.name, eventType: event.eventType, status: event.status,
    location: event.location, address: event.address ?? '',
    start: momentOf(event.startDate), end: momentOf(event.endDate),
    crewFrom: momentOf(event.crewFrom), crewTo: momentOf(event.crewTo),
    description: event.description ?? '', performer: event.details?.performer ?? '', stage: event.details?.stage ?? '',
    audience: event.details?.audience ?? '', equipment: event.details?.equipment ?? [],
    contactName: event.onSiteContact?.name ?? '', contactPhone: event.onSiteContact?.phone ?? '',
    crewInfo: event.crewInfo ?? '', orderReference: event.orderReference ?? '', buyerReference: event.buyerReference ?? '',
    project: event.project ?? '',
    rows: (event.slots ?? []).map((slot) => ({
      key: newKey(), id: slot.id, booked: slot.booked, skill: { category: slot.category, skill: slot.skill },
      start: momentOf(slot.startTime), end: momentOf(slot.endTime), capacity: slot.capacity, notes: slot.notes ?? '',
    })),
  };
}

export const copyOf = (event: Event): Draft => {
  const draft = draftOf(event);
  return { ...draft, status: 'Scheduled', rows: draft.rows.map(({ id: _, ...row }) => ({ ...row, booked: 0 })) };
};

// The first day moves, and everything with it.
export function movedTo(draft: Draft, start: Moment): Draft {
  const days = daysApart(draft.start.day, start.day);
  const move = (moment: Moment) => shifted(moment, days);
  const end = draft.end.day === null ? { day: start.day, clock: draft.end.clock || '23:00' } : move(draft.end);
  return {
    ...draft, start, end, crewFrom: move(draft.crewFrom), crewTo: move(draft.crewTo),
    rows: draft.rows.map((row) => ({ ...row, start: move(row.start), end: move(row.end) })),
  };
}

const given = (text: string) => (text.trim() === '' ? null : text);

export type Body = Record<string, unknown>;
export function bodyOf(draft: Draft): Body {
  const details = {
    ...(draft.performer ? { performer: draft.performer } : {}), ...(draft.stage ? { stage: draft.stage } : {}),
    ...(draft.audience !== '' ? { audience: draft.audience } : {}), ...(draft.equipment.length ? { equipment: draft.equipment } : {}),
  };
  const contact = { ...(draft.contactName ? { name: draft.contactName } : {}), ...(draft.contactPhone ? { phone: draft.contactPhone } : {}) };
  return {
    name: draft.name, eventType: draft.eventType, location: draft.location, address: given(draft.address),
    startDate: isoOf(draft.start), endDate: isoOf(draft.end), crewFrom: isoOf(draft.crewFrom), crewTo: isoOf(draft.crewTo),
    description: given(draft.description), details: Object.keys(details).length ? details : null,
    onSiteContact: Object.keys(contact).length ? contact : null, crewInfo: given(draft.crewInfo),
    orderReference: given(draft.orderReference), buyerReference: given(draft.buyerReference), project: given(draft.project),
    slots: draft.rows.map((row) => ({
      ...(row.id ? { id: row.id } : {}), category: row.skill?.category, skill: row.skill?.skill,
      startTime: isoOf(row.start), endTime: isoOf(row.end), capacity: row.capacity === '' ? null : row.capacity,
      ...(row.notes ? { notes: row.notes } : {}),
    })),
  };
}

export const changesOf = (before: Body, after: Body): Body =>
  Object.fromEntries(Object.entries(after).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(before[name])));

// What keeps the draft from being sent: the names of the fields.
export function missingIn(draft: Draft): Set<string> {
  const missing = new Set<string>();
  if (!draft.name.trim()) missing.add('name');
  if (!draft.location.trim()) missing.add('location');
  if (!draft.customerId) missing.add('customerId');
  const [start, end] = [isoOf(draft.start), isoOf(draft.end)];
  if (!start) missing.add('startDate');
  if (!end || (start && end <= start)) missing.add('endDate');
  for (const [index, row] of draft.rows.entries()) {
    const [from, to] = [isoOf(row.start), isoOf(row.end)];
    if (!row.skill) missing.add(`slots[${index}].skill`);
    if (!from) missing.add(`slots[${index}].startTime`);
    if (!to || (from && to <= from)) missing.add(`slots[${index}].endTime`);
    if (row.capacity === '' || row.capacity < 1) missing.add(`slots[${index}].capacity`);
  }
  return missing;
}
