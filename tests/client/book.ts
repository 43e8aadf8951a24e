// A booking from login to invoice, by a client that is made of /openapi.json. usage: node book.js ADDRESS
import createClient, {type Client} from 'openapi-fetch';

import type {components, paths} from './api.js';

type Api = Client<paths>;
type Problem = components['schemas']['Error'];

function ensure<T>(value: T | undefined | null, what: string): T {
  if (value === undefined || value === null) throw new Error(`there is no ${what}`);
  return value;
}

function data<T>(answer: {data?: T; error?: Problem; response: Response}, status = 200): T {
  if (answer.response.status !== status)
    throw new Error(`${answer.response.url}: ${answer.response.status} ${JSON.stringify(answer.error)}`);
  return ensure(answer.data, 'answer');
}

async function logIn(address: string, email: string): Promise<Api> {
  const visitor = createClient<paths>({baseUrl: address});
  const tokens = data(await visitor.POST('/api/auth/login', {body: {email, password: 'demo-password'}}));
  return createClient<paths>({baseUrl: address, headers: {Authorization: `Bearer ${tokens.accessToken}`}});
}

const day = 24 * 3600 * 1000;
const iso = (time: number) => new Date(time).toISOString().replace(/\.\d+Z$/, 'Z');

async function makeEvent(organiser: Api, start: number): Promise<components['schemas']['Event']> {
  const body: components['schemas']['NewEvent'] = {
    name: 'A concert', location: 'Stockholm', eventType: 'Concert', startDate: iso(start), endDate: iso(start + day),
  };
  return data(await organiser.POST('/api/events', {body}), 201);
}

// Somebody who is free for the whole event, whom the organiser has a tariff for.
async function findCrew(organiser: Api, event: components['schemas']['Event'], company: string) {
  const tariffs = data(await organiser.GET('/api/customers/{id}/tariffs', {params: {path: {id: event.customerId}}}));
  for (const {category, skill} of tariffs.filter((tariff) => tariff.timeType === 'Hour')) {
    const query = {category, skill, customerId: company, availableFrom: event.startDate, availableTo: event.endDate, pageSize: 1};
    const free = data(await organiser.GET('/api/users/crew', {params: {query}}));
    const card = free.items[0];
    if (card) return {crewId: card.id, category, skill};
  }
  throw new Error('nobody is free');
}

async function invoiceOf(crewAdmin: Api, bookingId: string): Promise<components['schemas']['Invoice']> {
  const end = Date.now() + 60_000;
  while (Date.now() < end) {
    const page = data(await crewAdmin.GET('/api/invoices', {params: {query: {status: 'Issued', pageSize: 200}}}));
    const found = page.items.find((invoice) => invoice.bookingId === bookingId);
    if (found) return data(await crewAdmin.GET('/api/invoices/{id}', {params: {path: {id: found.id}}}));
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('no invoice was issued');
}

async function main(address: string) {
  const organiser = await logIn(address, 'organiser@demo.example');
  const crewAdmin = await logIn(address, 'crewadmin@demo.example');
  const {customerId} = data(await crewAdmin.GET('/api/auth/claims'));

  const start = Math.floor(Date.now() / day + 500) * day;
  const event = await makeEvent(organiser, start);
  const wanted = {eventId: event.id, startTime: iso(start), endTime: iso(start + day / 6), timeType: 'Hour' as const,
    ...await findCrew(organiser, event, ensure(customerId, 'company'))};
  const quote = data(await organiser.GET('/api/bookings/pricing', {params: {query: wanted}}));

  const booking = data(await organiser.POST('/api/bookings', {body: {...wanted, expectedTotal: quote.totalAmount}}), 201);
  const again = await organiser.POST('/api/bookings', {body: wanted});
  if (again.response.status !== 409) throw new Error(`booked twice: ${again.response.status}`);

  const confirmed = data(await crewAdmin.PUT('/api/bookings/{id}/confirm', {params: {path: {id: booking.id}}}));
  const invoice = await invoiceOf(crewAdmin, booking.id);
  console.log(JSON.stringify({
    quoted: quote.totalAmount, booked: booking.totalAmount, again: ensure(again.error, 'refusal').error.code,
    status: confirmed.status, number: invoice.invoiceNumber, amount: invoice.amount, balance: invoice.balance,
  }));
}

main(ensure(process.argv[2], 'address')).catch((fault: unknown) => {
  console.error(fault);
  process.exitCode = 1;
});
