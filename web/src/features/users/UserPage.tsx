import { Button, Select, SimpleGrid, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useNavigate, useParams } from 'react-router';
import { get, post, put, remove } from '@/api/client';
import { useAll, useCustomer, useUser } from '@/api/queries';
import { useMe } from '@/api/session';
import type { Customer, Sensitive, User } from '@/api/types';
import { useTranslation } from '@/i18n';
import { useAction, useDone } from '@/ui/actions';
import { Badge, Card, Failure, Fetched, Page } from '@/ui/basics';
import { ConfirmDialog } from '@/ui/dialogs';
import { Icon } from '@/ui/icons';
import { RecordForm, valuesOf, type Field, type Values } from '@/ui/RecordForm';
import { Calendar } from '../schedule/Calendar';
import { roleName, typeOfRole, useUserFields } from './fields';

export function NewUserPage() {
  const me = useMe();
  const { t, language } = useTranslation();
  const navigate = useNavigate();
  const done = useDone();
  const [company, setCompany] = useState(me.customerId ?? null);
  const customers = useAll<Customer>('customers', '/api/customers', {}, me.role === 'Admin');
  const customerType = me.role === 'Admin' ? customers.data?.find((customer) => customer.id === company)?.customerType : me.customerType;
  const fields = useUserFields(me, { isNew: true, isCrew: false, customerType, self: false });
  const role = me.role === 'CrewAdmin' ? 5 : me.role === 'CustomerAdmin' ? 3 : '';
  const first = { ...valuesOf(fields, {}), role, language, channels: ['email'], skills: [] };
  const send = (values: Values) => post<User>('/api/users', {
    ...values, userType: typeOfRole(Number(values['role'])), ...(company ? { customerId: company } : {}),
    ...(typeOfRole(Number(values['role'])) === 3 ? {} : { skills: undefined }),
  });
  return (
    <Page title={t(me.role === 'CrewAdmin' ? 'users.newCrew' : 'users.new')} subtitle={t('users.inviteHint')}>
      <Card>
        <Stack gap="md">
          {me.role === 'Admin' && <Select label={t('label.companyName')} placeholder={t('users.noCompany')} clearable searchable maw={420} clearButtonProps={{ 'aria-label': t('action.clear') }} data={(customers.data ?? []).map(({ id, name }) => ({ value: id, label: name }))} value={company} onChange={setCompany} />}
          <RecordForm<User> key={company} fields={fields} first={first} submit={t('users.create')} send={send} onSaved={async (user) => { await done(t('state.saved'), 'users', 'board'); await navigate(`/users/${user.id}`); }} />
        </Stack>
      </Card>
    </Page>
  );
}

export function UserPage() {
  const { id = '' } = useParams();
  const me = useMe();
  const { t } = useTranslation();
  const user = useUser(id);
  const [base, setBase] = useState<User | null>(null);
  if (user.data && base?.id !== id) setBase(user.data);
  const shown = base?.id === id ? base : undefined;
  const customer = useCustomer(shown?.customerId ?? '', shown?.customerId !== undefined);
  const isCrew = shown?.userType === 3;
  const seesSensitive = isCrew && (me.role === 'Admin' || shown.customerId === me.customerId);
  return (
    <Page
      title={shown?.name ?? t('nav.users')} actions={shown && shown.id !== me.userId && <Delete user={shown} />}
      subtitle={shown && <>{t(`role.${roleName(shown.role)}`)}{customer.data && ` · ${customer.data.name}`} {!shown.isActive && <Badge tone="gray">{t('word.inactive')}</Badge>}</>}
    >
      <Fetched query={{ ...user, data: shown }}>
        {(data) => (
          <SimpleGrid cols={{ base: 1, lg: isCrew ? 2 : 1 }} spacing="lg">
            <Stack gap="lg">
              <Card title={t('profile.facts')}><Editor key={data.version} user={data} onChange={setBase} /></Card>
              {seesSensitive && <SensitiveCard id={data.id} />}
            </Stack>
            {isCrew && <Card title={t('schedule.availability')}><Calendar crewId={data.id} /></Card>}
          </SimpleGrid>
        )}
      </Fetched>
    </Page>
  );
}

function Editor({ user, onChange }: { user: User; onChange: (user: User) => void }) {
  const me = useMe();
  const { t } = useTranslation();
  const done = useDone();
  const fields = useUserFields(me, { isNew: false, isCrew: user.userType === 3, customerType: undefined, self: user.id === me.userId });
  return (
    <RecordForm<User>
      fields={fields} first={valuesOf(fields, user)} base={user} submit={t('action.save')} send={(body, version) => put<User>(`/api/users/${user.id}`, body, version)}
      reread={() => get<User>(`/api/users/${user.id}`)} onTheirs={onChange}
      onSaved={async (saved) => { onChange(saved); await done(t('state.saved'), 'users', 'board'); }}
    />
  );
}

// Read only when somebody asks for it, since every reading is noted.
export function SensitiveCard({ id }: { id: string }) {
  const { t } = useTranslation();
  const done = useDone();
  const [data, setData] = useState<Sensitive | null>(null);
  const show = useAction(async () => setData(await get<Sensitive>(`/api/users/${id}/sensitive`)));
  const fields: Field[] = [
    { name: 'socialSecurityNumber', label: t('label.socialSecurityNumber'), max: 20, hint: 'ÅÅÅÅMMDD-NNNN' },
    { name: 'bankAccount.holderName', label: t('label.holderName') },
    { name: 'bankAccount.clearingNumber', label: t('label.clearingNumber'), max: 10 },
    { name: 'bankAccount.accountNumber', label: t('label.accountNumber'), max: 30 },
  ];
  return (
    <Card title={t('users.sensitive')}>
      {data === null ? (
        <Stack gap="sm" align="flex-start">
          <Text size="sm" c="dimmed">{t('users.sensitiveText')}</Text>
          <Failure error={show.error} />
          <Button variant="default" loading={show.busy} onClick={() => void show.run()}>{t('users.showSensitive')}</Button>
        </Stack>
      ) : (
        <RecordForm
          key={JSON.stringify(data)} fields={fields} first={valuesOf(fields, data)} base={data} submit={t('action.save')}
          send={(body, version) => put<Sensitive>(`/api/users/${id}/sensitive`, body, version)}
          reread={() => get<Sensitive>(`/api/users/${id}/sensitive`)} onTheirs={setData}
          onSaved={async (saved) => { setData(saved); await done(t('state.saved')); }}
        />
      )}
    </Card>
  );
}

function Delete({ user }: { user: User }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const done = useDone();
  const [asking, setAsking] = useState(false);
  return (
    <>
      <Button variant="default" leftSection={<Icon name="trash" />} onClick={() => setAsking(true)}>{t('action.delete')}</Button>
      {asking && (
        <ConfirmDialog title={t('users.delete')} confirm={t('action.delete')} danger onClose={() => setAsking(false)} onConfirm={async () => { await remove(`/api/users/${user.id}`); await done(t('users.deleted'), 'users', 'board'); await navigate('/users'); }}>
          {t('users.deleteText', { name: user.name })}
        </ConfirmDialog>
      )}
    </>
  );
}
