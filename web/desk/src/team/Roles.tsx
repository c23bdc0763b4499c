import { PlusOutlined } from '@ant-design/icons';
import { Button, Checkbox, Form, Input, Modal, Select } from 'antd';
import { useState } from 'react';
import { api, everyRow } from '../api/http';
import type { Permission, Role, Scope } from '../api/types';
import { useLang, useT } from '../i18n';
import { useRemote } from '../lib/remote';
import { Loaded } from '../ui/parts';
import { sayDone, sayFailed } from '../ui/say';

const scopes: Scope[] = ['own', 'group', 'shop', 'all'];
const notGiven = new Set(['PUBLIC', 'VISITOR', 'SIGNED_IN']);

/* Who may do what: permissions down, roles across. A tick is saved at once. */
export function Roles() {
  const t = useT();
  const lang = useLang();
  const roles = useRemote('roles', (signal) => everyRow<Role>('/roles', undefined, signal));
  const permissions = useRemote('permissions', (signal) => everyRow<Permission>('/permissions', undefined, signal));
  const [adding, setAdding] = useState(false);
  const [form] = Form.useForm<{ name: string; name_en: string; scope: Scope; from?: number }>();
  const change = (role: Role, patch: Partial<Role>) => {
    const before = roles.data ?? [];
    roles.set(before.map((r) => (r.id === role.id ? { ...r, ...patch } : r)));
    api.patch(`/roles/${role.id}`, patch).then(() => sayDone(t.common.saved), (e) => { roles.set(before); sayFailed(e); });
  };
  const tick = (role: Role, name: string, on: boolean) => change(role, { permissions: on ? [...role.permissions, name] : role.permissions.filter((p) => p !== name) });
  const add = (v: { name: string; name_en: string; scope: Scope; from?: number }) => {
    const { from, ...values } = v;
    const model = roles.data?.find((r) => r.id === from);
    api.post('/roles', { ...values, name_en: values.name_en || values.name, permissions: model?.permissions ?? [] }).then(() => { sayDone(t.common.saved); setAdding(false); roles.reload(); }, sayFailed);
  };
  const fixed = (r: Role): boolean => r.key === 'administrator' || r.key === 'admin';
  return (
    <Loaded from={roles} rows={8}>{(rows) => <Loaded from={permissions} rows={8}>{(all) => (
      <div className="table-box">
        <div className="table-tools"><Button type="primary" icon={<PlusOutlined />} onClick={() => { form.resetFields(); setAdding(true); }}>{t.team.addRole}</Button><span className="muted small">{t.team.rolesHelp}</span></div>
        <div className="matrix-box"><table className="matrix">
          <thead><tr><th scope="col" />{rows.map((r) => <th key={r.id} scope="col">{lang === 'en' ? r.name_en : r.name}<br /><span className="muted small num">{t.team.count(r.people)}</span></th>)}</tr></thead>
          <tbody>
            <tr><th scope="row">{t.team.scope}</th>{rows.map((r) => <td key={r.id}><Select size="small" variant="borderless" value={r.scope} disabled={fixed(r)} onChange={(scope) => change(r, { scope })} aria-label={`${t.team.scope} ${r.name}`} popupMatchSelectWidth={false} options={scopes.map((s) => ({ value: s, label: t.team.scopes[s] }))} /></td>)}</tr>
            {all.filter((p) => !notGiven.has(p.name)).map((p) => (
              <tr key={p.name}><th scope="row">{lang === 'en' ? p.en : p.zh}</th>{rows.map((r) => <td key={r.id}><Checkbox checked={r.permissions.includes(p.name)} disabled={fixed(r)} onChange={(e) => tick(r, p.name, e.target.checked)} aria-label={`${r.name}: ${p.zh}`} /></td>)}</tr>
            ))}
          </tbody>
        </table></div>
        <Modal open={adding} onCancel={() => setAdding(false)} onOk={form.submit} title={t.team.addRole} okText={t.common.save} cancelText={t.common.cancel} forceRender>
          <Form form={form} layout="vertical" requiredMark={false} initialValues={{ scope: 'own' }} onFinish={add}>
            <Form.Item name="name" label={t.common.name} rules={[{ required: true, message: t.common.required }]}><Input maxLength={40} /></Form.Item>
            <Form.Item name="name_en" label={t.set.nameEn}><Input maxLength={40} /></Form.Item>
            <Form.Item name="scope" label={t.team.scope}><Select options={scopes.map((s) => ({ value: s, label: t.team.scopes[s] }))} /></Form.Item>
            <Form.Item name="from" label={t.team.copyFrom}><Select allowClear options={rows.map((r) => ({ value: r.id, label: lang === 'en' ? r.name_en : r.name }))} /></Form.Item>
          </Form>
        </Modal>
      </div>
    )}</Loaded>}</Loaded>
  );
}
