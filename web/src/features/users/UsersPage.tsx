import { Button, Group, Select } from '@mantine/core';
import { Link } from 'react-router';
import { useAll, usePage } from '@/api/queries';
import { useMe } from '@/api/session';
import { skillKey, skillOf, useSkillNames } from '@/api/skills';
import type { Customer, User } from '@/api/types';
import { useTranslation } from '@/i18n';
import { Badge, Card, Empty, Fetched, Page } from '@/ui/basics';
import { DataTable, Pages, type Column } from '@/ui/DataTable';
import { SkillSelect } from '@/ui/fields';
import { SearchInput, useFilters } from '@/ui/filters';
import { Icon } from '@/ui/icons';
import { roleName } from './fields';

const page_size = 25;

export function UsersPage() {
  const me = useMe();
  const { t } = useTranslation();
  const skills = useSkillNames();
  const filters = useFilters();
  const skill = filters.get('skill');
  const users = usePage<User>('users', '/api/users', {
    q: filters.get('q'), role: filters.get('role'), customerId: filters.get('customerId'), skill: skill && skillOf(skill).skill,
    pageNumber: filters.page, pageSize: page_size,
  });
  const customers = useAll<Customer>('customers', '/api/customers', {}, me.role === 'Admin');
  const nameOf = (id?: string) => customers.data?.find((customer) => customer.id === id)?.name ?? '';
  const roles = me.role === 'Admin' ? [1, 2, 3, 4, 5] : me.role === 'CrewAdmin' ? [4, 5] : [2, 3, 5];
  const columns: Column<User>[] = [
    { title: t('label.name'), cell: (user) => user.name },
    { title: t('label.role'), cell: (user) => t(`role.${roleName(user.role)}`), wide: me.role === 'CrewAdmin' },
    ...(me.role === 'Admin' ? [{ title: t('label.companyName'), cell: (user: User) => nameOf(user.customerId), wide: true }] : []),
    { title: t('label.skills'), cell: (user) => (user.skills ?? []).slice(0, 3).map((each) => skills.skill(each.category, each.skill)).join(', '), wide: me.role !== 'CrewAdmin' },
    { title: t('label.email'), cell: (user) => user.email, wide: true },
    { title: t('label.phone'), cell: (user) => <span className="nowrap">{user.phone ?? ''}</span>, wide: true },
    { title: t('label.status'), cell: (user) => <Badge tone={user.isActive ? 'green' : 'gray'}>{t(user.isActive ? 'word.active' : 'word.inactive')}</Badge> },
  ];
  const clear = { 'aria-label': t('action.clear') };
  const title = t(me.role === 'CrewAdmin' ? 'nav.crew' : 'nav.users');
  return (
    <Page title={title} actions={<Button component={Link} to="/users/new" leftSection={<Icon name="plus" />}>{t(me.role === 'CrewAdmin' ? 'users.newCrew' : 'users.new')}</Button>}>
      <Card pad={false}>
        <Group p="md" gap="sm">
          <SearchInput label={t('board.search')} value={filters.get('q')} onChange={(q) => filters.set({ q })} />
          <Select aria-label={t('label.role')} placeholder={t('users.allRoles')} clearable w={250} clearButtonProps={clear} data={roles.map((role) => ({ value: String(role), label: t(`role.${roleName(role)}`) }))} value={filters.get('role') || null} onChange={(role) => filters.set({ role })} />
          {me.role === 'Admin' && <Select aria-label={t('label.companyName')} placeholder={t('filter.allCompanies')} clearable searchable clearButtonProps={clear} data={(customers.data ?? []).map(({ id, name }) => ({ value: id, label: name }))} value={filters.get('customerId') || null} onChange={(customerId) => filters.set({ customerId })} />}
          <SkillSelect hideLabel label={t('label.skill')} placeholder={t('board.anySkill')} clearable value={skill ? skillOf(skill) : null} onChange={(next) => filters.set({ skill: next ? skillKey(next) : null })} />
          {filters.any && <Button variant="subtle" onClick={filters.clear}>{t('action.clear')}</Button>}
        </Group>
        <Fetched query={users}>
          {({ items, total }) => total === 0 ? <Empty icon="people" title={t('filter.none')}>{t('filter.noneText')}</Empty> : (
            <>
              <DataTable label={title} columns={columns} rows={items} to={(user) => `/users/${user.id}`} />
              <Pages total={total} size={page_size} page={filters.page} onChange={filters.setPage} />
            </>
          )}
        </Fetched>
      </Card>
    </Page>
  );
}
