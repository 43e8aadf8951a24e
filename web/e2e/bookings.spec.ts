import { api, book, enter, expect, makeEvent, test } from './support';

test('the crew company answers many requests at once, and one with a reason', async ({ page }) => {
  const organiser = await api('organiser');
  const made = await makeEvent(organiser, 63, 'Jazzkväll');
  for (const index of [0, 1, 2]) await book(organiser, made, index);
  await enter(page, 'crewadmin', `/bookings?eventId=${made.event.id}`);
  const row = (index: number) => page.getByRole('row', { name: made.crew[index]?.name as string });
  await row(0).getByRole('checkbox').check();
  await row(1).getByRole('checkbox').check();
  await page.getByRole('button', { name: 'Bekräfta 2' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Bekräfta' }).click();
  await expect(page.getByText('2 bokningar klara.')).toBeVisible();
  await expect(row(0)).toContainText('Bekräftad');
  await expect(row(1)).toContainText('Bekräftad');

  await row(2).getByRole('link').click();
  await page.getByRole('button', { name: 'Tacka nej' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('button', { name: 'Tacka nej' })).toBeDisabled(); // without a reason
  await dialog.getByLabel('Orsak').fill('Semester den veckan');
  await dialog.getByRole('button', { name: 'Tacka nej' }).click();
  await expect(page.getByText('Bemanningsföretaget tackade nej')).toBeVisible();
  await expect(page.getByRole('listitem').filter({ hasText: 'Avböjd' })).toContainText('Semester den veckan');
});

test('an answer that comes too late says so and changes nothing', async ({ page }) => {
  const organiser = await api('organiser');
  const made = await makeEvent(organiser, 64, 'Operagala');
  const booking = await book(organiser, made, 0);
  await enter(page, 'crewadmin', `/bookings/${booking.id}`);
  await expect(page.getByRole('button', { name: 'Bekräfta' })).toBeVisible();
  await page.route('**/api/bookings/**', (route) => (route.request().method() === 'GET' ? route.abort() : route.continue()));
  await organiser.put(`/api/bookings/${booking.id}/cancel`, { reason: 'Inställt' });
  await page.getByRole('button', { name: 'Bekräfta' }).click();
  await expect(page.getByRole('alert')).toContainText('Spårnings-id');
});
