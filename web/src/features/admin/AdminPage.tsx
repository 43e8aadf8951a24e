import { Button, Group, NumberInput, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { post, put } from '@/api/client';
import { usePage, useThing } from '@/api/queries';
import type { AuditEntry, DeadLetter, Settings } from '@/api/types';
import { useTranslation } from '@/i18n';
import { useFormat } from '@/i18n/format';
import { useAction, useDone } from '@/ui/actions';
import { Card, Empty, Failure, Fetched, Page } from '@/ui/basics';
import { CatalogueCard } from './CatalogueCard';
import { DataTable, Pages, type Column } from '@/ui/DataTable';
import { SearchInput, useFilters } from '@/ui/filters';

const page_size = 25;

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
  const settings = useThing<Settings>('settings', '/api/admin/settings');
  return <Card title={t('admin.settings')}><Fetched query={settings} rows={1}>{(data) => <SettingsForm key={data.version} settings={data} />}</Fetched></Card>;
}

function SettingsForm({ settings }: { settings: Settings }) {
  const { t } = useTranslation();
  const done = useDone();
  const [days, setDays] = useState<number | ''>(settings['booking.past_days']);
  const save = useAction(async () => {
    await put('/api/admin/settings', { 'booking.past_days': days }, settings.version);
    await done(t('state.saved'), 'settings');
  });
  return (
    <form onSubmit={(event) => { event.preventDefault(); void save.run(); }}>
      <Stack gap="sm">
        <Group align="flex-end">
          <NumberInput label={t('admin.pastDays')} description={t('admin.pastDaysHint')} min={0} allowDecimal={false} value={days} onChange={(value) => setDays(value === '' ? '' : Number(value))} w={320} />
          <Button type="submit" loading={save.busy} disabled={days === '' || days === settings['booking.past_days']}>{t('action.save')}</Button>
        </Group>
        <Failure error={save.error} />
      </Stack>
    </form>
  );
}

function Audit() {
  const { t } = useTranslation();
  const fmt = useFormat();
  const filters = useFilters();
  const entries = usePage<AuditEntry>('audit', '/api/admin/audit', { subject: filters.get('subject'), pageNumber: filters.page, pageSize: page_size });
  const columns: Column<AuditEntry>[] = [
    { title: t('label.when'), cell: (entry) => <span className="nowrap">{fmt.time(entry.time)}</span> },
    { title: t('admin.type'), cell: (entry) => entry.type },
    { title: t('admin.subject'), cell: (entry) => <Text size="xs" component="span">{entry.subject}</Text>, wide: true },
    { title: t('admin.by'), cell: (entry) => <Text size="xs" component="span">{entry.userId ?? ''}</Text>, wide: true },
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
