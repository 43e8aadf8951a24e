import { Button, Group, SegmentedControl, Select } from '@mantine/core';
import { Link } from 'react-router';
import { may } from '@/api/may';
import { useAll, usePage, useThing } from '@/api/queries';
import { useMe } from '@/api/session';
import type { Customer, Event } from '@/api/types';
import { useTranslation } from '@/i18n';
import { useFormat } from '@/i18n/format';
import { addDays, addMonths, dayOf, daysFrom, firstOfMonth, instant, iso, mondayOf, today, weekday } from '@/time';
import { Badge, Card, Empty, Fetched, Meter, Page, Status } from '@/ui/basics';
import { DataTable, Pages, type Column } from '@/ui/DataTable';
import { DayInput } from '@/ui/fields';
import { SearchInput, useFilters } from '@/ui/filters';
import { Icon } from '@/ui/icons';

const page_size = 25;
const statuses = ['Draft', 'Scheduled', 'InProgress', 'Completed', 'Cancelled'] as const;

export const filled = (event: Event) => ({
  capacity: (event.slots ?? []).reduce((sum, slot) => sum + slot.capacity, 0),
  booked: (event.slots ?? []).reduce((sum, slot) => sum + slot.booked, 0),
});

export function EventsPage() {
  const me = useMe();
  const { t } = useTranslation();
  const filters = useFilters();
  const month = filters.get('view') === 'month';
  return (
    <Page
      title={t('nav.events')}
      actions={
        <>
          <SegmentedControl
            aria-label={t('events.view')} value={month ? 'month' : 'list'} onChange={(view) => filters.set({ view: view === 'month' ? view : null })}
            data={[{ value: 'list', label: t('events.list') }, { value: 'month', label: t('events.month') }]}
          />
          {may.makeEvents(me) && <Button component={Link} to="/events/new" leftSection={<Icon name="plus" />}>{t('events.new')}</Button>}
        </>
      }
    >
      {month ? <Month /> : <List />}
    </Page>
  );
}

function List() {
  const me = useMe();
  const { t } = useTranslation();
  const fmt = useFormat();
  const filters = useFilters();
  const past = filters.get('past') === '1';
  const from = filters.get('from') || (past ? '' : today());
  const to = filters.get('to');
  const events = usePage<Event>('events', '/api/events', {
    q: filters.get('q'), status: filters.get('status'), customerId: filters.get('customerId'), pageNumber: filters.page, pageSize: page_size,
    from: from && iso(instant(from)), to: to && iso(instant(addDays(to, 1))),
  });
  const customers = useAll<Customer>('customers', '/api/customers', { customerType: 1 }, me.role === 'Admin');
  const nameOf = (id: string) => customers.data?.find((customer) => customer.id === id)?.name ?? '';
  const columns: Column<Event>[] = [
    { title: t('label.name'), cell: (event) => event.name },
    { title: t('label.when'), cell: (event) => <span className="nowrap">{fmt.days(event.startDate, event.endDate)}</span> },
    ...(me.role === 'Admin' ? [{ title: t('label.customerId'), cell: (event: Event) => nameOf(event.customerId), wide: true }] : []),
    { title: t('label.location'), cell: (event) => event.location, wide: true },
    { title: t('label.eventType'), cell: (event) => t(`eventType.${event.eventType}`), wide: true },
    { title: t('events.staffing'), cell: (event) => <Filling event={event} />, wide: true },
    { title: t('label.status'), cell: (event) => <Status kind="event" status={event.status} /> },
  ];
  return (
    <Card pad={false}>
      <Group p="md" gap="sm" align="flex-end">
        <SearchInput label={t('events.search')} value={filters.get('q')} onChange={(q) => filters.set({ q })} />
        <Select aria-label={t('label.status')} placeholder={t('filter.allStatuses')} clearable w={170} data={statuses.map((status) => ({ value: status, label: t(`event.status.${status}`) }))} value={filters.get('status') || null} onChange={(status) => filters.set({ status })} clearButtonProps={{ 'aria-label': t('action.clear') }} />
        {me.role === 'Admin' && <Select aria-label={t('label.customerId')} placeholder={t('filter.allCompanies')} clearable searchable w={220} data={(customers.data ?? []).map(({ id, name }) => ({ value: id, label: name }))} value={filters.get('customerId') || null} onChange={(customerId) => filters.set({ customerId })} clearButtonProps={{ 'aria-label': t('action.clear') }} />}
        <Group gap={6} wrap="nowrap" className="sf-range">
          <DayInput hideLabel label={t('filter.from')} value={from || null} clearable onChange={(day) => filters.set({ from: day, past: day ? null : '1' })} />
          <span aria-hidden>–</span>
          <DayInput hideLabel label={t('filter.to')} value={to || null} clearable onChange={(day) => filters.set({ to: day })} />
        </Group>
        {filters.any && <Button variant="subtle" size="sm" onClick={filters.clear}>{t('action.clear')}</Button>}
      </Group>
      <Fetched query={events} rows={8}>
        {({ items, total }) =>
          total === 0 ? (
            <Empty icon="calendar" title={t(filters.any ? 'filter.none' : 'events.none')} action={!filters.any && may.makeEvents(me) && <Button component={Link} to="/events/new" mt="xs">{t('events.new')}</Button>}>
              {t(filters.any ? 'filter.noneText' : 'events.noneText')}
            </Empty>
          ) : (
            <>
              <DataTable label={t('nav.events')} columns={columns} rows={items} to={(event) => `/events/${event.id}`} />
              <Pages total={total} size={page_size} page={filters.page} onChange={filters.setPage} />
            </>
          )
        }
      </Fetched>
    </Card>
  );
}

export function Filling({ event }: { event: Event }) {
  const { t } = useTranslation();
  const { booked, capacity } = filled(event);
  if (capacity === 0) return <Badge tone="gray">{t('slots.noneShort')}</Badge>;
  return (
    <Group gap="xs" wrap="nowrap" style={{ minWidth: 130 }}>
      <div style={{ width: 70 }}><Meter value={booked} most={capacity} label={t('events.filled', { booked, capacity })} /></div>
      <span className="sf-num">{booked}/{capacity}</span>
    </Group>
  );
}

function Month() {
  const me = useMe();
  const { t } = useTranslation();
  const fmt = useFormat();
  const filters = useFilters();
  const first = firstOfMonth(/^\d{4}-\d{2}$/.test(filters.get('month')) ? `${filters.get('month')}-01` : today());
  const [year, month] = first.split('-').map(Number);
  const events = useThing<Event[]>('events', `/api/events/calendar?year=${year}&month=${month}`);
  const days = daysFrom(mondayOf(first), 42).filter((_, index, all) => index < 35 || (all[35] as string).slice(0, 7) === first.slice(0, 7));
  const go = (months: number) => filters.set({ month: addMonths(first, months).slice(0, 7) });
  return (
    <Card pad={false}>
      <Group justify="space-between" p="md">
        <h2 style={{ margin: 0, fontSize: '1.1rem', textTransform: 'capitalize' }} aria-live="polite">{fmt.month(first)}</h2>
        <Group gap={6}>
          <Button variant="default" size="xs" onClick={() => go(-1)} aria-label={t('events.previousMonth')}><Icon name="left" size={16} /></Button>
          <Button variant="default" size="xs" onClick={() => filters.set({ month: null })}>{t('events.today')}</Button>
          <Button variant="default" size="xs" onClick={() => go(1)} aria-label={t('events.nextMonth')}><Icon name="right" size={16} /></Button>
        </Group>
      </Group>
      <Fetched query={events} rows={6}>
        {(all) => (
          <table className="sf-month">
            <thead><tr>{days.slice(0, 7).map((day) => <th key={day} scope="col">{fmt.weekday(day)}</th>)}</tr></thead>
            <tbody>
              {days.filter((day) => weekday(day) === 0).map((monday) => (
                <tr key={monday}>
                  {daysFrom(monday, 7).map((day) => (
                    <td key={day} data-other={day.slice(0, 7) !== first.slice(0, 7)} data-today={day === today()}>
                      {may.makeEvents(me) ? <Link to={`/events/new?day=${day}`} className="sf-day" aria-label={t('events.newOn', { day: fmt.longDay(day) })}>{Number(day.slice(8))}</Link> : <span className="sf-day">{Number(day.slice(8))}</span>}
                      {all.filter((event) => dayOf(event.startDate) <= day && dayOf(Date.parse(event.endDate) - 1) >= day).map((event) => {
                        const { booked, capacity } = filled(event);
                        return (
                          <Link key={event.id} to={`/events/${event.id}`} className="sf-chip" data-status={event.status} data-full={capacity > 0 && booked >= capacity} title={`${event.name}, ${t('events.filled', { booked, capacity })}`}>
                            {event.name}
                          </Link>
                        );
                      })}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </Fetched>
    </Card>
  );
}
