import { Button } from '@mantine/core';
import { useState } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import { get, post, put, remove } from '@/api/client';
import { may } from '@/api/may';
import { useCustomer } from '@/api/queries';
import { useMe } from '@/api/session';
import type { Customer } from '@/api/types';
import { useTranslation } from '@/i18n';
import { useDone } from '@/ui/actions';
import { Card, Fetched, Note, Page } from '@/ui/basics';
import { ConfirmDialog } from '@/ui/dialogs';
import { Icon } from '@/ui/icons';
import { RecordForm, valuesOf } from '@/ui/RecordForm';
import { useCustomerFields } from './fields';

export function NewCustomerPage() {
  const me = useMe();
  const { t } = useTranslation();
  const navigate = useNavigate();
  const done = useDone();
  const fields = useCustomerFields(me, true, 1);
  return (
    <Page title={t('customers.new')}>
      <Card>
        <RecordForm<Customer>
          fields={fields} first={{ ...valuesOf(fields, {}), customerType: 1 }} submit={t('customers.create')}
          send={(body) => post<Customer>('/api/customers', body)}
          onSaved={async (customer) => { await done(t('state.saved'), 'customers'); await navigate(`/customers/${customer.id}`); }}
        />
      </Card>
    </Page>
  );
}

export function CustomerPage() {
  const { id = '' } = useParams();
  const me = useMe();
  const { t } = useTranslation();
  const customer = useCustomer(id);
  const [base, setBase] = useState<Customer | null>(null);
  if (customer.data && base?.id !== id) setBase(customer.data);
  const shown = base?.id === id ? base : undefined;
  return (
    <Page
      title={shown?.name ?? t('nav.company')}
      subtitle={shown && `${t(shown.customerType === 1 ? 'customerType.1' : 'customerType.2')} · ${shown.orgNumber}`}
      actions={shown && <Actions customer={shown} />}
    >
      <Fetched query={{ ...customer, data: shown }}>{(data) => <Editor key={data.version} customer={data} editable={may.editCustomer(me, data.id)} onChange={setBase} />}</Fetched>
    </Page>
  );
}

function Editor({ customer, editable, onChange }: { customer: Customer; editable: boolean; onChange: (customer: Customer) => void }) {
  const me = useMe();
  const { t } = useTranslation();
  const done = useDone();
  const fields = useCustomerFields(me, false, customer.customerType);
  return (
    <>
      {!editable && <Note tone="blue">{t('customers.readOnly')}</Note>}
      <Card title={t('customers.facts')}>
        <RecordForm<Customer>
          fields={fields} first={valuesOf(fields, customer)} base={customer} submit={t('action.save')} disabled={!editable}
          send={(body, version) => put<Customer>(`/api/customers/${customer.id}`, body, version)}
          reread={() => get<Customer>(`/api/customers/${customer.id}`)}
          onSaved={async (saved) => { onChange(saved); await done(t('state.saved'), 'customers'); }} onTheirs={onChange}
        />
      </Card>
    </>
  );
}

function Actions({ customer }: { customer: Customer }) {
  const me = useMe();
  const { t } = useTranslation();
  const navigate = useNavigate();
  const done = useDone();
  const [deleting, setDeleting] = useState(false);
  return (
    <>
      {customer.customerType === 1 && may.seeTariffs(me, customer.id) && <Button component={Link} to={`/customers/${customer.id}/tariffs`} variant="default" leftSection={<Icon name="tag" />}>{t('nav.tariffs')}</Button>}
      {me.role === 'Admin' && <Button component={Link} to={`/users?customerId=${customer.id}`} variant="default" leftSection={<Icon name="people" />}>{t('nav.users')}</Button>}
      {me.role === 'Admin' && <Button variant="default" leftSection={<Icon name="trash" />} onClick={() => setDeleting(true)}>{t('action.delete')}</Button>}
      {deleting && (
        <ConfirmDialog title={t('customers.delete')} confirm={t('action.delete')} danger onClose={() => setDeleting(false)} onConfirm={async () => { await remove(`/api/customers/${customer.id}`); await done(t('customers.deleted'), 'customers'); await navigate('/customers'); }}>
          {t('customers.deleteText', { name: customer.name })}
        </ConfirmDialog>
      )}
    </>
  );
}
