import { PlusOutlined } from '@ant-design/icons';
import { Button, Modal, Tabs, Tag } from 'antd';
import { useState } from 'react';
import { everyRow } from '../api/http';
import type { Shop } from '../api/types';
import { useT } from '../i18n';
import { useRemote } from '../lib/remote';
import { meRead } from '../live/me';
import { DataTable } from '../ui/DataTable';
import { Drawer } from '../ui/Drawer';
import { HoursEditor } from './HoursEditor';
import { ProfileVersions } from './ProfileVersions';
import { ShopForm } from './ShopForm';
import { WidgetBox } from './WidgetBox';

export function Shops() {
  const t = useT();
  const shops = useRemote('shops', (signal) => everyRow<Shop>('/shops', undefined, signal));
  const [open, setOpen] = useState<number | null>(null);
  const [adding, setAdding] = useState(false);
  const shop = shops.data?.find((s) => s.id === open);
  const saved = () => {
    shops.reload();
    void meRead();
  };
  return (
    <>
      <DataTable id="shops" rows={shops.data} error={shops.error} retry={shops.reload} rowKey={(s) => s.id} search sort="name" onRow={(s) => setOpen(s.id)} empty={[t.set.noShops, t.set.noShopsHelp]}
        tools={<Button type="primary" icon={<PlusOutlined />} onClick={() => setAdding(true)}>{t.set.addShop}</Button>}
        columns={[
          { key: 'name', title: t.common.name, value: (s) => s.name, render: (s) => <span className="row"><span className="swatch" style={{ background: s.colour }} /><b>{s.name}</b>{s.closed_at && <Tag>{t.set.closed}</Tag>}</span> },
          { key: 'key', title: t.setup.shopKey, value: (s) => s.key, render: (s) => <span className="mono">{s.key}</span> },
          { key: 'open', title: t.set.now, value: (s) => (s.open_now ? 1 : 0), render: (s) => (s.open_now ? <span className="green">{t.set.openNow}</span> : <span className="muted">{t.set.closedNow}</span>) },
          { key: 'timezone', title: t.set.timezone, value: (s) => s.timezone },
          { key: 'profile', title: t.rep.profile, value: (s) => t.rep.profiles[s.profile] ?? s.profile },
          { key: 'mode', title: t.set.routing, value: (s) => t.set.routings[s.routing_mode] ?? s.routing_mode },
          { key: 'currency', title: t.set.currency, value: (s) => s.currency, hidden: true },
        ]} />
      <Modal open={adding} onCancel={() => setAdding(false)} footer={null} title={t.set.addShop} destroyOnHidden><ShopForm saved={(id) => { saved(); setAdding(false); setOpen(id ?? null); }} /></Modal>
      <Drawer open={shop !== undefined} onClose={() => setOpen(null)} size={640} title={shop?.name} destroyOnHidden>
        {shop && <Tabs items={[
          { key: 'shop', label: t.set.shop, children: <ShopForm shop={shop} saved={saved} /> },
          { key: 'hours', label: t.set.hours, children: <HoursEditor shopId={shop.id} saved={saved} /> },
          { key: 'profile', label: t.rep.profile, children: <ProfileVersions key={shop.profile} shop={shop} saved={saved} /> },
          { key: 'widget', label: t.set.widget, children: <WidgetBox shop={shop} /> },
        ]} />}
      </Drawer>
    </>
  );
}
