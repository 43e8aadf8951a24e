import { api, checkAccess, enter, expect, makeEvent, picture, test } from './support';

test('a slot is dragged onto somebody: the price first, then the booking', async ({ page }) => {
  const organiser = await api('organiser');
  const { event, crew } = await makeEvent(organiser, 65, 'Slottsfest', 2);
  await enter(page, 'organiser', `/board?event=${event.id}`);
  const slot = page.getByRole('button', { name: /FOH-tekniker/ });
  await slot.click(); // only those who can
  await page.getByRole('textbox', { name: 'Sök namn' }).fill(crew[0]?.name as string);
  const person = page.getByRole('row', { name: crew[0]?.name as string });
  await expect(person).toContainText(crew[0]?.name as string);
  await expect(page.getByRole('grid')).toHaveAttribute('aria-rowcount', '2');
  await slot.dragTo(person);
  const dialog = page.getByRole('dialog', { name: `Boka ${crew[0]?.name}` });
  await expect(dialog.getByRole('table', { name: 'Pris' })).toContainText('6 tim');
  await expect(dialog.getByRole('table', { name: 'Pris' })).toContainText('FOH-tekniker'); // not the catalogue's name
  await checkAccess(page, 'the dialog to book by');
  await picture(page, 'book-dialog-sv-light');
  await dialog.getByRole('button', { name: /^Boka för/ }).click();
  await expect(page.getByText(`Förfrågan till ${crew[0]?.name} är skickad.`)).toBeVisible();
  await expect(person).toContainText('Förfrågan');
  await expect(slot).toContainText('1/2');

  // Once more: the conflict is shown before anything is sent.
  await person.getByRole('button').click();
  await expect(dialog.getByText('Personen är upptagen den tiden.')).toBeVisible();
  await expect(dialog.getByRole('button', { name: /^Boka för/ })).toBeDisabled();
});

test('crew is booked by keyboard alone', async ({ page }) => {
  const organiser = await api('organiser');
  const { event, crew } = await makeEvent(organiser, 66, 'Julkonsert', 2);
  await enter(page, 'organiser', `/events/${event.id}`);
  await page.getByRole('link', { name: 'Boka FOH-tekniker' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('grid')).toBeVisible();
  const onto = async (name: RegExp) => {
    for (let presses = 0; presses < 40; ++presses) {
      await page.keyboard.press('Tab');
      const focused = await page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? '');
      if (name.test(focused)) return focused;
    }
    throw new Error(`Tab never reaches ${name}`);
  };
  const first = await onto(/^Boka .+,/);
  await page.keyboard.press('ArrowDown');
  await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).not.toBe(first);
  // Down to somebody who is free.
  for (let presses = 0; presses < 60; ++presses) {
    if (/Ledig$/.test((await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))) ?? '')) break;
    const before = await page.evaluate(() => document.activeElement?.getAttribute('aria-label'));
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).not.toBe(before);
  }
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('table', { name: 'Pris' })).toBeVisible();
  await onto(/^Boka för/);
  await page.keyboard.press('Enter');
  await expect(page.getByText(/^Förfrågan till .* är skickad\.$/)).toBeVisible();
  const { items } = await organiser.get(`/api/bookings/event/${event.id}`);
  expect(items).toHaveLength(1);
  expect(crew.length).toBeGreaterThan(0);
});

test('a click on a gap offers that time, and others’ bookings appear', async ({ page }) => {
  const organiser = await api('organiser');
  const { event, crew, day, startTime, endTime } = await makeEvent(organiser, 68, 'Nyårskonsert', 2);
  await enter(page, 'organiser', `/board?event=${event.id}&slot=${event.slots[0].id}&q=${encodeURIComponent(crew[1]?.name as string)}`);
  const person = page.getByRole('row', { name: crew[1]?.name as string });
  const line = person.getByRole('gridcell');
  const box = await line.boundingBox();
  if (!box) throw new Error('no line');
  await line.click({ position: { x: box.width * (16.5 / 24), y: 20 } });
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('textbox', { name: 'Från' })).toHaveValue(day);
  await dialog.getByRole('button', { name: 'Avbryt' }).click();
  await picture(page, 'board-day-sv-light');
  await organiser.post('/api/bookings', { eventId: event.id, crewId: crew[1]?.id, slotId: event.slots[0].id, startTime, endTime });
  await expect(person).toContainText('Förfrågan');
});

test('hundreds of people: only those in sight are drawn', async ({ page }) => {
  await enter(page, 'organiser', '/board');
  const grid = page.getByRole('grid');
  await expect(grid).toBeVisible();
  expect(Number(await grid.getAttribute('aria-rowcount'))).toBeGreaterThan(100);
  expect(await grid.getByRole('row').count()).toBeLessThan(60);
});
