import { Button, Group, SegmentedControl, SimpleGrid, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { download } from '@/api/client';
import { useThing } from '@/api/queries';
import type { BookingReport, TrendReport, UtilisationReport } from '@/api/types';
import { useTranslation } from '@/i18n';
import { useFormat, type Formatter } from '@/i18n/format';
import { addDays, addMonths, today } from '@/time';
import { useAction } from '@/ui/actions';
import { Card, Failure, Fetched, Meter, Page } from '@/ui/basics';
import { DayInput } from '@/ui/fields';
import { useFilters } from '@/ui/filters';
import { Icon } from '@/ui/icons';
import { BarPlot, LinePlot, type Bar } from '@/ui/plots';

type Kind = 'bookings' | 'trends' | 'utilisation';
type By = 'day' | 'week' | 'month';

export function ReportsPage() {
  const { t } = useTranslation();
  const filters = useFilters();
  const kind = (filters.get('report') || 'bookings') as Kind;
  const by = (filters.get('by') || 'month') as By;
  const from = filters.get('from') || addMonths(today(), -2);
  const to = filters.get('to') || addDays(addMonths(from, 12), -1);
  const query = { from, to, by };
  const csv = useAction(() => download(`/api/reports/${kind}`, { ...query, format: 'csv' }, `${kind}-${from}-${to}.csv`, 'text/csv'));
  const address = `/api/reports/${kind}?from=${from}&to=${to}&by=${by}`;
  return (
    <Page title={t('nav.reports')} actions={<Button variant="default" leftSection={<Icon name="download" />} loading={csv.busy} onClick={() => void csv.run()}>CSV</Button>}>
      <Card>
        <Group gap="md">
          <SegmentedControl aria-label={t('reports.which')} value={kind} onChange={(report) => filters.set({ report })} data={(['bookings', 'trends', 'utilisation'] as const).map((value) => ({ value, label: t(`reports.kind.${value}`) }))} />
          <Group gap={6} wrap="nowrap" className="sf-range">
            <DayInput hideLabel label={t('filter.from')} value={from} onChange={(day) => filters.set({ from: day })} />
            <span aria-hidden>–</span>
            <DayInput hideLabel label={t('filter.to')} value={to} onChange={(day) => filters.set({ to: day })} />
          </Group>
          <SegmentedControl aria-label={t('reports.by')} value={by} onChange={(next) => filters.set({ by: next })} data={(['day', 'week', 'month'] as const).map((value) => ({ value, label: t(`reports.by.${value}`) }))} />
        </Group>
      </Card>
      <Failure error={csv.error} />
      {kind === 'bookings' && <Bookings address={address} by={by} />}
      {kind === 'trends' && <Trends address={address} by={by} />}
      {kind === 'utilisation' && <Utilisation address={address} />}
    </Page>
  );
}

const labelOf = (fmt: Formatter, by: By, item: { period: string; from: string }) =>
  by === 'month' ? fmt.shortMonth(item.from) : by === 'week' ? item.period.replace(/^\d+-W0?/, 'v') : item.period.slice(5);

function Table({ label, head, rows }: { label: string; head: string[]; rows: (string | number)[][] }) {
  return (
    <Card pad={false}>
      <div className="sf-scroll" tabIndex={0} role="region" aria-label={label}>
        <table className="sf-table sf-dense" aria-label={label}>
          <thead><tr>{head.map((text, index) => <th key={text} scope="col" className={index > 0 ? 'num' : ''}>{text}</th>)}</tr></thead>
          <tbody>{rows.map((row) => <tr key={row[0]}>{row.map((cell, index) => <td key={index} className={index > 0 ? 'num' : 'nowrap'}>{cell}</td>)}</tr>)}</tbody>
        </table>
      </div>
    </Card>
  );
}

function Plot({ title, children }: { title: string; children: ReactNode }) {
  return <Card><Stack gap="xs"><Text size="sm" fw={600}>{title}</Text>{children}</Stack></Card>;
}

function Bookings({ address, by }: { address: string; by: By }) {
  const { t } = useTranslation();
  const fmt = useFormat();
  const report = useThing<BookingReport>('reports', address);
  return (
    <Fetched query={report}>
      {({ items, totals }) => {
        const bars = (value: (item: BookingReport['items'][number]) => number, text: (value: number) => string, second?: (item: BookingReport['items'][number]) => number): Bar[] =>
          items.map((item) => ({ label: labelOf(fmt, by, item), value: value(item), text: `${item.period}: ${text(value(item))}`, ...(second ? { second: second(item) } : {}) }));
        const share = (value: number | null) => (value === null ? '–' : fmt.share(value));
        return (
          <>
            <SimpleGrid cols={{ base: 2, md: 4 }}>
              <Figure text={t('reports.bookings')} value={fmt.number(totals.bookings)} />
              <Figure text={t('reports.hours')} value={fmt.number(totals.hours)} />
              <Figure text={t('reports.issued')} value={fmt.money(totals.revenueIssued)} />
              <Figure text={t('reports.fillRate')} value={share(totals.fillRate)} />
            </SimpleGrid>
            <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
              <Plot title={t('reports.bookings')}><BarPlot label={t('reports.bookings')} bars={bars((item) => item.bookings, fmt.number)} height={190} /></Plot>
              <Plot title={t('reports.filledPlaces')}><BarPlot label={t('reports.filledPlaces')} bars={bars((item) => item.booked, fmt.number, (item) => item.capacity)} height={190} /></Plot>
              <Plot title={t('reports.issued')}><BarPlot label={t('reports.issued')} bars={bars((item) => item.revenueIssued, fmt.money)} height={190} /></Plot>
              <Plot title={t('reports.earned')}><BarPlot label={t('reports.earned')} bars={bars((item) => item.revenueEarned, fmt.money)} height={190} /></Plot>
            </SimpleGrid>
            <Table
              label={t('reports.kind.bookings')}
              head={[t('reports.period'), t('reports.bookings'), t('reports.requested'), t('reports.confirmed'), t('reports.completed'), t('reports.cancelled'), t('reports.hours'), t('reports.fillRate'), t('reports.earned'), t('reports.issued'), t('reports.paid')]}
              rows={items.map((item) => [item.period, item.bookings, item.requested, item.confirmed, item.completed, item.cancelled, fmt.number(item.hours), share(item.fillRate), fmt.money(item.revenueEarned), fmt.money(item.revenueIssued), fmt.money(item.revenuePaid)])}
            />
          </>
        );
      }}
    </Fetched>
  );
}

function Figure({ text, value }: { text: string; value: string }) {
  return <div className="sf-card sf-pad"><Text fz={22} fw={700} className="sf-num">{value}</Text><Text size="sm" c="dimmed">{text}</Text></div>;
}

function Trends({ address, by }: { address: string; by: By }) {
  const { t } = useTranslation();
  const fmt = useFormat();
  const report = useThing<TrendReport>('reports', address);
  const change = (value: number | null) => (value === null ? '–' : `${value > 0 ? '+' : ''}${fmt.share(value)}`);
  return (
    <Fetched query={report}>
      {({ items }) => {
        const points = (value: (item: TrendReport['items'][number]) => number, text: (value: number) => string): Bar[] =>
          items.map((item) => ({ label: labelOf(fmt, by, item), value: value(item), text: `${item.period}: ${text(value(item))}` }));
        return (
          <>
            <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
              <Plot title={t('reports.requests')}><LinePlot label={t('reports.requests')} points={points((item) => item.bookings, fmt.number)} height={190} /></Plot>
              <Plot title={t('reports.value')}><LinePlot label={t('reports.value')} points={points((item) => item.value, fmt.money)} height={190} /></Plot>
            </SimpleGrid>
            <Table
              label={t('reports.kind.trends')}
              head={[t('reports.period'), t('reports.requests'), t('reports.change'), t('reports.value'), `${t('reports.change')} `, t('reports.confirmedShare'), t('reports.cancelledShare')]}
              rows={items.map((item) => [item.period, item.bookings, change(item.bookingsChange), fmt.money(item.value), change(item.valueChange), change(item.confirmedShare).replace('+', ''), change(item.cancelledShare).replace('+', '')])}
            />
          </>
        );
      }}
    </Fetched>
  );
}

// A person's periods together: hours worked by hours available.
function Utilisation({ address }: { address: string }) {
  const { t } = useTranslation();
  const fmt = useFormat();
  const report = useThing<UtilisationReport>('reports', address);
  return (
    <Fetched query={report}>
      {({ items }) => {
        const people = new Map<string, { name: string; booked: number; available: number }>();
        for (const item of items) {
          const person = people.get(item.crewId) ?? { name: item.crewName, booked: 0, available: 0 };
          people.set(item.crewId, { ...person, booked: person.booked + item.bookedHours, available: person.available + item.availableHours });
        }
        const sorted = [...people.entries()].sort(([, one], [, other]) => other.booked - one.booked);
        return (
          <Card pad={false} title={t('reports.kind.utilisation')}>
            <div className="sf-scroll" tabIndex={0} role="region" aria-label={t('reports.kind.utilisation')}>
              <table className="sf-table" aria-label={t('reports.kind.utilisation')}>
                <thead><tr><th scope="col">{t('label.name')}</th><th scope="col" className="num">{t('reports.bookedHours')}</th><th scope="col" className="num sf-wide">{t('reports.availableHours')}</th><th scope="col" className="sf-share">{t('reports.utilisation')}</th></tr></thead>
                <tbody>
                  {sorted.map(([id, { name, booked, available }]) => (
                    <tr key={id}>
                      <td>{name}</td><td className="num">{fmt.number(booked)}</td><td className="num sf-wide">{fmt.number(available)}</td>
                      <td><Group gap="sm" wrap="nowrap" justify="flex-end"><div className="sf-wide" style={{ flex: 1 }}><Meter value={Math.round(booked)} most={Math.max(1, Math.round(available))} label={`${name}: ${available > 0 ? fmt.share(booked / available) : '–'}`} /></div><span className="sf-num">{available > 0 ? fmt.share(booked / available) : '–'}</span></Group></td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          </Card>
        );
      }}
    </Fetched>
  );
}
