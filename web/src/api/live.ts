// Other people's changes: reads /api/stream and makes stale what they touch. After every connection
// everything is read anew, since something may have been missed in between.
import { useQueryClient, type QueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { raw } from './client';
import { ApiError } from './errors';

const touched: Record<string, string[]> = {
  booking: ['bookings', 'events', 'board', 'reports', 'availability'],
  event: ['events', 'board', 'bookings'],
  invoice: ['invoices', 'reports', 'bookings'],
  availability: ['availability', 'board'],
  user: ['users', 'board'],
  crew: ['users', 'board'],
};
const gather_ms = 400;
const silence_ms = 45_000; // three heartbeats
const most_wait_ms = 30_000;

export function useLiveChanges(): void {
  const queries = useQueryClient();
  useEffect(() => {
    const ended = new AbortController();
    void follow(queries, ended.signal);
    return () => ended.abort();
  }, [queries]);
}

const pause = (ms: number, signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => { clearTimeout(timer); resolve(); }, { once: true });
  });

async function follow(queries: QueryClient, signal: AbortSignal): Promise<void> {
  let first = true;
  for (let failures = 0; !signal.aborted; ) {
    const quiet = new AbortController();
    const stop = () => quiet.abort();
    signal.addEventListener('abort', stop, { once: true });
    try {
      const response = await raw('GET', '/api/stream', { accept: 'text/event-stream', signal: quiet.signal });
      if (!first) void queries.invalidateQueries();
      first = false;
      failures = 0;
      await listen(response, queries, quiet);
    } catch (thrown) {
      // The session is over: the dialog that asks for the password comes by itself.
      if (thrown instanceof ApiError && (thrown.status === 401 || thrown.status === 403)) failures += 3;
      ++failures;
    } finally {
      signal.removeEventListener('abort', stop);
    }
    if (!signal.aborted) await pause(Math.min(most_wait_ms, 500 * 2 ** failures), signal);
  }
}

async function listen(response: Response, queries: QueryClient, quiet: AbortController): Promise<void> {
  const reader = response.body?.getReader();
  if (!reader) return;
  const decoder = new TextDecoder();
  const stale = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let silence = setTimeout(() => quiet.abort(), silence_ms);
  let text = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      clearTimeout(silence);
      silence = setTimeout(() => quiet.abort(), silence_ms);
      text += decoder.decode(value, { stream: true });
      const pieces = text.split('\n\n');
      text = pieces.pop() ?? '';
      for (const name of pieces.flatMap(namesIn)) stale.add(name);
      if (stale.size === 0) continue;
      timer ??= setTimeout(() => {
        timer = undefined;
        for (const name of stale) void queries.invalidateQueries({ queryKey: [name] });
        stale.clear();
      }, gather_ms);
    }
  } finally {
    clearTimeout(silence);
  }
}

export function namesIn(piece: string): string[] {
  const line = piece.split('\n').find((each) => each.startsWith('data: '));
  if (!line) return [];
  const { type } = JSON.parse(line.slice(6)) as { type: string };
  return touched[type.split('.')[0] ?? ''] ?? [];
}
