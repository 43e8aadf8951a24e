import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useTranslation, type Key } from '@/i18n';

type Body = Record<string, unknown>;

// Two have edited at the same time: shows the slower one what the other changed, field by field.
export function Difference({ before, theirs, mine, show, titles = {}, onTheirs, onMine, onClose }: {
  before: Body;
  theirs: Body;
  mine: Body; // only what I have changed
  show: (name: string, value: unknown) => string;
  titles?: Record<string, string>;
  onTheirs: () => void;
  onMine: () => void;
  onClose: () => void;
}) {
  const { t, has } = useTranslation();
  const same = (one: unknown, other: unknown) => JSON.stringify(one ?? null) === JSON.stringify(other ?? null);
  const names = [...new Set([...Object.keys(theirs).filter((name) => !same(theirs[name], before[name])), ...Object.keys(mine)])];
  const title = (name: string) => titles[name] ?? (has(`label.${name}`) ? t(`label.${name}` as Key) : name);
  return (
    <Modal opened onClose={onClose} size="xl" title={t('conflict.title')} centered closeButtonProps={{ 'aria-label': t('action.close') }}>
      <Stack gap="md">
        <Text size="sm">{t('conflict.text')}</Text>
        <div className="sf-scroll">
          <table className="sf-table">
            <thead><tr><th scope="col">{t('conflict.field')}</th><th scope="col">{t('conflict.before')}</th><th scope="col">{t('conflict.theirs')}</th><th scope="col">{t('conflict.mine')}</th></tr></thead>
            <tbody>
              {names.map((name) => (
                <tr key={name}>
                  <td>{title(name)}</td>
                  <td>{show(name, before[name])}</td>
                  <td style={same(theirs[name], before[name]) ? {} : { fontWeight: 600 }}>{show(name, theirs[name])}</td>
                  <td style={name in mine ? { fontWeight: 600 } : {}}>{name in mine ? show(name, mine[name]) : '–'}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onTheirs}>{t('conflict.takeTheirs')}</Button>
          <Button onClick={onMine}>{t('conflict.keepMine')}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
