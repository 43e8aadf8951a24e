import { Button, Group, Select, Text } from '@mantine/core';
import { useState } from 'react';
import { Link } from 'react-router';
import { may } from '@/api/may';
import { useEvent, usePage } from '@/api/queries';
import { useMe, type Me } from '@/api/session';
import { useSkillNames } from '@/api/skills';
import type { Booking } from '@/api/types';
import { useTranslation } from '@/i18n';
import { useFormat } from '@/i18n/format';
import { addDays, instant, iso } from '@/time';
import { Card, Empty, Fetched, Page, Status } from '@/ui/basics';
import { DataTable, Pages, type Column } from '@/ui/DataTable';
import { DayInput } from '@/ui/fields';
import { useFilters } from '@/ui/filters';
import { ManyBar } from './ManyBar';

const page_size = 25;
const statuses = ['REQUESTED', 'CONFIRMED', 'COMPLETED', 'CANCELLED'] as const;

function useColumns(me: Me): Column<Booking>[] {
  const { t } = useTranslation();
  const fmt = useFormat();
  const skills = useSkillNames();
  const crew = me.role === 'CrewUser';
  const others = (booking: Booking) => (me.role === 'CrewAdmin' ? booking.customerName : booking.crewCustomerName);
  return [
    { title: t(crew ? 'label.event' : 'label.crew'), cell: (booking) => (crew ? booking.eventName : booking.crewName) },
    { title: t('label.when'), cell: (booking) => <span className="nowrap">{fmt.span(booking.startTime, booking.endTime)}</span> },
    { title: t('label.skill'), cell: (booking) => skills.skill(booking.category, booking.skill), wide: true },
    ...(crew ? [] : [
      { title: t('label.event'), cell: (booking: Booking) => <>{booking.eventName}<Text size="xs" c="dimmed">{others(booking)}</Text></> },
      { title: t('label.totalAmount'), cell: (booking: Booking) => (booking.totalAmount === undefined ? '' : fmt.money(booking.totalAmount)), number: true, wide: true },
    ]),
    { title: t('label.status'), cell: (booking) => <Status kind="booking" status={booking.status} /> },
  ];
}

export function BookingsPage() {
  const me = useMe();
  const { t } = useTranslation();
  const fmt = useFormat();
  const filters = useFilters();
  const columns = useColumns(me);
  const [chosen, setChosen] = useState(new Set<string>());
  const [from, to, eventId] = [filters.get('from'), filters.get('to'), filters.get('eventId')];
  const bookings = usePage<Booking>('bookings', '/api/bookings', {
    status: filters.get('status'), eventId, crewId: filters.get('crewId'), pageNumber: filters.page, pageSize: page_size,
    from: from && iso(instant(from)), to: to && iso(instant(addDays(to, 1))),
  });
  const event = useEvent(eventId);
  const items = bookings.data?.items ?? [];
  const selected = items.filter((booking) => chosen.has(booking.id));
  return (
    <Page title={t('nav.bookings')} subtitle={event.data && <>{t('bookings.of')} <Link className="sf-link" to={`/events/${eventId}`}>{event.data.name}</Link></>}>
      <Card pad={false}>
        <Group p="md" gap="sm">
          <Select
            aria-label={t('label.status')} placeholder={t('filter.allStatuses')} clearable w={170} clearButtonProps={{ 'aria-label': t('action.clear') }}
            data={statuses.map((status) => ({ value: status, label: t(`booking.status.${status}`) }))}
            value={filters.get('status') || null} onChange={(status) => filters.set({ status })}
          />
          <Group gap={6} wrap="nowrap" className="sf-range">
            <DayInput hideLabel label={t('filter.from')} value={from || null} clearable onChange={(day) => filters.set({ from: day })} />
            <span aria-hidden>–</span>
            <DayInput hideLabel label={t('filter.to')} value={to || null} clearable onChange={(day) => filters.set({ to: day })} />
          </Group>
          {filters.any && <Button variant="subtle" onClick={filters.clear}>{t('action.clear')}</Button>}
        </Group>
        {selected.length > 0 && <ManyBar bookings={selected} onDone={() => setChosen(new Set())} />}
        <Fetched query={bookings} rows={10}>
          {({ total }) => total === 0 ? (
            <Empty
              icon="list" title={t(filters.any ? 'filter.none' : 'bookings.none')}
              action={!filters.any && may.makeEvents(me) && <Button component={Link} to="/board" mt="xs">{t('nav.board')}</Button>}
            >
              {t(filters.any ? 'filter.noneText' : may.makeEvents(me) ? 'bookings.noneText' : 'bookings.noneCrew')}
            </Empty>
          ) : (
            <>
              <DataTable
                label={t('nav.bookings')} columns={columns} rows={items} to={(booking) => `/bookings/${booking.id}`}
                selection={{
                  chosen, onChange: setChosen, may: (booking) => may.answer(me, booking) || may.cancel(me, booking),
                  name: (booking) => `${booking.crewName}, ${fmt.span(booking.startTime, booking.endTime)}`,
                }}
              />
              <Pages total={total} size={page_size} page={filters.page} onChange={filters.setPage} />
            </>
          )}
        </Fetched>
      </Card>
    </Page>
  );
}
