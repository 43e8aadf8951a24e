import { checkAccess, enter, expect, picture, settled, test, type Who } from './support';

// Every page, in both languages and both themes: pictures to look at, and no serious fault of access.
const pages: [string, Who | null, string][] = [
  ['login', null, '/'],
  ['dashboard-organiser', 'organiser', '/'],
  ['dashboard-crewadmin', 'crewadmin', '/'],
  ['dashboard-crew', 'crew', '/'],
  ['profile', 'organiser', '/profile'],
];

for (const [name, who, path] of pages)
  test(`${name} is readable by everyone`, async ({ page }) => {
    if (who) await enter(page, who, path);
    else await page.goto(path);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await settled(page);
    await picture(page, `${name}-sv-light`);
    await checkAccess(page, `${name}, light`);
    await page.getByRole('button', { name: 'Mörkt läge' }).click();
    await checkAccess(page, `${name}, dark`);
    await page.getByRole('button', { name: 'Switch to English' }).click();
    await settled(page);
    await picture(page, `${name}-en-dark`);
  });
