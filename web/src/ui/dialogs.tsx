import { Button, Group, Modal, Stack, Text, Textarea } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { isApiError } from '@/api/errors';
import { useTranslation } from '@/i18n';
import { Failure } from './basics';

interface DialogProps {
  title: string;
  children?: ReactNode;
  confirm: string;
  danger?: boolean;
  onClose: () => void;
}

// Asks before what cannot be taken back. Stays open, with the words, where it fails.
export function ConfirmDialog({ title, children, confirm, danger, onClose, onConfirm }: DialogProps & {
  onConfirm: () => Promise<unknown>;
}) {
  return <Asking title={title} confirm={confirm} onClose={onClose} {...(danger ? { danger } : {})} act={onConfirm} ready>{children}</Asking>;
}

export function ReasonDialog({ title, children, confirm, danger, onClose, onConfirm }: DialogProps & {
  onConfirm: (reason: string) => Promise<unknown>;
}) {
  const { t } = useTranslation();
  const [reason, setReason] = useState('');
  return (
    <Asking
      title={title} confirm={confirm} onClose={onClose} {...(danger ? { danger } : {})}
      act={() => onConfirm(reason.trim())} ready={reason.trim() !== ''}
    >
      {children}
      <Textarea
        label={t('label.reason')} description={t('reason.hint')} required maxLength={500} autosize minRows={3}
        value={reason} onChange={(event) => setReason(event.currentTarget.value)} data-autofocus
      />
    </Asking>
  );
}

function Asking({ title, children, confirm, danger, onClose, act, ready }: DialogProps & { act: () => Promise<unknown>; ready: boolean }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const submit = async () => {
    setBusy(true);
    setError(null);
    try {
      await act();
      onClose();
    } catch (thrown) {
      setError(thrown);
      // Somebody was faster: the page behind shows how it is now.
      if (isApiError(thrown, 'CONFLICT', 'PRECONDITION_FAILED')) void queries.invalidateQueries();
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal opened onClose={onClose} title={title} centered closeButtonProps={{ 'aria-label': t('action.close') }}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (ready) void submit();
        }}
      >
        <Stack gap="md">
          {typeof children === 'string' ? <Text size="sm">{children}</Text> : children}
          <Failure error={error} />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>{t('action.back')}</Button>
            <Button type="submit" loading={busy} disabled={!ready} {...(danger ? { color: 'red.9' } : {})}>{confirm}</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
