import { useMemo } from 'react';
import { useTranslation } from '@/i18n';
import { useCatalogue } from './queries';
import type { Skill } from './types';

export interface SkillNames {
  category: (name: string) => string;
  skill: (category: string, name: string) => string;
  both: (of: Skill) => string;
  // For a Select: values 'Sound/FOH Engineer', grouped by category.
  options: { group: string; items: { value: string; label: string }[] }[];
  categories: { value: string; label: string }[];
  inWords: (text: string) => string; // a line of a price, which begins with the catalogue's name
  find: (text: string) => Skill | null; // by any of its names, for what is pasted
}
export const skillKey = (of: Skill) => `${of.category}/${of.skill}`;
export function skillOf(key: string): Skill {
  const slash = key.indexOf('/');
  return { category: key.slice(0, slash), skill: key.slice(slash + 1) };
}

export function useSkillNames(): SkillNames {
  const { language } = useTranslation();
  const { data } = useCatalogue();
  return useMemo(() => {
    const categories = new Map<string, string>();
    const skills = new Map<string, string>();
    const byAnyName = new Map<string, Skill>();
    const options: SkillNames['options'] = [];
    for (const category of data?.categories ?? []) {
      categories.set(category.name, category.labels[language]);
      const items = category.skills.map((skill) => {
        const of = { category: category.name, skill: skill.name };
        skills.set(skillKey(of), skill.labels[language]);
        for (const name of [skill.name, skill.labels.sv, skill.labels.en]) {
          for (const prefix of [category.name, category.labels.sv, category.labels.en])
            byAnyName.set(`${prefix} ${name}`.toLowerCase(), of);
          if (!byAnyName.has(name.toLowerCase())) byAnyName.set(name.toLowerCase(), of);
        }
        return { value: skillKey(of), label: skill.labels[language] };
      });
      options.push({ group: category.labels[language], items });
    }
    const skill = (category: string, name: string) => skills.get(`${category}/${name}`) ?? name;
    return {
      category: (name) => categories.get(name) ?? name,
      skill,
      both: (of) => `${categories.get(of.category) ?? of.category} · ${skill(of.category, of.skill)}`,
      options,
      categories: [...categories].map(([value, label]) => ({ value, label })),
      inWords: (text) => {
        const [name = '', ...rest] = text.split(', ');
        const found = byAnyName.get(name.toLowerCase());
        return found ? [skill(found.category, found.skill), ...rest].join(', ') : text;
      },
      find: (text) => byAnyName.get(text.trim().toLowerCase().replace(/[·/,:–-]+/g, ' ').replace(/\s+/g, ' ')) ?? byAnyName.get(text.trim().toLowerCase()) ?? null,
    };
  }, [data, language]);
}
