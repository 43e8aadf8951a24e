// What is read, under the names by which it is made stale (see live.ts).
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { get, type Query } from './client';
import type { Booking, Catalogue, Customer, Event, Invoice, Page, Tariff, User } from './types';

const most_a_page = 200;

export const usePage = <T>(name: string, path: string, query: Query, enabled = true) =>
  useQuery({
    queryKey: [name, path, query],
    queryFn: ({ signal }) => get<Page<T>>(path, query, signal),
    placeholderData: keepPreviousData,
    enabled,
  });

export const useThing = <T>(name: string, path: string, enabled = true) =>
  useQuery({ queryKey: [name, path], queryFn: ({ signal }) => get<T>(path, undefined, signal), enabled });

// Every page: for lists that a screen needs whole. The first tells how many there are, the others come
// at the same time.
export async function getAll<T>(path: string, query: Query, signal?: AbortSignal): Promise<T[]> {
  const page = (pageNumber: number) => get<Page<T>>(path, { ...query, pageNumber, pageSize: most_a_page }, signal);
  const first = await page(1);
  const others = Math.max(0, Math.ceil(first.total / most_a_page) - 1);
  const rest = await Promise.all(Array.from({ length: others }, (_, index) => page(index + 2)));
  return [first, ...rest].flatMap(({ items }) => items);
}
// What is not asked for makes no difference to what is found.
const asked = (query: Query): Query => Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== ''));
export const useAll = <T>(name: string, path: string, query: Query, enabled = true) =>
  useQuery({
    queryKey: [name, 'all', path, asked(query)],
    queryFn: ({ signal }) => getAll<T>(path, query, signal),
    placeholderData: keepPreviousData,
    enabled,
  });

export const useEvent = (id: string) => useThing<Event>('events', `/api/events/${id}`, id !== '');
export const useBooking = (id: string) => useThing<Booking>('bookings', `/api/bookings/${id}`);
export const useInvoice = (id: string) => useThing<Invoice>('invoices', `/api/invoices/${id}`);
export const useUser = (id: string) => useThing<User>('users', `/api/users/${id}`);
export const useCustomer = (id: string, enabled = true) => useThing<Customer>('customers', `/api/customers/${id}`, enabled && id !== '');
export const useTariffs = (id: string, enabled = true) => useThing<Tariff[]>('tariffs', `/api/customers/${id}/tariffs`, enabled && id !== '');
export const useCatalogue = () =>
  useQuery({ queryKey: ['catalogue'], queryFn: () => get<Catalogue>('/api/catalogue'), staleTime: 10 * 60_000 });
export const useHealth = () =>
  useQuery({
    queryKey: ['health'],
    queryFn: async () => (await (await fetch('/health')).json()) as { status: string; demo: boolean },
    staleTime: Infinity,
  });
