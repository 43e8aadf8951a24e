import { Anchor, Button, Group, PasswordInput, Stack, Text, TextInput, UnstyledButton } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { Link } from 'react-router';
import { useHealth } from '@/api/queries';
import { isApiError } from '@/api/errors';
import { useSession } from '@/api/session';
import { useTranslation, type Key } from '@/i18n';
import { useAction } from '@/ui/actions';
import { Failure, Note } from '@/ui/basics';
import { Brand } from '@/ui/Brand';
import { LanguageChoice, SchemeChoice } from '../shell/Shell';

const demo_password = 'demo-password';
const demo_logins: [string, Key][] = [
  ['organiser@demo.example', 'demo.organiser'],
  ['organiser-user@demo.example', 'demo.organiserUser'],
  ['crewadmin@demo.example', 'demo.crewadmin'],
  ['crew@demo.example', 'demo.crew'],
  ['admin@demo.example', 'demo.admin'],
];

export function Outside({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Stack component="main" align="center" px="md" py={{ base: 'md', sm: 60 }} gap="lg" mih="100vh">
      <Group w="100%" maw={420} justify="space-between">
        <span className="sf-brand"><Brand size={36} /> Soundflow</span>
        <Group gap={4}><LanguageChoice /><SchemeChoice /></Group>
      </Group>
      <div className="sf-card" style={{ width: '100%', maxWidth: 420, padding: '1.75rem' }}>
        <Text component="h1" fz={22} fw={650} m={0} mb="md">{title}</Text>
        {children}
      </div>
    </Stack>
  );
}

export function LoginPage() {
  const { t } = useTranslation();
  const { login } = useSession();
  const health = useHealth();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const action = useAction((mail: string, word: string) => login(mail, word));
  const wrong = isApiError(action.error, 'UNAUTHORIZED');
  return (
    <Outside title={t('login.title')}>
      <form onSubmit={(event) => { event.preventDefault(); void action.run(email.trim(), password); }}>
        <Stack gap="md">
          <TextInput
            label={t('label.email')} type="email" autoComplete="username" required autoFocus value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
          />
          <PasswordInput
            label={t('label.password')} autoComplete="current-password" required value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
            visibilityToggleButtonProps={{ 'aria-label': t('action.showPassword') }}
          />
          {wrong ? <Note tone="red">{t('login.wrong')}</Note> : <Failure error={action.error} />}
          <Button type="submit" size="md" loading={action.busy}>{t('login.submit')}</Button>
          <Anchor component={Link} to="/forgot-password" size="sm" ta="center">{t('login.forgot')}</Anchor>
        </Stack>
      </form>
      {health.data?.demo && (
        <Stack gap={6} mt="xl" pt="md" style={{ borderTop: '1px solid var(--sf-line)' }}>
          <Text size="sm" fw={600}>{t('demo.title')}</Text>
          {demo_logins.map(([mail, text]) => (
            <UnstyledButton key={mail} className="sf-nav" onClick={() => void action.run(mail, demo_password)}>
              <div style={{ minWidth: 0 }}>
                <Text size="sm" fw={600}>{t(text)}</Text>
                <Text size="xs" c="dimmed">{mail}</Text>
              </div>
            </UnstyledButton>
          ))}
        </Stack>
      )}
    </Outside>
  );
}
