import { Group, Select, TextInput, type SelectProps } from '@mantine/core';
import { DateInput } from '@mantine/dates';
import { useEffect, useState } from 'react';
import { useSkillNames, skillKey, skillOf } from '@/api/skills';
import type { Skill } from '@/api/types';
import { useTranslation } from '@/i18n';
import { clockOf, dayOf, instant, iso, readClock, type Instant } from '@/time';

export function DayInput({ label, value, onChange, required = false, clearable = false, error, size = 'sm', hideLabel = false, min, max }: {
  label: string;
  value: string | null;
  onChange: (day: string | null) => void;
  required?: boolean;
  clearable?: boolean;
  error?: string | undefined;
  size?: 'xs' | 'sm';
  hideLabel?: boolean;
  min?: string;
  max?: string;
}) {
  const { t } = useTranslation();
  return (
    <DateInput
      {...(hideLabel ? { 'aria-label': label } : { label })} value={value} onChange={(day) => onChange(day || null)} valueFormat="YYYY-MM-DD" placeholder={t('hint.day')}
      required={required} clearable={clearable} error={error} size={size} popoverProps={{ withinPortal: true }}
      clearButtonProps={{ 'aria-label': t('action.remove') }} {...(min ? { minDate: min } : {})} {...(max ? { maxDate: max } : {})}
      previousLabel={t('action.previous')} nextLabel={t('action.next')} style={{ width: size === 'xs' ? 128 : 160, minWidth: 120, flex: '0 1 auto' }}
    />
  );
}

// A clock time, however people write it; null while what stands there is none.
export function ClockInput({ label, value, onChange, error, size = 'sm', hideLabel = false }: {
  label: string;
  value: string;
  onChange: (clock: string) => void;
  error?: string | undefined;
  size?: 'xs' | 'sm';
  hideLabel?: boolean;
}) {
  const { t } = useTranslation();
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  const wrong = text !== '' && readClock(text) === null;
  return (
    <TextInput
      {...(hideLabel ? { 'aria-label': label } : { label })} value={text} inputMode="numeric" placeholder="18:00" size={size} w={84}
      error={wrong ? t('field.clock') : error}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={() => {
        const clock = readClock(text);
        if (clock === null) return;
        setText(clock);
        if (clock !== value) onChange(clock);
      }}
      onKeyDown={(event) => {
        const clock = readClock(text);
        if (event.key === 'Enter' && clock !== null && clock !== value) onChange(clock);
      }}
    />
  );
}

// To the first field that is wrong, once it is drawn as such.
export const focusFirstFault = (form: HTMLFormElement | null) =>
  setTimeout(() => form?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus(), 50);

export interface Moment {
  day: string | null;
  clock: string;
}
export const momentOf = (at: Instant | undefined): Moment =>
  at === undefined ? { day: null, clock: '' } : { day: dayOf(at), clock: clockOf(at) };
export const isoOf = (moment: Moment): string | null =>
  moment.day && readClock(moment.clock) ? iso(instant(moment.day, readClock(moment.clock) as string)) : null;

export function MomentInput({ label, value, onChange, required = false, clearable = false, error, size = 'sm', hideLabel = false }: {
  label: string;
  value: Moment;
  onChange: (moment: Moment) => void;
  required?: boolean;
  clearable?: boolean;
  error?: string | undefined;
  size?: 'xs' | 'sm';
  hideLabel?: boolean;
}) {
  const { t } = useTranslation();
  return (
    <Group gap={6} wrap="nowrap" align="flex-start">
      <DayInput
        label={label} value={value.day} required={required} clearable={clearable} error={error} size={size} hideLabel={hideLabel}
        onChange={(day) => onChange({ day, clock: day === null ? '' : value.clock || '08:00' })}
      />
      <ClockInput label={hideLabel ? `${label}, ${t('label.clock')}` : t('label.clock')} value={value.clock} size={size} hideLabel={hideLabel} onChange={(clock) => onChange({ ...value, clock })} />
    </Group>
  );
}

export function SkillSelect({ label, value, onChange, hideLabel = false, size = 'sm', clearable = false, among, ...more }: {
  label: string;
  value: Skill | null;
  onChange: (skill: Skill | null) => void;
  hideLabel?: boolean;
  among?: (skill: Skill) => boolean;
} & Pick<SelectProps, 'size' | 'clearable' | 'required' | 'error' | 'w' | 'placeholder' | 'miw'>) {
  const { options } = useSkillNames();
  const { t } = useTranslation();
  const data = among
    ? options.map((group) => ({ ...group, items: group.items.filter((item) => among(skillOf(item.value))) })).filter((group) => group.items.length > 0)
    : options;
  return (
    <Select
      {...(hideLabel ? { 'aria-label': label } : { label })} data={data} value={value ? skillKey(value) : null} searchable size={size} clearable={clearable}
      onChange={(key) => onChange(key ? skillOf(key) : null)} nothingFoundMessage={t('hint.nothing')} comboboxProps={{ withinPortal: true }}
      clearButtonProps={{ 'aria-label': t('action.remove') }} {...more}
    />
  );
}
