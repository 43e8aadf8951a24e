import { ActionIcon, AppShell, Avatar, Burger, Group, Menu, Text, UnstyledButton, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Suspense, useEffect } from 'react';
import { Link, NavLink, Outlet, useLocation } from 'react-router';
import { put } from '@/api/client';
import { useLiveChanges } from '@/api/live';
import { may } from '@/api/may';
import { useCustomer } from '@/api/queries';
import { useMe, useSession, type Me } from '@/api/session';
import { useTranslation, type Key, type Language } from '@/i18n';
import { Loading } from '@/ui/basics';
import { Brand } from '@/ui/Brand';
import { Icon, type IconName } from '@/ui/icons';
import { LockedDialog } from './LockedDialog';

interface Place {
  to: string;
  text: Key;
  icon: IconName;
}

export function placesOf(me: Me): Place[] {
  const own = me.customerId ?? '';
  const places: (Place | false)[] = [
    { to: '/', text: 'nav.dashboard', icon: 'home' },
    me.role === 'CrewUser' && { to: '/schedule', text: 'nav.schedule', icon: 'calendar' },
    { to: '/events', text: 'nav.events', icon: me.role === 'CrewUser' ? 'pin' : 'calendar' },
    { to: '/bookings', text: 'nav.bookings', icon: 'list' },
    may.seeBoard(me) && { to: '/board', text: 'nav.board', icon: 'board' },
    may.seeUsers(me) && { to: '/users', text: me.role === 'CrewAdmin' ? 'nav.crew' : 'nav.users', icon: 'people' },
    may.seeCustomers(me) && { to: '/customers', text: 'nav.customers', icon: 'company' },
    !may.seeCustomers(me) && me.role !== 'CrewUser' && { to: `/customers/${own}`, text: 'nav.company', icon: 'company' },
    me.role === 'CustomerAdmin' && { to: `/customers/${own}/tariffs`, text: 'nav.tariffs', icon: 'tag' },
    may.seeInvoices(me) && { to: '/invoices', text: 'nav.invoices', icon: 'invoice' },
    may.seeReports(me) && { to: '/reports', text: 'nav.reports', icon: 'chart' },
    me.role === 'Admin' && { to: '/admin', text: 'nav.admin', icon: 'gear' },
  ];
  return places.filter((place) => place !== false);
}

export function Shell({ locked }: { locked: boolean }) {
  const me = useMe();
  const { t } = useTranslation();
  const [opened, { toggle, close }] = useDisclosure(false);
  const { pathname } = useLocation();
  useLiveChanges();
  useEffect(() => {
    close();
    window.scrollTo(0, 0);
  }, [pathname, close]);
  const places = placesOf(me);
  const tabs = me.role === 'CrewUser';
  const exact = (to: string) => to === '/' || (to.startsWith('/customers/') && !to.endsWith('/tariffs'));
  return (
    <AppShell
      header={{ height: 56 }} padding={{ base: 'md', md: 'xl' }}
      navbar={{ width: 232, breakpoint: 'sm', collapsed: { mobile: !opened } }}
      {...(tabs ? { footer: { height: { base: 60, sm: 0 } } } : {})}
    >
      <a href="#main" className="sf-skip">{t('nav.skip')}</a>
      <AppShell.Header style={{ background: 'var(--sf-surface)', borderColor: 'var(--sf-line)' }}>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            <Burger opened={opened} onClick={toggle} hiddenFrom="sm" size="sm" aria-label={t('nav.menu')} aria-expanded={opened} />
            <Link to="/" className="sf-brand"><Brand /> Soundflow</Link>
          </Group>
          <Group gap={6} wrap="nowrap">
            <LanguageChoice />
            <SchemeChoice />
            <UserMenu />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="sm" className="sf-navbar" data-open={opened} style={{ background: 'var(--sf-surface)', borderColor: 'var(--sf-line)' }}>
        <nav aria-label={t('nav.main')}>
          {places.map(({ to, text, icon }) => (
            <NavLink key={to} to={to} end={exact(to)} className={({ isActive }) => `sf-nav ${isActive ? 'active' : ''}`}>
              <Icon name={icon} /> {t(text)}
            </NavLink>
          ))}
        </nav>
      </AppShell.Navbar>
      <AppShell.Main id="main" tabIndex={-1} style={{ outline: 'none' }}>
        <div style={{ maxWidth: 1400, margin: '0 auto' }}>
          <Suspense fallback={<Loading />}><Outlet /></Suspense>
        </div>
      </AppShell.Main>
      {tabs && (
        <AppShell.Footer hiddenFrom="sm" style={{ background: 'var(--sf-surface)', borderColor: 'var(--sf-line)' }}>
          <nav className="sf-tabbar" aria-label={t('nav.quick')}>
            {places.map(({ to, text, icon }) => (
              <NavLink key={to} to={to} end={to === '/'}><Icon name={icon} size={22} />{t(text)}</NavLink>
            ))}
          </nav>
        </AppShell.Footer>
      )}
      {locked && <LockedDialog />}
    </AppShell>
  );
}

export function LanguageChoice({ onChosen }: { onChosen?: (language: Language) => void }) {
  const { language, setLanguage, t } = useTranslation();
  const { state } = useSession();
  const other: Language = language === 'sv' ? 'en' : 'sv';
  return (
    <ActionIcon
      variant="subtle" color="gray" size="lg" lang={other} c="var(--mantine-color-text)"
      aria-label={t('nav.otherLanguage')} title={t('nav.otherLanguage')}
      onClick={() => {
        setLanguage(other);
        onChosen?.(other);
        // Mails and messages come in the same language.
        if (state.kind === 'in') void put(`/api/users/${state.me.userId}`, { language: other }).catch(() => undefined);
      }}
    >
      <Text fw={700} fz={13} component="span">{other.toUpperCase()}</Text>
    </ActionIcon>
  );
}

export function SchemeChoice() {
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme('light');
  const { t } = useTranslation();
  const next = scheme === 'dark' ? 'light' : 'dark';
  const name = t(next === 'dark' ? 'nav.dark' : 'nav.light');
  return (
    <ActionIcon variant="subtle" color="gray" size="lg" c="var(--mantine-color-text)" aria-label={name} title={name} onClick={() => setColorScheme(next)}>
      <Icon name={next === 'dark' ? 'moon' : 'sun'} />
    </ActionIcon>
  );
}

function UserMenu() {
  const me = useMe();
  const { logout } = useSession();
  const { t } = useTranslation();
  const company = useCustomer(me.customerId ?? '', me.customerId !== undefined && me.role !== 'CrewUser');
  return (
    <Menu position="bottom-end" width={240} withinPortal>
      <Menu.Target>
        <UnstyledButton aria-label={t('nav.account', { name: me.name })}>
          <Group gap="xs" wrap="nowrap">
            <Avatar size={32} radius="xl" variant="filled" color="sea">{initials(me.name)}</Avatar>
            <div className="sf-wide">
              <Text size="sm" fw={600} lh={1.2}>{me.name}</Text>
              <Text size="xs" c="dimmed" lh={1.2}>{company.data?.name ?? t(`role.${me.role}`)}</Text>
            </div>
          </Group>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label c="dimmed">{me.email}<br />{t(`role.${me.role}`)}</Menu.Label>
        <Menu.Item component={Link} to="/profile" leftSection={<Icon name="user" />}>{t('nav.profile')}</Menu.Item>
        <Menu.Item leftSection={<Icon name="logout" />} onClick={() => void logout()}>{t('nav.logout')}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

export const initials = (name: string) =>
  name.split(/\s+/).map((word) => word.charAt(0)).filter((_, i, all) => i === 0 || i === all.length - 1).join('').toUpperCase();
