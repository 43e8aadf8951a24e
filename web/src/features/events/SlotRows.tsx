import { ActionIcon, Button, Group, Modal, NumberInput, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useSkillNames } from '@/api/skills';
import { useTranslation } from '@/i18n';
import { Empty, Note } from '@/ui/basics';
import { isoOf, MomentInput, SkillSelect, type Moment } from '@/ui/fields';
import { Icon } from '@/ui/icons';
import { newKey } from './draft';
import { readRows, type Row } from './rows';

export function SlotRows({ rows, from, to, onChange, missing }: {
  rows: Row[];
  from: Moment;
  to: Moment;
  onChange: (rows: Row[]) => void;
  missing: Set<string>;
}) {
  const { t } = useTranslation();
  const [pasting, setPasting] = useState(false);
  const set = (key: number, more: Partial<Row>) => onChange(rows.map((row) => (row.key === key ? { ...row, ...more } : row)));
  const add = () => {
    const last = rows.at(-1);
    onChange([...rows, { key: newKey(), booked: 0, skill: null, start: last?.start ?? from, end: last?.end ?? to, capacity: 1, notes: '' }]);
  };
  const need = (index: number, name: string) => {
    if (!missing.has(`slots[${index}].${name}`)) return undefined;
    const row = rows[index];
    return t(name === 'endTime' && row && isoOf(row.end) ? 'field.after' : name === 'capacity' ? 'field.wrong' : 'field.required');
  };
  return (
    <Stack gap="sm">
      {rows.length === 0 ? (
        <Empty icon="people" title={t('slots.none')}>{t('slots.noneText')}</Empty>
      ) : (
        <div className="sf-scroll">
          <table className="sf-table sf-grid sf-rows" aria-label={t('slots.title')}>
            <thead>
              <tr>
                <th scope="col">{t('label.skill')}</th><th scope="col">{t('label.capacity')}</th><th scope="col">{t('label.startTime')}</th>
                <th scope="col">{t('label.endTime')}</th><th scope="col">{t('label.notes')}</th><th scope="col"><span className="sf-skip">{t('slots.actions')}</span></th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row, index) => {
                const named = (name: string) => `${name}, ${t('slots.row', { number: index + 1 })}`;
                return (
                  <tr key={row.key}>
                    <td><SkillSelect hideLabel size="xs" miw={200} label={named(t('label.skill'))} value={row.skill} onChange={(skill) => set(row.key, { skill })} error={need(index, 'skill')} /></td>
                    <td><NumberInput size="xs" w={72} min={Math.max(1, row.booked)} max={500} allowDecimal={false} aria-label={named(t('label.capacity'))} value={row.capacity} onChange={(value) => set(row.key, { capacity: value === '' ? '' : Number(value) })} error={need(index, 'capacity')} /></td>
                    <td><MomentInput hideLabel size="xs" label={named(t('label.startTime'))} value={row.start} onChange={(start) => set(row.key, { start })} error={need(index, 'startTime')} /></td>
                    <td><MomentInput hideLabel size="xs" label={named(t('label.endTime'))} value={row.end} onChange={(end) => set(row.key, { end })} error={need(index, 'endTime')} /></td>
                    <td><TextInput size="xs" miw={140} maxLength={2000} placeholder={t('label.notes')} aria-label={named(t('label.notes'))} value={row.notes} onChange={(event) => set(row.key, { notes: event.currentTarget.value })} /></td>
                    <td>
                      <Group gap={2} wrap="nowrap">
                        <ActionIcon variant="subtle" color="gray" aria-label={named(t('slots.copy'))} title={t('slots.copy')} onClick={() => { const { id: _, ...copy } = row; onChange(rows.toSpliced(index + 1, 0, { ...copy, key: newKey(), booked: 0 })); }}><Icon name="copy" size={16} /></ActionIcon>
                        <ActionIcon variant="subtle" color="gray" aria-label={named(t('action.remove'))} title={row.booked > 0 ? t('slots.used') : t('action.remove')} disabled={row.booked > 0} onClick={() => onChange(rows.filter((each) => each !== row))}><Icon name="trash" size={16} /></ActionIcon>
                      </Group>
                    </td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
      )}
      <Group gap="xs">
        <Button variant="default" size="xs" leftSection={<Icon name="plus" size={14} />} onClick={add}>{t('slots.add')}</Button>
        <Button variant="default" size="xs" leftSection={<Icon name="copy" size={14} />} onClick={() => setPasting(true)}>{t('slots.paste')}</Button>
      </Group>
      {pasting && <PasteDialog from={from} to={to} onClose={() => setPasting(false)} onAdd={(added) => onChange([...rows, ...added.map((row) => ({ ...row, key: newKey() }))])} />}
    </Stack>
  );
}

function PasteDialog({ from, to, onClose, onAdd }: { from: Moment; to: Moment; onClose: () => void; onAdd: (rows: Omit<Row, 'key'>[]) => void }) {
  const { t } = useTranslation();
  const skills = useSkillNames();
  const [text, setText] = useState('');
  const { rows, unknown } = readRows(text, from, to, skills.find);
  return (
    <Modal opened onClose={onClose} size="lg" title={t('slots.paste')} closeButtonProps={{ 'aria-label': t('action.close') }}>
      <Stack gap="md">
        <Textarea
          label={t('slots.pasteLabel')} description={t('slots.pasteHint')} autosize minRows={6} maxRows={14} data-autofocus
          value={text} onChange={(event) => setText(event.currentTarget.value)} styles={{ input: { fontFamily: 'monospace', fontSize: 13 } }}
        />
        {rows.length > 0 && (
          <Stack gap={4}>
            {rows.map((row, index) => (
              <Text key={index} size="sm" className="sf-num">
                {row.capacity} × {row.skill && skills.both(row.skill)}, {row.start.day} {row.start.clock} – {row.end.day} {row.end.clock}
              </Text>
            ))}
          </Stack>
        )}
        {unknown.length > 0 && <Note tone="amber">{t('slots.unknown', { lines: unknown.join(' · ') })}</Note>}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>{t('action.back')}</Button>
          <Button disabled={rows.length === 0} onClick={() => { onAdd(rows); onClose(); }}>{t('slots.addRows', { count: rows.length })}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
