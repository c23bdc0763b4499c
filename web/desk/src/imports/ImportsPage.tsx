import { UploadOutlined } from '@ant-design/icons';
import { Button, Progress, Segmented, Select, Tag } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { api, putFile } from '../api/http';
import type { Rows } from '../api/http';
import { useT } from '../i18n';
import { bytes } from '../lib/format';
import { useRemote } from '../lib/remote';
import { navigate, usePath } from '../lib/router';
import { meStore } from '../live/me';
import { useShops } from '../team/lists';
import { DataTable } from '../ui/DataTable';
import { When } from '../ui/parts';
import { sayFailed } from '../ui/say';
import { ImportWork } from './ImportWork';
import { Mappings } from './Mappings';
import { BoundNames } from './NamesBind';
import { busy, countSum, stateColour } from './model';
import type { ImportOne, ImportRow } from './model';

/* Imports: bring a file; what was brought before; and one import by its address. */
export function ImportsPage() {
  const path = usePath();
  const id = Number(path.split('/')[3]);
  return Number.isSafeInteger(id) && id > 0 ? <ImportWork key={id} id={id} /> : <Imports />;
}

function Imports() {
  const t = useT();
  const shops = useShops();
  const all = meStore.use((s) => s.me?.scope === 'all');
  const [shop, setShop] = useState<number | undefined>();
  const [part, setPart] = useState<number | null>(null);
  const [over, setOver] = useState(false);
  const [tab, setTab] = useState<'past' | 'mappings' | 'names'>('past');
  const picker = useRef<HTMLInputElement>(null);
  const list = useRemote('imports', (signal) => api.get<Rows<ImportRow>>('/imports', { limit: 200 }, signal));
  const rows = list.data?.rows;
  const working = rows?.some((r) => busy(r.state)) ?? false;
  useEffect(() => {
    if (!working) return;
    const timer = setTimeout(list.reload, 1500);
    return () => clearTimeout(timer);
  }, [working, list.data, list.reload]);
  useEffect(() => { if (shop === undefined && shops.data?.length === 1) setShop(shops.data[0]!.id); }, [shops.data, shop]);
  const bring = async (file: File | undefined) => {
    if (!file) return;
    setPart(0);
    try {
      const one = await putFile<ImportOne>('/imports', { name: file.name, shop_id: shop }, file, setPart);
      navigate(`/settings/import/${one.id}`);
    } catch (e) {
      sayFailed(e);
    } finally {
      setPart(null);
    }
  };
  return (
    <div className="section col">
      <div className={over ? 'import-drop over' : 'import-drop'} onDragOver={(e) => { e.preventDefault(); setOver(true); }} onDragLeave={() => setOver(false)}
        onDrop={(e) => { e.preventDefault(); setOver(false); void bring(e.dataTransfer.files[0]); }}>
        <Select value={shop} onChange={setShop} allowClear={all} placeholder={t.imp.pickShop} aria-label={t.imp.shop} style={{ minWidth: 160 }} options={shops.data?.map((s) => ({ value: s.id, label: s.name }))} />
        <span className="muted wide-only">{t.imp.drop}</span>
        <input ref={picker} type="file" hidden accept=".txt,.log,.html,.htm,.csv,.tsv,.xlsx,.jsonl,.ndjson" data-testid="import-file" onChange={(e) => { void bring(e.target.files?.[0]); e.target.value = ''; }} />
        <Button type="primary" icon={<UploadOutlined />} loading={part !== null} onClick={() => picker.current?.click()}>{t.imp.upload}</Button>
        {part !== null && <Progress percent={Math.round(part * 100)} size="small" style={{ width: 160 }} />}
        <p className="muted small" style={{ margin: 0, flexBasis: '100%' }}>{t.imp.uploadHelp}</p>
      </div>
      <div><Segmented value={tab} onChange={setTab} options={[{ value: 'past', label: t.imp.past }, { value: 'mappings', label: t.imp.mappings }, { value: 'names', label: t.imp.boundNames }]} /></div>
      {tab === 'mappings' && <Mappings />}
      {tab === 'names' && <BoundNames shops={shops.data ?? []} />}
      {tab === 'past' && <DataTable id="imports" rows={rows} error={list.error} retry={list.reload} loading={list.loading} rowKey={(r) => r.id} search exportName="imports" empty={[t.imp.none, t.imp.noneHelp]} onRow={(r) => navigate(`/settings/import/${r.id}`)}
        columns={[
          { key: 'at', title: t.imp.at, value: (r) => r.created_at, render: (r) => <When at={r.created_at} /> },
          { key: 'file', title: t.imp.file, value: (r) => r.file_name, render: (r) => <span className="cut" style={{ display: 'inline-block', maxWidth: 240, verticalAlign: 'bottom' }} title={`${r.file_name} · ${bytes(r.size)}`}>{r.file_name}</span> },
          { key: 'kind', title: t.imp.kind, value: (r) => t.imp.kinds[r.kind] ?? r.kind, filter: true },
          { key: 'shop', title: t.imp.shop, value: (r) => r.shop_name ?? t.imp.noShop, filter: true },
          { key: 'state', title: t.imp.state, value: (r) => t.imp.states[r.state] ?? r.state, filter: true, render: (r) => <Tag color={stateColour[r.state]}>{t.imp.states[r.state] ?? r.state}{r.state === 'running' && r.total ? ` ${Math.floor((100 * r.done) / r.total)}%` : ''}</Tag> },
          { key: 'result', title: t.imp.result, plain: true, value: () => '', render: (r) => <span className="num">{r.counts.types ? t.imp.sums(countSum(r.counts, 'new'), countSum(r.counts, 'updated'), countSum(r.counts, 'unchanged'), countSum(r.counts, 'rejected') + (r.counts.unmapped ?? 0)) : ''}</span> },
          { key: 'by', title: t.imp.by, value: (r) => r.person_name ?? t.imp.cli, filter: true },
        ]} />}
    </div>
  );
}
