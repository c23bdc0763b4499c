import { UploadOutlined } from '@ant-design/icons';
import { Alert, Button, Input, Tag } from 'antd';
import { useRef, useState } from 'react';
import { api } from '../api/http';
import type { ImportLine, PeopleImport } from '../api/types';
import { useT } from '../i18n';
import { useDebounced, useRemote } from '../lib/remote';
import { saveText, csvText } from '../ui/DataTable';
import { sayDone, sayFailed } from '../ui/say';

/* A list of people, pasted or from a file, looked at before it is taken in. Files go up as they are: the server knows Chinese encodings. */
export function ImportPeople({ done, skip }: { done: () => void; skip?: () => void }) {
  const t = useT();
  const [text, setText] = useState('');
  const [file, setFile] = useState<File | null>(null);
  const [busy, setBusy] = useState(false);
  const [links, setLinks] = useState<ImportLine[]>([]);
  const picker = useRef<HTMLInputElement>(null);
  const late = useDebounced(text, 400);
  const body = (): BodyInit => file ?? text;
  const send = (dry: boolean) => api.raw<PeopleImport>('/people/import', body(), 'text/csv; charset=utf-8', { dry });
  const preview = useRemote(file ? `file ${file.name} ${file.size} ${file.lastModified}` : late.trim() ? late : null, () => send(true));
  const take = async () => {
    setBusy(true);
    try {
      const r = await send(false);
      sayDone(t.team.imported(r.created, r.updated, r.rejected));
      const made = r.rows.filter((x) => x.link);
      if (made.length) setLinks(made);
      else done();
    } catch (e) {
      sayFailed(e);
    } finally {
      setBusy(false);
    }
  };
  const colour = { new: 'green', updated: 'blue', rejected: 'red' } as const;
  const p = file || late.trim() ? preview.data : undefined;
  const good = p ? p.created + p.updated : 0;
  if (links.length) return <Links rows={links} done={done} />;
  return (
    <div className="col">
      <p className="muted">{t.setup.peopleHelp}</p>
      <div className="row">
        <input ref={picker} type="file" accept=".csv,.tsv,.txt,text/csv" hidden onChange={(e) => { setFile(e.target.files?.[0] ?? null); e.target.value = ''; }} />
        <Button icon={<UploadOutlined />} onClick={() => picker.current?.click()}>{t.team.chooseFile}</Button>
        {file && <Tag closable onClose={() => setFile(null)}>{file.name}</Tag>}
      </div>
      {!file && <Input.TextArea rows={6} className="mono" value={text} onChange={(e) => setText(e.target.value)} placeholder={t.team.importExample} aria-label={t.team.import} spellCheck={false} />}
      {preview.error && (file || late.trim()) && <Alert type="error" title={preview.error.message} showIcon />}
      {p && (
        <div style={{ maxHeight: 240, overflow: 'auto' }}>
          <table className="plain-table" style={{ textAlign: 'left' }}>
            <thead><tr><th scope="col" style={{ width: 'auto' }}>{t.team.line}</th><th scope="col" style={{ textAlign: 'left' }}>{t.sign.account}</th><th scope="col" style={{ textAlign: 'left' }}>{t.team.name}</th><th scope="col" style={{ textAlign: 'left' }}>{t.team.result}</th></tr></thead>
            <tbody>{p.rows.map((r) => <tr key={r.line}><td style={{ textAlign: 'left' }} className="num muted">{r.line}</td><td style={{ textAlign: 'left' }}>{r.account}</td><td style={{ textAlign: 'left' }}>{r.name}</td>
              <td style={{ textAlign: 'left' }}><Tag color={colour[r.result]}>{t.team.results[r.result]}</Tag> <span className="small muted">{r.reason}</span></td></tr>)}</tbody>
          </table>
        </div>
      )}
      <div className="row">
        <span className="muted small grow">{p ? t.team.importSum(p.created, p.updated, p.rejected) : ''}</span>
        {skip && <Button onClick={skip}>{t.common.skip}</Button>}
        <Button type="primary" disabled={!good} loading={busy} onClick={() => void take()}>{t.team.importNow(good)}</Button>
      </div>
    </div>
  );
}

/* Every new person gets a one-use link to set the own password; they are shown only now. */
function Links({ rows, done }: { rows: ImportLine[]; done: () => void }) {
  const t = useT();
  const full = (link: string): string => (link.startsWith('/') ? location.origin + link : link);
  const save = () => saveText('links.csv', csvText([t.sign.account, t.team.name, t.team.link], rows.map((r) => [r.account, r.name, full(r.link ?? '')])));
  return (
    <div className="col">
      <Alert type="success" showIcon title={t.team.linksTitle(rows.length)} description={t.team.linksHelp} />
      <div style={{ maxHeight: 280, overflow: 'auto' }}>{rows.map((r) => <div key={r.line} className="row" style={{ padding: '3px 0' }}><b className="cut" style={{ width: 120 }}>{r.name}</b><code className="mono cut grow">{full(r.link ?? '')}</code></div>)}</div>
      <div className="row"><span className="grow" /><Button onClick={save}>{t.team.linksSave}</Button><Button type="primary" onClick={done}>{t.common.done}</Button></div>
    </div>
  );
}
