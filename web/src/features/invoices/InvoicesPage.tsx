import { Button, Group, Select } from '@mantine/core';
import { usePage } from '@/api/queries';
import { useMe } from '@/api/session';
import type { Invoice } from '@/api/types';
import { useTranslation } from '@/i18n';
import { useFormat } from '@/i18n/format';
import { addDays, instant, iso } from '@/time';
import { Card, Empty, Fetched, Page, Status } from '@/ui/basics';
import { DataTable, Pages, type Column } from '@/ui/DataTable';
import { DayInput } from '@/ui/fields';
import { useFilters } from '@/ui/filters';

const page_size = 25;
const statuses = ['Draft', 'Issued', 'PartlyPaid', 'Overdue', 'Paid', 'Credited', 'Cancelled'] as const;

export function InvoicesPage() {
  const me = useMe();
  const { t } = useTranslation();
  const fmt = useFormat();
  const filters = useFilters();
  const [from, to] = [filters.get('from'), filters.get('to')];
  const invoices = usePage<Invoice>('invoices', '/api/invoices', {
    status: filters.get('status'), pageNumber: filters.page, pageSize: page_size,
    from: from && iso(instant(from)), to: to && iso(instant(addDays(to, 1))),
  });
  const columns: Column<Invoice>[] = [
    { title: t('invoices.number'), cell: (invoice) => invoice.invoiceNumber ?? t('invoice.status.Draft') },
    ...(me.role === 'CustomerAdmin' ? [] : [{ title: t('invoices.buyer'), cell: (invoice: Invoice) => invoice.buyer.name ?? '' }]),
    ...(me.role === 'CrewAdmin' ? [] : [{ title: t('invoices.seller'), cell: (invoice: Invoice) => invoice.seller.name ?? '' }]),
    { title: t('invoices.issued'), cell: (invoice) => <span className="nowrap">{invoice.issuedDate ?? ''}</span>, wide: true },
    { title: t('invoices.due'), cell: (invoice) => <span className="nowrap">{invoice.dueDate}</span>, wide: true },
    { title: t('invoices.toPay'), cell: (invoice) => fmt.exactMoney(invoice.totalAmount), number: true },
    { title: t('invoices.balance'), cell: (invoice) => fmt.exactMoney(invoice.balance), number: true, wide: true },
    { title: t('label.status'), cell: (invoice) => <Status kind="invoice" status={invoice.status} /> },
  ];
  return (
    <Page title={t('nav.invoices')}>
      <Card pad={false}>
        <Group p="md" gap="sm">
          <Select aria-label={t('label.status')} placeholder={t('filter.allStatuses')} clearable w={170} clearButtonProps={{ 'aria-label': t('action.clear') }} data={statuses.map((status) => ({ value: status, label: t(`invoice.status.${status}`) }))} value={filters.get('status') || null} onChange={(status) => filters.set({ status })} />
          <Group gap={6} wrap="nowrap" className="sf-range">
            <DayInput hideLabel label={t('filter.from')} value={from || null} clearable onChange={(day) => filters.set({ from: day })} />
            <span aria-hidden>–</span>
            <DayInput hideLabel label={t('filter.to')} value={to || null} clearable onChange={(day) => filters.set({ to: day })} />
          </Group>
          {filters.any && <Button variant="subtle" onClick={filters.clear}>{t('action.clear')}</Button>}
        </Group>
        <Fetched query={invoices} rows={10}>
          {({ items, total }) => total === 0 ? <Empty icon="invoice" title={t(filters.any ? 'filter.none' : 'invoices.none')}>{t(filters.any ? 'filter.noneText' : 'invoices.noneText')}</Empty> : (
            <>
              <DataTable label={t('nav.invoices')} columns={columns} rows={items} to={(invoice) => `/invoices/${invoice.id}`} />
              <Pages total={total} size={page_size} page={filters.page} onChange={filters.setPage} />
            </>
          )}
        </Fetched>
      </Card>
    </Page>
  );
}
