import { Center, Loader, MantineProvider } from '@mantine/core';
import { DatesProvider } from '@mantine/dates';
import { Notifications } from '@mantine/notifications';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { lazy, Suspense, type ReactNode } from 'react';
import { BrowserRouter, Route, Routes } from 'react-router';
import { SessionProvider, useSession } from './api/session';
import { TranslationProvider, useTranslation } from './i18n';
import { theme } from './theme';

const page = <Name extends string>(load: () => Promise<Record<Name, () => ReactNode>>, name: Name) =>
  lazy(async () => ({ default: (await load())[name] }));

const LoginPage = page(() => import('./features/login/LoginPage'), 'LoginPage');
const ForgotPage = page(() => import('./features/login/LinkPages'), 'ForgotPage');
const NewPasswordPage = page(() => import('./features/login/LinkPages'), 'NewPasswordPage');
const RegisterPage = page(() => import('./features/login/LinkPages'), 'RegisterPage');
const Shell = lazy(async () => ({ default: (await import('./features/shell/Shell')).Shell }));
const DashboardPage = page(() => import('./features/dashboard/DashboardPage'), 'DashboardPage');
const ProfilePage = page(() => import('./features/profile/ProfilePage'), 'ProfilePage');
const EventsPage = page(() => import('./features/events/EventsPage'), 'EventsPage');
const EventPage = page(() => import('./features/events/EventPage'), 'EventPage');
const NewEventPage = page(() => import('./features/events/EventFormPage'), 'NewEventPage');
const EditEventPage = page(() => import('./features/events/EventFormPage'), 'EditEventPage');
const BookingsPage = page(() => import('./features/bookings/BookingsPage'), 'BookingsPage');
const BookingPage = page(() => import('./features/bookings/BookingPage'), 'BookingPage');
const BoardPage = page(() => import('./features/board/BoardPage'), 'BoardPage');
const CustomersPage = page(() => import('./features/customers/CustomersPage'), 'CustomersPage');
const CustomerPage = page(() => import('./features/customers/CustomerPage'), 'CustomerPage');
const NewCustomerPage = page(() => import('./features/customers/CustomerPage'), 'NewCustomerPage');
const TariffsPage = page(() => import('./features/customers/TariffsPage'), 'TariffsPage');
const UsersPage = page(() => import('./features/users/UsersPage'), 'UsersPage');
const UserPage = page(() => import('./features/users/UserPage'), 'UserPage');
const NewUserPage = page(() => import('./features/users/UserPage'), 'NewUserPage');
const InvoicesPage = page(() => import('./features/invoices/InvoicesPage'), 'InvoicesPage');
const InvoicePage = page(() => import('./features/invoices/InvoicePage'), 'InvoicePage');
const ReportsPage = page(() => import('./features/reports/ReportsPage'), 'ReportsPage');
const SchedulePage = page(() => import('./features/schedule/SchedulePage'), 'SchedulePage');
const AdminPage = page(() => import('./features/admin/AdminPage'), 'AdminPage');
const NotFoundPage = page(() => import('./features/shell/NotFoundPage'), 'NotFoundPage');

const queries = new QueryClient({
  // The client repeats what may be repeated; once is enough.
  defaultOptions: { queries: { retry: false, staleTime: 15_000 } },
});

function Waiting() {
  const { t } = useTranslation();
  return <Center h="60vh" role="status" aria-label={t('state.loading')}><Loader type="dots" /></Center>;
}

// Where nobody is logged in, every address shows the login page and stays: afterwards one is there.
function Pages() {
  const { state } = useSession();
  if (state.kind === 'finding') return <Waiting />;
  return (
    <Routes>
      <Route path="/forgot-password" element={<ForgotPage />} />
      <Route path="/reset-password" element={<NewPasswordPage />} />
      <Route path="/register" element={<RegisterPage />} />
      {state.kind === 'out' ? (
        <Route path="*" element={<LoginPage />} />
      ) : (
        <Route element={<Shell locked={state.locked} />}>
          <Route index element={<DashboardPage />} />
          <Route path="profile" element={<ProfilePage />} />
          <Route path="events" element={<EventsPage />} />
          <Route path="events/new" element={<NewEventPage />} />
          <Route path="events/:id" element={<EventPage />} />
          <Route path="events/:id/edit" element={<EditEventPage />} />
          <Route path="bookings" element={<BookingsPage />} />
          <Route path="bookings/:id" element={<BookingPage />} />
          <Route path="board" element={<BoardPage />} />
          <Route path="customers" element={<CustomersPage />} />
          <Route path="customers/new" element={<NewCustomerPage />} />
          <Route path="customers/:id" element={<CustomerPage />} />
          <Route path="customers/:id/tariffs" element={<TariffsPage />} />
          <Route path="users" element={<UsersPage />} />
          <Route path="users/new" element={<NewUserPage />} />
          <Route path="users/:id" element={<UserPage />} />
          <Route path="invoices" element={<InvoicesPage />} />
          <Route path="invoices/:id" element={<InvoicePage />} />
          <Route path="reports" element={<ReportsPage />} />
          <Route path="schedule" element={<SchedulePage />} />
          <Route path="admin" element={<AdminPage />} />
          <Route path="*" element={<NotFoundPage />} />
        </Route>
      )}
    </Routes>
  );
}

function Localised({ children }: { children: ReactNode }) {
  const { language } = useTranslation();
  return <DatesProvider settings={{ locale: language, firstDayOfWeek: 1 }}>{children}</DatesProvider>;
}

export function App() {
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto">
      <TranslationProvider>
        <Localised>
          <QueryClientProvider client={queries}>
            <BrowserRouter>
              <SessionProvider>
                <Notifications position="bottom-right" />
                <Suspense fallback={<Waiting />}>
                  <Pages />
                </Suspense>
              </SessionProvider>
            </BrowserRouter>
          </QueryClientProvider>
        </Localised>
      </TranslationProvider>
    </MantineProvider>
  );
}
