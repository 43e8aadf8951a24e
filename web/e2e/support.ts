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
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true, animations: 'disabled' });
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
