import { api, checkAccess, enter, expect, picture, settled, test, type Who } from './support';

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
  ['bookings', 'crewadmin', '/bookings'],
  ['booking', 'organiser', 'BOOKING'],
  ['board', 'organiser', '/board?event=EVENTID'],
  ['tariffs', 'organiser', 'COMPANY/tariffs'],
  ['company', 'crewadmin', 'CREWCOMPANY'],
  ['customers', 'admin', '/customers'],
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

// The first of its kind that the demo organiser has ahead.
async function addressOf(path: string): Promise<string> {
  if (!/[A-Z]{5}/.test(path)) return path;
  const organiser = await api('organiser');
  const event = (await organiser.get(`/api/events?from=${new Date().toISOString()}&q=Folkmusikdagarna`)).items[0];
  const booking = (await organiser.get('/api/bookings?status=CONFIRMED&pageSize=1')).items[0];
  const invoice = (await organiser.get('/api/invoices?status=Issued&pageSize=1')).items[0];
  const crewadmin = await api('crewadmin');
  const person = (await crewadmin.get('/api/users?q=Alva+Lind')).items[0];
  path = path.replace('CREWCOMPANY', `/customers/${crewadmin.claims.customerId}`).replace('COMPANY', `/customers/${organiser.claims.customerId}`);
  path = path.replace('INVOICE', `/invoices/${invoice.id}`).replace('PERSON', `/users/${person.id}`);
  return path.replace('EVENTID', event.id).replace('EVENT', `/events/${event.id}`).replace('BOOKING', `/bookings/${booking.id}`);
}

for (const [name, who, path] of pages)
  test(`${name} is readable by everyone`, async ({ page }) => {
    if (who) await enter(page, who, await addressOf(path));
    else await page.goto(path);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await settled(page);
    await picture(page, `${name}-sv-light`);
    await checkAccess(page, `${name}, light`);
    await page.getByRole('button', { name: 'Mörkt läge' }).click();
    await checkAccess(page, `${name}, dark`, true);
    await page.getByRole('button', { name: 'Switch to English' }).click();
    await settled(page);
    await picture(page, `${name}-en-dark`);
  });
