import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, useLayoutEffect, useMemo, useRef, useState, type CSSProperties, type KeyboardEvent } from 'react';
import type { Booking, CrewCard, Slot, Span } from '@/api/types';
import { useTranslation } from '@/i18n';
import { useFormat } from '@/i18n/format';
import { clockOf, dayOf, hour_ms, instant, today } from '@/time';
import { hasSkill, hourAt, isFree, placeOf, type Window, type Zoom } from './placing';

const row_height = 44;
const slot_mark = 'application/x-soundflow-slot';

export interface Person {
  card: CrewCard;
  busy: Span[];
  here: Booking[]; // at the chosen event
}

interface Props {
  people: Person[];
  window: Window;
  zoom: Zoom;
  band: Span | null; // what is to be filled
  slots: Slot[];
  chosen: Slot | null;
  onBook: ((person: Person, slot: Slot | null, at: number | null) => void) | null;
  onOpen: (person: Person) => void;
}

export const dragSlot = (transfer: DataTransfer, slot: Slot) => {
  transfer.setData(slot_mark, slot.id);
  transfer.effectAllowed = 'copy';
};

// People down, time across. Only the rows that are seen are drawn.
export function Timeline({ people, window, zoom, band, slots, chosen, onBook, onOpen }: Props) {
  const { t } = useTranslation();
  const scroller = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(0);
  const rows = useVirtualizer({ count: people.length, getScrollElement: () => scroller.current, estimateSize: () => row_height, overscan: 8, useFlushSync: false });
  const current = Math.min(active, Math.max(0, people.length - 1));

  const move = (event: KeyboardEvent) => {
    const by: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10, Home: -people.length, End: people.length };
    const step = by[event.key];
    if (step === undefined || people.length === 0) return;
    event.preventDefault();
    const next = Math.max(0, Math.min(people.length - 1, current + step));
    setActive(next);
    rows.scrollToIndex(next);
    // The row may first have to be drawn.
    requestAnimationFrame(() => requestAnimationFrame(() => scroller.current?.querySelector<HTMLElement>(`[data-index="${next}"] button`)?.focus()));
  };
  const shade = useMemo(() => band && placeOf(band, window), [band, window]);
  const lines = useMemo(() => linesOf(window, zoom), [window, zoom]);
  // The rows hold on to these, so that scrolling draws only those that come into sight.
  const latest = useRef({ onBook, onOpen, chosen, slots });
  useLayoutEffect(() => {
    latest.current = { onBook, onOpen, chosen, slots };
  });
  const handlers = useMemo<Handlers>(() => ({
    focus: setActive,
    press: (person, at) => {
      const { onBook: book, onOpen: open, chosen: slot } = latest.current;
      if (book) book(person, slot, at);
      else open(person);
    },
    drop: (person, id) => latest.current.onBook?.(person, latest.current.slots.find((slot) => slot.id === id) ?? null, null),
  }), []);
  return (
    <div
      ref={scroller} className="sf-board" style={lines} role="grid" aria-label={t('board.grid')} aria-rowcount={people.length + 1} onKeyDown={move}
    >
      <Header window={window} zoom={zoom} />
      <div role="rowgroup" style={{ height: rows.getTotalSize(), position: 'relative' }}>
        {rows.getVirtualItems().map(({ index, start }) => {
          const person = people[index] as Person;
          return (
            <Row
              key={person.card.id} person={person} index={index} top={start} isActive={index === current} window={window} band={band} shade={shade}
              wanted={chosen} bookable={onBook !== null} on={handlers}
            />
          );
        })}
      </div>
    </div>
  );
}

// The hours of a day, every other one; else the days.
function marksOf(window: Window, zoom: Zoom): { at: number; left: number }[] {
  const marks = [];
  for (let at = window.start; at < window.end; at += hour_ms) {
    const hour = Number(clockOf(at).slice(0, 2));
    if (zoom === 'day' ? hour % 2 === 0 : hour === 0) marks.push({ at, left: ((at - window.start) / (window.end - window.start)) * 100 });
  }
  return marks;
}

// Behind the rows, where it need not be drawn anew when they scroll.
function linesOf(window: Window, zoom: Zoom): CSSProperties {
  const marks = marksOf(window, zoom);
  return {
    backgroundImage: marks.map(() => 'linear-gradient(var(--sf-line), var(--sf-line))').join(', '), backgroundRepeat: 'no-repeat', backgroundSize: '1px 100%',
    backgroundPosition: marks.map(({ left }) => `calc(var(--sf-name) + (100% - var(--sf-name)) * ${left / 100}) 0`).join(', '),
  };
}

function Header({ window, zoom }: { window: Window; zoom: Zoom }) {
  const fmt = useFormat();
  const { t } = useTranslation();
  return (
    <div role="row" className="sf-board-head" data-zoom={zoom}>
      <div role="columnheader" className="sf-board-name">{t('label.crew')}</div>
      <div role="columnheader" className="sf-board-line" aria-label={fmt.span(window.start, window.end)}>
        {marksOf(window, zoom).map(({ at, left }) => (
          <span key={at} className="sf-board-mark" data-today={zoom !== 'day' && dayOf(at) === today()} style={{ left: `${left}%` }}>
            {zoom === 'day'
              ? <>{fmt.clock(at).slice(0, 2)}<span className="sf-roomy">:00</span></>
              : <><span className="sf-roomy">{fmt.weekday(dayOf(at))} </span>{Number(dayOf(at).slice(8))}<span className="sf-roomiest"> {fmt.shortMonth(dayOf(at))}</span></>}
          </span>
        ))}
      </div>
    </div>
  );
}

interface Handlers {
  focus: (index: number) => void;
  press: (person: Person, at: number | null) => void;
  drop: (person: Person, slotId: string) => void;
}

const Row = memo(function Row({ person, index, top, isActive, window, band, shade, wanted, bookable, on }: {
  person: Person;
  index: number;
  top: number;
  isActive: boolean;
  window: Window;
  band: Span | null;
  shade: { left: number; width: number } | null;
  wanted: Slot | null;
  bookable: boolean;
  on: Handlers;
}) {
  const { t } = useTranslation();
  const fmt = useFormat();
  const [over, setOver] = useState(false);
  const { card, busy, here } = person;
  const free = band ? isFree(busy, band) : null;
  const able = wanted ? hasSkill(card.skills, wanted) : true;
  const state = here.length > 0 ? t('board.bookedHere') : free === null ? '' : t(free ? 'board.free' : 'board.busy');
  return (
    <div
      role="row" aria-rowindex={index + 2} data-index={index} className="sf-board-row" data-over={over} data-able={able}
      style={{ height: row_height, transform: `translateY(${top}px)` }}
      onDragOver={(event) => {
        if (!bookable || !event.dataTransfer.types.includes(slot_mark)) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        on.drop(person, event.dataTransfer.getData(slot_mark));
      }}
    >
      <div role="rowheader" className="sf-board-name">
        <button
          type="button" tabIndex={isActive ? 0 : -1} onFocus={() => on.focus(index)} onClick={() => on.press(person, null)}
          aria-label={[bookable ? t('board.bookPerson', { name: card.name }) : card.name, card.customerName, state].filter(Boolean).join(', ')}
        >
          <b className="sf-cut">{card.name}</b>
          <small className="sf-cut">{card.customerName}</small>
        </button>
        {state && <span className="sf-dot" data-state={here.length > 0 ? 'here' : free ? 'free' : 'busy'} title={state} />}
      </div>
      <div
        role="gridcell" className="sf-board-line" data-bookable={bookable}
        onClick={(event) => {
          const box = event.currentTarget.getBoundingClientRect();
          on.press(person, hourAt((event.clientX - box.left) / box.width, window));
        }}
      >
        {shade && <span className="sf-board-band" data-free={free} style={{ left: `${shade.left}%`, width: `${shade.width}%` }} />}
        {busy.map((span) => {
          const place = placeOf(span, window);
          return place && <span key={span.startTime} className="sf-board-bar" title={`${t('board.busy')} ${fmt.span(span.startTime, span.endTime)}`} style={{ left: `${place.left}%`, width: `${place.width}%` }} />;
        })}
        {here.map((booking) => {
          const place = placeOf(booking, window);
          return place && (
            <span key={booking.id} className="sf-board-bar" data-status={booking.status} title={`${t(`booking.status.${booking.status}`)} ${fmt.span(booking.startTime, booking.endTime)}`} style={{ left: `${place.left}%`, width: `${place.width}%` }}>
              <span className="sf-cut">{t(`booking.status.${booking.status}`)}</span>
            </span>
          );
        })}
      </div>
    </div>
  );
});

export const firstDayOf = (band: Span | null) => (band ? dayOf(band.startTime) : today());
export const fitsDay = (band: Span, day: string) => Date.parse(band.endTime) <= instant(day) + 30 * hour_ms;
