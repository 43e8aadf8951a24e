import { Button, Checkbox, Group, Modal, Select, Skeleton, Stack, Text, Textarea } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { get, post } from '@/api/client';
import { isApiError } from '@/api/errors';
import { useSkillNames } from '@/api/skills';
import type { Booking, CrewCard, Event, Quote, Slot, TimeType } from '@/api/types';
import { useTranslation, type Key } from '@/i18n';
import { useFormat } from '@/i18n/format';
import { useAction, useDone } from '@/ui/actions';
import { Failure, Note } from '@/ui/basics';
import { isoOf, MomentInput, momentOf, type Moment } from '@/ui/fields';
import { PriceLines } from '../bookings/PriceLines';
import { hasSkill } from './placing';

export interface Wish {
  card: CrewCard;
  slot: Slot | null;
  start: number | string;
  end: number | string;
}

// What it costs and what stands against it, before anything is booked.
export function BookDialog({ event, wish, onClose }: { event: Event; wish: Wish; onClose: () => void }) {
  const { t, has } = useTranslation();
  const fmt = useFormat();
  const skills = useSkillNames();
  const done = useDone();
  const { card } = wish;
  const able = event.slots.filter((slot) => hasSkill(card.skills, slot));
  const [slotId, setSlotId] = useState<string | null>(wish.slot?.id ?? (able.length === 1 ? able[0]?.id ?? null : null));
  const [start, setStart] = useState<Moment>(momentOf(wish.start));
  const [end, setEnd] = useState<Moment>(momentOf(wish.end));
  const [timeType, setTimeType] = useState<TimeType | null>(null);
  const [notes, setNotes] = useState('');
  const [autoConfirm, setAutoConfirm] = useState(false);
  const [startTime, endTime] = [isoOf(start), isoOf(end)];
  const ready = startTime !== null && endTime !== null && startTime < endTime && (event.slots.length === 0 || slotId !== null);
  const asked = {
    eventId: event.id, crewId: card.id, startTime: startTime ?? '', endTime: endTime ?? '',
    ...(slotId ? { slotId } : {}), ...(timeType ? { timeType } : {}),
  };
  const quote = useQuery({ queryKey: ['board', 'quote', asked], queryFn: ({ signal }) => get<Quote>('/api/bookings/pricing', asked, signal), enabled: ready, staleTime: 0 });
  const book = useAction(async () => {
    try {
      const booking = await post<Booking>('/api/bookings', {
        ...asked, ...(notes.trim() ? { notes } : {}), autoConfirm, expectedTotal: quote.data?.totalAmount,
      });
      await done(t(booking.status === 'CONFIRMED' ? 'board.doneConfirmed' : 'board.done', { name: card.name }), 'board', 'events', 'bookings');
      onClose();
    } catch (thrown) {
      await quote.refetch();
      throw thrown;
    }
  });
  const choose = (id: string | null) => {
    const slot = event.slots.find((each) => each.id === id);
    setSlotId(id);
    if (!slot) return;
    setStart(momentOf(slot.startTime));
    setEnd(momentOf(slot.endTime));
  };
  const conflicts = quote.data?.conflicts ?? [];
  const repriced = isApiError(book.error) && book.error.quote !== undefined;
  return (
    <Modal opened onClose={onClose} size="lg" title={t('board.bookTitle', { name: card.name })} closeButtonProps={{ 'aria-label': t('action.close') }}>
      <form onSubmit={(submitted) => { submitted.preventDefault(); if (quote.data && ready) void book.run(); }}>
        <Stack gap="md">
          <Text size="sm" c="dimmed">{event.name} · {card.customerName}</Text>
          {event.slots.length > 0 && (
            <Select
              label={t('label.slot')} required allowDeselect={false} value={slotId} onChange={choose} data-autofocus={slotId === null || undefined}
              data={event.slots.map((slot) => ({
                value: slot.id, disabled: slot.booked >= slot.capacity || !hasSkill(card.skills, slot),
                label: `${skills.skill(slot.category, slot.skill)} · ${fmt.span(slot.startTime, slot.endTime)} · ${slot.booked}/${slot.capacity}`,
              }))}
              {...(able.length === 0 ? { error: t('error.CREW_NOT_QUALIFIED') } : {})}
            />
          )}
          <Group gap="md" align="flex-start">
            <MomentInput label={t('label.startTime')} value={start} onChange={setStart} />
            <MomentInput label={t('label.endTime')} value={end} onChange={setEnd} error={startTime && endTime && endTime <= startTime ? t('field.after') : undefined} />
          </Group>
          <section aria-live="polite" className="sf-card" aria-label={t('bookings.price')}>
            {!ready ? <Text size="sm" c="dimmed" p="md">{t('board.chooseFirst')}</Text>
              : quote.error ? <Failure error={quote.error} />
              : quote.data ? <PriceLines lines={quote.data.lines} total={quote.data.totalAmount} of={quote.data} /> : <Stack p="md"><Skeleton height={20} /><Skeleton height={20} /></Stack>}
          </section>
          {quote.data && quote.data.others.length > 0 && (
            <Select
              label={t('label.timeType')} value={timeType ?? quote.data.timeType} allowDeselect={false} onChange={(type) => setTimeType(type as TimeType)} maw={280}
              data={[{ timeType: quote.data.timeType, totalAmount: quote.data.totalAmount }, ...quote.data.others].map((each) => ({ value: each.timeType, label: `${t(`timeType.${each.timeType}`)} · ${fmt.money(each.totalAmount)}` }))}
            />
          )}
          {conflicts.map((conflict) => (
            <Note key={conflict.code} tone="red">{has(`error.${conflict.code}`) ? t(`error.${conflict.code}` as Key) : conflict.message}</Note>
          ))}
          <Textarea label={t('label.notes')} description={t('board.notesHint')} autosize minRows={2} maxLength={2000} value={notes} onChange={(changed) => setNotes(changed.currentTarget.value)} />
          <Checkbox label={t('board.autoConfirm')} description={t('board.autoConfirmHint')} checked={autoConfirm} onChange={(changed) => setAutoConfirm(changed.currentTarget.checked)} />
          {repriced ? <Note tone="amber">{t('board.repriced')}</Note> : <Failure error={book.error} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>{t('action.cancel')}</Button>
            <Button type="submit" loading={book.busy} disabled={!ready || !quote.data || conflicts.length > 0} data-autofocus={slotId !== null || undefined}>
              {quote.data ? t('board.bookFor', { amount: fmt.money(quote.data.totalAmount) }) : t('bookings.book')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
