import { Button, Group, Modal, PasswordInput, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useMe, useSession } from '@/api/session';
import { useTranslation } from '@/i18n';
import { useAction } from '@/ui/actions';
import { Failure } from '@/ui/basics';

// The session has ended: the password again, with the page and all that was typed still behind.
export function LockedDialog() {
  const me = useMe();
  const { login, logout } = useSession();
  const { t } = useTranslation();
  const [password, setPassword] = useState('');
  const action = useAction(() => login(me.email, password));
  return (
    <Modal opened onClose={() => undefined} withCloseButton={false} closeOnEscape={false} closeOnClickOutside={false} centered title={t('locked.title')}>
      <form onSubmit={(event) => { event.preventDefault(); void action.run(); }}>
        <Stack gap="md">
          <Text size="sm">{t('locked.text', { email: me.email })}</Text>
          <input type="text" autoComplete="username" value={me.email} readOnly hidden />
          <PasswordInput
            label={t('label.password')} autoComplete="current-password" required data-autofocus value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
            visibilityToggleButtonProps={{ 'aria-label': t('action.showPassword') }}
          />
          <Failure error={action.error} />
          <Group justify="space-between">
            <Button variant="default" onClick={() => void logout()}>{t('locked.other')}</Button>
            <Button type="submit" loading={action.busy}>{t('login.submit')}</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
