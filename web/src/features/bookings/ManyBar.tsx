import { Button, Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { put } from '@/api/client';
import { may } from '@/api/may';
import { useMe } from '@/api/session';
import type { Booking } from '@/api/types';
import { useTranslation } from '@/i18n';
import { useFormat } from '@/i18n/format';
import { useDone } from '@/ui/actions';
import { Note } from '@/ui/basics';
import { ConfirmDialog, ReasonDialog } from '@/ui/dialogs';
import { useErrorWords } from '@/ui/errorWords';

const at_once = 4;
type Deed = 'confirm' | 'decline' | 'cancel';
interface Failed {
  name: string;
  text: string;
}

// The same answer to many at once. One that fails does not stop the others, and is named.
export function ManyBar({ bookings, onDone }: { bookings: Booking[]; onDone: () => void }) {
  const me = useMe();
  const { t } = useTranslation();
  const fmt = useFormat();
  const words = useErrorWords();
  const done = useDone();
  const [asking, setAsking] = useState<Deed | null>(null);
  const [failed, setFailed] = useState<Failed[]>([]);
  const answerable = bookings.filter((booking) => may.answer(me, booking));
  const cancellable = bookings.filter((booking) => may.cancel(me, booking));
  const sum = bookings.reduce((all, booking) => all + (booking.totalAmount ?? 0), 0);
  const of = asking === 'cancel' ? cancellable : answerable;

  const carryOut = async (deed: Deed, reason?: string) => {
    const queue = [...of];
    const failures: Failed[] = [];
    const worker = async () => {
      for (let booking = queue.shift(); booking; booking = queue.shift())
        try {
          await put(`/api/bookings/${booking.id}/${deed}`, reason ? { reason } : {});
        } catch (thrown) {
          failures.push({ name: `${booking.crewName}, ${fmt.span(booking.startTime, booking.endTime)}`, text: words(thrown).text });
        }
    };
    await Promise.all(Array.from({ length: at_once }, worker));
    setFailed(failures);
    await done(t('bookings.manyDone', { count: of.length - failures.length }), 'bookings', 'events', 'board', 'invoices');
    if (failures.length === 0) onDone();
  };
  return (
    <Stack gap="xs" px="md" pb="md">
      <Group gap="sm" p="xs" style={{ background: 'var(--sf-hover)', borderRadius: 10 }} role="region" aria-label={t('bookings.selected', { count: bookings.length })}>
        <Text size="sm" fw={600}>{t('bookings.selected', { count: bookings.length })}{sum > 0 && ` · ${fmt.money(sum)}`}</Text>
        <div className="sf-grow" />
        {answerable.length > 0 && <Button size="xs" onClick={() => setAsking('confirm')}>{t('bookings.confirmMany', { count: answerable.length })}</Button>}
        {answerable.length > 0 && <Button size="xs" variant="default" onClick={() => setAsking('decline')}>{t('bookings.declineMany', { count: answerable.length })}</Button>}
        {cancellable.length > 0 && <Button size="xs" variant="default" onClick={() => setAsking('cancel')}>{t('bookings.cancelMany', { count: cancellable.length })}</Button>}
      </Group>
      {failed.length > 0 && (
        <Note tone="red">
          <b>{t('bookings.manyFailed', { count: failed.length })}</b>
          <ul style={{ margin: '0.25rem 0 0', paddingLeft: '1.1rem' }}>{failed.map((each) => <li key={each.name}>{each.name}: {each.text}</li>)}</ul>
        </Note>
      )}
      {asking === 'confirm' && (
        <ConfirmDialog title={t('bookings.confirmMany', { count: of.length })} confirm={t('bookings.confirm')} onClose={() => setAsking(null)} onConfirm={() => carryOut('confirm')}>
          {t('bookings.confirmText')}
        </ConfirmDialog>
      )}
      {(asking === 'decline' || asking === 'cancel') && (
        <ReasonDialog
          title={t(`bookings.${asking}Many`, { count: of.length })} confirm={t(`bookings.${asking}`)} danger
          onClose={() => setAsking(null)} onConfirm={(reason) => carryOut(asking, reason)}
        />
      )}
    </Stack>
  );
}
