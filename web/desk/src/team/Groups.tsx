import { PlusOutlined } from '@ant-design/icons';
import { Button, Form, Input, Modal, Select, Tag } from 'antd';
import { useEffect, useState } from 'react';
import { api } from '../api/http';
import type { Group } from '../api/types';
import { useT } from '../i18n';
import { useMay } from '../live/me';
import { DataTable } from '../ui/DataTable';
import { sayDone, sayFailed } from '../ui/say';
import { useGroups, useShops } from './lists';

export function Groups() {
  const t = useT();
  const can = useMay('TEAM_EDIT');
  const groups = useGroups();
  const shops = useShops();
  const [edit, setEdit] = useState<Group | 'new' | null>(null);
  const [form] = Form.useForm<{ name: string; shops: number[] }>();
  useEffect(() => { if (edit) form.setFieldsValue(edit === 'new' ? { name: '', shops: [] } : { name: edit.name, shops: edit.shops }); }, [edit, form]);
  const send = (v: { name: string; shops: number[] }) => {
    const call = edit === 'new' ? api.post('/groups', v) : api.patch(`/groups/${(edit as Group).id}`, v);
    call.then(() => { sayDone(t.common.saved); setEdit(null); groups.reload(); }, sayFailed);
  };
  const names = (g: Group): string => g.shops.map((id) => shops.data?.find((s) => s.id === id)?.name ?? '').filter(Boolean).join('、');
  return (
    <>
      <DataTable id="groups" rows={groups.data} error={groups.error} retry={groups.reload} rowKey={(g) => g.id} search sort="name" onRow={can ? setEdit : undefined} empty={[t.team.noGroups, t.team.noGroupsHelp]}
        tools={can && <Button type="primary" icon={<PlusOutlined />} onClick={() => setEdit('new')}>{t.team.addGroup}</Button>}
        columns={[
          { key: 'name', title: t.common.name, value: (g) => g.name, render: (g) => <span className="row"><b>{g.name}</b>{g.closed_at && <Tag>{t.set.closed}</Tag>}</span> },
          { key: 'shops', title: t.team.serves, value: names },
          { key: 'people', title: t.team.people, align: 'right', value: (g) => g.people },
        ]} />
      <Modal open={edit !== null} onCancel={() => setEdit(null)} onOk={form.submit} okText={t.common.save} cancelText={t.common.cancel} title={edit === 'new' ? t.team.addGroup : edit?.name} forceRender>
        <Form form={form} layout="vertical" requiredMark={false} onFinish={send}>
          <Form.Item name="name" label={t.common.name} rules={[{ required: true, message: t.common.required }]}><Input maxLength={60} /></Form.Item>
          <Form.Item name="shops" label={t.team.serves} extra={t.team.servesHelp}><Select mode="multiple" optionFilterProp="label" options={(shops.data ?? []).map((s) => ({ value: s.id, label: s.name }))} /></Form.Item>
        </Form>
      </Modal>
    </>
  );
}
