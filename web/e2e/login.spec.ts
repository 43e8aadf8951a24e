import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { api, expect, enter, password, settled, test } from './support';

async function logIn(page: Page, email: string, word: string): Promise<void> {
  await page.getByLabel('E-post').fill(email);
  await page.getByRole('textbox', { name: 'Lösenord' }).fill(word);
  await page.getByRole('button', { name: 'Logga in', exact: true }).click();
}

test('somebody logs in, is where they wanted to be, and logs out', async ({ page }) => {
  await page.goto('/profile');
  await logIn(page, 'organiser@demo.example', 'wrong-password');
  await expect(page.getByRole('alert')).toContainText('stämmer inte');
  await expect(page.getByLabel('E-post')).toHaveValue('organiser@demo.example');
  await page.getByRole('textbox', { name: 'Lösenord' }).fill(password);
  await page.getByRole('button', { name: 'Logga in', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'Min profil' })).toBeVisible();

  await page.reload();
  await expect(page.getByRole('heading', { name: 'Min profil' })).toBeVisible();
  await page.getByRole('button', { name: /^Konto/ }).click();
  await page.getByRole('menuitem', { name: 'Logga ut' }).click();
  await expect(page.getByRole('heading', { name: 'Logga in' })).toBeVisible();
  await page.reload();
  await expect(page.getByRole('heading', { name: 'Logga in' })).toBeVisible();
});

test('a demo login is one click', async ({ page }) => {
  await page.goto('/');
  await page.getByRole('button', { name: /crewadmin@demo.example/ }).click();
  await expect(page.getByRole('heading', { name: /^Hej/ })).toBeVisible();
});

test('an ended session asks for the password and keeps what was typed', async ({ page, context }) => {
  await enter(page, 'organiser', '/profile');
  await page.getByLabel('Förnamn').fill('Hannah-Marie');
  // Ended elsewhere: the cookie is gone and the token revoked.
  await context.request.post('/api/auth/logout', { headers: { Origin: process.env['SOUNDFLOW_URL'] as string } });
  await page.getByRole('button', { name: 'Spara' }).click();
  const dialog = page.getByRole('dialog', { name: 'Logga in igen' });
  await expect(dialog).toBeVisible();
  await dialog.getByRole('textbox', { name: 'Lösenord' }).fill(password);
  await dialog.getByRole('button', { name: 'Logga in' }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByLabel('Förnamn')).toHaveValue('Hannah-Marie');
  expect(new URL(page.url()).pathname).toBe('/profile');
});

test('the language and the colours are remembered', async ({ page }) => {
  await enter(page, 'organiser-user');
  await page.getByRole('button', { name: 'Switch to English' }).click();
  await expect(page.getByRole('heading', { name: /^Hello/ })).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  await page.getByRole('button', { name: 'Dark mode' }).click();
  await page.reload();
  await expect(page.getByRole('heading', { name: /^Hello/ })).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'dark');
  await page.getByRole('button', { name: 'Byt till svenska' }).click();
  await expect(page.getByRole('heading', { name: /^Hej/ })).toBeVisible();
});

test('own details and password are changed', async ({ page }) => {
  const email = `nina-${Date.now()}@demo.example`;
  const crewadmin = await api('crewadmin');
  await crewadmin.post('/api/users', {
    email, password, firstName: 'Nina', lastName: 'Ny', userType: 3, role: 5, customerId: crewadmin.claims.customerId,
    skills: [{ category: 'Sound', skill: 'FOH Engineer' }],
  });
  await page.goto('/profile');
  await logIn(page, email, password);
  await page.getByLabel('Telefon').fill('12');
  await page.getByRole('button', { name: 'Spara' }).click();
  await expect(page.getByRole('alert')).toContainText('Telefon: är inget giltigt telefonnummer');
  await expect(page.getByRole('alert')).toContainText('Spårnings-id');
  await page.getByLabel('Telefon').fill('070-174 06 05');
  await page.getByRole('button', { name: 'Spara' }).click();
  await expect(page.getByText('Sparat.')).toBeVisible();

  const change = async (from: string, to: string) => {
    await page.getByRole('textbox', { name: 'Nuvarande lösenord' }).fill(from);
    await page.getByRole('textbox', { name: 'Nytt lösenord', exact: true }).fill(to);
    await page.getByRole('textbox', { name: 'Nytt lösenord igen' }).fill(to);
    await page.getByRole('button', { name: 'Byt lösenord' }).click();
  };
  await change('not-my-password', 'another-password');
  await expect(page.getByText('Det nuvarande lösenordet stämmer inte.')).toBeVisible();
  await expect(page.getByRole('textbox', { name: 'Nytt lösenord', exact: true })).toHaveValue('another-password');
  await change(password, 'another-password');
  await expect(page.getByText('Lösenordet är bytt')).toBeVisible();
  await page.getByRole('button', { name: /^Konto/ }).click();
  await page.getByRole('menuitem', { name: 'Logga ut' }).click();
  await logIn(page, email, 'another-password');
  await expect(page.getByRole('heading', { name: 'Min profil' })).toBeVisible();
});

test('no tokens are kept where scripts can read them', async ({ page, context }) => {
  await enter(page, 'organiser');
  await settled(page);
  const kept = await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage, cookie: document.cookie }));
  expect(kept).not.toMatch(/eyJ|refresh/);
  const cookie = (await context.cookies(`${process.env['SOUNDFLOW_URL']}/api`)).find((each) => each.name === 'thenorsound_refresh');
  expect(cookie?.httpOnly).toBe(true);
});

// The link of the newest mail to somebody; the secret stands behind '#'.
async function linkFor(email: string, path: string): Promise<string> {
  const outbox = process.env['SOUNDFLOW_OUTBOX'] as string;
  let link = '';
  await expect.poll(() => {
    for (const name of readdirSync(outbox)) {
      const text = readFileSync(join(outbox, name), 'utf8').replace(/=\r?\n/g, '').replace(/=3D/g, '=');
      const found = new RegExp(`${path}#token=\\S+`).exec(text);
      if (text.includes(`<${email}>`) && found) link = found[0];
    }
    return link;
  }).not.toBe('');
  return link;
}

test('who is invited by mail chooses a password; who forgets it gets another', async ({ page }) => {
  const email = `ines-${Date.now()}@demo.example`;
  const crewadmin = await api('crewadmin');
  await crewadmin.post('/api/users', { email, firstName: 'Ines', lastName: 'Inbjuden', userType: 3, role: 5, customerId: crewadmin.claims.customerId, skills: [{ category: 'Stage', skill: 'Stagehand' }] });
  const choose = async (link: string, word: string, button: string) => {
    await page.goto(link);
    await expect(page).not.toHaveURL(/token/); // it is out of the address bar at once
    await page.getByRole('textbox', { name: 'Nytt lösenord', exact: true }).fill(word);
    await page.getByRole('textbox', { name: 'Nytt lösenord igen' }).fill(word);
    await page.getByRole('button', { name: button }).click();
    await expect(page.getByText('Nu kan du logga in')).toBeVisible();
    await page.getByRole('link', { name: 'Till inloggningen' }).click();
  };
  await choose(await linkFor(email, '/register'), 'first-password', 'Skapa konto');
  await page.getByRole('link', { name: 'Glömt lösenordet?' }).click();
  await page.getByLabel('E-post').fill(email);
  await page.getByRole('button', { name: 'Skicka länk' }).click();
  await expect(page.getByText('har vi skickat en länk dit')).toBeVisible();
  await choose(await linkFor(email, '/reset-password'), 'second-password', 'Byt lösenord');
  await logIn(page, email, 'second-password');
  await expect(page.getByRole('heading', { name: 'Hej Ines' })).toBeVisible();
});
