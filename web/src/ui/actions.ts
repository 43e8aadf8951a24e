import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useState } from 'react';

export function useDone() {
  const queries = useQueryClient();
  return useCallback(
    (message: string, ...stale: string[]) => {
      notifications.show({ message, color: 'teal.9', autoClose: 4000 });
      return Promise.all(stale.map((name) => queries.invalidateQueries({ queryKey: [name] })));
    },
    [queries],
  );
}

// One action at a time: whether it runs, and what went wrong last.
export function useAction<A extends unknown[]>(act: (...values: A) => Promise<unknown>) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const run = async (...values: A): Promise<boolean> => {
    setBusy(true);
    setError(null);
    try {
      await act(...values);
      return true;
    } catch (thrown) {
      setError(thrown);
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { run, busy, error, clear: () => setError(null) };
}
