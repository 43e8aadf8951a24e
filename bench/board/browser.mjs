// Opens and scrolls the board, and an empty page of the same size, by turns; prints what was counted.
import { createRequire } from 'node:module';

const { chromium } = createRequire(new URL('../../web/package.json', import.meta.url))('@playwright/test');
const [origin, path, people, rounds] = process.argv.slice(2);
const scroll_ms = 3000;
const first_bar = '.sf-board-bar';

// In the page: moves by a part of a row each frame, there and back, and counts the frames. Every tenth
// frame it looks whether somebody stands in the middle.
async function scrolled({ selector, ms }) {
  const scroller = document.querySelector(selector);
  const box = scroller.getBoundingClientRect();
  const most = scroller.scrollHeight - scroller.clientHeight;
  let [frames, blank, looked, step] = [0, 0, 0, 30];
  const end = performance.now() + ms;
  while (performance.now() < end) {
    if (scroller.scrollTop + step > most || scroller.scrollTop + step < 0) step = -step;
    scroller.scrollTop += step;
    await new Promise((next) => requestAnimationFrame(next));
    if (++frames % 10 > 0) continue;
    ++looked;
    if (!document.elementFromPoint(box.left + 60, box.top + box.height / 2)?.closest('[data-index]')) ++blank;
  }
  return { frames, blank, looked };
}

const browser = await chromium.launch({ executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-dev-shm-usage'] });
const context = await browser.newContext({ viewport: { width: 1360, height: 860 }, locale: 'sv-SE' });
const login = await context.request.post(`${origin}/api/auth/login`, { data: { email: 'organiser@demo.example', password: 'demo-password' } });
if (!login.ok()) throw new Error(`login: ${login.status()}`);
await context.addInitScript(() => localStorage.setItem('soundflow.session', '1'));

async function board() {
  const page = await context.newPage();
  const began = performance.now();
  await page.goto(`${origin}${path}`, { waitUntil: 'commit' });
  await page.locator(first_bar).first().waitFor();
  const openedMs = performance.now() - began;
  const rows = Number(await page.getByRole('grid').getAttribute('aria-rowcount')) - 1;
  if (rows !== Number(people)) throw new Error(`${rows} people on the board instead of ${people}`);
  await page.waitForLoadState('load');
  const { frames, blank, looked } = await page.evaluate(scrolled, { selector: '.sf-board', ms: scroll_ms });
  await page.close();
  return { openedMs, board: frames, blank, looked };
}

async function empty() {
  const page = await context.newPage();
  await page.setContent('<div id="scroller" style="height: 500px; overflow-y: auto"><div style="height: 22000px"></div></div>');
  const { frames } = await page.evaluate(scrolled, { selector: '#scroller', ms: scroll_ms });
  await page.close();
  return { empty: frames };
}

await board(); // the first fills the browser's cache
const all = [];
for (let round = 0; round < Number(rounds); ++round) all.push(round % 2 ? { ...(await board()), ...(await empty()) } : { ...(await empty()), ...(await board()) });
await browser.close();
console.log(JSON.stringify(all));
