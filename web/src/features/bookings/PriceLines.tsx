import { Text } from '@mantine/core';
import { useSkillNames } from '@/api/skills';
import type { Line, Skill } from '@/api/types';
import { useTranslation, type Key } from '@/i18n';
import { useFormat } from '@/i18n/format';

// `of`: the skill that the lines are about, which the server names as the catalogue does.
export function PriceLines({ lines, total, of }: { lines: Line[]; total: number; of: Skill }) {
  const skills = useSkillNames();
  const { t } = useTranslation();
  const fmt = useFormat();
  return (
    <div className="sf-scroll">
      <table className="sf-table" aria-label={t('bookings.price')}>
        <tbody>
          {lines.map((line, index) => (
            <tr key={index}>
              <td>
                {line.kind === 'Minimum' ? t('bookings.minimum') : line.text.replace(of.skill, skills.skill(of.category, of.skill))}
                <Text size="xs" c="dimmed" className="sf-num">{fmt.number(line.quantity)} {t(`unit.${line.unit}` as Key)} × {fmt.money(line.unitPrice)}</Text>
              </td>
              <td className="num">{fmt.exactMoney(line.amount)}</td>
            </tr>
          ))}
          <tr>
            <td><b>{t('bookings.total')}</b><Text size="xs" c="dimmed">{t('bookings.withoutVat')}</Text></td>
            <td className="num"><b>{fmt.exactMoney(total)}</b></td>
          </tr>
        </tbody>
      </table>
    </div>
  );
}
