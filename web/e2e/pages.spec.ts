import { addressOf, enter, everyFace, expect, settled, test, type Who } from './support';

// Every page, in both languages and both themes: pictures to look at, and no serious fault of access.
const pages: [string, Who | null, string][] = [
  ['login', null, '/'],
  ['forgot', null, '/forgot-password'],
  ['register', null, '/register'],
  ['dashboard-organiser', 'organiser', '/'],
  ['dashboard-crewadmin', 'crewadmin', '/'],
  ['dashboard-crew', 'crew', '/'],
  ['profile', 'organiser', '/profile'],
  ['events', 'organiser', '/events'],
  ['events-month', 'organiser', '/events?view=month&month=2027-06'],
  ['event', 'organiser', 'EVENT'],
  ['event-edit', 'organiser', 'EVENT/edit'],
  ['event-new', 'organiser', '/events/new'],
  ['event-crew', 'crewadmin', 'EVENT'],
  ['bookings', 'crewadmin', '/bookings'],
  ['booking', 'organiser', 'BOOKING'],
  ['board', 'organiser', '/board?event=EVENTID'],
  ['tariffs', 'organiser', 'COMPANY/tariffs'],
  ['company', 'crewadmin', 'CREWCOMPANY'],
  ['board-crewadmin', 'crewadmin', '/board?zoom=weeks'],
  ['bookings-crew', 'crew', '/bookings'],
  ['events-crew', 'crew', '/events'],
  ['dashboard-admin', 'admin', '/'],
  ['customers', 'admin', '/customers'],
  ['customer-new', 'admin', '/customers/new'],
  ['users', 'crewadmin', '/users'],
  ['user', 'crewadmin', 'PERSON'],
  ['user-new', 'organiser', '/users/new'],
  ['schedule', 'crew', '/schedule'],
  ['invoices', 'crewadmin', '/invoices'],
  ['invoice', 'organiser', 'INVOICE'],
  ['reports', 'organiser', '/reports?from=2026-10-01&to=2027-09-30'],
  ['utilisation', 'crewadmin', '/reports?report=utilisation&from=2027-06-01&to=2027-08-31'],
  ['admin', 'admin', '/admin'],
  ['not-found', 'crew', '/nowhere'],
];

for (const [name, who, path] of pages)
  test(`${name} is readable by everyone`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: 'light' });
    if (who) await enter(page, who, await addressOf(path));
    else await page.goto(path);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await settled(page);
    await everyFace(page, name, 'sv');
    await page.getByRole('button', { name: 'Switch to English' }).click();
    await expect(page.locator('html')).toHaveAttribute('lang', 'en');
    await settled(page);
    await everyFace(page, name, 'en');
  });
