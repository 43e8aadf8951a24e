import { TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useEffect, useState } from 'react';
import { useSearchParams } from 'react-router';
import { Icon } from './icons';

// What one filters by stands in the address, so that it can be kept, sent and gone back to.
export function useFilters() {
  const [search, setSearch] = useSearchParams();
  const set = (more: Record<string, string | null>, keepPage = false) =>
    setSearch((now) => {
      const next = new URLSearchParams(now);
      if (!keepPage) next.delete('page');
      for (const [name, value] of Object.entries(more)) if (value) next.set(name, value);
        else next.delete(name);
      return next;
    }, { replace: true });
  return { get: (name: string) => search.get(name) ?? '', page: Number(search.get('page') ?? 1), set, setPage: (page: number) => set({ page: String(page) }, true), clear: () => setSearch({}, { replace: true }), any: [...search.keys()].some((key) => key !== 'page' && key !== 'view') };
}

export function SearchInput({ value, onChange, label }: { value: string; onChange: (text: string) => void; label: string }) {
  const [text, setText] = useState(value);
  const [settled] = useDebouncedValue(text, 250);
  useEffect(() => {
    if (settled !== value) onChange(settled);
  }, [settled]); // only once the typing pauses
  return <TextInput aria-label={label} placeholder={label} leftSection={<Icon name="search" size={16} />} value={text} onChange={(event) => setText(event.currentTarget.value)} maxLength={200} style={{ flex: '1 1 200px' }} maw={340} />;
}
