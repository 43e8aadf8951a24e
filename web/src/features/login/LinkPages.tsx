import { Anchor, Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import { Link } from 'react-router';
import { publicPost } from '@/api/client';
import { useTranslation, type Key } from '@/i18n';
import { useAction } from '@/ui/actions';
import { Failure, Note } from '@/ui/basics';
import { Outside } from './LoginPage';

export function ForgotPage() {
  const { t } = useTranslation();
  const [email, setEmail] = useState('');
  const [sent, setSent] = useState(false);
  const action = useAction(() => publicPost('/api/auth/forgot-password', { email: email.trim() }));
  return (
    <Outside title={t('forgot.title')}>
      {sent ? (
        <Note tone="green">{t('forgot.sent')}</Note>
      ) : (
        <form onSubmit={(event) => { event.preventDefault(); void action.run().then(setSent); }}>
          <Stack gap="md">
            <Text size="sm" c="dimmed">{t('forgot.text')}</Text>
            <TextInput label={t('label.email')} type="email" autoComplete="username" required value={email} onChange={(event) => setEmail(event.currentTarget.value)} />
            <Failure error={action.error} />
            <Button type="submit" loading={action.busy}>{t('forgot.submit')}</Button>
          </Stack>
        </form>
      )}
      <Anchor component={Link} to="/" size="sm" mt="md" display="block" ta="center">{t('login.back')}</Anchor>
    </Outside>
  );
}

// The secret stands behind '#', so that it is in no log; it leaves the address bar at once.
function useToken(): string {
  const [token] = useState(() => new URLSearchParams(window.location.hash.slice(1)).get('token') ?? '');
  useEffect(() => {
    if (window.location.hash) window.history.replaceState(window.history.state, '', window.location.pathname);
  }, []);
  return token;
}

function SetPassword({ path, title, text, submit }: { path: string; title: Key; text: Key; submit: Key }) {
  const { t } = useTranslation();
  const token = useToken();
  const [password, setPassword] = useState('');
  const [again, setAgain] = useState('');
  const [done, setDone] = useState(false);
  const action = useAction(() => publicPost(path, { token, password }));
  const differs = again !== '' && again !== password;
  return (
    <Outside title={t(title)}>
      {done ? (
        <Note tone="green">{t('newPassword.done')}</Note>
      ) : token === '' ? (
        <Note tone="amber">{t('newPassword.noLink')}</Note>
      ) : (
        <form onSubmit={(event) => { event.preventDefault(); if (!differs) void action.run().then(setDone); }}>
          <Stack gap="md">
            <Text size="sm" c="dimmed">{t(text)}</Text>
            <PasswordInput label={t('label.newPassword')} description={t('password.rule')} minLength={8} required autoComplete="new-password" value={password} onChange={(event) => setPassword(event.currentTarget.value)} visibilityToggleButtonProps={{ 'aria-label': t('action.showPassword') }} />
            <PasswordInput label={t('label.passwordAgain')} required autoComplete="new-password" value={again} onChange={(event) => setAgain(event.currentTarget.value)} error={differs ? t('password.differs') : undefined} visibilityToggleButtonProps={{ 'aria-label': t('action.showPassword') }} />
            <Failure error={action.error} />
            <Button type="submit" loading={action.busy}>{t(submit)}</Button>
          </Stack>
        </form>
      )}
      <Anchor component={Link} to="/" size="sm" mt="md" display="block" ta="center">{t('login.back')}</Anchor>
    </Outside>
  );
}

export const NewPasswordPage = () => (
  <SetPassword path="/api/auth/reset-password" title="newPassword.title" text="newPassword.text" submit="newPassword.submit" />
);
export const RegisterPage = () => (
  <SetPassword path="/api/auth/register" title="register.title" text="register.text" submit="register.submit" />
);
