import { Button, Group, Menu, SimpleGrid, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import { put, remove } from '@/api/client';
import { may } from '@/api/may';
import { useAll, useCustomer, useEvent } from '@/api/queries';
import { useMe } from '@/api/session';
import { useSkillNames } from '@/api/skills';
import type { Booking, Event, EventStatus, Slot } from '@/api/types';
import { useTranslation } from '@/i18n';
import { useFormat } from '@/i18n/format';
import { useDone } from '@/ui/actions';
import { Badge, Card, Empty, Facts, Failure, Fetched, Loading, Meter, Page, Status } from '@/ui/basics';
import { ConfirmDialog, ReasonDialog } from '@/ui/dialogs';
import { Icon } from '@/ui/icons';
import { filled } from './EventsPage';

const next: Record<EventStatus, EventStatus[]> = { Draft: ['Scheduled'], Scheduled: ['InProgress'], InProgress: ['Completed'], Completed: [], Cancelled: [] };

export function EventPage() {
  const { id = '' } = useParams();
  const event = useEvent(id);
  const { t } = useTranslation();
  if (event.data) return <Shown event={event.data} />;
  return <Page title={t('events.one')}>{event.error ? <Failure error={event.error} /> : <Loading rows={8} />}</Page>;
}

function Shown({ event }: { event: Event }) {
  const me = useMe();
  const { t } = useTranslation();
  const fmt = useFormat();
  const editor = may.editEvent(me, event);
  const customer = useCustomer(event.customerId, me.role === 'Admin');
  const bookings = useAll<Booking>('bookings', `/api/bookings/event/${event.id}`, {}, me.role !== 'CrewUser');
  const { booked, capacity } = filled(event);
  const live = (bookings.data ?? []).filter((booking) => booking.status !== 'CANCELLED' && booking.status !== 'PENDING');
  return (
    <Page
      title={event.name}
      subtitle={<Group gap="xs"><Status kind="event" status={event.status} /><span>{fmt.span(event.startDate, event.endDate)} · {event.location}</span></Group>}
      actions={editor && <Actions event={event} />}
    >
      {event.status === 'Cancelled' && event.reason && <Card><Text size="sm"><b>{t('events.cancelledBecause')}</b> {event.reason}</Text></Card>}
      <Card
        title={t('slots.title')} pad={false}
        actions={capacity > 0 && <Group gap="sm"><div style={{ width: 90 }}><Meter value={booked} most={capacity} label={t('events.filled', { booked, capacity })} /></div><Text size="sm" className="sf-num">{t('events.filled', { booked, capacity })}</Text></Group>}
      >
        {(event.slots ?? []).length === 0 ? (
          <Empty icon="people" title={t('slots.none')} action={editor && <Button component={Link} to={`/events/${event.id}/edit`} variant="default" mt="xs">{t('slots.add')}</Button>}>{t('slots.noneText')}</Empty>
        ) : (
          (event.slots ?? []).map((slot) => <SlotRow key={slot.id} event={event} slot={slot} booked={live.filter((booking) => booking.slotId === slot.id)} />)
        )}
      </Card>
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
        <Card title={t('events.facts')}>
          <Facts
            items={[
              [t('label.customerId'), customer.data?.name], [t('label.eventType'), t(`eventType.${event.eventType}`)],
              [t('label.location'), [event.location, event.address].filter(Boolean).join(', ')],
              [t('label.crewFrom'), event.crewFrom && fmt.time(event.crewFrom)], [t('label.crewTo'), event.crewTo && fmt.time(event.crewTo)],
              [t('label.description'), event.description], [t('label.performer'), event.details?.performer], [t('label.stage'), event.details?.stage],
              [t('label.audience'), event.details?.audience && fmt.number(event.details.audience)], [t('label.equipment'), event.details?.equipment?.join(', ')],
              [t('label.orderReference'), event.orderReference], [t('label.buyerReference'), event.buyerReference], [t('label.project'), event.project],
            ]}
          />
        </Card>
        <Stack gap="lg">
          {(event.crewInfo || event.onSiteContact) && (
            <Card title={t('events.forCrew')}>
              <Facts items={[[t('label.crewInfo'), event.crewInfo], [t('label.contactName'), event.onSiteContact?.name], [t('label.contactPhone'), event.onSiteContact?.phone && <a className="sf-link" href={`tel:${event.onSiteContact.phone}`}>{event.onSiteContact.phone}</a>]]} />
            </Card>
          )}
          {me.role !== 'CrewUser' && (
            <Card title={t('events.bookings')} pad={false} actions={<Link className="sf-link" to={`/bookings?eventId=${event.id}`}>{t('action.showAll')}</Link>}>
              <Fetched query={bookings} rows={3}>
                {() => live.length === 0 ? <Empty icon="list" title={t('events.noBookings')} /> : (
                  (['REQUESTED', 'CONFIRMED', 'COMPLETED'] as const).map((status) => {
                    const count = live.filter((booking) => booking.status === status).length;
                    return count > 0 && <Link key={status} className="sf-row" to={`/bookings?eventId=${event.id}&status=${status}`}><div className="sf-grow"><Status kind="booking" status={status} /></div><b className="sf-num">{count}</b></Link>;
                  })
                )}
              </Fetched>
            </Card>
          )}
        </Stack>
      </SimpleGrid>
    </Page>
  );
}

function SlotRow({ event, slot, booked }: { event: Event; slot: Slot; booked: Booking[] }) {
  const me = useMe();
  const { t } = useTranslation();
  const fmt = useFormat();
  const skills = useSkillNames();
  const open = slot.capacity - slot.booked;
  const bookable = may.book(me, event) && event.status !== 'Cancelled' && event.status !== 'Completed';
  return (
    <div className="sf-slotrow">
      <div style={{ minWidth: 0 }}>
        <Text fw={600} size="sm">{skills.both(slot)}</Text>
        <Text size="xs" c="dimmed">{fmt.span(slot.startTime, slot.endTime)}{slot.notes ? ` · ${slot.notes}` : ''}</Text>
      </div>
      <Group gap={6} className="sf-slot-crew">
        {booked.map((booking) => (
          <Link key={booking.id} to={`/bookings/${booking.id}`} style={{ textDecoration: 'none' }}>
            <Badge tone={booking.status === 'REQUESTED' ? 'amber' : booking.status === 'CONFIRMED' ? 'green' : 'blue'}>{booking.crewName}</Badge>
          </Link>
        ))}
      </Group>
      <div className="sf-slot-fill" style={{ width: 90 }}>
        <Text size="xs" ta="right" mb={4} className="sf-num">{slot.booked}/{slot.capacity}</Text>
        <Meter value={slot.booked} most={slot.capacity} label={t('events.filled', { booked: slot.booked, capacity: slot.capacity })} />
      </div>
      <div>
        {open > 0 && bookable && <Button component={Link} to={`/board?event=${event.id}&slot=${slot.id}`} size="xs" variant="default" aria-label={t('slots.book', { name: skills.skill(slot.category, slot.skill) })}>{t('bookings.book')}</Button>}
        {open <= 0 && <Badge tone="green">{t('slots.full')}</Badge>}
      </div>
    </div>
  );
}

function Actions({ event }: { event: Event }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const done = useDone();
  const [asking, setAsking] = useState<'cancel' | 'delete' | EventStatus | null>(null);
  const change = async (status: EventStatus, reason?: string) => {
    await put(`/api/events/${event.id}/status`, { status, ...(reason ? { reason } : {}) }, event.version);
    await done(t('state.saved'), 'events', 'bookings');
  };
  const over = event.status === 'Completed' || event.status === 'Cancelled';
  return (
    <>
      {!over && <Button component={Link} to={`/board?event=${event.id}`} leftSection={<Icon name="people" />}>{t('events.book')}</Button>}
      <Button component={Link} to={`/events/${event.id}/edit`} variant="default" leftSection={<Icon name="edit" />}>{t('action.edit')}</Button>
      <Menu position="bottom-end" withinPortal>
        <Menu.Target><Button variant="default" px="sm" aria-label={t('action.more')}><Icon name="more" /></Button></Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<Icon name="copy" />} component={Link} to={`/events/new?copy=${event.id}`}>{t('events.copy')}</Menu.Item>
          {next[event.status].map((status) => <Menu.Item key={status} leftSection={<Icon name="check" />} onClick={() => setAsking(status)}>{t(`events.to.${status}` as 'events.to.Scheduled')}</Menu.Item>)}
          {!over && <Menu.Item leftSection={<Icon name="close" />} onClick={() => setAsking('cancel')}>{t('events.cancel')}</Menu.Item>}
          <Menu.Item leftSection={<Icon name="trash" />} onClick={() => setAsking('delete')}>{t('action.delete')}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {asking === 'cancel' && (
        <ReasonDialog title={t('events.cancel')} confirm={t('events.cancel')} danger onClose={() => setAsking(null)} onConfirm={(reason) => change('Cancelled', reason)}>
          <Text size="sm">{t('events.cancelText', { name: event.name })}</Text>
        </ReasonDialog>
      )}
      {asking === 'delete' && (
        <ConfirmDialog title={t('events.delete')} confirm={t('action.delete')} danger onClose={() => setAsking(null)} onConfirm={async () => { await remove(`/api/events/${event.id}`, event.version); await done(t('events.deleted'), 'events'); await navigate('/events'); }}>
          {t('events.deleteText', { name: event.name })}
        </ConfirmDialog>
      )}
      {asking !== null && asking !== 'cancel' && asking !== 'delete' && (
        <ConfirmDialog title={t(`events.to.${asking}` as 'events.to.Scheduled')} confirm={t(`events.to.${asking}` as 'events.to.Scheduled')} onClose={() => setAsking(null)} onConfirm={() => change(asking)}>
          {t('events.toText', { name: event.name })}
        </ConfirmDialog>
      )}
    </>
  );
}
