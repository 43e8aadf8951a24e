// Requests to our own API. The access token lives in this module's memory only; the refresh token in
// a cookie that scripts cannot read.
import { ApiError } from './errors';

export type QueryValue = string | number | boolean | undefined | null;
export type Query = Record<string, QueryValue>;

export interface Options {
  query?: Query;
  body?: unknown;
  version?: number | undefined; // sent as If-Match
  idempotencyKey?: string;
  accept?: string;
  signal?: AbortSignal | undefined;
}

const most_tries = 3;
const refresh_timeout_ms = 30_000;

let accessToken: string | null = null;
let refreshing: Promise<boolean> | null = null;
let sessionLost: () => void = () => {};

export const hasToken = () => accessToken !== null;
export const bearer = () => (accessToken === null ? null : `Bearer ${accessToken}`);
export const forgetToken = () => {
  accessToken = null;
};
export const onSessionLost = (listener: () => void) => {
  sessionLost = listener;
};

export function address(path: string, query?: Query): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {}))
    if (value !== undefined && value !== null && value !== '') search.set(name, String(value));
  const text = search.toString();
  return text ? `${path}?${text}` : path;
}

export async function login(email: string, password: string): Promise<void> {
  const response = await send('POST', '/api/auth/login', { body: { email, password } }, null);
  if (!response.ok) throw await ApiError.of(response);
  accessToken = ((await response.json()) as { accessToken: string }).accessToken;
}

// Public calls: no token is sent, and a 401 means what it says.
export async function publicPost(path: string, body: unknown): Promise<void> {
  const response = await send('POST', path, { body }, null);
  if (!response.ok) throw await ApiError.of(response);
}

export async function logout(): Promise<void> {
  const authorization = bearer();
  forgetToken();
  await send('POST', '/api/auth/logout', {}, authorization).catch(() => undefined);
}

// True where the cookie gave a new access token. All who ask at the same time share one request.
export function refresh(): Promise<boolean> {
  refreshing ??= (async () => {
    try {
      const signal = AbortSignal.timeout(refresh_timeout_ms);
      const response = await send('POST', '/api/auth/refresh', { body: {}, signal }, null);
      if (response.ok) accessToken = ((await response.json()) as { accessToken: string }).accessToken;
      else if (response.status !== 401 && response.status !== 403) throw await ApiError.of(response);
      else forgetToken();
      return response.ok;
    } finally {
      refreshing = null;
    }
  })();
  return refreshing;
}

async function send(method: string, path: string, options: Options, authorization: string | null): Promise<Response> {
  const headers: Record<string, string> = { Accept: options.accept ?? 'application/json' };
  if (authorization) headers['Authorization'] = authorization;
  if (options.body !== undefined) headers['Content-Type'] = 'application/json';
  if (options.version !== undefined) headers['If-Match'] = `"${options.version}"`;
  if (options.idempotencyKey) headers['Idempotency-Key'] = options.idempotencyKey;
  const init: RequestInit = { method, headers, credentials: 'same-origin', signal: options.signal ?? null };
  if (options.body !== undefined) init.body = JSON.stringify(options.body);
  let response: Response;
  try {
    response = await fetch(address(path, options.query), init);
  } catch (thrown) {
    if (options.signal?.aborted) throw thrown;
    throw new ApiError(0, 'NO_ANSWER', 'The server does not answer.');
  }
  const renewed = response.headers.get('X-Access-Token');
  if (renewed && authorization) accessToken = renewed;
  return response;
}

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

// One request with a fresh token where the old one has run out.
async function authorised(method: string, path: string, options: Options): Promise<Response> {
  if (accessToken === null && !(await refresh())) return lost();
  const used = bearer();
  const response = await send(method, path, options, used);
  if (response.status !== 401) return response;
  // Somebody else may have fetched a new token meanwhile.
  if (bearer() === used && !(await refresh())) return lost();
  const second = await send(method, path, options, bearer());
  if (second.status === 401) return lost();
  return second;
}

function lost(): never {
  forgetToken();
  sessionLost();
  throw new ApiError(401, 'UNAUTHORIZED', 'The session has ended.');
}

// Repeats what is safe to repeat: a write only with an idempotency key.
export async function raw(method: string, path: string, options: Options = {}): Promise<Response> {
  const repeatable = method === 'GET' || options.idempotencyKey !== undefined;
  for (let attempt = 1; ; ++attempt) {
    let failure: ApiError;
    try {
      const response = await authorised(method, path, options);
      if (response.ok) return response;
      failure = await ApiError.of(response);
    } catch (thrown) {
      if (!(thrown instanceof ApiError)) throw thrown;
      failure = thrown;
    }
    if (!failure.isTransient || !repeatable || attempt >= most_tries) throw failure;
    await wait(Math.min(failure.retryAfterSeconds * 1000 || 200 * 2 ** attempt, 5_000));
  }
}

async function answered<T>(response: Response): Promise<T> {
  const text = await response.text();
  return (text ? JSON.parse(text) : undefined) as T;
}

export const get = async <T>(path: string, query?: Query, signal?: AbortSignal) =>
  answered<T>(await raw('GET', path, { query: query ?? {}, signal }));

// crypto.randomUUID exists in secure contexts only.
const newKey = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');

// Every creation carries a key of its own, so that a lost answer never makes two.
export const post = async <T>(path: string, body: unknown = {}) =>
  answered<T>(await raw('POST', path, { body, idempotencyKey: newKey() }));

export const put = async <T>(path: string, body: unknown = {}, version?: number) =>
  answered<T>(await raw('PUT', path, { body, version }));

export const remove = async (path: string, version?: number) => {
  await raw('DELETE', path, { version });
};

export async function download(path: string, query: Query, name: string, type: string): Promise<void> {
  const response = await raw('GET', path, { query, accept: type });
  const url = URL.createObjectURL(await response.blob());
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
