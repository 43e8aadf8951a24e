import { api, book, enter, expect, makeEvent, test } from './support';

test('tariffs are typed into a grid, by keyboard, and pasted', async ({ page }) => {
  const organiser = await api('organiser');
  const id = organiser.claims.customerId;
  await enter(page, 'organiser', `/customers/${id}/tariffs`);
  const cell = (name: string) => page.getByRole('textbox', { name });
  await cell('Musiker · Saxofon, Per dag').fill('6 500,50');
  await page.keyboard.press('Enter'); // down to the next row, and saved
  await expect.poll(async () => (await organiser.get(`/api/customers/${id}/tariffs`)).find((tariff: any) => tariff.skill === 'Saxophone' && tariff.timeType === 'Day')?.amount).toBe(6500.5);
  await cell('Musiker · Saxofon, Per dag').fill('');
  await page.keyboard.press('Tab');
  await expect.poll(async () => (await organiser.get(`/api/customers/${id}/tariffs`)).some((tariff: any) => tariff.skill === 'Saxophone' && tariff.timeType === 'Day')).toBe(false);

  await cell('Musiker · Sång, Per halvdag').focus();
  await page.evaluate(() => {
    const data = new DataTransfer();
    data.setData('text', '3000\t5000\n3100\t5100\n');
    document.activeElement?.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
  });
  await expect(cell('Musiker · Fiol, Per dag')).toHaveValue(/5\s100/);
});

test('a company is changed, and what is wrong is said in words', async ({ page }) => {
  await enter(page, 'crewadmin', '/');
  await page.getByRole('navigation', { name: 'Huvudmeny' }).getByRole('link', { name: 'Företaget' }).click();
  await page.getByLabel('Kontaktperson').fill('Saga Nilsson');
  await page.getByLabel('E-post', { exact: false }).first().fill('inte en adress');
  await page.getByRole('button', { name: 'Spara' }).click();
  await expect(page.getByRole('alert')).toContainText('E-post: är ingen giltig e-postadress');
  await expect(page.getByLabel('Kontaktperson')).toHaveValue('Saga Nilsson');
  await page.getByLabel('E-post', { exact: false }).first().fill('info@ljudochljus.example');
  await page.getByRole('button', { name: 'Spara' }).click();
  await expect(page.getByText('Sparat.')).toBeVisible();
});

test('a person is added to the crew with skills, found, and removed', async ({ page }) => {
  const surname = `Provström${Date.now() % 100000}`;
  await enter(page, 'crewadmin', '/users/new');
  await page.getByLabel('Förnamn').fill('Ture');
  await page.getByLabel('Efternamn').fill(surname);
  await page.getByLabel('E-post').first().fill(`ture-${Date.now()}@demo.example`);
  await page.getByRole('combobox', { name: 'Lägg till kompetens' }).or(page.getByRole('textbox', { name: 'Lägg till kompetens' })).first().click();
  await page.getByRole('option', { name: 'Scenarbetare' }).click();
  await page.getByLabel('Års erfarenhet, Scen · Scenarbetare').fill('7');
  await page.getByRole('button', { name: 'Lägg till', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name: `Ture ${surname}` })).toBeVisible();

  await page.goto('/users');
  await page.getByRole('textbox', { name: 'Sök namn' }).fill(surname);
  await page.getByRole('link', { name: `Ture ${surname}` }).click();
  await page.getByRole('button', { name: 'Visa', exact: true }).click();
  await page.getByLabel('Kontohavare').fill('Ture Provström');
  await page.getByLabel('Clearingnummer').fill('6789');
  await page.getByLabel('Kontonummer').fill('123456789');
  await page.locator('section', { hasText: 'Personnummer och bankkonto' }).getByRole('button', { name: 'Spara' }).click();
  await expect(page.getByText('Sparat.')).toBeVisible();
  await page.getByRole('button', { name: 'Ta bort', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Ta bort' }).click();
  await expect(page.getByText('Användaren är borttagen.')).toBeVisible();
});

test('an invoice is paid in part, and credited', async ({ page }) => {
  const organiser = await api('organiser');
  const made = await makeEvent(organiser, 67, 'Fakturafesten');
  const booking = await book(organiser, made, 0);
  const crewadmin = await api('crewadmin');
  await crewadmin.put(`/api/bookings/${booking.id}/confirm`);
  await enter(page, 'crewadmin', `/bookings/${booking.id}`);
  await page.getByRole('button', { name: 'Fakturera' }).click();
  await expect(page.getByRole('heading', { level: 1, name: /^Faktura DEMO3-/ })).toBeVisible();
  await page.getByRole('button', { name: 'Registrera betalning' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Belopp').fill('100');
  await dialog.getByRole('button', { name: 'Registrera betalning' }).click();
  await expect(page.getByText('Delbetald').first()).toBeVisible();
  await expect(page.getByRole('table', { name: 'Inbetalningar' })).toContainText('100,00 kr');

  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'PDF' }).click()]);
  expect(file.suggestedFilename()).toMatch(/^DEMO3-\d{6}\.pdf$/);
  await page.getByRole('button', { name: 'Kreditera' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Kreditera' }).click();
  await expect(page.getByText('Krediterad').first()).toBeVisible();
  await page.getByRole('link', { name: 'Visa kreditfakturan' }).click();
  await expect(page.getByRole('heading', { level: 1, name: /^Kreditfaktura DEMO3-/ })).toBeVisible();
});

test('reports come as plots, as a table and as a file', async ({ page }) => {
  await enter(page, 'organiser', '/reports?from=2026-10-01&to=2027-09-30');
  await expect(page.getByRole('img', { name: /^Bokningar:/ })).toBeVisible();
  await expect(page.getByRole('row', { name: /2027-06/ })).toBeVisible();
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'CSV' }).click()]);
  expect(file.suggestedFilename()).toBe('bookings-2026-10-01-2027-09-30.csv');
  await page.getByText('Beläggning', { exact: true }).click();
  await expect(page.getByRole('table', { name: 'Beläggning' })).toBeVisible();
  await page.getByText('Utveckling', { exact: true }).click();
  await expect(page.getByRole('img', { name: /^Nya förfrågningar:/ })).toBeVisible();
});

test('the administrator changes a setting and sees who did what', async ({ page }) => {
  await enter(page, 'admin', '/admin');
  await expect(page.getByText('Alla meddelanden har gått fram')).toBeVisible();
  await page.getByLabel('Bokning bakåt i tiden').fill('8');
  await (await api('admin')).put('/api/admin/settings', { 'booking.past_days': 9 }); // somebody is faster
  await page.locator('form').getByRole('button', { name: 'Spara' }).click();
  const row = page.getByRole('dialog').getByRole('row', { name: /Bokning bakåt/ });
  await expect(row.getByRole('cell')).toHaveText([/Bokning bakåt/, /^\d+$/, '9', '8']);
  await page.getByRole('dialog').getByRole('button', { name: 'Spara mina ändringar' }).click();
  await expect(page.getByText('Sparat.')).toBeVisible();
  expect((await (await api('admin')).get('/api/admin/settings'))['booking.past_days']).toBe(8);
  await expect(page.getByRole('table', { name: 'Händelselogg' }).getByRole('row').nth(1)).toBeVisible();
});

test('the administrator adds a skill to the catalogue, and what is in use stays', async ({ page }) => {
  await enter(page, 'admin', '/admin');
  await page.getByRole('button', { name: /^Scen \d/ }).click();
  await page.getByRole('textbox', { name: 'Lägg till kompetens' }).fill('Pyrotechnician');
  await page.getByRole('region', { name: /^Scen/ }).getByRole('button', { name: 'Lägg till' }).click();
  await page.getByLabel('På svenska, Pyrotechnician').fill('Pyrotekniker');
  const card = page.locator('section', { hasText: 'Kategorier och kompetenser' });
  // Somebody is faster, in another category: both changes stay.
  const admin = await api('admin');
  const { categories } = await admin.get('/api/catalogue');
  const light = categories.find((each: any) => each.name === 'Light');
  light.labels.sv = 'Ljussättning';
  await admin.put('/api/catalogue', { categories });
  await card.getByRole('button', { name: 'Spara' }).click();
  await expect(page.getByRole('dialog').getByRole('row', { name: /^Stage/ })).toContainText('Pyrotekniker');
  await expect(page.getByRole('dialog').getByRole('row', { name: /^Light/ })).toContainText('Ljussättning');
  await page.getByRole('dialog').getByRole('button', { name: 'Spara mina ändringar' }).click();
  await expect(page.getByText('Sparat.')).toBeVisible();
  await expect(page.getByRole('button', { name: /^Ljussättning \d/ })).toBeVisible();
  light.labels.sv = 'Ljus'; // as the other tests know it
  const now = (await admin.get('/api/catalogue')).categories;
  await admin.put('/api/catalogue', { categories: now.map((each: any) => (each.name === 'Light' ? light : each)) });
  await page.reload();
  await page.getByRole('button', { name: /^Scen \d/ }).click();
  await page.getByRole('button', { name: 'Ta bort, Stagehand' }).click();
  await card.getByRole('button', { name: 'Spara' }).click();
  await expect(card.getByText('Ett namn som används kan inte tas bort.')).toBeVisible();
});
