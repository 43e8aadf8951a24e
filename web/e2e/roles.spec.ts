import { enter, expect, settled, test, type Who } from './support';

// What each role is offered, and that none of it is refused.
const offered: Record<Who, string[]> = {
  admin: ['Översikt', 'Evenemang', 'Bokningar', 'Planering', 'Användare', 'Företag', 'Fakturor', 'Rapporter', 'System'],
  organiser: ['Översikt', 'Evenemang', 'Bokningar', 'Planering', 'Användare', 'Företaget', 'Tariffer', 'Fakturor', 'Rapporter'],
  'organiser-user': ['Översikt', 'Evenemang', 'Bokningar', 'Företaget'],
  crewadmin: ['Översikt', 'Evenemang', 'Bokningar', 'Planering', 'Personal', 'Företaget', 'Fakturor', 'Rapporter'],
  crew: ['Översikt', 'Min tid', 'Evenemang', 'Bokningar'],
};

for (const [who, names] of Object.entries(offered) as [Who, string[]][])
  test(`${who} finds what the role has, and nothing of it is refused`, async ({ page }) => {
    const refused: string[] = [];
    page.on('response', (response) => {
      if (response.status() >= 400) refused.push(`${response.status()} ${response.request().method()} ${new URL(response.url()).pathname}`);
    });
    await enter(page, who);
    const menu = page.getByRole('navigation', { name: 'Huvudmeny' });
    await expect(menu.getByRole('link')).toHaveText(names);
    for (const name of names) {
      await menu.getByRole('link', { name, exact: true }).click();
      await expect(menu.getByRole('link', { name, exact: true })).toHaveAttribute('aria-current', 'page');
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      await settled(page);
      // The first thing of a list, where there is one.
      const first = page.getByRole('table').first().getByRole('row').nth(1).getByRole('link').first();
      if (await first.isVisible()) {
        await first.click();
        await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
        await settled(page);
      }
    }
    expect(refused).toEqual([]);
  });

test('who may only look is offered nothing that changes', async ({ page }) => {
  await enter(page, 'organiser-user', '/events');
  await page.getByRole('table', { name: 'Evenemang' }).getByRole('link').first().click();
  await expect(page.getByRole('heading', { level: 2, name: 'Bemanning' })).toBeVisible();
  await settled(page);
  for (const name of [/^Boka/, 'Ändra', 'Fler åtgärder', 'Nytt evenemang']) {
    await expect(page.getByRole('button', { name })).toHaveCount(0);
    await expect(page.getByRole('main').getByRole('link', { name })).toHaveCount(0);
  }
});
