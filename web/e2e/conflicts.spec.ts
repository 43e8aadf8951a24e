// Two who change the same thing: the slower one is told, sees the difference, and overwrites nothing
// unseen. (Events: events.spec.ts; settings and catalogue: admin.spec.ts.)
import type { Page } from '@playwright/test';
import { api, checkAccess, enter, expect, makeCustomer, makeCrew, password, picture, test } from './support';

const difference = (page: Page) => page.getByRole('dialog', { name: /ändrat samtidigt/ });
const keepMine = (page: Page) => difference(page).getByRole('button', { name: 'Spara mina ändringar' }).click();

test('a company', async ({ page }) => {
  const admin = await api('admin');
  const customer = await makeCustomer(admin, 1);
  await enter(page, 'admin', `/customers/${customer.id}`);
  await page.getByLabel('Kontaktperson').fill('Min Kontakt');
  await admin.put(`/api/customers/${customer.id}`, { contact: 'Deras Kontakt', city: 'Kalmar' });
  await page.getByRole('button', { name: 'Spara' }).click();
  await expect(difference(page).getByRole('row', { name: /Kontaktperson/ })).toContainText('Deras Kontakt');
  await expect(difference(page).getByRole('row', { name: /Postort/ })).toContainText('Kalmar');
  await checkAccess(page, 'the difference');
  await picture(page, 'difference-desk-sv-light');
  await keepMine(page);
  await expect(page.getByText('Sparat.')).toBeVisible();
  const after = await admin.get(`/api/customers/${customer.id}`);
  expect([after.contact, after.city]).toEqual(['Min Kontakt', 'Kalmar']);
});

test('a tariff in the grid', async ({ page }) => {
  const admin = await api('admin');
  const customer = await makeCustomer(admin, 1);
  const tariff = await admin.post(`/api/customers/${customer.id}/tariffs`, { category: 'Stage', skill: 'Stagehand', timeType: 'Hour', amount: 400 });
  await enter(page, 'admin', `/customers/${customer.id}/tariffs`);
  const cell = page.getByRole('textbox', { name: 'Scen · Scenarbetare, Per timme' });
  await expect(cell).toHaveValue('400');
  await admin.put(`/api/tariffs/${tariff.id}`, { amount: 450 });
  await cell.fill('425');
  await cell.press('Enter');
  const row = difference(page).getByRole('row', { name: /Scenarbetare/ });
  for (const amount of [/400\skr/, /450\skr/, /425\skr/]) await expect(row).toContainText(amount);
  await keepMine(page);
  await expect.poll(async () => (await admin.get(`/api/customers/${customer.id}/tariffs`))[0].amount).toBe(425);
});

test('a person, and their account', async ({ page }) => {
  const crewadmin = await api('crewadmin');
  const person = await makeCrew(crewadmin, 'Dubbel');
  await enter(page, 'crewadmin', `/users/${person.id}`);
  await page.getByLabel('Telefon').fill('070-174 06 05');
  await crewadmin.put(`/api/users/${person.id}`, { lastName: 'Dubbelsson' });
  await page.getByRole('button', { name: 'Spara' }).first().click();
  await expect(difference(page).getByRole('row', { name: /Efternamn/ })).toContainText('Dubbelsson');
  await difference(page).getByRole('button', { name: 'Läs in deras' }).click();
  await expect(page.getByLabel('Efternamn')).toHaveValue('Dubbelsson');
  await expect(page.getByLabel('Telefon')).toHaveValue('');

  await page.getByRole('button', { name: 'Visa', exact: true }).click();
  const account = page.locator('section', { hasText: 'Personnummer och bankkonto' });
  await account.getByLabel('Kontohavare').fill('Anna Dubbelsson');
  await account.getByLabel('Clearingnummer').fill('6789');
  await account.getByLabel('Kontonummer').fill('123456789');
  await crewadmin.put(`/api/users/${person.id}/sensitive`, { bankAccount: { holderName: 'A. Dubbelsson', clearingNumber: '6789', accountNumber: '987654321' } });
  await account.getByRole('button', { name: 'Spara' }).click();
  await expect(difference(page).getByRole('row', { name: /Kontohavare/ })).toContainText('A. Dubbelsson');
});

test('the own profile', async ({ page }) => {
  const crewadmin = await api('crewadmin');
  const person = await makeCrew(crewadmin, 'Profil', password);
  await page.goto('/profile');
  await page.getByLabel('E-post').fill(person.email);
  await page.getByRole('textbox', { name: 'Lösenord' }).fill(password);
  await page.getByRole('button', { name: 'Logga in', exact: true }).click();
  await page.getByLabel('Presentation').fill('Tjugo år på turné');
  await crewadmin.put(`/api/users/${person.id}`, { phone: '070-1740605' });
  await page.getByRole('button', { name: 'Spara' }).click();
  await expect(difference(page).getByRole('row', { name: /Telefon/ })).toContainText('070');
  await keepMine(page);
  await expect(page.getByText('Sparat.')).toBeVisible();
  const after = await crewadmin.get(`/api/users/${person.id}`);
  expect([after.about, after.phone]).toEqual(['Tjugo år på turné', '070-1740605']);
});

test('the days on which somebody cannot work: both changes stay, those far ahead too', async ({ page }) => {
  const crewadmin = await api('crewadmin');
  const person = await makeCrew(crewadmin, 'Kalender');
  const far = { startDate: '2031-02-01', endDate: '2031-02-03', note: 'Långresa' };
  const path = `/api/users/${person.id}/availability`;
  await crewadmin.put(path, { spans: [far] });
  await enter(page, 'crewadmin', `/users/${person.id}`);
  await page.getByRole('button', { name: 'Nästa månad' }).click();
  const days = page.locator('.sf-paint').last().getByRole('button');
  await days.nth(9).press('Enter');
  await expect(days.nth(9)).toHaveAttribute('aria-pressed', 'true');
  const mine = (await days.nth(9).getAttribute('data-day')) as string;
  const theirs = mine.replace(/\d\d$/, '20');
  await crewadmin.put(path, { spans: [far, { startDate: theirs, endDate: theirs }] });
  await page.locator('section', { hasText: 'Ledig och upptagen' }).getByRole('button', { name: 'Spara' }).click();
  await expect(difference(page).getByRole('row', { name: /Kan inte/ })).toBeVisible();
  await expect(difference(page)).not.toContainText('Långresa'); // which is not what they differ in
  await keepMine(page);
  await expect(page.getByText('Sparat.')).toBeVisible();
  const { spans } = await crewadmin.get(`${path}?date=${mine}`);
  expect(spans).toEqual([{ startDate: mine, endDate: mine }, { startDate: theirs, endDate: theirs }, far]);
});
