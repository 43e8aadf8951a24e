import { api, book, enter, expect, makeCrew, makeCustomer, makeEvent, settled, test } from './support';

// Whatever people write is shown as they wrote it, and never run.
const evil = (name: string) => `<script>window.hit=1</script><img src=x onerror="window.hit=1">${name}`;

test('a script in any text is text', async ({ page, browser }) => {
  const [organiser, crewadmin, admin] = await Promise.all([api('organiser'), api('crewadmin'), api('admin')]);
  const made = await makeEvent(organiser, 71, 'Skriptfesten', 2);
  const { event } = made;
  await organiser.put(`/api/events/${event.id}`, {
    name: evil('Namn'), location: evil('Ort'), address: evil('Adress'), description: evil('Beskrivning'), crewInfo: evil('Info'),
    details: { performer: evil('Artist'), stage: evil('Scen'), equipment: [evil('Sak')] }, onSiteContact: { name: evil('Kontakt'), phone: '070-1740605' },
    orderReference: evil('Order'), buyerReference: evil('Köpare'), project: evil('Projekt'), slots: [{ ...event.slots[0], notes: evil('Rad') }].map(({ booked: _, ...slot }) => slot),
  });
  const person = await makeCrew(crewadmin, evil('Efter'));
  await crewadmin.put(`/api/users/${person.id}`, { firstName: evil('För'), about: evil('Om'), references: evil('Referens') });
  const day = new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 10);
  await crewadmin.put(`/api/users/${person.id}/availability`, { spans: [{ startDate: day, endDate: day, note: evil('Dag') }] });
  const customer = await makeCustomer(admin, 2, evil('Bolag'));
  await admin.put(`/api/customers/${customer.id}`, { contact: evil('Kontakt'), address: evil('Gata'), city: evil('Stad') });
  const cancelled = await book(organiser, made, 0);
  await organiser.put(`/api/bookings/${cancelled.id}/cancel`, { reason: evil('Orsak') });
  const booking = await organiser.post('/api/bookings', { eventId: event.id, crewId: made.crew[1]?.id, slotId: event.slots[0].id, startTime: made.startTime, endTime: made.endTime, notes: evil('Not') });
  await crewadmin.put(`/api/bookings/${booking.id}/confirm`);

  const look = async (who: 'organiser' | 'crewadmin' | 'admin', addresses: [string, string][]) => {
    const context = await browser.newContext({ baseURL: process.env['SOUNDFLOW_URL'] as string, locale: 'sv-SE' });
    const view = await context.newPage();
    const refused: string[] = [];
    view.on('console', (message) => { if (/Content Security|Refused/.test(message.text())) refused.push(message.text()); });
    await enter(view, who);
    for (const [address, text] of addresses) {
      await view.goto(address);
      await expect(view.getByRole('heading', { level: 1 })).toBeVisible();
      await settled(view);
      await expect(view.getByText(evil(text)).or(view.locator(`input[value*="${text}"]`)).first(), `${address}: ${text}`).toBeAttached();
      expect(await view.evaluate(() => [(window as { hit?: number }).hit, document.querySelectorAll('img[src="x"]').length]), address).toEqual([undefined, 0]);
    }
    expect(refused).toEqual([]);
    await context.close();
  };
  await look('organiser', [
    [`/events/${event.id}`, 'Beskrivning'], [`/events/${event.id}/edit`, 'Namn'], [`/events?q=Namn`, 'Namn'], [`/bookings/${cancelled.id}`, 'Orsak'],
    [`/bookings/${booking.id}`, 'Not'], [`/bookings?eventId=${event.id}`, 'Namn'], [`/board?event=${event.id}`, 'Namn'],
  ]);
  await look('crewadmin', [[`/users/${person.id}`, 'Efter'], ['/users?q=Efter', 'Efter'], [`/events/${event.id}`, 'Namn'], [`/bookings/${booking.id}`, 'Not']]);
  await look('admin', [[`/customers/${customer.id}`, 'Bolag'], ['/customers?q=Bolag', 'Bolag'], [`/users/${person.id}`, 'Efter']]);
  await page.close();
  await organiser.put(`/api/events/${event.id}`, { name: 'Skriptfesten', location: 'Uppsala' }); // for the pictures of other tests
});
