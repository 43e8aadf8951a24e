import { Accordion, ActionIcon, Button, Group, Select, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { get, put } from '@/api/client';
import { isApiError } from '@/api/errors';
import { useCatalogue } from '@/api/queries';
import type { Catalogue } from '@/api/types';
import { useTranslation } from '@/i18n';
import { useAction, useDone } from '@/ui/actions';
import { Card, Failure, Fetched } from '@/ui/basics';
import { Difference } from '@/ui/Difference';
import { Icon } from '@/ui/icons';

type Category = Catalogue['categories'][number];
type Skill = Category['skills'][number];
const rates = ['25', '12', '6', '0'];

export function CatalogueCard() {
  const { t } = useTranslation();
  const catalogue = useCatalogue();
  // What was there when the editing began stays, whatever comes in meanwhile.
  const [base, setBase] = useState<Catalogue | null>(null);
  if (!base && catalogue.data) setBase(catalogue.data);
  return (
    <Card title={t('catalogue.title')} pad={false}>
      <Fetched query={{ ...catalogue, data: base ?? undefined }} rows={4}>{(data) => <Editor key={data.version} catalogue={data} onChange={setBase} />}</Fetched>
    </Card>
  );
}

const replaced = <T,>(all: T[], index: number, next: T | null): T[] => (next === null ? all.filter((_, i) => i !== index) : all.map((each, i) => (i === index ? next : each)));

// By name, so that two versions can be laid side by side.
const byName = (categories: Category[]) => Object.fromEntries(categories.map((each) => [each.name, each]));

function Editor({ catalogue, onChange }: { catalogue: Catalogue; onChange: (catalogue: Catalogue) => void }) {
  const { t, language } = useTranslation();
  const done = useDone();
  const [categories, setCategories] = useState<Category[]>(catalogue.categories);
  const [name, setName] = useState('');
  const changed = JSON.stringify(categories) !== JSON.stringify(catalogue.categories);
  const [theirs, setTheirs] = useState<Catalogue | null>(null);
  const [before, mine] = [byName(catalogue.categories), byName(categories)];
  const save = useAction(async (next: Category[], version: number) => {
    try {
      onChange(await put<Catalogue>('/api/catalogue', { categories: next }, version));
    } catch (thrown) {
      if (!isApiError(thrown, 'PRECONDITION_FAILED')) throw thrown;
      return setTheirs(await get<Catalogue>('/api/catalogue'));
    }
    await done(t('state.saved'), 'catalogue');
  });
  const changedNames = [...new Set([...Object.keys(before), ...Object.keys(mine)])].filter((each) => JSON.stringify(before[each]) !== JSON.stringify(mine[each]));
  // My categories as I have them, the others as they are now.
  const together = (now: Catalogue) => [
    ...now.categories.flatMap((each) => (changedNames.includes(each.name) ? mine[each.name] ?? [] : [each])),
    ...categories.filter((each) => changedNames.includes(each.name) && !now.categories.some((other) => other.name === each.name)),
  ];
  const show = (_: string, value: unknown) => {
    const category = value as Category | undefined;
    return category ? `${category.labels[language]}, ${category.vatRate} %: ${category.skills.map((skill) => skill.labels[language]).join(', ')}` : '–';
  };
  const add = () => {
    setCategories([...categories, { name: name.trim(), labels: { sv: name.trim(), en: name.trim() }, vatRate: 25, skills: [] }]);
    setName('');
  };
  return (
    <>
      <Text size="sm" c="dimmed" px="1.25rem" pb="xs">{t('catalogue.hint')}</Text>
      <Accordion chevronPosition="left" order={3}>
        {categories.map((category, index) => (
          <Accordion.Item key={category.name} value={category.name}>
            <Accordion.Control>{category.labels[language]} <Text component="span" size="sm" c="dimmed">{category.skills.length}</Text></Accordion.Control>
            <Accordion.Panel><CategoryFields category={category} onChange={(next) => setCategories(replaced(categories, index, next))} /></Accordion.Panel>
          </Accordion.Item>
        ))}
      </Accordion>
      <Stack className="sf-pad" gap="md">
        <NewName label={t('catalogue.addCategory')} value={name} onChange={setName} taken={categories.map((each) => each.name)} onAdd={add} />
        <Failure error={save.error} />
        <Group justify="flex-end" gap="xs">
          {changed && <Button variant="default" onClick={() => setCategories(catalogue.categories)}>{t('schedule.undo')}</Button>}
          <Button disabled={!changed} loading={save.busy} onClick={() => void save.run(categories, catalogue.version)}>{t('action.save')}</Button>
        </Group>
      </Stack>
      {theirs && (
        <Difference
          before={before} theirs={byName(theirs.categories)} mine={Object.fromEntries(changedNames.map((each) => [each, mine[each]]))} show={show} onClose={() => setTheirs(null)}
          onTheirs={() => { setTheirs(null); onChange(theirs); }} onMine={() => { setTheirs(null); void save.run(together(theirs), theirs.version); }}
        />
      )}
    </>
  );
}

function NewName({ label, value, onChange, taken, onAdd }: { label: string; value: string; onChange: (name: string) => void; taken: string[]; onAdd: () => void }) {
  const { t } = useTranslation();
  return (
    <Group gap="xs" align="flex-end">
      <TextInput size="xs" label={label} placeholder={t('catalogue.newName')} maxLength={200} value={value} onChange={(event) => onChange(event.currentTarget.value)} />
      <Button size="xs" variant="default" leftSection={<Icon name="plus" size={14} />} disabled={!value.trim() || taken.includes(value.trim())} onClick={onAdd}>{t('action.add')}</Button>
    </Group>
  );
}

function CategoryFields({ category, onChange }: { category: Category; onChange: (next: Category | null) => void }) {
  const { t } = useTranslation();
  const [name, setName] = useState('');
  const set = (more: Partial<Category>) => onChange({ ...category, ...more });
  const setSkill = (index: number, next: Skill | null) => set({ skills: replaced(category.skills, index, next) });
  const named = (label: string, of: string) => `${label}, ${of}`;
  return (
    <Stack gap="md">
      <SimpleGrid cols={{ base: 1, sm: 4 }}>
        <TextInput size="xs" label={t('catalogue.sv')} value={category.labels.sv} onChange={(event) => set({ labels: { ...category.labels, sv: event.currentTarget.value } })} />
        <TextInput size="xs" label={t('catalogue.en')} value={category.labels.en} onChange={(event) => set({ labels: { ...category.labels, en: event.currentTarget.value } })} />
        <Select size="xs" label={t('catalogue.vat')} allowDeselect={false} data={rates.map((rate) => ({ value: rate, label: `${rate} %` }))} value={String(category.vatRate)} onChange={(rate) => set({ vatRate: Number(rate) as Category['vatRate'] })} />
        {category.vatRate === 0 && <TextInput size="xs" label={t('catalogue.vatReason')} value={category.vatReason ?? ''} onChange={(event) => set({ vatReason: event.currentTarget.value })} />}
      </SimpleGrid>
      <div className="sf-scroll">
        <table className="sf-table sf-grid" aria-label={named(t('label.skills'), category.name)}>
          <thead><tr><th scope="col">{t('catalogue.name')}</th><th scope="col">{t('catalogue.sv')}</th><th scope="col">{t('catalogue.en')}</th><th scope="col"><span className="sf-skip">{t('slots.actions')}</span></th></tr></thead>
          <tbody>
            {category.skills.map((skill, index) => (
              <tr key={skill.name}>
                <td>{skill.name}</td>
                {(['sv', 'en'] as const).map((language) => (
                  <td key={language}><TextInput size="xs" aria-label={named(t(`catalogue.${language}`), skill.name)} value={skill.labels[language]} onChange={(event) => setSkill(index, { ...skill, labels: { ...skill.labels, [language]: event.currentTarget.value } })} /></td>
                ))}
                <td><ActionIcon variant="subtle" color="gray" aria-label={named(t('action.remove'), skill.name)} onClick={() => setSkill(index, null)}><Icon name="trash" size={16} /></ActionIcon></td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Group justify="space-between" align="flex-end">
        <NewName label={t('catalogue.addSkill')} value={name} onChange={setName} taken={category.skills.map((each) => each.name)} onAdd={() => { set({ skills: [...category.skills, { name: name.trim(), labels: { sv: name.trim(), en: name.trim() } }] }); setName(''); }} />
        <Button size="xs" variant="default" leftSection={<Icon name="trash" size={14} />} onClick={() => onChange(null)}>{named(t('action.remove'), category.name)}</Button>
      </Group>
    </Stack>
  );
}
