import { Button, Group, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useEffect, type ReactNode } from 'react';
import { ApiError } from '@/api/errors';
import { useTranslation, type Key } from '@/i18n';
import { useErrorWords } from './errorWords';
import { Icon, type IconName } from './icons';

export function Page({ title, subtitle, actions, children, top }: {
  title: string;
  subtitle?: ReactNode;
  actions?: ReactNode;
  top?: ReactNode;
  children: ReactNode;
}) {
  useEffect(() => {
    document.title = `${title} · Soundflow`;
  }, [title]);
  return (
    <Stack gap="lg">
      <div>
        {top}
        <Group justify="space-between" align="flex-end" gap="sm">
          <div style={{ minWidth: 0 }}>
            <Title order={1}>{title}</Title>
            {subtitle && <Text component="div" c="dimmed" size="sm" mt={4}>{subtitle}</Text>}
          </div>
          {actions && <Group gap="xs">{actions}</Group>}
        </Group>
      </div>
      {children}
    </Stack>
  );
}

export function Card({ title, actions, children, pad = true }: {
  title?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
  pad?: boolean;
}) {
  return (
    <section className="sf-card">
      {title && (
        <Group justify="space-between" px="1.25rem" py="0.9rem" gap="sm">
          <Title order={2} fz="1.02rem">{title}</Title>
          {actions}
        </Group>
      )}
      {pad ? <div className="sf-pad" style={title ? { paddingTop: 0 } : undefined}>{children}</div> : children}
    </section>
  );
}

export function Note({ tone, children }: { tone: 'red' | 'amber' | 'blue' | 'green'; children: ReactNode }) {
  return (
    <div className="sf-note" data-tone={tone} role={tone === 'red' ? 'alert' : 'status'}>
      <Icon name={tone === 'green' ? 'check' : tone === 'blue' ? 'info' : 'warning'} />
      <div style={{ minWidth: 0 }}>{children}</div>
    </div>
  );
}

// What went wrong, in words, with the trace id; nothing where nothing did.
export function Failure({ error, retry }: { error: unknown; retry?: () => void }) {
  const words = useErrorWords();
  const { t } = useTranslation();
  if (!error) return null;
  const { text, traceId, details } = words(error);
  return (
    <Note tone="red">
      <div>{text}</div>
      {details.length > 0 && (
        <ul style={{ margin: '0.35rem 0 0', paddingLeft: '1.1rem' }}>
          {details.map((line) => <li key={line}>{line}</li>)}
        </ul>
      )}
      {traceId && <div className="sf-trace">{t('error.trace', { id: traceId })}</div>}
      {retry && <Button size="xs" variant="default" mt="xs" onClick={retry}>{t('action.retry')}</Button>}
    </Note>
  );
}

export function Empty({ icon = 'info', title, children, action }: {
  icon?: IconName;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}) {
  return (
    <Stack align="center" gap="xs" py="xl" px="md" ta="center">
      <span style={{ color: 'var(--mantine-color-dimmed)' }}><Icon name={icon} size={32} /></span>
      <Text fw={600}>{title}</Text>
      {children && <Text c="dimmed" size="sm" maw={460}>{children}</Text>}
      {action}
    </Stack>
  );
}

export function Loading({ rows = 5, height = 44 }: { rows?: number; height?: number }) {
  const { t } = useTranslation();
  return (
    <Stack gap="xs" p="md" role="status" aria-label={t('state.loading')}>
      {Array.from({ length: rows }, (_, i) => <Skeleton key={i} height={height} radius="md" />)}
    </Stack>
  );
}

// Loading, failed or there: the three faces of whatever is fetched.
export function Fetched<T>({ query, rows, children }: {
  query: { data: T | undefined; error: unknown; refetch: () => unknown };
  rows?: number;
  children: (data: T) => ReactNode;
}) {
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (query.error) {
    const failed = query.error;
    const final = failed instanceof ApiError && (failed.status === 403 || failed.status === 404);
    return <Failure error={failed} {...(final ? {} : { retry: () => void query.refetch() })} />;
  }
  return <Loading rows={rows ?? 5} />;
}

export type Tone = 'amber' | 'green' | 'blue' | 'red' | 'gray';
const tones: Record<string, Tone> = {
  PENDING: 'gray', REQUESTED: 'amber', CONFIRMED: 'green', COMPLETED: 'blue', CANCELLED: 'gray',
  Draft: 'gray', Scheduled: 'green', InProgress: 'amber', Completed: 'blue', Cancelled: 'gray',
  Issued: 'blue', PartlyPaid: 'amber', Paid: 'green', Overdue: 'red', Credited: 'gray',
};
export function Badge({ tone, children }: { tone: Tone; children: ReactNode }) {
  return <span className="sf-badge" data-tone={tone}>{children}</span>;
}
export function Status({ kind, status }: { kind: 'booking' | 'event' | 'invoice'; status: string }) {
  const { t } = useTranslation();
  return <Badge tone={tones[status] ?? 'gray'}>{t(`${kind}.status.${status}` as Key)}</Badge>;
}

export function Meter({ value, most, label }: { value: number; most: number; label: string }) {
  const share = most > 0 ? Math.min(value / most, 1) : 0;
  return (
    <div className="sf-meter" role="meter" aria-valuemin={0} aria-valuemax={most} aria-valuenow={value} aria-label={label}>
      <span style={{ width: `${share * 100}%` }} data-full={share === 1} />
    </div>
  );
}

export function Facts({ items }: { items: [string, ReactNode][] }) {
  return (
    <dl className="sf-facts">
      {items.filter(([, value]) => value !== undefined && value !== null && value !== '').map(([name, value]) => (
        <div key={name} style={{ display: 'contents' }}><dt>{name}</dt><dd>{value}</dd></div>
      ))}
    </dl>
  );
}
