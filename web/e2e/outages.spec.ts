// With a program of their own, since it stops in the middle and its key is known.
import { createHmac } from 'node:crypto';
import type { Page } from '@playwright/test';
import { Program } from './program';
import { expect, password, test as shared } from './support';

const key = 'soundflow-tests-sign-with-this-key-of-64-characters-0123456789ab';
const test = shared.extend<object, { program: Program }>({
  program: [
    async ({}, use) => {
      const program = await Program.made({ THENORSOUND_AUTH_JWT_KEY: key });
      await use(program);
      await program.end();
    },
    { scope: 'worker', timeout: 120_000 },
  ],
  baseURL: async ({ program }, use) => use(program.url),
});
test.describe.configure({ mode: 'default' }); // one after the other

async function logIn(page: Page, path: string): Promise<void> {
  const answer = await page.context().request.post('/api/auth/login', { data: { email: 'organiser@demo.example', password } });
  expect(answer.ok()).toBe(true);
  await page.addInitScript(() => localStorage.setItem('soundflow.session', '1'));
  await page.goto(path);
}

test('the server goes away and comes back: nothing typed is lost, and what others change is seen again', async ({ page, program }) => {
  await logIn(page, '/events/new');
  await page.getByRole('textbox', { name: 'Namn', exact: true }).fill('Efter avbrottet');
  await page.getByRole('textbox', { name: 'Ort', exact: true }).fill('Visby');
  await page.getByRole('textbox', { name: 'Börjar', exact: true }).fill('2027-09-04');
  await page.getByRole('textbox', { name: 'Börjar', exact: true }).press('Tab');
  await program.stop();
  await page.getByRole('button', { name: 'Skapa evenemang' }).click();
  await expect(page.getByRole('alert')).toContainText('Servern svarar inte');
  await expect(page.getByRole('textbox', { name: 'Namn', exact: true })).toHaveValue('Efter avbrottet');
  await program.start();
  const stream = page.waitForResponse((response) => response.url().endsWith('/api/stream') && response.ok());
  await page.getByRole('button', { name: 'Skapa evenemang' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Efter avbrottet' })).toBeVisible();

  await stream;
  const login = await page.context().request.post('/api/auth/login', { data: { email: 'organiser@demo.example', password }, headers: { Cookie: '' } });
  const headers = { Authorization: `Bearer ${(await login.json()).accessToken}` };
  const id = new URL(page.url()).pathname.split('/').pop();
  expect((await page.context().request.put(`/api/events/${id}`, { headers, data: { name: 'Efter regnet' } })).ok()).toBe(true);
  await expect(page.getByRole('heading', { level: 1, name: 'Efter regnet' })).toBeVisible();
});

const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
function expired(token: string): string {
  const [head = '', body = ''] = token.split('.');
  const claims = JSON.parse(Buffer.from(body, 'base64url').toString()) as { iat: number; exp: number };
  const old = encoded({ ...claims, iat: claims.iat - 3600, exp: claims.iat - 60 });
  return `${head}.${old}.${createHmac('sha256', key).update(`${head}.${old}`).digest('base64url')}`;
}

test('an access token that expires in the middle of work is not noticed', async ({ page }) => {
  const answers: number[] = [];
  let renewed = 0;
  page.on('response', (response) => {
    if (new URL(response.url()).pathname.startsWith('/api/')) answers.push(response.status());
    if (response.headers()['x-access-token']) ++renewed;
  });
  // What the app holds is from now on a token of the server's that has run out.
  await page.route('**/api/auth/refresh', async (route) => {
    const response = await route.fetch();
    const body = (await response.json()) as { accessToken: string };
    await route.fulfill({ response, json: { ...body, accessToken: expired(body.accessToken) } });
  });
  await logIn(page, '/profile');
  await page.getByLabel('Telefon').fill('070-174 06 05');
  await page.getByRole('button', { name: 'Spara' }).click();
  await expect(page.getByText('Sparat.')).toBeVisible();
  expect(renewed).toBeGreaterThan(0);
  expect(answers.filter((status) => status >= 400)).toEqual([]);
});
