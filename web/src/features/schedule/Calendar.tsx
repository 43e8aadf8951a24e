import { Button, Group, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useRef, useState, type PointerEvent } from 'react';
import { Link } from 'react-router';
import { get, put } from '@/api/client';
import { isApiError } from '@/api/errors';
import type { Availability, Busy, Mark, Unavailability } from '@/api/types';
import { useTranslation } from '@/i18n';
import { useFormat } from '@/i18n/format';
import { addDays, addMonths, daysBetween, daysFrom, firstOfMonth, instant, iso, mondayOf, ms, today } from '@/time';
import { useAction, useDone } from '@/ui/actions';
import { Failure, Fetched, Note } from '@/ui/basics';
import { Difference } from '@/ui/Difference';
import { Icon } from '@/ui/icons';
import { clearDay, markDay, marksDay, rebased, sameMarks } from './marks';

interface Times {
  marks: Mark[]; // all those ahead: they are replaced as a whole when they are saved
  work: Busy[]; // of the months shown
  version: number | undefined;
}

async function readTimes(crewId: string, month: string, signal?: AbortSignal): Promise<Times> {
  const query = { from: iso(instant(month)), to: iso(instant(addMonths(month, 2))) };
  const { busy, spans, version } = await get<Availability>(`/api/users/${crewId}/availability`, query, signal);
  return { marks: spans ?? [], work: busy.filter((each) => each.kind !== 'Unavailable'), version };
}

export function Calendar({ crewId }: { crewId: string }) {
  const [month, setMonth] = useState(firstOfMonth(today()));
  const times = useQuery({ queryKey: ['availability', crewId, month], queryFn: ({ signal }) => readTimes(crewId, month, signal), placeholderData: keepPreviousData });
  return <Fetched query={times} rows={4}>{(data) => <Painted crewId={crewId} times={data} month={month} onMonth={setMonth} />}</Fetched>;
}

function Painted({ crewId, times, month, onMonth }: { crewId: string; times: Times; month: string; onMonth: (month: string) => void }) {
  const { t } = useTranslation();
  const done = useDone();
  const [base, setBase] = useState(times);
  const [marks, setMarks] = useState(times.marks);
  const [note, setNote] = useState('');
  const [clashes, setClashes] = useState<string[]>([]);
  const [theirs, setTheirs] = useState<Times | null>(null);
  const changed = !sameMarks(marks, base.marks);
  // What comes in while nothing is painted is taken over; of what comes in meanwhile, only what leaves
  // the marks as they were (a booking, another month).
  if (times !== base && (!changed || sameMarks(times.marks, base.marks))) {
    setBase(times);
    if (!changed) setMarks(times.marks);
  }
  const save = useAction(async (spans: Mark[], version?: number) => {
    try {
      const saved = await put<Unavailability>(`/api/users/${crewId}/availability`, { spans }, version);
      setBase({ ...base, marks: saved.spans, version: saved.version });
      setMarks(saved.spans);
      setClashes(saved.clashes);
    } catch (thrown) {
      if (!isApiError(thrown, 'PRECONDITION_FAILED')) throw thrown;
      return setTheirs(await readTimes(crewId, month));
    }
    await done(t('state.saved'), 'availability', 'board');
  });
  const take = (from: Times) => {
    setBase(from);
    setMarks(from.marks);
    setTheirs(null);
    save.clear();
  };
  const before = useRef(marks);
  // Every move paints anew what the stroke has covered so far, from one day to the other.
  const paint = (stroke: Stroke) => {
    if (stroke.begins) before.current = marks;
    const first = stroke.from < stroke.to ? stroke.from : stroke.to;
    const days = daysFrom(first, Math.abs(daysBetween(stroke.from, stroke.to)) + 1);
    setMarks(days.reduce((all, day) => (stroke.on ? markDay(all, day, note.trim() || undefined) : clearDay(all, day)), before.current));
  };
  return (
    <Stack gap="md">
      <Text size="sm" c="dimmed">{t('schedule.hint')}</Text>
      <TextInput label={t('schedule.note')} description={t('schedule.noteHint')} maxLength={200} value={note} onChange={(event) => setNote(event.currentTarget.value)} />
      <Group justify="space-between">
        <Button variant="default" size="xs" disabled={month <= firstOfMonth(today())} aria-label={t('events.previousMonth')} onClick={() => onMonth(addMonths(month, -1))}><Icon name="left" size={16} /></Button>
        <Button variant="default" size="xs" aria-label={t('events.nextMonth')} onClick={() => onMonth(addMonths(month, 1))}><Icon name="right" size={16} /></Button>
      </Group>
      <SimpleGrid type="container" cols={{ base: 1, '560px': 2 }} spacing="xl">
        {[month, addMonths(month, 1)].map((first) => <Month key={first} first={first} marks={marks} work={times.work} onPaint={paint} />)}
      </SimpleGrid>
      <Group gap="lg">
        <Group gap={6}><span className="sf-key" data-kind="marked" /><Text size="xs" c="dimmed">{t('schedule.unavailable')}</Text></Group>
        <Group gap={6}><span className="sf-key" data-status="CONFIRMED" /><Text size="xs" c="dimmed">{t('schedule.booked')}</Text></Group>
      </Group>
      <Failure error={save.error} />
      {clashes.length > 0 && (
        <Note tone="amber">
          {t('schedule.clashes', { count: clashes.length })}{' '}
          {clashes.map((id, index) => <Link key={id} to={`/bookings/${id}`} style={{ color: 'inherit' }}>{index > 0 && ', '}{t('schedule.clash', { number: index + 1 })}</Link>)}
        </Note>
      )}
      <Group className="sf-savebar" data-changed={changed} justify="flex-end" gap="xs">
        {changed && <Button variant="default" onClick={() => take(times)}>{t('schedule.undo')}</Button>}
        <Button disabled={!changed} loading={save.busy} onClick={() => void save.run(marks, base.version)}>{t('action.save')}</Button>
      </Group>
      {theirs && (
        <Conflict
          before={base.marks} theirs={theirs.marks} mine={marks} onClose={() => setTheirs(null)} onTheirs={() => take(theirs)}
          onMine={() => { const both = rebased(base.marks, marks, theirs.marks); take(theirs); setMarks(both); void save.run(both, theirs.version); }}
        />
      )}
    </Stack>
  );
}

// Only the marks that the two do not have in common.
function Conflict({ before, theirs, mine, ...on }: { before: Mark[]; theirs: Mark[]; mine: Mark[]; onClose: () => void; onTheirs: () => void; onMine: () => void }) {
  const { t } = useTranslation();
  const fmt = useFormat();
  const shared = (mark: Mark) => [before, theirs, mine].every((all) => all.some((each) => sameMarks([each], [mark])));
  const show = (_: string, value: unknown) =>
    (value as Mark[]).filter((mark) => !shared(mark)).map((mark) => `${fmt.dates(mark.startDate, mark.endDate)}${mark.note ? ` (${mark.note})` : ''}`).join(', ') || '–';
  return <Difference before={{ marks: before }} theirs={{ marks: theirs }} mine={{ marks: mine }} titles={{ marks: t('schedule.unavailable') }} show={show} {...on} />;
}

interface Stroke {
  from: string;
  to: string;
  on: boolean;
  begins: boolean;
}

function Month({ first, marks, work, onPaint }: { first: string; marks: Mark[]; work: Busy[]; onPaint: (stroke: Stroke) => void }) {
  const { t } = useTranslation();
  const fmt = useFormat();
  const stroke = useRef<Stroke | null>(null);
  const now = today();
  const days = daysFrom(mondayOf(first), 42).filter((_, index, all) => index < 35 || (all[Math.floor(index / 7) * 7] as string).slice(0, 7) === first.slice(0, 7));
  const isWork = (day: string) => work.some((each) => ms(each.startTime) < instant(addDays(day, 1)) && instant(day) < ms(each.endTime));
  const dayAt = (event: PointerEvent) => document.elementFromPoint(event.clientX, event.clientY)?.closest('[data-day]')?.getAttribute('data-day') ?? '';
  const end = () => {
    stroke.current = null;
  };
  return (
    <div>
      <Text fw={600} size="sm" mb={6} style={{ textTransform: 'capitalize' }}>{fmt.month(first)}</Text>
      <div
        className="sf-paint" role="group" aria-label={fmt.month(first)}
        onPointerDown={(event) => {
          const day = dayAt(event);
          if (day === '' || day < now) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          stroke.current = { from: day, to: day, on: !marksDay(marks, day), begins: true };
          onPaint(stroke.current);
        }}
        onPointerMove={(event) => {
          const day = dayAt(event);
          if (!stroke.current || day === '' || day < now || day === stroke.current.to) return;
          stroke.current = { ...stroke.current, to: day, begins: false };
          onPaint(stroke.current);
        }}
        onPointerUp={end}
        onPointerCancel={end}
      >
        {days.slice(0, 7).map((day) => <span key={day} className="sf-paint-head" aria-hidden>{fmt.weekday(day).slice(0, 2)}</span>)}
        {days.map((day) => {
          if (day.slice(0, 7) !== first.slice(0, 7)) return <span key={day} />;
          const marked = marksDay(marks, day);
          const booked = isWork(day);
          const state = [marked && t('schedule.unavailable'), booked && t('schedule.booked')].filter(Boolean).join(', ') || t('board.free');
          return (
            <button
              key={day} type="button" data-day={day} data-marked={marked} data-work={booked} data-today={day === now} disabled={day < now} aria-pressed={marked}
              aria-label={`${fmt.longDay(day)}, ${state}`}
              onKeyDown={(event) => {
                if (event.key !== 'Enter' && event.key !== ' ') return;
                event.preventDefault();
                onPaint({ from: day, to: day, on: !marked, begins: true });
              }}
            >
              {Number(day.slice(8))}
            </button>
          );
        })}
      </div>
    </div>
  );
}
