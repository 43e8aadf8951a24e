import { api, enter, expect, makeEvent, settled, test } from './support';

test('from the request to the paid invoice: two browsers, and neither reloads', async ({ page, browser }) => {
  const organiser = await api('organiser');
  const { event, crew } = await makeEvent(organiser, 70, 'Vårkonserten', 1);
  const name = crew[0]?.name as string;
  await enter(page, 'organiser', '/events');
  await page.getByRole('textbox', { name: 'Sök evenemang' }).fill('Vårkonserten');
  await page.getByRole('link', { name: 'Vårkonserten' }).click();
  await page.getByRole('link', { name: 'Boka FOH-tekniker' }).click();
  await page.getByRole('textbox', { name: 'Sök namn' }).fill(name);
  const row = page.getByRole('row', { name });
  await row.getByRole('button').click();
  await page.getByRole('dialog').getByRole('button', { name: /^Boka för/ }).click();
  await expect(row).toContainText('Förfrågan');

  // The crew company answers, on a phone.
  const phone = await browser.newContext({ baseURL: process.env['SOUNDFLOW_URL'] as string, viewport: { width: 390, height: 844 }, locale: 'sv-SE', isMobile: true, hasTouch: true });
  const theirs = await phone.newPage();
  await enter(theirs, 'crewadmin');
  await theirs.getByRole('link', { name: new RegExp(`${name}.*Vårkonserten`) }).first().tap();
  await theirs.getByRole('button', { name: 'Bekräfta' }).tap();
  await expect(theirs.getByText('Bokningen är bekräftad.')).toBeVisible();
  await expect(row).toContainText('Bekräftad'); // on the board that the organiser still has open

  // The invoice is there by itself; its payment shows where the organiser looks at it.
  const booking = (await organiser.get(`/api/bookings/event/${event.id}`)).items[0];
  let invoice: { id: string; invoiceNumber?: string; status: string } | undefined;
  await expect.poll(async () => {
    const all = (await organiser.get('/api/invoices?pageSize=50')).items as { bookingId: string; id: string; status: string; invoiceNumber?: string }[];
    invoice = all.find((each) => each.bookingId === booking.id);
    return invoice?.status;
  }).toBe('Issued');
  const stream = page.waitForResponse((response) => response.url().endsWith('/api/stream'));
  await page.goto('/invoices');
  await stream;
  await page.getByRole('link', { name: invoice?.invoiceNumber as string }).click();
  await expect(page.getByText('Utställd').first()).toBeVisible();
  await settled(page);
  await theirs.goto(`/invoices/${invoice?.id}`);
  await theirs.getByRole('button', { name: 'Registrera betalning' }).tap();
  await theirs.getByRole('dialog').getByRole('button', { name: 'Registrera betalning' }).tap();
  await expect(theirs.getByText('Betald', { exact: true }).first()).toBeVisible();
  await expect(page.getByText('Betald', { exact: true }).first()).toBeVisible();
  await phone.close();
});

test('two tabs: both work, and logging out in one logs out in the other', async ({ page, context }) => {
  await enter(page, 'organiser-user', '/events');
  const other = await context.newPage();
  await other.goto('/bookings'); // takes a new token from the same cookie
  await expect(other.getByRole('heading', { level: 1, name: 'Bokningar' })).toBeVisible();
  await page.getByRole('link', { name: 'Bokningar', exact: true }).click();
  await expect(page.getByRole('table', { name: 'Bokningar' })).toBeVisible();
  await other.getByRole('link', { name: 'Evenemang', exact: true }).click();
  await expect(other.getByRole('table', { name: 'Evenemang' })).toBeVisible();
  await other.getByRole('button', { name: /^Konto/ }).click();
  await other.getByRole('menuitem', { name: 'Logga ut' }).click();
  await expect(page.getByRole('heading', { name: 'Logga in' })).toBeVisible();
});
