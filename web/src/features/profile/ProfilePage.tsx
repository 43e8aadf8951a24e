import { Button, Group, PasswordInput, SimpleGrid, Stack, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { get, post, put, remove } from '@/api/client';
import { isApiError } from '@/api/errors';
import { useUser } from '@/api/queries';
import { useMe, useSession } from '@/api/session';
import type { Page as PageOf, User } from '@/api/types';
import { useTranslation } from '@/i18n';
import { useFormat } from '@/i18n/format';
import { useAction, useDone } from '@/ui/actions';
import { Badge, Card, Failure, Fetched, Note, Page } from '@/ui/basics';
import { RecordForm, valuesOf, type Field } from '@/ui/RecordForm';
import { channelsField } from '../users/fields';

export function ProfilePage() {
  const me = useMe();
  const { t } = useTranslation();
  return (
    <Page title={t('profile.title')} subtitle={`${me.email} · ${t(`role.${me.role}`)}`}>
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
        <Card title={t('profile.own')}><OwnForm /></Card>
        <Stack gap="lg">
          <Card title={t('profile.password')}><PasswordForm /></Card>
          <Card title={t('profile.sessions')}><Sessions /></Card>
        </Stack>
      </SimpleGrid>
    </Page>
  );
}

// What was there when the editing began stays, whatever comes in meanwhile.
function OwnForm() {
  const me = useMe();
  const { t } = useTranslation();
  const { reload } = useSession();
  const done = useDone();
  const user = useUser(me.userId);
  const [base, setBase] = useState<User | null>(null);
  if (!base && user.data) setBase(user.data);
  const fields: Field[] = [
    { name: 'firstName', label: t('label.firstName'), required: true, complete: 'given-name' },
    { name: 'lastName', label: t('label.lastName'), required: true, complete: 'family-name' },
    { name: 'phone', label: t('label.phone'), type: 'tel', max: 30, complete: 'tel' },
    channelsField(t),
    ...(me.userType === 3 ? [{ name: 'about', label: t('label.about'), kind: 'area' as const }] : []),
  ];
  return (
    <Fetched query={{ ...user, data: base ?? undefined }}>
      {(data) => (
        <RecordForm<User>
          key={data.version} fields={fields} first={valuesOf(fields, data)} base={data} submit={t('action.save')} onTheirs={setBase}
          send={(body, version) => put<User>(`/api/users/${data.id}`, body, version)} reread={() => get<User>(`/api/users/${data.id}`)}
          onSaved={async (saved) => { setBase(saved); await reload(); await done(t('state.saved'), 'users'); }}
        />
      )}
    </Fetched>
  );
}

function PasswordForm() {
  const me = useMe();
  const { t } = useTranslation();
  const done = useDone();
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const [again, setAgain] = useState('');
  const differs = again !== '' && again !== next;
  const action = useAction(async () => {
    await post('/api/auth/change-password', { currentPassword: current, newPassword: next });
    setCurrent('');
    setNext('');
    setAgain('');
    await done(t('password.changed'), 'sessions');
  });
  const wrong = isApiError(action.error, 'VALIDATION_ERROR', 'FORBIDDEN') && action.error.details.some((detail) => detail.field === 'currentPassword');
  const shown = { visibilityToggleButtonProps: { 'aria-label': t('action.showPassword') } };
  return (
    <form onSubmit={(event) => { event.preventDefault(); if (!differs) void action.run(); }}>
      <Stack gap="md">
        <input type="text" autoComplete="username" value={me.email} readOnly hidden />
        <PasswordInput label={t('label.currentPassword')} required autoComplete="current-password" value={current} onChange={(event) => setCurrent(event.currentTarget.value)} {...shown} />
        <PasswordInput label={t('label.newPassword')} description={t('password.rule')} required minLength={8} autoComplete="new-password" value={next} onChange={(event) => setNext(event.currentTarget.value)} {...shown} />
        <PasswordInput label={t('label.passwordAgain')} required autoComplete="new-password" value={again} onChange={(event) => setAgain(event.currentTarget.value)} error={differs ? t('password.differs') : undefined} {...shown} />
        {wrong ? <Note tone="red">{t('password.wrong')}</Note> : <Failure error={action.error} />}
        <Group justify="flex-end"><Button type="submit" loading={action.busy}>{t('password.change')}</Button></Group>
      </Stack>
    </form>
  );
}

interface LoginSession {
  sid: string;
  createdAt: string;
  updatedAt: string;
  userAgent?: string;
  current: boolean;
}

function browserOf(agent = ''): string | null {
  const browser = /Edg\//.test(agent) ? 'Edge' : /Firefox\//.test(agent) ? 'Firefox' : /Chrome\//.test(agent) ? 'Chrome' : /Safari\//.test(agent) ? 'Safari' : agent.split(/[ /]/)[0];
  const system = ['iPhone', 'iPad', 'Android', 'Windows', 'Macintosh', 'Linux'].find((name) => agent.includes(name));
  return browser ? [browser, system].filter(Boolean).join(', ') : null;
}

const shown_first = 8;
function Sessions() {
  const { t } = useTranslation();
  const fmt = useFormat();
  const queries = useQueryClient();
  const sessions = useQuery({
    queryKey: ['sessions'],
    queryFn: async () => {
      const all = (await get<PageOf<LoginSession>>('/api/auth/sessions')).items;
      return all.toSorted((one, other) => Number(other.current) - Number(one.current));
    },
  });
  const [whole, setWhole] = useState(false);
  const action = useAction(async (sid: string) => {
    await remove(`/api/auth/sessions/${sid}`);
    await queries.invalidateQueries({ queryKey: ['sessions'] });
  });
  return (
    <Fetched query={sessions} rows={2}>
      {(all) => (
        <Stack gap="xs">
          {(whole ? all : all.slice(0, shown_first)).map((session) => (
            <Group key={session.sid} justify="space-between" wrap="nowrap">
              <div>
                <Text size="sm">{browserOf(session.userAgent) ?? t('profile.unknownBrowser')}</Text>
                <Text size="xs" c="dimmed">{t('profile.since', { time: fmt.time(session.createdAt) })}</Text>
              </div>
              {session.current ? (
                <Badge tone="green">{t('profile.thisOne')}</Badge>
              ) : (
                <Button variant="default" size="xs" onClick={() => void action.run(session.sid)}>{t('profile.end')}</Button>
              )}
            </Group>
          ))}
          {!whole && all.length > shown_first && <Button variant="subtle" size="xs" onClick={() => setWhole(true)}>{t('action.showAll')} ({all.length})</Button>}
          <Failure error={action.error} />
        </Stack>
      )}
    </Fetched>
  );
}
