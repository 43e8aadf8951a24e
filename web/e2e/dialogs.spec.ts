import type { Page } from '@playwright/test';
import { addressOf, api, book, checkAccess, enter, expect, makeEvent, picture, settled, test, type Who } from './support';

// Everything that opens over a page: no serious fault of access in either theme, and Escape closes it.
const button = (name: string | RegExp) => (page: Page) => page.getByRole('button', { name }).first().click();
const item = (name: string) => async (page: Page) => {
  await page.getByRole('button', { name: 'Fler åtgärder' }).click();
  await page.getByRole('menuitem', { name }).click();
};
const chosen = (name: RegExp) => async (page: Page) => {
  await page.getByRole('checkbox').nth(1).check();
  await page.getByRole('button', { name }).click();
};

type Opening = [name: string, who: Who, path: string, open: (page: Page) => Promise<unknown>, role?: 'dialog' | 'menu' | 'listbox' | 'calendar'];
const openings: Opening[] = [
  ['account-menu', 'organiser', '/profile', button(/^Konto/), 'menu'],
  ['event-menu', 'organiser', 'EVENT', button('Fler åtgärder'), 'menu'],
  ['event-cancel', 'organiser', 'EVENT', item('Ställ in')],
  ['event-delete', 'organiser', 'EVENT', item('Ta bort')],
  ['event-status', 'organiser', 'EVENT', item('Markera som pågående')],
  ['slots-paste', 'organiser', '/events/new', button('Klistra in från kalkylblad')],
  ['tariff-add', 'organiser', 'COMPANY/tariffs', button('Lägg till särskild tariff')],
  ['skill-list', 'crewadmin', '/users', (page) => page.getByRole('combobox', { name: 'Kompetens' }).or(page.getByRole('textbox', { name: 'Kompetens' })).first().click(), 'listbox'],
  ['day-picker', 'crewadmin', '/bookings', (page) => page.getByRole('textbox', { name: 'Från' }).click(), 'calendar'],
  ['bookings-decline', 'crewadmin', '/bookings?status=REQUESTED', chosen(/^Tacka nej till/)],
  ['bookings-confirm', 'crewadmin', '/bookings?status=REQUESTED', chosen(/^Bekräfta \d/)],
  ['booking-decline', 'crewadmin', 'ASKED', button('Tacka nej')],
  ['booking-cancel', 'organiser', 'ASKED', button('Avboka')],
  ['booking-complete', 'admin', 'BOOKING', button('Markera som genomförd')],
  ['invoice-pay', 'crewadmin', 'INVOICE', button('Registrera betalning')],
  ['invoice-credit', 'crewadmin', 'INVOICE', button('Kreditera')],
  ['invoice-issue', 'crewadmin', 'DRAFT', button('Ställ ut')],
  ['user-delete', 'crewadmin', 'PERSON', button('Ta bort')],
  ['customer-delete', 'admin', 'CREWCOMPANY', button('Ta bort')],
];

for (const [name, who, path, open, role = 'dialog'] of openings)
  test(`${name} is readable by everyone`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: 'light' });
    await enter(page, who, await addressOf(path));
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await settled(page);
    await open(page);
    const opened = role === 'calendar' ? page.locator('[data-dates-dropdown]') : page.getByRole(role).first();
    await expect(opened).toBeVisible();
    await picture(page, `over-${name}-sv-light`);
    await checkAccess(page, `${name}, light`);
    await page.emulateMedia({ colorScheme: 'dark' });
    await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'dark');
    await picture(page, `over-${name}-sv-dark`);
    await checkAccess(page, `${name}, dark`, true);
    await page.keyboard.press('Escape');
    await expect(opened).toBeHidden();
  });

test('the menu of a phone is readable by everyone', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await enter(page, 'organiser', '/events');
  const link = page.getByRole('navigation', { name: 'Huvudmeny' }).getByRole('link', { name: 'Fakturor' });
  await expect(link).toBeHidden();
  await page.getByRole('button', { name: 'Meny' }).click();
  await expect(link).toBeVisible();
  for (const scheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', scheme);
    await picture(page, `over-phone-menu-sv-${scheme}`);
    await checkAccess(page, `menu of a phone, ${scheme}`);
  }
  await link.click();
  await expect(page.getByRole('heading', { level: 1, name: 'Fakturor' })).toBeVisible();
  await expect(link).toBeHidden();
});

test('what is folded, and what went wrong, is readable by everyone', async ({ page }) => {
  await enter(page, 'organiser', '/events/new');
  for (const name of ['Beskrivning och produktion', 'Till personalen', 'Referenser på fakturan']) await page.getByRole('button', { name }).click();
  await page.getByRole('button', { name: 'Lägg till rad' }).click();
  await page.getByRole('button', { name: 'Skapa evenemang' }).click();
  await expect(page.getByRole('alert')).toBeVisible();
  for (const scheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', scheme);
    await picture(page, `over-form-errors-sv-${scheme}`);
    await checkAccess(page, `the form with errors, ${scheme}`);
  }
});

test('the board with a chosen slot and bookings of every state is readable by everyone', async ({ page }) => {
  const organiser = await api('organiser');
  const made = await makeEvent(organiser, 72, 'Färgprovet', 3);
  const [, confirmed] = [await book(organiser, made, 0), await book(organiser, made, 1)];
  await (await api('crewadmin')).put(`/api/bookings/${confirmed.id}/confirm`);
  await enter(page, 'organiser', `/board?event=${made.event.id}&slot=${made.event.slots[0].id}&zoom=day`);
  await page.getByRole('textbox', { name: 'Sök namn' }).fill(made.crew[0]?.name as string);
  await expect(page.getByRole('row', { name: made.crew[0]?.name as string })).toContainText('Förfrågan');
  for (const scheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', scheme);
    await picture(page, `over-board-slot-sv-${scheme}`);
    await checkAccess(page, `the board with a slot, ${scheme}`);
  }
});
