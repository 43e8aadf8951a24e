import { Button, Group, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
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
import { Icon } from '@/ui/icons';
import { clearDay, joined, markDay, markOf, marksDay, sameMarks } from './marks';

const days_at_once = 90;
const pieces = 8; // two years

interface Times {
  marks: Mark[];
  work: Busy[];
  version: number | undefined;
}

// Marks are replaced as a whole when they are saved, so all of those ahead are read first.
async function readTimes(crewId: string): Promise<Times> {
  const start = today();
  const answers = await Promise.all(
    Array.from({ length: pieces }, (_, index) => get<Availability>(`/api/users/${crewId}/availability`, {
      from: iso(instant(addDays(start, index * days_at_once))), to: iso(instant(addDays(start, (index + 1) * days_at_once))),
    })),
  );
  const busy = answers.flatMap((answer) => answer.busy);
  const marks = busy.filter((each) => each.kind === 'Unavailable').map(markOf);
  return { marks: joined(marks), work: busy.filter((each) => each.kind !== 'Unavailable'), version: answers[0]?.version };
}

export function Calendar({ crewId }: { crewId: string }) {
  const times = useQuery({ queryKey: ['availability', crewId], queryFn: () => readTimes(crewId) });
  return <Fetched query={times} rows={4}>{(data) => <Painted crewId={crewId} times={data} />}</Fetched>;
}

function Painted({ crewId, times }: { crewId: string; times: Times }) {
  const { t } = useTranslation();
  const done = useDone();
  const [month, setMonth] = useState(firstOfMonth(today()));
  const [base, setBase] = useState(times);
  const [marks, setMarks] = useState(times.marks);
  const [note, setNote] = useState('');
  const [clashes, setClashes] = useState<string[]>([]);
  const changed = !sameMarks(marks, base.marks);
  // What comes in while nothing is painted is taken over; of what comes in meanwhile, only what leaves
  // the marks as they were (a booking).
  if (times !== base && (!changed || sameMarks(times.marks, base.marks))) {
    setBase(times);
    if (!changed) setMarks(times.marks);
  }
  const save = useAction(async () => {
    const saved = await put<Unavailability>(`/api/users/${crewId}/availability`, { spans: marks }, base.version);
    setBase({ ...base, marks, version: saved.version });
    setClashes(saved.clashes);
    await done(t('state.saved'), 'availability', 'board');
  });
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
      <Group justify="space-between">
        <Button variant="default" size="xs" disabled={month <= firstOfMonth(today())} aria-label={t('events.previousMonth')} onClick={() => setMonth(addMonths(month, -1))}><Icon name="left" size={16} /></Button>
        <Button variant="default" size="xs" aria-label={t('events.nextMonth')} onClick={() => setMonth(addMonths(month, 1))}><Icon name="right" size={16} /></Button>
      </Group>
      <SimpleGrid type="container" cols={{ base: 1, '560px': 2 }} spacing="xl">
        {[month, addMonths(month, 1)].map((first) => <Month key={first} first={first} marks={marks} work={times.work} onPaint={paint} />)}
      </SimpleGrid>
      <Group gap="lg">
        <Group gap={6}><span className="sf-key" data-kind="marked" /><Text size="xs" c="dimmed">{t('schedule.unavailable')}</Text></Group>
        <Group gap={6}><span className="sf-key" data-status="CONFIRMED" /><Text size="xs" c="dimmed">{t('schedule.booked')}</Text></Group>
      </Group>
      <TextInput label={t('schedule.note')} description={t('schedule.noteHint')} maxLength={200} value={note} onChange={(event) => setNote(event.currentTarget.value)} />
      {isApiError(save.error, 'PRECONDITION_FAILED') ? <Note tone="amber">{t('schedule.changedElsewhere')}</Note> : <Failure error={save.error} />}
      {clashes.length > 0 && (
        <Note tone="amber">
          {t('schedule.clashes', { count: clashes.length })}{' '}
          {clashes.map((id, index) => <Link key={id} to={`/bookings/${id}`} style={{ color: 'inherit' }}>{index > 0 && ', '}{t('schedule.clash', { number: index + 1 })}</Link>)}
        </Note>
      )}
      <Group justify="flex-end" gap="xs">
        {changed && <Button variant="default" onClick={() => { setBase(times); setMarks(times.marks); save.clear(); }}>{t('schedule.undo')}</Button>}
        <Button disabled={!changed} loading={save.busy} onClick={() => void save.run()}>{t('action.save')}</Button>
      </Group>
    </Stack>
  );
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
