import { Accordion, Button, Group, NumberInput, Select, SimpleGrid, Stack, TagsInput, Textarea, TextInput } from '@mantine/core';
import { useRef, useState } from 'react';
import { useNavigate, useParams, useSearchParams } from 'react-router';
import { get, post, put } from '@/api/client';
import { isApiError } from '@/api/errors';
import { useAll, useEvent } from '@/api/queries';
import { useMe } from '@/api/session';
import { useSkillNames } from '@/api/skills';
import type { Customer, Event, EventType } from '@/api/types';
import { useTranslation } from '@/i18n';
import { useFormat } from '@/i18n/format';
import { useAction, useDone } from '@/ui/actions';
import { Card, Failure, Fetched, Note, Page } from '@/ui/basics';
import { Difference } from '@/ui/Difference';
import { focusFirstFault, isoOf, MomentInput } from '@/ui/fields';
import { bodyOf, changesOf, copyOf, draftOf, emptyDraft, missingIn, movedTo, type Draft } from './draft';
import { SlotRows } from './SlotRows';

export const event_types: EventType[] = ['Concert', 'Festival', 'Corporate', 'Conference', 'Theatre', 'Sport', 'Private', 'Other'];

export function NewEventPage() {
  const me = useMe();
  const { t } = useTranslation();
  const [search] = useSearchParams();
  const source = useEvent(search.get('copy') ?? '');
  return (
    <Page title={t('events.new')}>
      {search.has('copy')
        ? <Fetched query={source}>{(event) => <EventForm first={copyOf(event)} />}</Fetched>
        : <EventForm first={emptyDraft(me.customerId ?? '', search.get('day'))} />}
    </Page>
  );
}

export function EditEventPage() {
  const { id = '' } = useParams();
  const { t } = useTranslation();
  const event = useEvent(id);
  // What was there when the editing began stays, whatever comes in meanwhile.
  const [base, setBase] = useState<Event | null>(null);
  if (!base && event.data) setBase(event.data);
  return (
    <Page title={t('events.edit')} subtitle={base?.name}>
      <Fetched query={{ ...event, data: base ?? undefined }}>
        {(data) => <EventForm key={data.version} first={draftOf(data)} base={data} onReload={setBase} />}
      </Fetched>
    </Page>
  );
}

function EventForm({ first, base, onReload }: { first: Draft; base?: Event; onReload?: (event: Event) => void }) {
  const { t } = useTranslation();
  const me = useMe();
  const navigate = useNavigate();
  const done = useDone();
  const [draft, setDraft] = useState(first);
  const form = useRef<HTMLFormElement>(null);
  const [checked, setChecked] = useState(false);
  const [theirs, setTheirs] = useState<Event | null>(null);
  const customers = useAll<Customer>('customers', '/api/customers', { customerType: 1 }, me.role === 'Admin');
  const set = (more: Partial<Draft>) => setDraft((now) => ({ ...now, ...more }));
  const missing = checked ? missingIn(draft) : new Set<string>();
  const need = (name: string) => (missing.has(name) ? t(name === 'endDate' && isoOf(draft.end) ? 'field.after' : 'field.required') : undefined);
  const changes = base ? changesOf(bodyOf(draftOf(base)), bodyOf(draft)) : {};

  const save = useAction(async (version?: number) => {
    if (missingIn(draft).size > 0) {
      setChecked(true);
      return focusFirstFault(form.current);
    }
    let saved: Event;
    if (base) {
      try {
        saved = await put<Event>(`/api/events/${base.id}`, changes, version ?? base.version);
      } catch (thrown) {
        if (!isApiError(thrown, 'PRECONDITION_FAILED')) throw thrown;
        return setTheirs(await get<Event>(`/api/events/${base.id}`));
      }
    } else {
      saved = await post<Event>('/api/events', { ...bodyOf(draft), customerId: draft.customerId, status: draft.status });
    }
    await done(t('state.saved'), 'events');
    await navigate(`/events/${saved.id}`);
  });
  const text = (name: keyof Draft, label: Parameters<typeof t>[0], maxLength = 200) => (
    <TextInput label={t(label)} maxLength={maxLength} value={draft[name] as string} onChange={(event) => set({ [name]: event.currentTarget.value })} />
  );
  return (
    <form ref={form} noValidate onSubmit={(event) => { event.preventDefault(); void save.run(); }}>
      <Stack gap="lg">
        <Card title={t('events.what')}>
          <Stack gap="md">
            {me.role === 'Admin' && !base && (
              <Select
                label={t('label.customerId')} required searchable data={(customers.data ?? []).map(({ id, name }) => ({ value: id, label: name }))}
                value={draft.customerId || null} onChange={(id) => set({ customerId: id ?? '' })} error={need('customerId')}
              />
            )}
            <SimpleGrid cols={{ base: 1, sm: 2 }}>
              <TextInput label={t('label.name')} required maxLength={200} value={draft.name} onChange={(event) => set({ name: event.currentTarget.value })} error={need('name')} />
              <Group grow wrap="nowrap" align="flex-start">
                <Select label={t('label.eventType')} data={event_types.map((type) => ({ value: type, label: t(`eventType.${type}`) }))} value={draft.eventType} allowDeselect={false} onChange={(type) => set({ eventType: type as EventType })} />
                {!base && <Select label={t('label.status')} data={(['Scheduled', 'Draft'] as const).map((status) => ({ value: status, label: t(`event.status.${status}`) }))} value={draft.status} allowDeselect={false} onChange={(status) => set({ status: status as Draft['status'] })} />}
              </Group>
            </SimpleGrid>
            <SimpleGrid cols={{ base: 1, sm: 2 }}>
              <TextInput label={t('label.location')} required maxLength={200} value={draft.location} onChange={(event) => set({ location: event.currentTarget.value })} error={need('location')} />
              {text('address', 'label.address')}
            </SimpleGrid>
            <SimpleGrid cols={{ base: 1, sm: 2, xl: 4 }}>
              <MomentInput label={t('label.startDate')} required value={draft.start} error={need('startDate')} onChange={(start) => (base ? set({ start }) : setDraft((now) => movedTo(now, start)))} />
              <MomentInput label={t('label.endDate')} required value={draft.end} error={need('endDate')} onChange={(end) => set({ end })} />
              <MomentInput label={t('label.crewFrom')} clearable value={draft.crewFrom} onChange={(crewFrom) => set({ crewFrom })} />
              <MomentInput label={t('label.crewTo')} clearable value={draft.crewTo} onChange={(crewTo) => set({ crewTo })} />
            </SimpleGrid>
          </Stack>
        </Card>
        <Card title={t('slots.title')}>
          <SlotRows rows={draft.rows} from={draft.start} to={draft.end} onChange={(rows) => set({ rows })} missing={missing} />
        </Card>
        <Card title={t('events.more')} pad={false}>
          <Accordion variant="default" chevronPosition="left" order={3}>
            <Accordion.Item value="details">
              <Accordion.Control>{t('events.details')}</Accordion.Control>
              <Accordion.Panel>
                <Stack gap="md">
                  <Textarea label={t('label.description')} autosize minRows={3} maxLength={2000} value={draft.description} onChange={(event) => set({ description: event.currentTarget.value })} />
                  <SimpleGrid cols={{ base: 1, sm: 3 }}>
                    {text('performer', 'label.performer')}
                    {text('stage', 'label.stage')}
                    <NumberInput label={t('label.audience')} min={0} allowDecimal={false} thousandSeparator=" " value={draft.audience} onChange={(value) => set({ audience: value === '' ? '' : Number(value) })} />
                  </SimpleGrid>
                  <TagsInput label={t('label.equipment')} description={t('events.equipmentHint')} value={draft.equipment} onChange={(equipment) => set({ equipment })} />
                </Stack>
              </Accordion.Panel>
            </Accordion.Item>
            <Accordion.Item value="crew">
              <Accordion.Control>{t('events.forCrew')}</Accordion.Control>
              <Accordion.Panel>
                <Stack gap="md">
                  <Textarea label={t('label.crewInfo')} description={t('events.crewInfoHint')} autosize minRows={3} maxLength={2000} value={draft.crewInfo} onChange={(event) => set({ crewInfo: event.currentTarget.value })} />
                  <SimpleGrid cols={{ base: 1, sm: 2 }}>{text('contactName', 'label.contactName')}{text('contactPhone', 'label.contactPhone', 30)}</SimpleGrid>
                </Stack>
              </Accordion.Panel>
            </Accordion.Item>
            <Accordion.Item value="references" style={{ borderBottom: 0 }}>
              <Accordion.Control>{t('events.references')}</Accordion.Control>
              <Accordion.Panel>
                <SimpleGrid cols={{ base: 1, sm: 3 }}>{text('orderReference', 'label.orderReference')}{text('buyerReference', 'label.buyerReference')}{text('project', 'label.project')}</SimpleGrid>
              </Accordion.Panel>
            </Accordion.Item>
          </Accordion>
        </Card>
        {missing.size > 0 && <Note tone="red">{t('error.VALIDATION_ERROR')}</Note>}
        <Failure error={save.error} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={() => void navigate(-1)}>{t('action.cancel')}</Button>
          <Button type="submit" loading={save.busy}>{t(base ? 'action.save' : 'events.create')}</Button>
        </Group>
      </Stack>
      {theirs && base && (
        <Conflict
          base={base} theirs={theirs} changes={changes} onClose={() => setTheirs(null)}
          onTheirs={() => { onReload?.(theirs); setTheirs(null); }}
          onMine={() => { const { version } = theirs; setTheirs(null); void save.run(version); }}
        />
      )}
    </form>
  );
}

function Conflict({ base, theirs, changes, ...on }: {
  base: Event;
  theirs: Event;
  changes: Record<string, unknown>;
  onClose: () => void;
  onTheirs: () => void;
  onMine: () => void;
}) {
  const { t } = useTranslation();
  const fmt = useFormat();
  const skills = useSkillNames();
  const show = (name: string, value: unknown): string => {
    if (value === null || value === undefined) return '–';
    if (name === 'eventType') return t(`eventType.${value as EventType}`);
    if (name === 'slots')
      return (value as { category: string; skill: string; capacity: number; startTime: string }[])
        .map((slot) => `${slot.capacity} × ${skills.skill(slot.category, slot.skill)} ${slot.startTime ? fmt.time(slot.startTime) : ''}`).join(', ') || '–';
    if (/Date$|^crew(From|To)$/.test(name)) return fmt.time(value as string);
    if (typeof value === 'object') return Object.values(value).flat().join(', ');
    return String(value);
  };
  return <Difference before={bodyOf(draftOf(base))} theirs={bodyOf(draftOf(theirs))} mine={changes} show={show} {...on} />;
}
