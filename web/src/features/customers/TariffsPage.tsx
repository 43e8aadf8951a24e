import { ActionIcon, Button, Group, Modal, NumberInput, Select, SimpleGrid, Stack, Switch, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState, type ClipboardEvent, type KeyboardEvent } from 'react';
import { useParams } from 'react-router';
import { get, post, put, remove } from '@/api/client';
import { isApiError } from '@/api/errors';
import { may } from '@/api/may';
import { useAll, useCatalogue, useCustomer, useTariffs } from '@/api/queries';
import { useMe } from '@/api/session';
import { useSkillNames } from '@/api/skills';
import type { CrewCard, Skill, Tariff, TimeType } from '@/api/types';
import { useTranslation } from '@/i18n';
import { useFormat } from '@/i18n/format';
import { useAction, useDone } from '@/ui/actions';
import { Card, Empty, Failure, Fetched, Page } from '@/ui/basics';
import { DataTable, type Column } from '@/ui/DataTable';
import { Difference } from '@/ui/Difference';
import { ConfirmDialog } from '@/ui/dialogs';
import { DayInput, SkillSelect } from '@/ui/fields';
import { Icon } from '@/ui/icons';
import { readAmount } from './amount';

export const time_types: TimeType[] = ['Hour', 'HalfDay', 'Day', 'Event'];
const isGeneral = (tariff: Tariff) => !tariff.crewCustomerId && !tariff.validFrom && !tariff.validTo;

export function TariffsPage() {
  const { id = '' } = useParams();
  const me = useMe();
  const { t } = useTranslation();
  const customer = useCustomer(id);
  const tariffs = useTariffs(id);
  const editable = may.editTariffs(me, id);
  return (
    <Page title={t('nav.tariffs')} subtitle={<>{customer.data?.name} · {t(editable ? 'tariffs.hint' : 'tariffs.readOnly')}</>}>
      <Card title={t('tariffs.general')} pad={false}>
        <Fetched query={tariffs} rows={10}>{(all) => <Grid customerId={id} tariffs={all.filter(isGeneral)} editable={editable} />}</Fetched>
      </Card>
      <Fetched query={tariffs} rows={2}>{(all) => <Special customerId={id} tariffs={all.filter((tariff) => !isGeneral(tariff))} editable={editable} />}</Fetched>
    </Page>
  );
}

interface Entry {
  row: Skill;
  timeType: TimeType;
  amount: number | null;
}

// What others have changed while it was typed.
interface Lost {
  mine: Entry[];
  before: Tariff[];
  theirs: Tariff[];
}

async function storeCell(customerId: string, { row, timeType, amount }: Entry, there: Tariff | undefined): Promise<void> {
  if (there && amount === null) await remove(`/api/tariffs/${there.id}`, there.version);
  else if (there && amount !== there.amount) await put(`/api/tariffs/${there.id}`, { amount }, there.version);
  else if (!there && amount !== null) await post(`/api/customers/${customerId}/tariffs`, { ...row, timeType, amount });
}

// A row for each skill, a column for each time type: type, and it is saved on leaving the cell.
function Grid({ customerId, tariffs, editable }: { customerId: string; tariffs: Tariff[]; editable: boolean }) {
  const { t, language } = useTranslation();
  const fmt = useFormat();
  const skills = useSkillNames();
  const catalogue = useCatalogue();
  const queries = useQueryClient();
  const [onlyPriced, setOnlyPriced] = useState(false);
  const rows: Skill[] = (catalogue.data?.categories ?? []).flatMap((category) => category.skills.map((skill) => ({ category: category.name, skill: skill.name })));
  const find = (row: Skill, timeType: TimeType) => tariffs.find((tariff) => tariff.category === row.category && tariff.skill === row.skill && tariff.timeType === timeType);
  const label = ({ row, timeType }: Entry) => `${skills.both(row)}, ${t(`timeType.${timeType}`)}`;
  const amounts = (cells: Entry[], of: (cell: Entry) => number | null | undefined) => Object.fromEntries(cells.map((cell) => [label(cell), of(cell) ?? null]));
  const shown = onlyPriced ? rows.filter((row) => time_types.some((type) => find(row, type))) : rows;
  // One after another, each on what the one before has left.
  const queue = useRef<Promise<unknown>>(Promise.resolve());
  const path = `/api/customers/${customerId}/tariffs`;
  const at = (all: Tariff[], { row, timeType }: Entry) =>
    all.filter(isGeneral).find((tariff) => tariff.category === row.category && tariff.skill === row.skill && tariff.timeType === timeType);
  const [lost, setLost] = useState<Lost | null>(null);
  const store = async (cells: Entry[]) => {
    const all = queries.getQueryData<Tariff[]>(['tariffs', path]) ?? tariffs;
    const slower: Entry[] = [];
    try {
      for (const cell of cells)
        try {
          await storeCell(customerId, cell, at(all, cell));
        } catch (thrown) {
          // Somebody else has changed, removed or set it meanwhile.
          if (!isApiError(thrown, 'PRECONDITION_FAILED', 'NOT_FOUND', 'CONFLICT')) throw thrown;
          slower.push(cell);
        }
      if (slower.length > 0) setLost({ mine: slower, before: all, theirs: await get<Tariff[]>(path) });
    } finally {
      await queries.invalidateQueries({ queryKey: ['tariffs'] });
    }
  };
  const save = useAction((cells: Entry[]) => {
    const next = queue.current.then(() => store(cells));
    queue.current = next.catch(() => undefined);
    return next;
  });
  const move = (event: KeyboardEvent<HTMLInputElement>, row: number, column: number) => {
    const step = { ArrowDown: 1, Enter: 1, ArrowUp: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = event.currentTarget.closest('table')?.querySelector<HTMLInputElement>(`[data-cell="${row + step}-${column}"]`);
    if (next) next.focus();
    else event.currentTarget.blur(); // which saves
  };
  const paste = (event: ClipboardEvent, row: number, column: number) => {
    const lines = event.clipboardData.getData('text').replace(/\r?\n$/, '').split(/\r?\n/);
    if (lines.length === 1 && !lines[0]?.includes('\t')) return;
    event.preventDefault();
    const cells = lines.flatMap((line, down) => line.split('\t').map((text, right) => ({ at: shown[row + down], timeType: time_types[column + right], amount: readAmount(text, language) })));
    void save.run(cells.flatMap(({ at, timeType, amount }) => (at && timeType && typeof amount === 'number' ? [{ row: at, timeType, amount }] : [])));
  };
  return (
    <>
      <Group px="1.25rem" pb="sm" justify="space-between">
        <Switch label={t('tariffs.onlyPriced')} checked={onlyPriced} onChange={(event) => setOnlyPriced(event.currentTarget.checked)} />
        <Text size="sm" c="dimmed" role="status">{save.busy ? t('state.saving') : ''}</Text>
      </Group>
      {lost && (
        <Difference
          before={amounts(lost.mine, (cell) => at(lost.before, cell)?.amount)} theirs={amounts(lost.mine, (cell) => at(lost.theirs, cell)?.amount)} mine={amounts(lost.mine, ({ amount }) => amount)}
          show={(_, value) => (typeof value === 'number' ? fmt.money(value) : '–')} onClose={() => setLost(null)} onTheirs={() => setLost(null)} onMine={() => { setLost(null); void save.run(lost.mine); }}
        />
      )}
      {save.error ? <div className="sf-pad"><Failure error={save.error} /></div> : null}
      <div className="sf-scroll">
        <table className="sf-table sf-grid" aria-label={t('nav.tariffs')}>
          <thead><tr><th scope="col">{t('label.skill')}</th>{time_types.map((type) => <th key={type} scope="col" className="num">{t(`timeType.${type}`)}</th>)}</tr></thead>
          <tbody>
            {shown.map((row, index) => (
              <tr key={`${row.category}/${row.skill}`}>
                <th scope="row" className="sf-rowhead">{skills.skill(row.category, row.skill)} <small>{skills.category(row.category)}</small></th>
                {time_types.map((type, column) => {
                  const there = find(row, type);
                  return (
                    <td key={type}>
                      <Cell
                        label={`${skills.both(row)}, ${t(`timeType.${type}`)}`} amount={there?.amount ?? null} editable={editable} cell={`${index}-${column}`}
                        onSave={(amount) => void save.run([{ row, timeType: type, amount }])} onKey={(event) => move(event, index, column)} onPaste={(event) => paste(event, index, column)}
                      />
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function Cell({ label, amount, editable, cell, onSave, onKey, onPaste }: {
  label: string;
  amount: number | null;
  editable: boolean;
  cell: string;
  onSave: (amount: number | null) => void;
  onKey: (event: KeyboardEvent<HTMLInputElement>) => void;
  onPaste: (event: ClipboardEvent) => void;
}) {
  const fmt = useFormat();
  const { language } = useTranslation();
  const shown = amount === null ? '' : fmt.number(amount);
  const [text, setText] = useState<string | null>(null); // what was typed and is not yet what is stored
  const input = useRef<HTMLInputElement>(null);
  const sent = useRef(amount);
  useEffect(() => {
    sent.current = amount;
    if (document.activeElement !== input.current) setText(null);
  }, [amount]);
  const value = readAmount(text ?? shown, language);
  const leave = () => {
    if (text === null || value === undefined) return; // what is no amount stays to be corrected
    if (value === sent.current) return value === amount ? setText(null) : undefined;
    sent.current = value;
    onSave(value);
  };
  return (
    <input
      ref={input} className="sf-cell" aria-label={label} aria-invalid={value === undefined} data-cell={cell} inputMode="decimal" readOnly={!editable} value={text ?? shown} placeholder="–"
      onChange={(event) => setText(event.currentTarget.value)} onFocus={(event) => event.currentTarget.select()} onKeyDown={onKey} onPaste={onPaste}
      onBlur={leave}
    />
  );
}

// Tariffs for one crew company, or for a time.
function Special({ customerId, tariffs, editable }: { customerId: string; tariffs: Tariff[]; editable: boolean }) {
  const { t } = useTranslation();
  const fmt = useFormat();
  const skills = useSkillNames();
  const done = useDone();
  const [adding, setAdding] = useState(false);
  const [deleting, setDeleting] = useState<Tariff | null>(null);
  const cards = useAll<CrewCard>('board', '/api/users/crew', {}, editable);
  const companies = new Map((cards.data ?? []).map((card) => [card.customerId, card.customerName ?? '']));
  const columns: Column<Tariff>[] = [
    { title: t('label.skill'), cell: (tariff) => skills.both(tariff) },
    { title: t('label.company'), cell: (tariff) => (tariff.crewCustomerId ? companies.get(tariff.crewCustomerId) ?? tariff.crewCustomerId : t('tariffs.everyone')) },
    { title: t('label.timeType'), cell: (tariff) => t(`timeType.${tariff.timeType}`) },
    { title: t('label.validity'), cell: (tariff) => [tariff.validFrom, tariff.validTo].map((day) => day ?? '').join(' – ') },
    { title: t('label.totalAmount'), cell: (tariff) => fmt.money(tariff.amount), number: true },
    ...(editable ? [{ title: '', cell: (tariff: Tariff) => <ActionIcon variant="subtle" color="gray" aria-label={t('tariffs.deleteOne', { name: skills.both(tariff) })} onClick={() => setDeleting(tariff)}><Icon name="trash" size={16} /></ActionIcon>, number: true }] : []),
  ];
  return (
    <Card title={t('tariffs.special')} pad={false} actions={editable && <Button size="xs" variant="default" leftSection={<Icon name="plus" size={14} />} onClick={() => setAdding(true)}>{t('tariffs.add')}</Button>}>
      {tariffs.length === 0 ? <Empty icon="tag" title={t('tariffs.noSpecial')}>{t('tariffs.specialText')}</Empty> : <DataTable label={t('tariffs.special')} columns={columns} rows={tariffs} />}
      {adding && <AddDialog customerId={customerId} companies={[...companies]} onClose={() => setAdding(false)} />}
      {deleting && <ConfirmDialog title={t('tariffs.delete')} confirm={t('action.delete')} danger onClose={() => setDeleting(null)} onConfirm={async () => { await remove(`/api/tariffs/${deleting.id}`, deleting.version); await done(t('tariffs.deleted'), 'tariffs'); }}>{skills.both(deleting)}</ConfirmDialog>}
    </Card>
  );
}

function AddDialog({ customerId, companies, onClose }: { customerId: string; companies: [string, string][]; onClose: () => void }) {
  const { t } = useTranslation();
  const done = useDone();
  const [skill, setSkill] = useState<Skill | null>(null);
  const [company, setCompany] = useState<string | null>(null);
  const [timeType, setTimeType] = useState<TimeType>('Hour');
  const [amount, setAmount] = useState<number | ''>('');
  const [validFrom, setFrom] = useState<string | null>(null);
  const [validTo, setTo] = useState<string | null>(null);
  const action = useAction(async () => {
    await post(`/api/customers/${customerId}/tariffs`, { ...skill, timeType, amount, crewCustomerId: company, validFrom, validTo });
    await done(t('state.saved'), 'tariffs');
    onClose();
  });
  return (
    <Modal opened onClose={onClose} size="lg" title={t('tariffs.add')} closeButtonProps={{ 'aria-label': t('action.close') }}>
      <form onSubmit={(event) => { event.preventDefault(); void action.run(); }}>
        <Stack gap="md">
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            <SkillSelect label={t('label.skill')} required value={skill} onChange={setSkill} />
            <Select label={t('label.company')} placeholder={t('tariffs.everyone')} clearable searchable clearButtonProps={{ 'aria-label': t('action.clear') }} data={companies.map(([value, label]) => ({ value, label }))} value={company} onChange={setCompany} />
            <Select label={t('label.timeType')} allowDeselect={false} data={time_types.map((type) => ({ value: type, label: t(`timeType.${type}`) }))} value={timeType} onChange={(type) => setTimeType(type as TimeType)} />
            <NumberInput label={t('label.totalAmount')} required min={0} decimalScale={2} value={amount} onChange={(value) => setAmount(value === '' ? '' : Number(value))} />
            <DayInput label={t('label.validFrom')} value={validFrom} clearable onChange={setFrom} />
            <DayInput label={t('label.validTo')} value={validTo} clearable onChange={setTo} />
          </SimpleGrid>
          <Failure error={action.error} />
          <Group justify="flex-end"><Button type="submit" loading={action.busy} disabled={!skill || amount === ''}>{t('action.add')}</Button></Group>
        </Stack>
      </form>
    </Modal>
  );
}
