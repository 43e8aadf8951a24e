import { ActionIcon, Chip, Group, NumberInput, Stack, Text } from '@mantine/core';
import type { Me } from '@/api/session';
import { useSkillNames } from '@/api/skills';
import type { Channel, CrewSkill, Skill } from '@/api/types';
import { useTranslation, type Key, type Translation } from '@/i18n';
import { SkillSelect } from '@/ui/fields';
import { Icon } from '@/ui/icons';
import type { Field, Values } from '@/ui/RecordForm';

const role_names = { 1: 'Admin', 2: 'CustomerAdmin', 3: 'CustomerUser', 4: 'CrewAdmin', 5: 'CrewUser' } as const;
export const roleName = (role: number) => role_names[role as keyof typeof role_names];
// The roles that somebody gives, in a company of a type.
const given = (me: Me, customerType: number | undefined): number[] => {
  if (me.role === 'CrewAdmin') return [5, 4];
  if (me.role === 'CustomerAdmin') return [3, 2, 5];
  return customerType === 2 ? [5, 4] : customerType === 1 ? [3, 2, 5] : [1];
};
export const typeOfRole = (role: number) => (role === 1 ? 1 : role <= 3 ? 2 : 3);

export function useUserFields(me: Me, options: { isNew: boolean; isCrew: boolean; customerType: number | undefined; self: boolean }): Field[] {
  const { t } = useTranslation();
  const skills = useSkillNames();
  const crew = (values: Values) => (options.isNew ? typeOfRole(Number(values['role'])) === 3 : options.isCrew);
  const fields: (Field | false)[] = [
    { name: 'firstName', label: t('label.firstName'), required: true },
    { name: 'lastName', label: t('label.lastName'), required: true },
    { name: 'email', label: t('label.email'), type: 'email', required: true },
    { name: 'phone', label: t('label.phone'), type: 'tel', max: 30 },
    { name: 'role', label: t('label.role'), kind: 'choice', numeric: true, required: true, options: given(me, options.customerType).map((role) => ({ value: String(role), label: t(`role.${roleName(role)}`) })), shown: () => options.isNew },
    { name: 'language', label: t('label.language'), kind: 'choice', required: true, options: [{ value: 'sv', label: 'Svenska' }, { value: 'en', label: 'English' }] },
    options.isNew && { name: 'password', label: t('label.password'), type: 'password', hint: t('users.passwordHint') },
    !options.isNew && !options.self && { name: 'isActive', label: t('label.isActive'), kind: 'switch', hint: t('users.activeHint') },
    channelsField(t),
    { name: 'skills', label: t('label.skills'), shown: crew, render: (value, onChange) => <Skills value={(value || []) as CrewSkill[]} onChange={onChange} />, show: (value) => ((value || []) as Skill[]).map((each) => skills.both(each)).join(', ') },
    { name: 'about', label: t('label.about'), kind: 'area', shown: crew },
    { name: 'references', label: t('label.references'), kind: 'area', shown: crew },
  ];
  return fields.filter((field) => field !== false);
}

export const channelsField = (t: Translation['t']): Field => ({
  name: 'channels', label: t('label.channels'), render: (value, onChange) => <Channels value={(value || []) as Channel[]} onChange={onChange} />,
  show: (value) => ((value || []) as Channel[]).map((each) => t(`channel.${each}` as Key)).join(', ') || '–',
});

function Channels({ value, onChange }: { value: Channel[]; onChange: (value: Channel[]) => void }) {
  const { t } = useTranslation();
  return (
    <div>
      <Text size="sm" fw={500} mb={6} id="user-channels">{t('users.channels')}</Text>
      <Chip.Group multiple value={value} onChange={(next) => onChange(next as Channel[])}>
        <Group gap="xs" role="group" aria-labelledby="user-channels">
          {(['email', 'sms'] as const).map((channel) => <Chip key={channel} value={channel}>{t(`channel.${channel}`)}</Chip>)}
        </Group>
      </Chip.Group>
    </div>
  );
}

function Skills({ value, onChange }: { value: CrewSkill[]; onChange: (value: CrewSkill[]) => void }) {
  const { t } = useTranslation();
  const { both } = useSkillNames();
  const has = (skill: Skill) => value.some((each) => each.category === skill.category && each.skill === skill.skill);
  return (
    <Stack gap="xs">
      <Text size="sm" fw={500}>{t('label.skills')}</Text>
      {value.map((each, index) => (
        <Group key={`${each.category}/${each.skill}`} gap="xs" wrap="nowrap">
          <Text size="sm" style={{ flex: 1 }}>{both(each)}</Text>
          <NumberInput
            size="xs" w={120} min={0} max={70} allowDecimal={false} suffix={` ${t('users.years')}`} placeholder={t('users.years')} aria-label={`${t('label.years')}, ${both(each)}`} value={each.yearsOfExperience ?? ''}
            onChange={(years) => onChange(value.map((other, i) => { const { yearsOfExperience: _, ...rest } = other; return i !== index ? other : years === '' ? rest : { ...rest, yearsOfExperience: Number(years) }; }))}
          />
          <ActionIcon variant="subtle" color="gray" aria-label={t('users.removeSkill', { name: both(each) })} onClick={() => onChange(value.filter((other) => other !== each))}><Icon name="trash" size={16} /></ActionIcon>
        </Group>
      ))}
      {value.length === 0 && <Text size="sm" c="dimmed">{t('users.noSkills')}</Text>}
      <SkillSelect hideLabel label={t('users.addSkill')} placeholder={t('users.addSkill')} value={null} among={(skill) => !has(skill)} onChange={(skill) => skill && onChange([...value, skill])} />
    </Stack>
  );
}

