import { CloseOutlined } from '@ant-design/icons';
import { Button, Tabs } from 'antd';
import type { Session } from '../api/types';
import { useT } from '../i18n';
import { usePref } from '../lib/prefs';
import { CustomerTab } from './side/CustomerTab';
import { EarlierTab } from './side/EarlierTab';
import { KnowledgeTab } from './side/KnowledgeTab';
import { OrdersTab } from './side/OrdersTab';
import { PhrasesTab } from './side/PhrasesTab';

export function Side({ session: s, close }: { session: Session; close: () => void }) {
  const t = useT();
  const [tab, setTab] = usePref('desk.side', 'customer');
  const n = t.desk.side;
  return (
    <aside className="desk-side" aria-label={t.desk.info}>
      <Tabs size="small" activeKey={tab} onChange={setTab} tabBarGutter={12} tabBarExtraContent={<Button className="side-back" type="text" icon={<CloseOutlined />} aria-label={t.common.close} onClick={close} />}
        items={[
          { key: 'customer', label: n.customer, children: <CustomerTab session={s} /> },
          { key: 'orders', label: n.orders, children: <OrdersTab session={s} /> },
          { key: 'phrases', label: n.phrases, children: <PhrasesTab session={s} /> },
          { key: 'knowledge', label: n.knowledge, children: <KnowledgeTab session={s} /> },
          { key: 'earlier', label: n.earlier, children: <EarlierTab session={s} /> },
        ]} />
    </aside>
  );
}
