import { SettingOutlined } from '@ant-design/icons';
import { Button, Checkbox, Input, Popover, Table, Tooltip } from 'antd';
import type { TableProps } from 'antd';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { useT } from '../i18n';
import { usePref } from '../lib/prefs';
import { Nothing, Trouble } from './parts';

/* A table that sorts, filters, searches, pages, exports, and remembers its columns, order and page size under its id. */
export interface Column<T> {
  key: string; title: string; help?: ReactNode;
  value: (row: T) => Cell; /* sorted, searched and exported by this */
  render?: (row: T) => ReactNode; width?: number; align?: 'right'; hidden?: boolean; filter?: boolean; fixed?: boolean; plain?: boolean; /* plain: no sorting, not exported */
}

interface Memory { hidden: string[]; sort: string; down: boolean; size: number }

interface Props<T> {
  id: string; columns: Column<T>[]; rows: T[] | undefined; error?: Error; retry?: () => void; rowKey: (row: T) => string | number; loading?: boolean; tools?: ReactNode; search?: boolean;
  empty?: [title: string, help?: string, action?: ReactNode]; total?: (columns: Column<T>[]) => ReactNode; onRow?: (row: T) => void; exportName?: string; sort?: string; down?: boolean; bare?: boolean;
  arrange?: (key: string, down: boolean) => void; /* rows are to come that no table can sort: told by what it is sorted */
}

type Cell = string | number | null | undefined;

/* What has no value stands last in either direction. */
const compare = (a: Cell, b: Cell, down = false): number => {
  if (a === b) return 0;
  if (a === null || a === undefined) return down ? -1 : 1;
  if (b === null || b === undefined) return down ? 1 : -1;
  return typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b), 'zh-CN');
};

/* Cells that a spreadsheet would take for a formula are quoted. */
export function csvText(head: string[], lines: Cell[][]): string {
  const cell = (v: Cell): string => {
    let text = v === null || v === undefined ? '' : String(v);
    if (typeof v === 'string' && /^[=+\-@\t\r]/.test(text)) text = "'" + text;
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return '\ufeff' + [head, ...lines].map((line) => line.map(cell).join(',')).join('\r\n') + '\r\n';
}

export const saveText = (name: string, text: string, type = 'text/csv;charset=utf-8'): void => saveBlob(name, new Blob([text], { type }));

export function saveBlob(name: string, blob: Blob): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

export function DataTable<T extends object>(p: Props<T>) {
  const t = useT();
  const [memory, setMemory] = usePref<Memory>(`table.${p.id}`, { hidden: p.columns.filter((c) => c.hidden).map((c) => c.key), sort: p.sort ?? '', down: p.down ?? false, size: 50 });
  const [q, setQ] = useState('');
  const tell = useRef(p.arrange);
  tell.current = p.arrange;
  const arranged = Boolean(p.arrange);
  useEffect(() => { if (arranged) tell.current?.(memory.sort, memory.down); }, [arranged, memory.sort, memory.down]);
  const shown = p.columns.filter((c) => !memory.hidden.includes(c.key));
  const rows = useMemo(() => {
    const word = q.trim().toLowerCase();
    return word ? (p.rows ?? []).filter((row) => p.columns.some((c) => String(c.value(row) ?? '').toLowerCase().includes(word))) : p.rows ?? [];
  }, [p.rows, p.columns, q]);

  const columns: TableProps<T>['columns'] = shown.map((c) => ({
    key: c.key, width: c.width, align: c.align, fixed: c.fixed ? 'left' : undefined,
    title: c.help ? <Tooltip title={c.help}><span className="help-title">{c.title}</span></Tooltip> : c.title,
    sorter: c.plain ? undefined : (a: T, b: T, order) => compare(c.value(a), c.value(b), order === 'descend'),
    sortOrder: memory.sort === c.key ? (memory.down ? 'descend' : 'ascend') : null,
    showSorterTooltip: false,
    render: (_: unknown, row: T) => (c.render ? c.render(row) : c.value(row) ?? ''),
    ...(c.filter ? {
      filters: [...new Set((p.rows ?? []).map((row) => c.value(row)))].filter((v) => v !== null && v !== undefined && v !== '').sort((a, b) => compare(a, b)).map((v) => ({ text: String(v), value: v as string | number })),
      onFilter: (v: unknown, row: T) => c.value(row) === v,
    } : {}),
  }));
  const download = () => {
    const out = shown.filter((c) => !c.plain);
    saveText(`${p.exportName}.csv`, csvText(out.map((c) => c.title), rows.map((row) => out.map((c) => c.value(row)))));
  };
  if (p.error && !p.rows) return <Trouble error={p.error} retry={p.retry} />;
  return (
    <div className={p.bare ? '' : 'table-box'}>
      <div className="table-tools">
        {p.search && <Input allowClear value={q} onChange={(e) => setQ(e.target.value)} placeholder={t.common.search} aria-label={t.common.search} style={{ width: 200 }} />}
        {p.tools}
        <span className="push row">
          <span className="muted small num wide-only">{p.rows ? t.common.rows(rows.length) : ''}</span>
          {p.exportName && <Button size="small" onClick={download} disabled={!rows.length}>{t.common.exportCsv}</Button>}
          <Popover trigger="click" placement="bottomRight" content={
            <div className="col gap4">
              {p.columns.map((c) => <Checkbox key={c.key} checked={!memory.hidden.includes(c.key)} onChange={(e) => setMemory({ ...memory, hidden: e.target.checked ? memory.hidden.filter((k) => k !== c.key) : [...memory.hidden, c.key] })}>{c.title || '·'}</Checkbox>)}
              <Button size="small" type="link" onClick={() => setMemory({ ...memory, hidden: p.columns.filter((c) => c.hidden).map((c) => c.key), sort: p.sort ?? '', down: p.down ?? false })}>{t.common.resetColumns}</Button>
            </div>}>
            <Button size="small" type="text" icon={<SettingOutlined />} aria-label={t.common.columns} title={t.common.columns} />
          </Popover>
        </span>
      </div>
      <Table<T> size="small" columns={columns} dataSource={rows} rowKey={p.rowKey} loading={p.loading && !p.rows} scroll={{ x: 'max-content' }} sticky={false}
        pagination={rows.length > 20 ? { pageSize: memory.size, showSizeChanger: true, pageSizeOptions: [20, 50, 100, 200], size: 'small', style: { padding: '0 12px' } } : false}
        onChange={(page, _, sorter) => {
          const s = Array.isArray(sorter) ? sorter[0] : sorter;
          setMemory({ ...memory, size: page.pageSize ?? memory.size, sort: s?.order ? String(s.columnKey) : '', down: s?.order === 'descend' });
        }}
        onRow={p.onRow ? (row) => ({ onClick: () => p.onRow?.(row), tabIndex: 0, style: { cursor: 'pointer' }, onKeyDown: (e) => { if (e.key === 'Enter' && e.target === e.currentTarget) p.onRow?.(row); } }) : undefined}
        locale={{ emptyText: p.rows ? <Nothing title={p.empty?.[0] ?? t.common.none} help={p.empty?.[1]}>{p.empty?.[2]}</Nothing> : ' ' }}
        summary={p.total ? () => <Table.Summary fixed="top">{p.total?.(shown)}</Table.Summary> : undefined} />
    </div>
  );
}
