import { Button, Group, SimpleGrid, Stack, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import { get, post, put } from '@/api/client';
import { may } from '@/api/may';
import { useBooking } from '@/api/queries';
import { useMe } from '@/api/session';
import { useSkillNames } from '@/api/skills';
import type { Booking, HistoryEntry, Invoice, Page as PageOf } from '@/api/types';
import { useTranslation, type Key } from '@/i18n';
import { useFormat } from '@/i18n/format';
import { useAction, useDone } from '@/ui/actions';
import { Card, Facts, Failure, Fetched, Loading, Note, Page, Status } from '@/ui/basics';
import { ConfirmDialog, ReasonDialog } from '@/ui/dialogs';
import { PriceLines } from './PriceLines';

export function BookingPage() {
  const { id = '' } = useParams();
  const { t } = useTranslation();
  const booking = useBooking(id);
  if (booking.data) return <Shown booking={booking.data} />;
  return <Page title={t('bookings.one')}>{booking.error ? <Failure error={booking.error} /> : <Loading rows={6} />}</Page>;
}

function Shown({ booking }: { booking: Booking }) {
  const me = useMe();
  const { t } = useTranslation();
  const fmt = useFormat();
  const skills = useSkillNames();
  const cancellation = booking.cancellation;
  const organiserSide = me.role === 'CustomerAdmin' || me.role === 'CustomerUser';
  return (
    <Page
      title={booking.crew?.name ?? booking.crewName}
      subtitle={<Group gap="xs"><Status kind="booking" status={booking.status} /><span>{skills.both(booking)} · {fmt.span(booking.startTime, booking.endTime)}</span></Group>}
      actions={<Actions booking={booking} />}
    >
      {booking.status === 'REQUESTED' && booking.expiresAt && <Note tone="amber">{t('bookings.waits', { time: fmt.time(booking.expiresAt) })}</Note>}
      {cancellation && <Note tone="blue"><b>{t(`cancellation.${cancellation.code}` as Key)}</b>, {fmt.time(cancellation.at)}{cancellation.text && <div>{cancellation.text}</div>}</Note>}
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
        <Stack gap="lg">
          <Card title={t('bookings.facts')}>
            <Facts
              items={[
                [t('label.event'), <Link key="event" className="sf-link" to={`/events/${booking.eventId}`}>{booking.event?.name ?? booking.eventName}</Link>],
                [t('label.location'), [booking.event?.location, booking.event?.address].filter(Boolean).join(', ')],
                [t('label.organiser'), organiserSide ? undefined : booking.customerName],
                [t('label.company'), booking.crew?.customerName ?? booking.crewCustomerName],
                [t('label.phone'), booking.crew?.phone && <a key="phone" className="sf-link" href={`tel:${booking.crew.phone}`}>{booking.crew.phone}</a>],
                [t('label.notes'), booking.notes], [t('bookings.madeAt'), fmt.time(booking.createdAt)],
              ]}
            />
          </Card>
          {booking.lines && booking.totalAmount !== undefined && (
            <Card title={t('bookings.price')} pad={false}><PriceLines lines={booking.lines} total={booking.totalAmount} of={booking} /></Card>
          )}
        </Stack>
        <Card title={t('bookings.history')}><History id={booking.id} version={booking.version} /></Card>
      </SimpleGrid>
    </Page>
  );
}

function History({ id, version }: { id: string; version: number }) {
  const { t } = useTranslation();
  const fmt = useFormat();
  const me = useMe();
  const history = useQuery({ queryKey: ['bookings', 'history', id, version], queryFn: () => get<PageOf<HistoryEntry>>(`/api/bookings/${id}/history`) });
  return (
    <Fetched query={history} rows={3}>
      {({ items }) => (
        <ol className="sf-history">
          {items.map((entry, index) => (
            <li key={index}>
              <Text size="sm" fw={600}>{t(`history.${entry.action}`)}</Text>
              <Text size="xs" c="dimmed">{fmt.time(entry.at)}{entry.by === me.userId && ` · ${t('bookings.byMe')}`}</Text>
              {entry.text && <Text size="sm">{entry.text}</Text>}
            </li>
          ))}
        </ol>
      )}
    </Fetched>
  );
}

function Actions({ booking }: { booking: Booking }) {
  const me = useMe();
  const { t } = useTranslation();
  const navigate = useNavigate();
  const done = useDone();
  const [asking, setAsking] = useState<'decline' | 'cancel' | 'complete' | null>(null);
  const change = async (deed: string, message: Key, body: object = {}) => {
    await put(`/api/bookings/${booking.id}/${deed}`, body);
    await done(t(message), 'bookings', 'events', 'board', 'invoices');
  };
  const queries = useQueryClient();
  const confirm = useAction(() => change('confirm', 'bookings.confirmed').catch((thrown: unknown) => {
    void queries.invalidateQueries({ queryKey: ['bookings'] }); // somebody may have been faster
    throw thrown;
  }));
  const invoice = useAction(async () => {
    const made = await post<Invoice>(`/api/bookings/${booking.id}/invoice`);
    await navigate(`/invoices/${made.id}`);
  });
  const invoiceable = (booking.status === 'CONFIRMED' || booking.status === 'COMPLETED') && booking.crewCustomerId !== booking.customerId
    && (me.role === 'Admin' || (me.role === 'CrewAdmin' && booking.crewCustomerId === me.customerId));
  const close = () => setAsking(null);
  return (
    <>
      {may.answer(me, booking) && <Button loading={confirm.busy} onClick={() => void confirm.run()}>{t('bookings.confirm')}</Button>}
      {may.answer(me, booking) && <Button variant="default" onClick={() => setAsking('decline')}>{t('bookings.decline')}</Button>}
      {may.complete(me, booking) && <Button onClick={() => setAsking('complete')}>{t('bookings.complete')}</Button>}
      {invoiceable && <Button variant="default" loading={invoice.busy} onClick={() => void invoice.run()}>{t('bookings.toInvoice')}</Button>}
      {may.cancel(me, booking) && <Button variant="default" onClick={() => setAsking('cancel')}>{t('bookings.cancel')}</Button>}
      <Failure error={confirm.error ?? invoice.error} />
      {asking === 'decline' && <ReasonDialog title={t('bookings.decline')} confirm={t('bookings.decline')} danger onClose={close} onConfirm={(reason) => change('decline', 'bookings.declined', { reason })} />}
      {asking === 'cancel' && (
        <ReasonDialog title={t('bookings.cancel')} confirm={t('bookings.cancel')} danger onClose={close} onConfirm={(reason) => change('cancel', 'bookings.cancelled', { reason })}>
          <Text size="sm">{t('bookings.cancelText')}</Text>
        </ReasonDialog>
      )}
      {asking === 'complete' && <ConfirmDialog title={t('bookings.complete')} confirm={t('bookings.complete')} onClose={close} onConfirm={() => change('complete', 'bookings.completed')}>{t('bookings.completeText')}</ConfirmDialog>}
    </>
  );
}
