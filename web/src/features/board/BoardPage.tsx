import { Button, Group, SegmentedControl, Select, Switch, Text } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useNavigate } from 'react-router';
import { may } from '@/api/may';
import { useAll, useEvent, usePage } from '@/api/queries';
import { useMe } from '@/api/session';
import { skillKey, skillOf, useSkillNames } from '@/api/skills';
import type { Booking, CrewBusy, CrewCard, Event, Slot, Span } from '@/api/types';
import { useTranslation } from '@/i18n';
import { useFormat } from '@/i18n/format';
import { addDays, hour_ms, instant, iso, ms, today } from '@/time';
import { Card, Empty, Fetched, Meter, Page, Status } from '@/ui/basics';
import { DayInput, SkillSelect } from '@/ui/fields';
import { SearchInput, useFilters } from '@/ui/filters';
import { Icon } from '@/ui/icons';
import { BookDialog, type Wish } from './BookDialog';
import { daysOf, gapAt, windowOf, type Zoom } from './placing';
import { dragSlot, firstDayOf, fitsDay, Timeline, type Person } from './Timeline';

const shift_ms = 8 * hour_ms;

export function BoardPage() {
  const me = useMe();
  const { t } = useTranslation();
  const navigate = useNavigate();
  const filters = useFilters();
  const event = useEvent(filters.get('event'));
  const [wish, setWish] = useState<Wish | null>(null);
  const slots = event.data?.slots ?? [];
  const slot = slots.find((each) => each.id === filters.get('slot')) ?? null;
  const band: Span | null = slot ?? (event.data ? { startTime: event.data.crewFrom ?? event.data.startDate, endTime: event.data.crewTo ?? event.data.endDate } : null);
  const day = filters.get('day') || firstDayOf(band);
  const zoom: Zoom = (filters.get('zoom') || (band && slot && fitsDay(band, day) ? 'day' : 'week')) as Zoom;
  const window = useMemo(() => windowOf(day, zoom), [day, zoom]);
  const skill = filters.get('skill') ? skillOf(filters.get('skill')) : slot;
  const query = {
    category: skill?.category, skill: skill?.skill, customerId: filters.get('company'), q: filters.get('q'),
    ...(filters.get('free') && band ? { availableFrom: band.startTime, availableTo: band.endTime } : {}),
  };
  // Busy times of the window and of what is to be filled, which may lie outside of it.
  const span = { from: iso(Math.min(window.start, band ? ms(band.startTime) : window.start)), to: iso(Math.max(window.end, band ? ms(band.endTime) : window.end)) };
  // The event says which days and which skill; without it one would read what is not looked at.
  const settled = filters.get('event') === '' || event.data !== undefined || event.error !== null;
  const cards = useAll<CrewCard>('board', '/api/users/crew', query, settled);
  const busy = useAll<CrewBusy>('board', '/api/users/crew/availability', { ...query, ...span }, settled);
  const here = useAll<Booking>('board', `/api/bookings/event/${filters.get('event')}`, {}, filters.get('event') !== '' && me.role !== 'CrewAdmin');
  const people = useMemo(() => peopleOf(cards.data, busy.data, here.data), [cards.data, busy.data, here.data]);
  const bookable = event.data !== undefined && may.book(me, event.data);

  // By name or by dragging: the whole of what is to be filled. By a click: the gap that was hit, or from
  // that hour on.
  const book = ({ card, busy: taken }: Person, wanted: Slot | null, at: number | null) => {
    if (!event.data || !band) return;
    const whole = wanted ?? band;
    const gap = at === null ? null : gapAt(taken, whole, at);
    const from = at === null || wanted ? ms(whole.startTime) : at;
    setWish({ card, slot: wanted, start: gap?.start ?? from, end: gap?.end ?? (from === at ? at + shift_ms : ms(whole.endTime)) });
  };
  return (
    <Page title={t('nav.board')} subtitle={event.data ? <EventLine event={event.data} /> : t(may.makeEvents(me) ? 'board.chooseEvent' : 'board.own')}>
      <Card pad={false}>
        <Toolbar day={day} zoom={zoom} />
        {slots.length > 0 && <SlotStrip slots={slots} chosen={slot} onChoose={(next) => filters.set({ slot: next?.id ?? null, skill: null, day: null, zoom: null })} />}
        <Fetched query={{ ...cards, data: cards.data }} rows={10}>
          {() => people.length === 0
            ? <Empty icon="people" title={t('filter.none')}>{t('board.nobody')}</Empty>
            : <Timeline people={people} window={window} zoom={zoom} band={band} slots={slots} chosen={slot} onBook={bookable ? book : null} onOpen={({ card }) => void (may.seeUsers(me) && card.customerId === me.customerId && navigate(`/users/${card.id}`))} />}
        </Fetched>
        <Legend count={people.length} />
      </Card>
      {wish && event.data && <BookDialog event={event.data} wish={wish} onClose={() => setWish(null)} />}
    </Page>
  );
}

function peopleOf(cards: CrewCard[] = [], busy: CrewBusy[] = [], here: Booking[] = []): Person[] {
  const spans = new Map(busy.map((each) => [each.crewId, each.busy]));
  const live = new Map<string, Booking[]>();
  for (const booking of here)
    if (booking.status !== 'CANCELLED' && booking.status !== 'PENDING') live.set(booking.crewId, [...(live.get(booking.crewId) ?? []), booking]);
  return cards.map((card) => ({ card, busy: spans.get(card.id) ?? [], here: live.get(card.id) ?? [] }));
}

function EventLine({ event }: { event: Event }) {
  const fmt = useFormat();
  return <Group gap="xs"><Status kind="event" status={event.status} /><span>{event.name} · {fmt.span(event.startDate, event.endDate)} · {event.location}</span></Group>;
}

function Toolbar({ day, zoom }: { day: string; zoom: Zoom }) {
  const me = useMe();
  const { t } = useTranslation();
  const fmt = useFormat();
  const filters = useFilters();
  const booker = may.makeEvents(me);
  const events = usePage<Event>('events', '/api/events', { from: iso(instant(today())), pageSize: 200 }, booker);
  const chosen = useEvent(booker ? filters.get('event') : '');
  const company = filters.get('company');
  const [choosing, setChoosing] = useState(false); // only then are the companies wanted
  const everyone = useAll<CrewCard>('board', '/api/users/crew', choosing ? {} : { customerId: company }, booker && (choosing || company !== ''));
  const companies = [...new Map((everyone.data ?? []).map((card) => [card.customerId, card.customerName])).entries()];
  const open = (events.data?.items ?? []).filter((event) => event.status !== 'Cancelled' && event.status !== 'Completed');
  const listed = chosen.data && !open.some((event) => event.id === chosen.data.id) ? [chosen.data, ...open] : open;
  const step = daysOf[zoom];
  const clear = { 'aria-label': t('action.clear') };
  return (
    <Group p="md" gap="sm">
      {booker && (
        <Select
          aria-label={t('label.event')} placeholder={t('board.event')} searchable clearable w={260} clearButtonProps={clear} nothingFoundMessage={t('hint.nothing')}
          data={listed.map((event) => ({ value: event.id, label: `${event.name}, ${fmt.day(event.startDate)}` }))}
          value={filters.get('event') || null} onChange={(event) => filters.set({ event, slot: null, day: null, zoom: null })}
        />
      )}
      <SkillSelect hideLabel label={t('label.skill')} placeholder={t('board.anySkill')} clearable w={200} value={filters.get('skill') ? skillOf(filters.get('skill')) : null} onChange={(skill) => filters.set({ skill: skill ? skillKey(skill) : null })} />
      {booker && <Select aria-label={t('label.company')} placeholder={t('filter.allCompanies')} searchable clearable w={200} clearButtonProps={clear} data={companies.map(([value, label]) => ({ value, label: label ?? value }))} nothingFoundMessage={t(everyone.isFetching ? 'state.loading' : 'hint.nothing')} onDropdownOpen={() => setChoosing(true)} value={company || null} onChange={(company) => filters.set({ company })} />}
      <SearchInput label={t('board.search')} value={filters.get('q')} onChange={(q) => filters.set({ q })} />
      {filters.get('event') && <Switch label={t('board.onlyFree')} checked={filters.get('free') === '1'} onChange={(event) => filters.set({ free: event.currentTarget.checked ? '1' : null })} />}
      <div className="sf-grow" />
      <Group gap={6}>
        <Button variant="default" px="xs" aria-label={t('board.earlier')} onClick={() => filters.set({ day: addDays(day, -step) })}><Icon name="left" size={16} /></Button>
        <DayInput hideLabel label={t('label.day')} value={day} onChange={(next) => filters.set({ day: next })} />
        <Button variant="default" px="xs" aria-label={t('board.later')} onClick={() => filters.set({ day: addDays(day, step) })}><Icon name="right" size={16} /></Button>
        <SegmentedControl aria-label={t('board.zoom')} value={zoom} onChange={(next) => filters.set({ zoom: next })} data={[{ value: 'day', label: t('board.day') }, { value: 'week', label: t('board.week') }, { value: 'weeks', label: t('board.weeks') }]} />
      </Group>
    </Group>
  );
}

function SlotStrip({ slots, chosen, onChoose }: { slots: Slot[]; chosen: Slot | null; onChoose: (slot: Slot | null) => void }) {
  const { t } = useTranslation();
  const fmt = useFormat();
  const skills = useSkillNames();
  return (
    <div className="sf-strip" role="group" aria-label={t('slots.title')}>
      {slots.map((slot) => {
        const full = slot.booked >= slot.capacity;
        const filled = t('events.filled', { booked: slot.booked, capacity: slot.capacity });
        return (
          <button
            key={slot.id} type="button" className="sf-slot" aria-pressed={slot === chosen} draggable={!full} data-full={full}
            onDragStart={(event) => dragSlot(event.dataTransfer, slot)} onClick={() => onChoose(slot === chosen ? null : slot)}
          >
            <b>{skills.skill(slot.category, slot.skill)}</b>
            <small>{fmt.shortSpan(slot.startTime, slot.endTime)}</small>
            <Group gap={6} wrap="nowrap"><div style={{ flex: 1 }}><Meter value={slot.booked} most={slot.capacity} label={filled} /></div><small className="sf-num">{slot.booked}/{slot.capacity}</small></Group>
          </button>
        );
      })}
    </div>
  );
}

function Legend({ count }: { count: number }) {
  const { t } = useTranslation();
  return (
    <Group gap="lg" px="md" py="sm" style={{ borderTop: '1px solid var(--sf-line)' }}>
      <Text size="xs" c="dimmed">{t('board.count', { count })}</Text>
      <Group gap={6}><span className="sf-key" /><Text size="xs" c="dimmed">{t('board.busy')}</Text></Group>
      <Group gap={6}><span className="sf-key" data-status="REQUESTED" /><Text size="xs" c="dimmed">{t('booking.status.REQUESTED')}</Text></Group>
      <Group gap={6}><span className="sf-key" data-status="CONFIRMED" /><Text size="xs" c="dimmed">{t('booking.status.CONFIRMED')}</Text></Group>
      <Group gap={6}><span className="sf-key" data-status="band" /><Text size="xs" c="dimmed">{t('board.band')}</Text></Group>
      <Text size="xs" c="dimmed">{t('board.keys')}</Text>
    </Group>
  );
}
