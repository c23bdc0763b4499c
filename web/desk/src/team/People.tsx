import { MoreOutlined, PlusOutlined, UploadOutlined } from '@ant-design/icons';
import { Button, Dropdown, Modal, Segmented, Tag } from 'antd';
import { useMemo, useState } from 'react';
import { api, everyRow } from '../api/http';
import type { Person } from '../api/types';
import { useLang, useT } from '../i18n';
import { useRemote } from '../lib/remote';
import { may, useMe } from '../live/me';
import { LoginsList } from '../frame/MeDialogs';
import { DataTable } from '../ui/DataTable';
import type { Column } from '../ui/DataTable';
import { StateDot } from '../ui/parts';
import { askOnce, sayDone, sayFailed } from '../ui/say';
import { HandOver } from './HandOver';
import type { Handed } from './HandOver';
import { ImportPeople } from './ImportPeople';
import { PersonDialog } from './PersonDialog';
import { useGroups, useRoles, useShops, useSkills } from './lists';

type Show = 'active' | 'disabled' | 'all';

export function People() {
  const t = useT();
  const lang = useLang();
  const me = useMe();
  const [show, setShow] = useState<Show>('active');
  const people = useRemote('people', (signal) => everyRow<Person>('/people', { left: true, limit: 200 }, signal));
  const groups = useGroups();
  const roles = useRoles();
  const shops = useShops();
  const skills = useSkills();
  const [edit, setEdit] = useState<Person | 'new' | null>(null);
  const [importing, setImporting] = useState(false);
  const [logins, setLogins] = useState<Person | null>(null);
  const [handed, setHanded] = useState<Handed | null>(null);
  const can = may('TEAM_EDIT');
  const gone = (p: Person): boolean => p.disabled_at !== null || p.left_at !== null;
  const rows = useMemo(() => people.data?.filter((p) => show === 'all' || gone(p) === (show === 'disabled')), [people.data, show]);
  const shopName = (id: number): string => shops.data?.find((s) => s.id === id)?.name ?? '';
  const roleName = (p: Person): string => {
    const role = roles.data?.find((r) => r.id === p.role_id);
    return role && lang === 'en' ? role.name_en : role?.name ?? p.role_name ?? '';
  };
  const act = (p: Person, path: 'enable' | 'disable', done: string) => api.post(`/people/${p.id}/${path}`).then(() => { sayDone(done); people.reload(); }, sayFailed);
  const reset = (p: Person) => askOnce(t.team.resetAsk(p.name), t.team.resetHelp, t.team.reset, async () => {
    const reply = await api.post<{ link?: string; password?: string }>(`/people/${p.id}/password`);
    setHanded({ name: p.name, link: reply.link, password: reply.password });
  });
  const menu = (p: Person) => ({
    items: [
      ...(can ? [{ key: 'edit', label: t.common.edit, onClick: () => setEdit(p) }] : []),
      ...(may('PASSWORD_RESET') && p.account ? [{ key: 'reset', label: t.team.reset, onClick: () => reset(p) }] : []),
      ...(can ? [{ key: 'logins', label: t.top.logins, onClick: () => setLogins(p) }] : []),
      ...(can && p.id !== me.person_id ? [p.disabled_at
        ? { key: 'enable', label: t.team.enable, onClick: () => void act(p, 'enable', t.team.enabled(p.name)) }
        : { key: 'disable', danger: true, label: t.team.disable, onClick: () => askOnce(t.team.disableAsk(p.name), t.team.disableHelp, t.team.disable, () => act(p, 'disable', t.team.disabled(p.name))) }] : []),
    ],
  });
  const columns: Column<Person>[] = [
    { key: 'name', title: t.team.name, value: (p) => p.name, fixed: true, render: (p) => <span className="row gap4"><b>{p.name}</b>{p.disabled_at && <Tag>{t.team.isDisabled}</Tag>}{p.left_at && <Tag>{t.team.left}</Tag>}</span> },
    { key: 'account', title: t.sign.account, value: (p) => p.account, render: (p) => p.account ?? <span className="muted">{t.team.noAccount}</span> },
    { key: 'role', title: t.team.role, value: roleName, filter: true },
    { key: 'group', title: t.live.group, value: (p) => p.group_name, filter: true },
    { key: 'shops', title: t.team.shops, value: (p) => p.shops.map(shopName).join('、') },
    { key: 'capacity', title: t.team.capacity, help: t.team.capacityHelp, align: 'right', value: (p) => p.capacity },
    { key: 'skills', title: t.team.skills, hidden: true, value: (p) => (p.skills ?? []).map((s) => skills.data?.find((x) => x.id === s.id)?.name ?? '').join('、') },
    { key: 'kind', title: t.team.kind, hidden: true, filter: true, value: (p) => t.team.kinds[p.kind] ?? p.kind },
    { key: 'state', title: t.common.state, value: (p) => p.state, render: (p) => (p.state && !gone(p) ? <span className="row gap4"><StateDot state={p.state} />{t.state[p.state]}</span> : '') },
    { key: 'acts', title: '', plain: true, width: 44, value: () => '', render: (p) => (menu(p).items.length ? <Dropdown menu={menu(p)} trigger={['click']}><Button size="small" type="text" icon={<MoreOutlined />} aria-label={`${t.common.actions} ${p.name}`} onClick={(e) => e.stopPropagation()} /></Dropdown> : null) },
  ];
  return (
    <>
      <DataTable id="people" columns={columns} rows={rows} error={people.error} retry={people.reload} loading={people.loading} rowKey={(p) => p.id} search exportName={may('EXPORT') ? 'people' : undefined} sort="name"
        onRow={can ? (p) => setEdit(p) : undefined} empty={[t.team.empty, t.team.emptyHelp, can ? <Button onClick={() => setImporting(true)}>{t.team.import}</Button> : undefined]}
        tools={<>
          <Segmented value={show} onChange={(v) => setShow(v as Show)} options={[{ value: 'active', label: t.team.active }, { value: 'disabled', label: t.team.inactive }, { value: 'all', label: t.common.all }]} />
          {can && <Button type="primary" icon={<PlusOutlined />} onClick={() => setEdit('new')}>{t.team.add}</Button>}
          {can && <Button icon={<UploadOutlined />} onClick={() => setImporting(true)}>{t.team.import}</Button>}
        </>} />
      <PersonDialog person={edit} close={() => setEdit(null)} saved={(password, name) => { people.reload(); if (password) setHanded({ name, password }); }} groups={groups.data ?? []} roles={roles.data ?? []} shops={shops.data ?? []} skills={skills.data ?? []} />
      <Modal open={importing} onCancel={() => setImporting(false)} footer={null} title={t.team.import} width={760} destroyOnHidden><ImportPeople done={() => { people.reload(); setImporting(false); }} /></Modal>
      <Modal open={logins !== null} onCancel={() => setLogins(null)} footer={null} title={logins ? `${t.top.logins}: ${logins.name}` : ''} destroyOnHidden>{logins && <LoginsList path={`/people/${logins.id}`} />}</Modal>
      <HandOver handed={handed} close={() => setHanded(null)} />
    </>
  );
}
