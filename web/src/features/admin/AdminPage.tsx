import { Button, Group, Text } from '@mantine/core';
import { useState } from 'react';
import { Link } from 'react-router';
import { get, post, put } from '@/api/client';
import { usePage, useThing } from '@/api/queries';
import type { AuditEntry, DeadLetter, Settings } from '@/api/types';
import { useTranslation } from '@/i18n';
import { useFormat } from '@/i18n/format';
import { useAction, useDone } from '@/ui/actions';
import { Card, Empty, Failure, Fetched, Page } from '@/ui/basics';
import { DataTable, Pages, type Column } from '@/ui/DataTable';
import { SearchInput, useFilters } from '@/ui/filters';
import { RecordForm, type Field } from '@/ui/RecordForm';
import { CatalogueCard } from './CatalogueCard';

const page_size = 25;

// The settings under plain names: a form takes a dot for a part of an object.
interface Shown {
  version: number;
  pastDays: number;
}
const shown = (settings: Settings): Shown => ({ version: settings.version, pastDays: settings['booking.past_days'] });

export function AdminPage() {
  const { t } = useTranslation();
  return (
    <Page title={t('nav.admin')}>
      <DeadLetters />
      <CatalogueCard />
      <SettingsCard />
      <Audit />
    </Page>
  );
}

function DeadLetters() {
  const { t } = useTranslation();
  const fmt = useFormat();
  const done = useDone();
  const letters = usePage<DeadLetter>('dead-letters', '/api/admin/dead-letters', { pageSize: page_size });
  const replay = useAction(async (id: string) => {
    await post(`/api/admin/dead-letters/${encodeURIComponent(id)}/replay`);
    await done(t('admin.replayed'), 'dead-letters');
  });
  const columns: Column<DeadLetter>[] = [
    { title: t('admin.type'), cell: (letter) => letter.type },
    { title: t('admin.queue'), cell: (letter) => letter.queue, wide: true },
    { title: t('label.reason'), cell: (letter) => letter.reason },
    { title: t('admin.since'), cell: (letter) => <span className="nowrap">{fmt.time(letter.since)}</span>, wide: true },
    { title: '', cell: (letter) => <Button size="xs" variant="default" loading={replay.busy} onClick={() => void replay.run(letter.id)}>{t('admin.replay')}</Button>, number: true },
  ];
  return (
    <Card title={t('admin.deadLetters')} pad={false}>
      <Failure error={replay.error} />
      <Fetched query={letters} rows={2}>
        {({ items, total }) => total === 0 ? <Empty icon="check" title={t('admin.noDeadLetters')}>{t('admin.noDeadLettersText')}</Empty> : <DataTable label={t('admin.deadLetters')} columns={columns} rows={items} />}
      </Fetched>
    </Card>
  );
}

function SettingsCard() {
  const { t } = useTranslation();
  const done = useDone();
  const settings = useThing<Settings>('settings', '/api/admin/settings');
  const [base, setBase] = useState<Shown | null>(null);
  if (!base && settings.data) setBase(shown(settings.data));
  const fields: Field[] = [{ name: 'pastDays', label: t('admin.pastDays'), hint: t('admin.pastDaysHint'), kind: 'number', required: true }];
  return (
    <Card title={t('admin.settings')}>
      <Fetched query={{ ...settings, data: base ?? undefined }} rows={1}>
        {(data) => (
          <RecordForm<Shown>
            key={data.version} fields={fields} first={{ pastDays: data.pastDays }} base={data} submit={t('action.save')} onTheirs={setBase}
            send={async ({ pastDays }, version) => shown(await put<Settings>('/api/admin/settings', { 'booking.past_days': pastDays }, version))} reread={async () => shown(await get<Settings>('/api/admin/settings'))}
            onSaved={async (saved) => { setBase(saved); await done(t('state.saved'), 'settings'); }}
          />
        )}
      </Fetched>
    </Card>
  );
}

const places: Record<string, string> = { usr: 'users', cust: 'customers', evt: 'events', book: 'bookings', inv: 'invoices' };

// An id, as a link where it has a page.
function Thing({ id }: { id: string }) {
  const place = places[id.split('-')[0] ?? ''];
  return <Text size="xs" component="span">{place ? <Link className="sf-link" to={`/${place}/${id}`}>{id}</Link> : id}</Text>;
}

function Audit() {
  const { t } = useTranslation();
  const fmt = useFormat();
  const filters = useFilters();
  const entries = usePage<AuditEntry>('audit', '/api/admin/audit', { subject: filters.get('subject'), pageNumber: filters.page, pageSize: page_size });
  const columns: Column<AuditEntry>[] = [
    { title: t('label.when'), cell: (entry) => <span className="nowrap">{fmt.time(entry.time)}</span> },
    { title: t('admin.type'), cell: (entry) => entry.type },
    { title: t('admin.subject'), cell: (entry) => <Thing id={entry.subject} />, wide: true },
    { title: t('admin.by'), cell: (entry) => <Thing id={entry.userId ?? ''} />, wide: true },
  ];
  return (
    <Card title={t('admin.audit')} pad={false}>
      <Group px="md" pb="md"><SearchInput label={t('admin.subject')} value={filters.get('subject')} onChange={(subject) => filters.set({ subject })} /></Group>
      <Fetched query={entries}>
        {({ items, total }) => total === 0 ? <Empty icon="list" title={t('filter.none')} /> : (
          <>
            <DataTable label={t('admin.audit')} columns={columns} rows={items} />
            <Pages total={total} size={page_size} page={filters.page} onChange={filters.setPage} />
          </>
        )}
      </Fetched>
    </Card>
  );
}
