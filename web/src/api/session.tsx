// Who is logged in. Three states: finding out, out, in; and 'in' may be locked, when the session has
// ended while somebody was at work: what they see and typed stays, and a dialog asks for the password.
import { useQueryClient } from '@tanstack/react-query';
import { createContext, use, useCallback, useEffect, useMemo, useState, type ReactNode } from 'react';
import * as client from './client';
import type { Claims, RoleName } from './types';

// Whether there may be a cookie worth asking about; nothing of the session itself.
const hint = 'soundflow.session';

export interface Me extends Claims {
  role: RoleName;
}
type State = { kind: 'finding' } | { kind: 'out' } | { kind: 'in'; me: Me; locked: boolean };

export interface Session {
  state: State;
  login: (email: string, password: string) => Promise<void>;
  logout: () => Promise<void>;
  reload: () => Promise<void>;
}
const Context = createContext<Session | null>(null);

async function readClaims(): Promise<Me> {
  const claims = await client.get<Claims>('/api/auth/claims');
  return { ...claims, role: claims.roles[0] ?? 'CrewUser' };
}

export function SessionProvider({ children }: { children: ReactNode }) {
  const queries = useQueryClient();
  const [state, setState] = useState<State>({ kind: 'finding' });

  useEffect(() => {
    client.onSessionLost(() =>
      setState((now) => (now.kind === 'in' ? { ...now, locked: true } : { kind: 'out' })),
    );
    let gone = false;
    const find = async () => {
      if (localStorage.getItem(hint) === null) return setState({ kind: 'out' });
      try {
        const me = (await client.refresh()) ? await readClaims() : null;
        if (!gone) setState(me ? { kind: 'in', me, locked: false } : { kind: 'out' });
      } catch {
        if (!gone) setState({ kind: 'out' });
      }
    };
    void find();
    return () => {
      gone = true;
    };
  }, []);

  // Logging out in one tab logs out in all.
  useEffect(() => {
    const listen = (event: StorageEvent) => {
      if (event.key !== hint || event.newValue !== null) return;
      client.forgetToken();
      queries.clear();
      setState({ kind: 'out' });
    };
    window.addEventListener('storage', listen);
    return () => window.removeEventListener('storage', listen);
  }, [queries]);

  const login = useCallback(
    async (email: string, password: string) => {
      await client.login(email, password);
      const me = await readClaims();
      localStorage.setItem(hint, '1');
      setState((now) => {
        if (now.kind !== 'in' || now.me.userId !== me.userId) queries.clear();
        return { kind: 'in', me, locked: false };
      });
      void queries.invalidateQueries();
    },
    [queries],
  );
  const logout = useCallback(async () => {
    localStorage.removeItem(hint);
    await client.logout();
    setState({ kind: 'out' });
    queries.clear();
  }, [queries]);
  const reload = useCallback(async () => {
    const me = await readClaims();
    setState({ kind: 'in', me, locked: false });
  }, []);

  const value = useMemo(() => ({ state, login, logout, reload }), [state, login, logout, reload]);
  return <Context value={value}>{children}</Context>;
}

export function useSession(): Session {
  const session = use(Context);
  if (!session) throw new Error('outside of SessionProvider');
  return session;
}

export function useMe(): Me {
  const { state } = useSession();
  if (state.kind !== 'in') throw new Error('nobody is logged in');
  return state.me;
}
