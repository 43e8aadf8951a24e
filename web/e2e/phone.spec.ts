import { api, expect, password, test } from './support';

test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

test('crew on a phone paints the days that are not possible', async ({ page }) => {
  const crewadmin = await api('crewadmin');
  const email = `tone-${Date.now()}@demo.example`;
  const person = await crewadmin.post('/api/users', {
    email, password, firstName: 'Tone', lastName: 'Telefon', userType: 3, role: 5, customerId: crewadmin.claims.customerId,
    skills: [{ category: 'Stage', skill: 'Stagehand' }],
  });
  await page.goto('/schedule');
  await page.getByLabel('E-post').fill(email);
  await page.getByRole('textbox', { name: 'Lösenord' }).fill(password);
  await page.getByRole('button', { name: 'Logga in', exact: true }).click();
  await expect(page.getByRole('navigation', { name: 'Snabbval' })).toBeVisible();
  await page.getByRole('button', { name: 'Nästa månad' }).tap();
  await page.getByRole('button', { name: 'Nästa månad' }).tap();
  const days = page.locator('.sf-paint').first().getByRole('button');
  const [from, to] = [await days.nth(8).boundingBox(), await days.nth(10).boundingBox()]; // maybe in the next week
  if (!from || !to) throw new Error('no days');
  await page.mouse.move(from.x + 8, from.y + 8);
  await page.mouse.down();
  await page.mouse.move(to.x + 8, to.y + 8, { steps: 12 });
  await page.mouse.up();
  for (const index of [8, 9, 10]) await expect(days.nth(index)).toHaveAttribute('aria-pressed', 'true');
  await days.nth(9).press('Enter'); // and one of them goes after all
  await expect(days.nth(9)).toHaveAttribute('aria-pressed', 'false');
  await page.getByLabel('Anteckning').scrollIntoViewIfNeeded();
  await page.getByRole('button', { name: 'Spara' }).tap();
  await expect(page.getByText('Sparat.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Spara' })).toBeDisabled();

  const label = (await days.nth(8).getAttribute('aria-label')) as string;
  expect(label).toContain('Kan inte');
  const seen = await crewadmin.get(`/api/users/${person.id}/availability?from=${new Date().toISOString()}&to=${new Date(Date.now() + 90 * 86_400_000).toISOString()}`);
  expect(seen.busy.filter((each: { kind: string }) => each.kind === 'Unavailable')).toHaveLength(2);
});

test('it can be installed', async ({ page, request }) => {
  await page.goto('/');
  const manifest = await (await request.get('/manifest.webmanifest')).json();
  expect(manifest.display).toBe('standalone');
  for (const icon of manifest.icons) expect((await request.get(icon.src)).ok()).toBe(true);
});
