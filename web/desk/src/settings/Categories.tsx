import { PlusOutlined } from '@ant-design/icons';
import { Button, Form, Input, InputNumber, Modal, Switch, Tag } from 'antd';
import { useEffect, useState } from 'react';
import { api, everyRow } from '../api/http';
import type { Category } from '../api/types';
import { useT } from '../i18n';
import { useRemote } from '../lib/remote';
import { DataTable } from '../ui/DataTable';
import { sayDone, sayFailed } from '../ui/say';

interface Values { name: string; name_en: string; sort: number; open: boolean }

/* Wrap-up categories (小结). */
export function Categories() {
  const t = useT();
  const list = useRemote('categories', (signal) => everyRow<Category>('/categories', undefined, signal));
  const [edit, setEdit] = useState<Category | 'new' | null>(null);
  const [form] = Form.useForm<Values>();
  useEffect(() => {
    if (edit) form.setFieldsValue(edit === 'new' ? { name: '', name_en: '', sort: (list.data?.length ?? 0) * 10, open: true } : { name: edit.name, name_en: edit.name_en, sort: edit.sort, open: edit.closed_at === null });
  }, [edit, form, list.data]);
  const send = ({ open, ...v }: Values) => {
    const old = edit === 'new' ? null : edit;
    const call = old ? api.patch(`/categories/${old.id}`, { ...v, ...(open !== (old.closed_at === null) ? { closed: !open } : {}) }) : api.post('/categories', v);
    call.then(() => { sayDone(t.common.saved); setEdit(null); list.reload(); }, sayFailed);
  };
  return (
    <>
      <DataTable id="categories" rows={list.data} error={list.error} retry={list.reload} rowKey={(c) => c.id} sort="sort" search onRow={setEdit} empty={[t.set.noCategories, t.set.noCategoriesHelp]}
        tools={<><Button type="primary" icon={<PlusOutlined />} onClick={() => setEdit('new')}>{t.common.add}</Button><span className="muted small">{t.set.categoriesHelp}</span></>}
        columns={[
          { key: 'name', title: t.common.name, value: (c) => c.name, render: (c) => <span className="row"><b>{c.name}</b>{c.closed_at && <Tag>{t.set.closed}</Tag>}</span> },
          { key: 'name_en', title: t.set.nameEn, value: (c) => c.name_en }, { key: 'sort', title: t.set.sort, align: 'right', value: (c) => c.sort },
        ]} />
      <Modal open={edit !== null} onCancel={() => setEdit(null)} onOk={form.submit} title={edit === 'new' ? t.common.add : edit?.name} okText={t.common.save} cancelText={t.common.cancel} forceRender>
        <Form<Values> form={form} layout="vertical" requiredMark={false} onFinish={send}>
          <Form.Item name="name" label={t.common.name} rules={[{ required: true, message: t.common.required }]}><Input maxLength={40} /></Form.Item>
          <Form.Item name="name_en" label={t.set.nameEn}><Input maxLength={40} /></Form.Item>
          <Form.Item name="sort" label={t.set.sort}><InputNumber precision={0} /></Form.Item>
          {edit !== 'new' && <Form.Item name="open" label={t.set.inUse} valuePropName="checked"><Switch /></Form.Item>}
        </Form>
      </Modal>
    </>
  );
}
