import { Button, SimpleGrid, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { may } from '@/api/may';
import { usePage, useThing } from '@/api/queries';
import { useMe } from '@/api/session';
import { useSkillNames } from '@/api/skills';
import type { Booking, BookingFigures, BookingReport, Event, Invoice } from '@/api/types';
import { useTranslation } from '@/i18n';
import { useFormat } from '@/i18n/format';
import { addDays, addMonths, instant, iso, today } from '@/time';
import { Badge, Card, Empty, Fetched, Meter, Page, Status, type Tone } from '@/ui/basics';
import { Icon } from '@/ui/icons';
import { BarPlot } from '@/ui/plots';

const shown_rows = 6;

export function DashboardPage() {
  const me = useMe();
  const { t } = useTranslation();
  const fmt = useFormat();
  const name = me.name.split(' ')[0] ?? me.name;
  const actions = me.role === 'CrewUser' ? (
    <Button component={Link} to="/schedule" variant="default">{t('dashboard.markTime')}</Button>
  ) : may.makeEvents(me) ? (
    <Button component={Link} to="/events/new" leftSection={<Icon name="plus" />}>{t('events.new')}</Button>
  ) : undefined;
  return (
    <Page title={t('dashboard.hello', { name })} subtitle={fmt.longDay(today())} actions={actions}>
      {me.role === 'CrewUser' ? <NextShifts /> : (
        <>
          <Todo />
          <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="lg">
            {me.role === 'CrewAdmin' ? <><Requests /><ComingWork /></> : <><Unfilled /><ComingEvents /></>}
          </SimpleGrid>
          {may.seeReports(me) && <Figures />}
        </>
      )}
    </Page>
  );
}

function Todo() {
  const me = useMe();
  const { t } = useTranslation();
  const crew = me.role === 'CrewAdmin';
  const requests = usePage<Booking>('bookings', '/api/bookings', { status: 'REQUESTED', pageSize: 1 });
  const overdue = usePage<Invoice>('invoices', '/api/invoices', { status: 'Overdue', pageSize: 1 }, may.seeInvoices(me));
  const drafts = usePage<Invoice>('invoices', '/api/invoices', { status: 'Draft', pageSize: 1 }, crew);
  const events = useComingEvents();
  const open = (events.data?.items ?? []).flatMap((event) => event.slots ?? []).reduce((sum, slot) => sum + slot.capacity - slot.booked, 0);
  return (
    <SimpleGrid cols={{ base: 2, md: may.seeInvoices(me) ? 3 : 2 }} spacing="md">
      <Figure
        to="/bookings?status=REQUESTED" tone="amber" value={requests.data?.total}
        text={t(crew ? 'dashboard.toAnswer' : 'dashboard.awaiting')} calm={t(crew ? 'dashboard.allAnswered' : 'dashboard.noneAwaiting')}
      />
      {!crew && <Figure to="/events" tone="amber" value={events.data ? open : undefined} text={t('dashboard.unfilled')} calm={t('dashboard.allFilled')} />}
      {may.seeInvoices(me) && (
        <Figure to="/invoices?status=Overdue" tone="red" value={overdue.data?.total} text={t('dashboard.overdue')} calm={t('dashboard.noneOverdue')} />
      )}
      {crew && <Figure to="/invoices?status=Draft" tone="blue" value={drafts.data?.total} text={t('dashboard.drafts')} calm={t('dashboard.noDrafts')} />}
    </SimpleGrid>
  );
}

function Figure({ to, tone, value, text, calm }: { to: string; tone: Tone; value: number | undefined; text: string; calm: string }) {
  const fmt = useFormat();
  return (
    <Link to={to} className="sf-card sf-pad sf-figure">
      <Text fz={30} fw={700} lh={1.1} className="sf-num">{value === undefined ? '–' : fmt.number(value)}</Text>
      <Text size="sm" mt={6} component="div">
        {value === undefined ? ' ' : value > 0 ? <Badge tone={tone}>{text}</Badge> : <Badge tone="green">{calm}</Badge>}
      </Text>
    </Link>
  );
}

const now_rounded = () => iso(Math.floor(Date.now() / 600_000) * 600_000);
const useComingEvents = () => usePage<Event>('events', '/api/events', { from: now_rounded(), pageSize: 100 });

function More({ to, children }: { to: string; children: ReactNode }) {
  return <Link to={to} className="sf-link" style={{ fontSize: 14, fontWeight: 600 }}>{children}</Link>;
}

function Unfilled() {
  const { t } = useTranslation();
  const fmt = useFormat();
  const me = useMe();
  const events = useComingEvents();
  return (
    <Card title={t('dashboard.unfilledTitle')} pad={false} actions={<More to="/events">{t('nav.events')}</More>}>
      <Fetched query={events}>
        {({ items }) => {
          const unfilled = items
            .filter((event) => event.status !== 'Cancelled' && event.status !== 'Completed')
            .map((event) => ({ event, capacity: sum(event, 'capacity'), booked: sum(event, 'booked') }))
            .filter(({ capacity, booked }) => booked < capacity)
            .slice(0, shown_rows);
          if (unfilled.length === 0)
            return (
              <Empty icon="check" title={t('dashboard.allFilled')} action={may.makeEvents(me) && <Button component={Link} to="/events/new" variant="default" mt="xs">{t('events.new')}</Button>}>
                {t('dashboard.allFilledText')}
              </Empty>
            );
          return unfilled.map(({ event, capacity, booked }) => (
            <Link key={event.id} to={`/events/${event.id}`} className="sf-row">
              <div className="sf-grow">
                <Text fw={600} size="sm" className="sf-cut">{event.name}</Text>
                <Text size="xs" c="dimmed" className="sf-cut">{fmt.days(event.startDate, event.endDate)} · {event.location}</Text>
              </div>
              <div style={{ width: 120 }}>
                <Text size="xs" ta="right" mb={4} className="sf-num">{t('events.filled', { booked, capacity })}</Text>
                <Meter value={booked} most={capacity} label={t('events.filled', { booked, capacity })} />
              </div>
            </Link>
          ));
        }}
      </Fetched>
    </Card>
  );
}

const sum = (event: Event, what: 'capacity' | 'booked') => (event.slots ?? []).reduce((all, slot) => all + slot[what], 0);

function ComingEvents() {
  const { t } = useTranslation();
  const fmt = useFormat();
  const events = useComingEvents();
  const horizon = instant(addDays(today(), 7));
  return (
    <Card title={t('dashboard.week')} pad={false} actions={<More to="/events?view=month">{t('events.month')}</More>}>
      <Fetched query={events}>
        {({ items }) => {
          const live = items.filter((event) => event.status !== 'Cancelled');
          const week = live.filter((event) => Date.parse(event.startDate) < horizon);
          const rows = (week.length > 0 ? week : live).slice(0, shown_rows);
          if (rows.length === 0) return <Empty icon="calendar" title={t('dashboard.noEvents')} />;
          return (
            <>
              {week.length === 0 && <Text size="sm" c="dimmed" px="1.25rem" pb="sm">{t('dashboard.quietWeek')}</Text>}
              {rows.map((event) => (
                <Link key={event.id} to={`/events/${event.id}`} className="sf-row">
                  <div className="sf-grow">
                    <Text fw={600} size="sm" className="sf-cut">{event.name}</Text>
                    <Text size="xs" c="dimmed" className="sf-cut">{fmt.span(event.startDate, event.endDate)} · {event.location}</Text>
                  </div>
                  <Status kind="event" status={event.status} />
                </Link>
              ))}
            </>
          );
        }}
      </Fetched>
    </Card>
  );
}

function Requests() {
  const { t } = useTranslation();
  const fmt = useFormat();
  const skills = useSkillNames();
  const requests = usePage<Booking>('bookings', '/api/bookings', { status: 'REQUESTED', pageSize: shown_rows });
  return (
    <Card title={t('dashboard.requestsTitle')} pad={false} actions={<More to="/bookings?status=REQUESTED">{t('action.showAll')}</More>}>
      <Fetched query={requests}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty icon="check" title={t('dashboard.allAnswered')}>{t('dashboard.allAnsweredText')}</Empty>
          ) : (
            items.map((booking) => (
              <Link key={booking.id} to={`/bookings/${booking.id}`} className="sf-row">
                <div className="sf-grow">
                  <Text fw={600} size="sm" className="sf-cut">{booking.crewName} · {skills.skill(booking.category, booking.skill)}</Text>
                  <Text size="xs" c="dimmed" className="sf-cut">{booking.eventName} · {fmt.span(booking.startTime, booking.endTime)}</Text>
                </div>
                {booking.expiresAt && <Text size="xs" c="dimmed" ta="right">{t('bookings.answerBy')}<br />{fmt.time(booking.expiresAt)}</Text>}
              </Link>
            ))
          )
        }
      </Fetched>
    </Card>
  );
}

const useComingWork = (more: Record<string, string | number>) =>
  usePage<Booking>('bookings', '/api/bookings', { from: now_rounded(), pageSize: 200, ...more });
const byStart = (one: Booking, other: Booking) => one.startTime.localeCompare(other.startTime);

function ComingWork() {
  const { t } = useTranslation();
  const work = useComingWork({ status: 'CONFIRMED' });
  return (
    <Card title={t('dashboard.work')} pad={false} actions={<More to="/board">{t('nav.board')}</More>}>
      <Fetched query={work}>
        {({ items }) => items.length === 0
          ? <Empty icon="calendar" title={t('dashboard.noWork')} />
          : [...items].sort(byStart).slice(0, shown_rows).map((booking) => <Shift key={booking.id} booking={booking} who />)}
      </Fetched>
    </Card>
  );
}

function Shift({ booking, who = false }: { booking: Booking; who?: boolean }) {
  const fmt = useFormat();
  const skills = useSkillNames();
  return (
    <Link to={`/bookings/${booking.id}`} className="sf-row">
      <div className="sf-grow">
        <Text fw={600} size="sm">{fmt.span(booking.startTime, booking.endTime)}</Text>
        <Text size="xs" c="dimmed" className="sf-cut">
          {who && `${booking.crewName} · `}{skills.skill(booking.category, booking.skill)} · {booking.eventName}
        </Text>
      </div>
      <Status kind="booking" status={booking.status} />
    </Link>
  );
}

function NextShifts() {
  const { t } = useTranslation();
  const work = useComingWork({});
  return (
    <Card title={t('dashboard.shifts')} pad={false} actions={<More to="/bookings">{t('action.showAll')}</More>}>
      <Fetched query={work}>
        {({ items }) => {
          const coming = items.filter((booking) => booking.status === 'CONFIRMED' || booking.status === 'REQUESTED').sort(byStart);
          return coming.length === 0
            ? <Empty icon="calendar" title={t('dashboard.noShifts')} action={<Button component={Link} to="/schedule" variant="default" mt="xs">{t('dashboard.markTime')}</Button>}>{t('dashboard.noShiftsText')}</Empty>
            : coming.slice(0, 10).map((booking) => <Shift key={booking.id} booking={booking} />);
        }}
      </Fetched>
    </Card>
  );
}

function Figures() {
  const { t } = useTranslation();
  const fmt = useFormat();
  const from = addMonths(today(), -2);
  const to = addDays(addMonths(from, 12), -1);
  const report = useThing<BookingReport>('reports', `/api/reports/bookings?from=${from}&to=${to}&by=month`);
  return (
    <Card title={t('dashboard.figures')} actions={<More to="/reports">{t('nav.reports')}</More>}>
      <Fetched query={report} rows={2}>
        {({ items }) => {
          const bars = (value: (item: BookingFigures) => number, text: (item: BookingFigures) => string) =>
            items.map((item) => ({ label: fmt.shortMonth(item.from), value: value(item), text: `${fmt.month(item.from)} ${text(item)}` }));
          return (
            <SimpleGrid cols={{ base: 1, md: 2 }} spacing="xl">
              <Stack gap="xs">
                <Text size="sm" fw={600}>{t('reports.bookings')}</Text>
                <BarPlot label={t('reports.bookings')} bars={bars((item) => item.bookings, (item) => fmt.number(item.bookings))} />
              </Stack>
              <Stack gap="xs">
                <Text size="sm" fw={600}>{t('reports.earned')}</Text>
                <BarPlot label={t('reports.earned')} bars={bars((item) => item.revenueEarned, (item) => fmt.money(item.revenueEarned))} />
              </Stack>
            </SimpleGrid>
          );
        }}
      </Fetched>
    </Card>
  );
}
