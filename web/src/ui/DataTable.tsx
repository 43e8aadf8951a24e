import { Checkbox, Group, Pagination, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link, useNavigate } from 'react-router';
import { useTranslation } from '@/i18n';

export interface Column<Row> {
  title: string;
  cell: (row: Row) => ReactNode;
  number?: boolean;
  wide?: boolean; // left out on a phone
}

export function DataTable<Row extends { id: string }>({ label, columns, rows, to, selection }: {
  label: string;
  columns: Column<Row>[];
  rows: Row[];
  to?: (row: Row) => string; // the first cell becomes a link, and the whole row follows it
  selection?: { chosen: Set<string>; onChange: (chosen: Set<string>) => void; may: (row: Row) => boolean; name: (row: Row) => string };
}) {
  const navigate = useNavigate();
  const { t } = useTranslation();
  const selectable = selection ? rows.filter(selection.may) : [];
  const all = selectable.length > 0 && selectable.every((row) => selection?.chosen.has(row.id));
  const toggle = (ids: string[], on: boolean) => {
    const next = new Set(selection?.chosen);
    for (const id of ids) if (on) next.add(id);
      else next.delete(id);
    selection?.onChange(next);
  };
  // On a phone a row is a card: the first cell and the last on top, the others below.
  const classes = (column: Column<Row>, index: number) =>
    [column.number && 'num', column.wide && 'sf-wide', index === 0 ? 'sf-first' : index === columns.length - 1 ? 'sf-last' : 'sf-rest'].filter(Boolean).join(' ');
  return (
    <div className="sf-scroll">
      <table className="sf-table sf-list" role="table" aria-label={label}>
        <thead role="rowgroup">
          <tr role="row">
            {selection && selectable.length > 0 && (
              <th style={{ width: 44 }} role="columnheader">
                <Checkbox
                  size="xs" aria-label={t('action.selectAll')} checked={all}
                  indeterminate={!all && selectable.some((row) => selection.chosen.has(row.id))}
                  onChange={(event) => toggle(selectable.map((row) => row.id), event.currentTarget.checked)}
                />
              </th>
            )}
            {columns.map((column, index) => <th key={column.title} className={classes(column, index)} scope="col" role="columnheader">{column.title}</th>)}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {rows.map((row) => (
            <tr
              key={row.id} role="row" data-selectable={selectable.length > 0} data-link={to !== undefined}
              onClick={(event) => {
                const target = event.target as HTMLElement;
                if (to && !target.closest('a, button, input, label')) void navigate(to(row));
              }}
            >
              {selection && selectable.length > 0 && (
                <td role="cell" className="sf-select">
                  {selection.may(row) && (
                    <Checkbox
                      size="xs" aria-label={t('action.select', { name: selection.name(row) })}
                      checked={selection.chosen.has(row.id)}
                      onChange={(event) => toggle([row.id], event.currentTarget.checked)}
                    />
                  )}
                </td>
              )}
              {columns.map((column, index) => (
                <td key={column.title} role="cell" className={classes(column, index)}>
                  {index === 0 && to ? <Link to={to(row)}>{column.cell(row)}</Link> : column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function Pages({ total, size, page, onChange }: { total: number; size: number; page: number; onChange: (page: number) => void }) {
  const { t } = useTranslation();
  return (
    <Group justify="space-between" px="md" py="sm" gap="xs">
      <Text size="sm" c="dimmed">
        {t('list.count', { from: Math.min(total, (page - 1) * size + 1), to: Math.min(total, page * size), total })}
      </Text>
      {total > size && (
        <Pagination
          size="sm" total={Math.ceil(total / size)} value={page} onChange={onChange} siblings={1}
          getControlProps={(control) => ({ 'aria-label': t(control === 'next' ? 'action.next' : 'action.previous') })}
          getItemProps={(number) => ({ 'aria-label': t('list.page', { number }) })}
        />
      )}
    </Group>
  );
}
