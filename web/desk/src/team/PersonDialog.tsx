import { Form, Input, InputNumber, Modal, Select } from 'antd';
import { useEffect, useState } from 'react';
import { api, Refusal } from '../api/http';
import type { Group, Person, Role, Shop, Skill } from '../api/types';
import { useLang, useT } from '../i18n';
import { sayDone, sayFailed } from '../ui/say';

interface Props {
  person: Person | 'new' | null; close: () => void; saved: (password: string | undefined, name: string) => void; groups: Group[]; roles: Role[]; shops: Shop[]; skills: Skill[];
}
interface Values { account: string; name: string; role_id: number; group_id?: number | null; shops: number[]; capacity: number; skills: number[] }

export function PersonDialog({ person, close, saved, groups, roles, shops, skills }: Props) {
  const t = useT();
  const lang = useLang();
  const [form] = Form.useForm<Values>();
  const [busy, setBusy] = useState(false);
  const old = person !== 'new' ? person : null;
  useEffect(() => {
    if (!person) return;
    form.resetFields();
    if (old) form.setFieldsValue({ account: old.account ?? '', name: old.name, role_id: old.role_id ?? undefined, group_id: old.group_id, shops: old.shops, capacity: old.capacity, skills: (old.skills ?? []).map((s) => s.id) });
    else form.setFieldsValue({ shops: [], capacity: 5, skills: [], role_id: roles.find((r) => r.key === 'agent')?.id });
  }, [person, old, form, roles]);
  const send = async (v: Values) => {
    setBusy(true);
    try {
      const body = { ...v, account: v.account?.trim(), name: v.name.trim(), ...(v.group_id || old ? { group_id: v.group_id ?? 0 } : { group_id: undefined }), skills: v.skills.map((id) => ({ id, level: old?.skills?.find((s) => s.id === id)?.level ?? 1 })) };
      if (old) await api.patch(`/people/${old.id}`, body);
      const made = old ? null : await api.post<{ id: number; password?: string }>('/people', body);
      sayDone(t.common.saved);
      close();
      saved(made?.password, v.name);
    } catch (e) {
      if (e instanceof Refusal && e.field && e.field in v) form.setFields([{ name: e.field as keyof Values, errors: [e.message] }]);
      else sayFailed(e);
    } finally {
      setBusy(false);
    }
  };
  const need = { required: true, message: t.common.required };
  return (
    <Modal open={person !== null} onCancel={close} title={old ? old.name : t.team.add} okText={t.common.save} cancelText={t.common.cancel} confirmLoading={busy} onOk={form.submit} forceRender>
      <Form<Values> form={form} layout="vertical" requiredMark={false} onFinish={(v) => void send(v)}>
        <Form.Item name="name" label={t.team.name} rules={[need]}><Input maxLength={60} /></Form.Item>
        <Form.Item name="account" label={t.sign.account} extra={old ? undefined : t.team.accountHelp} rules={[need]}><Input maxLength={60} autoComplete="off" /></Form.Item>
        <Form.Item name="role_id" label={t.team.role} rules={[need]}><Select options={roles.map((r) => ({ value: r.id, label: lang === 'en' ? r.name_en : r.name }))} /></Form.Item>
        <Form.Item name="group_id" label={t.live.group}><Select allowClear options={groups.filter((g) => !g.closed_at || g.id === old?.group_id).map((g) => ({ value: g.id, label: g.name }))} /></Form.Item>
        <Form.Item name="shops" label={t.team.ownShops} extra={t.team.ownShopsHelp}><Select mode="multiple" optionFilterProp="label" options={shops.map((s) => ({ value: s.id, label: s.name }))} /></Form.Item>
        <Form.Item name="skills" label={t.team.skills} hidden={!skills.length}><Select mode="multiple" optionFilterProp="label" options={skills.map((s) => ({ value: s.id, label: s.name }))} /></Form.Item>
        <Form.Item name="capacity" label={t.team.capacity} extra={t.team.capacityHelp} rules={[need]}><InputNumber min={0} max={100} precision={0} /></Form.Item>
      </Form>
    </Modal>
  );
}
