import { Button } from '@mantine/core';
import { Link } from 'react-router';
import { useTranslation } from '@/i18n';
import { Card, Empty, Page } from '@/ui/basics';

export function NotFoundPage() {
  const { t } = useTranslation();
  return (
    <Page title={t('notFound.title')}>
      <Card><Empty icon="search" title={t('notFound.text')} action={<Button component={Link} to="/" mt="sm">{t('nav.dashboard')}</Button>} /></Card>
    </Page>
  );
}
