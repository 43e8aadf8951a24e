// A form made from a table of fields: sends what has changed, keeps what was typed when that fails,
// and shows the slower of two editors the difference.
import { Button, Group, NumberInput, Select, SimpleGrid, Stack, Switch, Textarea, TextInput, Title } from '@mantine/core';
import { useRef, useState, type ReactNode } from 'react';
import { isApiError } from '@/api/errors';
import { useTranslation } from '@/i18n';
import { useAction } from './actions';
import { Failure } from './basics';
import { Difference } from './Difference';
import { focusFirstFault } from './fields';

export type Values = Record<string, unknown>;
export interface Field {
  name: string; // 'terms.paymentDays' for a field of an object
  label: string;
  group?: string; // the heading that begins here
  kind?: 'text' | 'area' | 'number' | 'choice' | 'switch';
  options?: { value: string; label: string }[];
  numeric?: boolean; // a choice whose values are numbers
  required?: boolean;
  hint?: string;
  max?: number;
  complete?: string; // what the browser may fill in
  type?: 'email' | 'tel' | 'password';
  shown?: (values: Values) => boolean;
  render?: (value: unknown, onChange: (value: unknown) => void) => ReactNode;
  show?: (value: unknown) => string; // in the difference
}

const read = (thing: Values, name: string): unknown =>
  name.split('.').reduce<unknown>((at, part) => (at as Values | undefined)?.[part], thing);

// As it is sent: an emptied field is null, the fields of an object stand in it.
function nested(values: Values, names: Iterable<string>): Values {
  const body: Values = {};
  for (const name of names) {
    const [first = '', second] = name.split('.');
    const value = values[name] === '' ? null : values[name];
    if (second === undefined) body[first] = value;
    else body[first] = { ...(body[first] as Values | undefined), [second]: value };
  }
  return body;
}
const same = (one: unknown, other: unknown) => JSON.stringify(one ?? '') === JSON.stringify(other ?? '');

const groupsOf = (fields: Field[]): Field[][] =>
  fields.reduce<Field[][]>((all, field) => (field.group || all.length === 0 ? [...all, [field]] : [...all.slice(0, -1), [...(all.at(-1) ?? []), field]]), []);

interface Props<T extends { version: number }> {
  fields: Field[];
  first: Values; // flat, by the fields' names
  base?: T;
  send: (body: Values, version?: number) => Promise<T>;
  reread?: () => Promise<T>;
  onSaved: (thing: T) => Promise<void> | void;
  onTheirs?: (thing: T) => void;
  submit: string;
  disabled?: boolean;
}

export const valuesOf = (fields: Field[], thing: object): Values =>
  Object.fromEntries(fields.map(({ name, kind }) => [name, read(thing as Values, name) ?? (kind === 'switch' ? false : '')]));

export function RecordForm<T extends { version: number }>({ fields, first, base, send, reread, onSaved, onTheirs, submit, disabled = false }: Props<T>) {
  const { t } = useTranslation();
  const [values, setValues] = useState(first);
  const form = useRef<HTMLFormElement>(null);
  const [checked, setChecked] = useState(false);
  const [theirs, setTheirs] = useState<T | null>(null);
  const shown = fields.filter((field) => field.shown?.(values) ?? true);
  const set = (name: string) => (value: unknown) => setValues((now) => ({ ...now, [name]: value }));
  const names = shown.map((field) => field.name);
  const altered = names.filter((name) => !same(values[name], first[name]));
  // A part of an object goes with the whole of it.
  const sent = base
    ? names.filter((name) => altered.includes(name) || (name.includes('.') && altered.some((other) => other.split('.')[0] === name.split('.')[0])))
    : names.filter((name) => values[name] !== '');
  const missing = (field: Field) => checked && field.required && (values[field.name] === '' || values[field.name] === null);

  const action = useAction(async (version?: number) => {
    setChecked(true);
    if (shown.some((field) => field.required && (values[field.name] === '' || values[field.name] === null))) return focusFirstFault(form.current);
    try {
      await onSaved(await send(nested(values, sent), version ?? base?.version));
    } catch (thrown) {
      if (!isApiError(thrown, 'PRECONDITION_FAILED') || !reread) throw thrown;
      setTheirs(await reread());
    }
  });
  const show = (name: string, value: unknown): string => {
    const field = fields.find((each) => each.name === name);
    if (field?.show) return field.show(value);
    if (typeof value === 'boolean') return t(value ? 'word.yes' : 'word.no');
    return field?.options?.find((option) => option.value === String(value))?.label ?? (value === '' || value === null || value === undefined ? '–' : String(value));
  };
  const pick = (from: Values, which: string[]) => Object.fromEntries(which.map((name) => [name, from[name]]));
  const titles = Object.fromEntries(fields.map((field) => [field.name, field.label]));
  return (
    <form ref={form} noValidate onSubmit={(event) => { event.preventDefault(); void action.run(); }}>
      <Stack gap="md">
        {groupsOf(shown).map((group) => (
          <Stack key={group[0]?.name} gap="xs">
            {group[0]?.group && <Title order={3} mt="xs">{group[0].group}</Title>}
            <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="md">
              {group.map((field) => <OneField key={field.name} field={field} value={values[field.name]} onChange={set(field.name)} missing={!!missing(field)} disabled={disabled} />)}
            </SimpleGrid>
          </Stack>
        ))}
        <Failure error={action.error} />
        {!disabled && <Group justify="flex-end"><Button type="submit" loading={action.busy} disabled={base !== undefined && altered.length === 0}>{submit}</Button></Group>}
      </Stack>
      {theirs && base && (
        <Difference
          before={first} theirs={valuesOf(fields, theirs)} mine={pick(values, altered)} show={show} titles={titles} onClose={() => setTheirs(null)}
          onTheirs={() => { onTheirs?.(theirs); setTheirs(null); }}
          onMine={() => { const { version } = theirs; setTheirs(null); void action.run(version); }}
        />
      )}
    </form>
  );
}

function OneField({ field, value, onChange, missing, disabled }: { field: Field; value: unknown; onChange: (value: unknown) => void; missing: boolean; disabled: boolean }) {
  const { t } = useTranslation();
  if (field.render) return <div style={{ gridColumn: '1 / -1' }}>{field.render(value, onChange)}</div>;
  const common = {
    label: field.label, description: field.hint, disabled,
    ...(field.required ? { required: true } : {}), ...(missing ? { error: t('field.required') } : {}),
  };
  switch (field.kind) {
    case 'switch':
      return <Switch label={field.label} description={field.hint} disabled={disabled} checked={value === true} onChange={(event) => onChange(event.currentTarget.checked)} style={{ alignSelf: 'center' }} />;
    case 'choice':
      return <Select {...common} data={field.options ?? []} allowDeselect={!field.required} searchable={(field.options?.length ?? 0) > 8} value={value === '' || value === null ? null : String(value)} onChange={(next) => onChange(next === null ? '' : field.numeric ? Number(next) : next)} />;
    case 'number':
      return <NumberInput {...common} min={0} allowDecimal={false} value={value as number | ''} onChange={(next) => onChange(next === '' ? '' : Number(next))} />;
    case 'area':
      return <Textarea {...common} autosize minRows={3} maxLength={field.max ?? 2000} value={value as string} onChange={(event) => onChange(event.currentTarget.value)} style={{ gridColumn: '1 / -1' }} />;
    default:
      return <TextInput {...common} type={field.type ?? 'text'} maxLength={field.max ?? 200} value={value as string} onChange={(event) => onChange(event.currentTarget.value)} autoComplete={field.complete ?? (field.type === 'password' ? 'new-password' : 'off')} />;
  }
}
