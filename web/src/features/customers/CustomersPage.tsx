import { Button, Group, Select } from '@mantine/core';
import { Link } from 'react-router';
import { usePage } from '@/api/queries';
import type { Customer } from '@/api/types';
import { useTranslation } from '@/i18n';
import { Badge, Card, Empty, Fetched, Page } from '@/ui/basics';
import { DataTable, Pages, type Column } from '@/ui/DataTable';
import { SearchInput, useFilters } from '@/ui/filters';
import { Icon } from '@/ui/icons';

const page_size = 25;

export function CustomersPage() {
  const { t } = useTranslation();
  const filters = useFilters();
  const customers = usePage<Customer>('customers', '/api/customers', { q: filters.get('q'), customerType: filters.get('type'), pageNumber: filters.page, pageSize: page_size });
  const columns: Column<Customer>[] = [
    { title: t('label.companyName'), cell: (customer) => customer.name },
    { title: t('label.customerType'), cell: (customer) => t(customer.customerType === 1 ? 'customerType.1' : 'customerType.2') },
    { title: t('label.orgNumber'), cell: (customer) => customer.orgNumber, wide: true },
    { title: t('label.city'), cell: (customer) => customer.city, wide: true },
    { title: t('label.email'), cell: (customer) => customer.email, wide: true },
    { title: t('label.status'), cell: (customer) => <Badge tone={customer.isActive ? 'green' : 'gray'}>{t(customer.isActive ? 'word.active' : 'word.inactive')}</Badge> },
  ];
  return (
    <Page title={t('nav.customers')} actions={<Button component={Link} to="/customers/new" leftSection={<Icon name="plus" />}>{t('customers.new')}</Button>}>
      <Card pad={false}>
        <Group p="md" gap="sm">
          <SearchInput label={t('customers.search')} value={filters.get('q')} onChange={(q) => filters.set({ q })} />
          <Select aria-label={t('label.customerType')} placeholder={t('customers.allTypes')} clearable clearButtonProps={{ 'aria-label': t('action.clear') }} data={[{ value: '1', label: t('customerType.1') }, { value: '2', label: t('customerType.2') }]} value={filters.get('type') || null} onChange={(type) => filters.set({ type })} />
        </Group>
        <Fetched query={customers}>
          {({ items, total }) => total === 0 ? <Empty icon="company" title={t('filter.none')}>{t('filter.noneText')}</Empty> : (
            <>
              <DataTable label={t('nav.customers')} columns={columns} rows={items} to={(customer) => `/customers/${customer.id}`} />
              <Pages total={total} size={page_size} page={filters.page} onChange={filters.setPage} />
            </>
          )}
        </Fetched>
      </Card>
    </Page>
  );
}
