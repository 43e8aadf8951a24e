import AxeBuilder from '@axe-core/playwright';
import { test as base, expect, request, type APIRequestContext, type Page } from '@playwright/test';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export type Who = 'admin' | 'organiser' | 'organiser-user' | 'crewadmin' | 'crew';
export const password = 'demo-password';

// A page of the real program. A test fails on any error on the console or in a script.
export const test = base.extend<{ complaints: string[] }>({
  baseURL: async ({}, use) => use(process.env['SOUNDFLOW_URL'] as string),
  complaints: [
    async ({ page }, use) => {
      const complaints: string[] = [];
      page.on('pageerror', (error) => complaints.push(String(error)));
      page.on('console', (message) => {
        // The browser itself reports every refused request; the tests look at what the page makes of it.
        if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) complaints.push(message.text());
      });
      await use(complaints);
      expect(complaints).toEqual([]);
    },
    { auto: true },
  ],
});
export { expect };

// Logged in without the form; then at `path`.
export async function enter(page: Page, who: Who, path = '/'): Promise<void> {
  const answer = await page.context().request.post(`${process.env['SOUNDFLOW_URL']}/api/auth/login`, {
    data: { email: `${who}@demo.example`, password },
  });
  expect(answer.ok()).toBe(true);
  await page.addInitScript(() => localStorage.setItem('soundflow.session', '1'));
  await page.goto(path);
  await expect(page.getByRole('navigation', { name: /Huvudmeny|Main menu/ }).or(page.getByRole('button', { name: /^(Meny|Menu)$/ }).first()).first()).toBeVisible();
}

export interface Api {
  get: <T = any>(path: string) => Promise<T>;
  post: <T = any>(path: string, body: unknown) => Promise<T>;
  put: <T = any>(path: string, body?: unknown) => Promise<T>;
  claims: { userId: string; customerId: string };
}

// The same program, past the browser: to prepare what a test needs and to see what came of it.
export async function api(who: Who): Promise<Api> {
  const open: APIRequestContext = await request.newContext({ baseURL: process.env['SOUNDFLOW_URL'] as string });
  const login = await open.post('/api/auth/login', { data: { email: `${who}@demo.example`, password } });
  const headers = { Authorization: `Bearer ${(await login.json()).accessToken}` };
  const read = async (answer: { ok(): boolean; text(): Promise<string>; status(): number }) => {
    const text = await answer.text();
    if (!answer.ok()) throw new Error(`${answer.status()} ${text}`);
    return text ? JSON.parse(text) : undefined;
  };
  const get = async (path: string) => read(await open.get(path, { headers }));
  return {
    get,
    post: async (path, body) => read(await open.post(path, { headers, data: body })),
    put: async (path, body = {}) => read(await open.put(path, { headers, data: body })),
    claims: await get('/api/auth/claims'),
  };
}

export async function checkAccess(page: Page, where: string, coloursOnly = false): Promise<void> {
  const axe = new AxeBuilder({ page });
  if (coloursOnly) axe.withRules(['color-contrast']);
  else axe.withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice']);
  const found = await axe.analyze();
  const bad = found.violations
    .filter((violation) => violation.impact === 'serious' || violation.impact === 'critical')
    .map((violation) => `${violation.id}: ${violation.nodes.slice(0, 4).map((node) => `${node.html.slice(0, 160)} ${node.failureSummary?.split('\n')[1] ?? ''}`).join(' | ')}`);
  expect(bad, where).toEqual([]);
}

const folder = resolve(fileURLToPath(new URL('../screenshots', import.meta.url)));
export async function picture(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(folder, `${name}.jpg`), type: 'jpeg', quality: 85, fullPage: true, animations: 'disabled' });
}

// Pages of the demo data, by what stands in capitals; found once.
let places: Promise<Record<string, string>> | undefined;
async function findPlaces(): Promise<Record<string, string>> {
  const [organiser, crewadmin] = await Promise.all([api('organiser'), api('crewadmin')]);
  const company = 'Ljud & Ljus Crew AB';
  const event = (await organiser.get(`/api/events?from=${new Date().toISOString()}&q=Folkmusikdagarna`)).items[0];
  const booking = (await organiser.get('/api/bookings?status=CONFIRMED&pageSize=200')).items.findLast((each: any) => each.crewCustomerName === company);
  const asked = (await organiser.get('/api/bookings?status=REQUESTED&pageSize=200')).items.findLast((each: any) => each.crewCustomerName === company);
  const invoice = (await organiser.get('/api/invoices?status=Issued&pageSize=200')).items.findLast((each: any) => each.kind === 'Invoice' && each.seller.name === company);
  const draft = (await crewadmin.get('/api/invoices?status=Draft&pageSize=200')).items.at(-1);
  const person = (await crewadmin.get('/api/users?q=Alva+Lind')).items[0];
  return {
    CREWCOMPANY: `/customers/${crewadmin.claims.customerId}`, COMPANY: `/customers/${organiser.claims.customerId}`, EVENTID: event.id, EVENT: `/events/${event.id}`,
    BOOKING: `/bookings/${booking.id}`, ASKED: `/bookings/${asked.id}`, INVOICE: `/invoices/${invoice.id}`, DRAFT: `/invoices/${draft.id}`, PERSON: `/users/${person.id}`,
  };
}
export async function addressOf(path: string): Promise<string> {
  const name = /\b(CREWCOMPANY|COMPANY|EVENTID|EVENT|BOOKING|ASKED|INVOICE|DRAFT|PERSON)\b/.exec(path)?.[0];
  if (!name) return path;
  places ??= findPlaces();
  return path.replace(name, (await places)[name] as string);
}

const all_faces = process.env['SOUNDFLOW_PICTURES'] === 'all';

// As it looks at a desk and on a phone, in light and in dark: pictures (half of them, unless all are asked for), no serious fault of access, and
// nothing that has to be scrolled sideways.
const desk = { width: 1360, height: 860 };
const phone = { width: 390, height: 844 };
export async function everyFace(page: Page, name: string, language: 'sv' | 'en'): Promise<void> {
  for (const [size, view] of [['desk', desk], ['phone', phone]] as const) {
    await page.setViewportSize(view);
    for (const scheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme: scheme });
      await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', scheme);
      const face = `${name}-${size}-${language}-${scheme}`;
      if (all_faces || (language === 'sv') === (scheme === 'light')) await picture(page, face);
      // Words change neither structure nor colours; each size and each theme is looked at once.
      if (language === 'sv' && (scheme === 'light') === (size === 'desk')) await checkAccess(page, face);
    }
    await expect(page.locator('[aria-invalid="true"]'), `${name}: nothing was typed, and nothing is wrong`).toHaveCount(0);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), `${name} is wider than ${size}`).toBeLessThanOrEqual(0);
  }
  await page.setViewportSize(desk);
  await page.emulateMedia({ colorScheme: 'light' });
}

// Nothing is being fetched any more, and nothing moves.
export async function settled(page: Page): Promise<void> {
  await expect(page.getByRole('status', { name: /^(Hämtar|Loading)$/ })).toHaveCount(0);
}

// An event of the demo organiser, on a day that nobody else's test uses, with places for one skill.
export const skill = { category: 'Sound', skill: 'FOH Engineer' };
export async function makeEvent(organiser: Api, daysAhead: number, name: string, capacity = 3) {
  const day = new Date(Date.now() + daysAhead * 86_400_000).toISOString().slice(0, 10);
  const [startTime, endTime] = [`${day}T14:00:00Z`, `${day}T20:00:00Z`];
  const event = await organiser.post('/api/events', {
    customerId: organiser.claims.customerId, name, location: 'Uppsala', eventType: 'Concert',
    startDate: `${day}T10:00:00Z`, endDate: `${day}T21:00:00Z`, slots: [{ ...skill, startTime, endTime, capacity }],
  });
  const free = await organiser.get(
    `/api/users/crew?category=${skill.category}&skill=${encodeURIComponent(skill.skill)}&availableFrom=${startTime}&availableTo=${endTime}&pageSize=200`,
  );
  const crew = free.items.filter((card: { customerName: string }) => card.customerName === 'Ljud & Ljus Crew AB');
  return { event, day, startTime, endTime, crew: crew as { id: string; name: string }[] };
}
export const book = (organiser: Api, made: Awaited<ReturnType<typeof makeEvent>>, index: number) =>
  organiser.post('/api/bookings', {
    eventId: made.event.id, crewId: made.crew[index]?.id, slotId: made.event.slots[0].id, startTime: made.startTime, endTime: made.endTime,
  });

let made = Date.now() % 1_000_000;
const lastDigit = (digits: string) => {
  const sum = [...digits].reduce((all, digit, index) => all + [...String(Number(digit) * (index % 2 === 0 ? 2 : 1))].reduce((one, other) => one + Number(other), 0), 0);
  return (10 - (sum % 10)) % 10;
};
export function makeCustomer(admin: Api, customerType: 1 | 2, name = 'Provföretaget AB'): Promise<{ id: string }> {
  const digits = `556${String(made++ % 1_000_000).padStart(6, '0')}`;
  return admin.post('/api/customers', {
    customerType, name, orgNumber: `${digits}${lastDigit(digits)}`, address: 'Provgatan 1', zipCode: '111 20', city: 'Stockholm',
    email: 'info@prov.example', phone: '08-555 10 13',
  });
}
export function makeCrew(crewadmin: Api, lastName: string, word?: string): Promise<{ id: string; email: string }> {
  return crewadmin.post('/api/users', {
    email: `prov-${Date.now()}-${made++}@demo.example`, firstName: 'Anna', lastName, userType: 3, role: 5, customerId: crewadmin.claims.customerId,
    skills: [{ category: 'Stage', skill: 'Stagehand' }], ...(word ? { password: word } : {}),
  });
}
