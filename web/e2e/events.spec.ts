import { api, enter, expect, makeEvent, settled, test } from './support';

test('an event is made, with slots from a spreadsheet, copied and called off', async ({ page }) => {
  await enter(page, 'organiser', '/events/new');
  await page.getByRole('button', { name: 'Skapa evenemang' }).click();
  await expect(page.getByRole('alert')).toBeVisible(); // name, place and days are wanted
  await expect(page.getByRole('textbox', { name: 'Namn', exact: true })).toBeFocused();
  await page.getByRole('textbox', { name: 'Namn', exact: true }).fill('Höstkonserten');
  await page.getByRole('textbox', { name: 'Ort', exact: true }).fill('Västerås');
  await page.getByRole('textbox', { name: 'Börjar', exact: true }).fill('2027-11-20');
  await page.getByRole('textbox', { name: 'Börjar', exact: true }).press('Tab');
  await expect(page.getByRole('textbox', { name: 'Slutar', exact: true })).toHaveValue('2027-11-20');

  await page.getByRole('button', { name: 'Klistra in från kalkylblad' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Rader').fill('Kompetens\tAntal\tFrån\tTill\nFOH-tekniker\t2\t14:00\t23:00\nScenarbetare\t6\t20:00\t02:00\nTrollkarl\t1');
  await expect(dialog.getByText('Känns inte igen: Trollkarl')).toBeVisible();
  await dialog.getByRole('button', { name: 'Lägg till 2 rader' }).click();
  await expect(page.getByRole('textbox', { name: 'Till, rad 2', exact: true })).toHaveValue('2027-11-21');
  await page.getByRole('button', { name: 'Skapa evenemang' }).click();
  await expect(page.getByRole('alert')).toContainText('Till, rad 2: måste ligga inom evenemangets tid'); // the strike is to be said
  await page.getByRole('textbox', { name: 'Rivning klar' }).fill('2027-11-21');
  await page.getByRole('textbox', { name: 'Rivning klar' }).press('Tab');
  await page.getByRole('button', { name: 'Skapa evenemang' }).click();

  await expect(page.getByRole('heading', { level: 1, name: 'Höstkonserten' })).toBeVisible();
  await expect(page.getByText('0 av 8 bokade')).toBeVisible();
  await expect(page.getByText('lör 20 nov 2027 20:00–02:00')).toBeVisible();

  await page.getByRole('button', { name: 'Fler åtgärder' }).click();
  await page.getByRole('menuitem', { name: 'Kopiera' }).click();
  await page.getByRole('textbox', { name: 'Namn', exact: true }).fill('Vinterkonserten');
  await page.getByRole('textbox', { name: 'Börjar', exact: true }).fill('2027-12-04');
  await page.getByRole('textbox', { name: 'Börjar', exact: true }).press('Tab');
  await expect(page.getByRole('textbox', { name: 'Till, rad 2', exact: true })).toHaveValue('2027-12-05'); // all moves along
  await page.getByRole('button', { name: 'Skapa evenemang' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Vinterkonserten' })).toBeVisible();

  await page.getByRole('button', { name: 'Fler åtgärder' }).click();
  await page.getByRole('menuitem', { name: 'Ställ in' }).click();
  await page.getByRole('dialog').getByLabel('Orsak').fill('Lokalen är stängd');
  await page.getByRole('dialog').getByRole('button', { name: 'Ställ in' }).click();
  await expect(page.getByText('Lokalen är stängd')).toBeVisible();

  await page.goto('/events?view=month&month=2027-12');
  await expect(page.getByRole('link', { name: 'Vinterkonserten' })).toBeVisible();
  await page.goto('/events');
  await page.getByRole('textbox', { name: 'Sök evenemang' }).fill('höstk');
  await expect(page.getByRole('row', { name: /Höstkonserten/ })).toBeVisible();
  await expect(page.getByRole('row')).toHaveCount(2);
});

test('two who change the same event: the slower one sees the difference', async ({ page }) => {
  const organiser = await api('organiser');
  const { event } = await makeEvent(organiser, 61, 'Kammarmusik');
  await enter(page, 'organiser', `/events/${event.id}/edit`);
  await page.getByRole('textbox', { name: 'Namn', exact: true }).fill('Kammarmusik i slottet');
  await organiser.put(`/api/events/${event.id}`, { location: 'Gripsholm' });
  await page.getByRole('button', { name: 'Spara' }).click();
  const dialog = page.getByRole('dialog', { name: /ändrat samtidigt/ });
  await expect(dialog.getByRole('row', { name: /Ort/ })).toContainText('Gripsholm');
  await expect(dialog.getByRole('row', { name: /Namn/ })).toContainText('Kammarmusik i slottet');
  await dialog.getByRole('button', { name: 'Spara mina ändringar' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Kammarmusik i slottet' })).toBeVisible();
  const after = await organiser.get(`/api/events/${event.id}`);
  expect([after.name, after.location]).toEqual(['Kammarmusik i slottet', 'Gripsholm']);
});

test('what others change appears by itself', async ({ page }) => {
  const organiser = await api('organiser');
  const { event } = await makeEvent(organiser, 62, 'Orgelkonsert');
  const stream = page.waitForResponse((response) => response.url().endsWith('/api/stream'));
  await enter(page, 'organiser', `/events/${event.id}`);
  await expect(page.getByRole('heading', { level: 1, name: 'Orgelkonsert' })).toBeVisible();
  await stream;
  await settled(page);
  await organiser.put(`/api/events/${event.id}`, { name: 'Orgelkonsert i domkyrkan' });
  await expect(page.getByRole('heading', { level: 1, name: 'Orgelkonsert i domkyrkan' })).toBeVisible();
});
