import { Button, Chip, Group, PasswordInput, SimpleGrid, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { get, post, put, remove } from '@/api/client';
import { isApiError } from '@/api/errors';
import { useUser } from '@/api/queries';
import { useMe, useSession } from '@/api/session';
import type { Channel, Page as PageOf, User } from '@/api/types';
import { useTranslation } from '@/i18n';
import { useFormat } from '@/i18n/format';
import { useAction, useDone } from '@/ui/actions';
import { Badge, Card, Failure, Fetched, Note, Page } from '@/ui/basics';

export function ProfilePage() {
  const me = useMe();
  const { t } = useTranslation();
  const user = useUser(me.userId);
  return (
    <Page title={t('profile.title')} subtitle={`${me.email} · ${t(`role.${me.role}`)}`}>
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
        <Card title={t('profile.own')}>
          <Fetched query={user}>{(data) => <OwnForm key={data.version} user={data} />}</Fetched>
        </Card>
        <Stack gap="lg">
          <Card title={t('profile.password')}><PasswordForm /></Card>
          <Card title={t('profile.sessions')}><Sessions /></Card>
        </Stack>
      </SimpleGrid>
    </Page>
  );
}

function OwnForm({ user }: { user: User }) {
  const { t } = useTranslation();
  const { reload } = useSession();
  const done = useDone();
  const [fields, setFields] = useState({
    firstName: user.firstName, lastName: user.lastName, phone: user.phone ?? '', about: user.about ?? '',
    channels: (user.channels ?? []) as Channel[],
  });
  const set = (more: Partial<typeof fields>) => setFields({ ...fields, ...more });
  const action = useAction(async () => {
    const { about, phone, ...rest } = fields;
    await put(`/api/users/${user.id}`, { ...rest, phone: phone || null, ...(user.userType === 3 ? { about: about || null } : {}) }, user.version);
    await reload();
    await done(t('state.saved'), 'users');
  });
  return (
    <form onSubmit={(event) => { event.preventDefault(); void action.run(); }}>
      <Stack gap="md">
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          <TextInput label={t('label.firstName')} required maxLength={200} value={fields.firstName} onChange={(event) => set({ firstName: event.currentTarget.value })} autoComplete="given-name" />
          <TextInput label={t('label.lastName')} required maxLength={200} value={fields.lastName} onChange={(event) => set({ lastName: event.currentTarget.value })} autoComplete="family-name" />
        </SimpleGrid>
        <TextInput label={t('label.phone')} type="tel" maxLength={30} value={fields.phone} onChange={(event) => set({ phone: event.currentTarget.value })} autoComplete="tel" />
        {user.userType === 3 && (
          <Textarea label={t('label.about')} autosize minRows={3} maxLength={2000} value={fields.about} onChange={(event) => set({ about: event.currentTarget.value })} />
        )}
        <div>
          <Text size="sm" fw={500} mb={6} id="channels">{t('label.channels')}</Text>
          <Chip.Group multiple value={fields.channels} onChange={(channels) => set({ channels: channels as Channel[] })}>
            <Group gap="xs" role="group" aria-labelledby="channels">
              {(['email', 'sms'] as const).map((channel) => <Chip key={channel} value={channel}>{t(`channel.${channel}`)}</Chip>)}
            </Group>
          </Chip.Group>
        </div>
        <Failure error={action.error} />
        <Group justify="flex-end"><Button type="submit" loading={action.busy}>{t('action.save')}</Button></Group>
      </Stack>
    </form>
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

function Sessions() {
  const { t } = useTranslation();
  const fmt = useFormat();
  const queries = useQueryClient();
  const sessions = useQuery({
    queryKey: ['sessions'],
    queryFn: async () => {
      return (await get<PageOf<LoginSession>>('/api/auth/sessions')).items;
    },
  });
  const action = useAction(async (sid: string) => {
    await remove(`/api/auth/sessions/${sid}`);
    await queries.invalidateQueries({ queryKey: ['sessions'] });
  });
  return (
    <Fetched query={sessions} rows={2}>
      {(all) => (
        <Stack gap="xs">
          {all.map((session) => (
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
          <Failure error={action.error} />
        </Stack>
      )}
    </Fetched>
  );
}
