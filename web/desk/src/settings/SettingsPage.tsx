import { useT } from '../i18n';
import { may } from '../live/me';
import { SubNav } from '../ui/SubNav';
import { Audit } from './Audit';
import { Categories } from './Categories';
import { ImportsPage } from '../imports/ImportsPage';
import { Rules } from './Rules';
import { Shops } from './Shops';
import { System } from './System';
import { Tags } from './Tags';

export default function SettingsPage() {
  const t = useT();
  const shop = may('SHOP_EDIT');
  return <SubNav base="/settings" title={t.nav.settings} tabs={[
    { key: 'shops', title: t.set.shops, needs: shop, view: <Shops /> },
    { key: 'categories', title: t.set.categories, needs: may('TEAM_EDIT'), view: <Categories /> },
    { key: 'tags', title: t.set.tags, needs: may('CHAT') || may('TEAM_EDIT'), view: <Tags /> },
    { key: 'import', title: t.imp.title, needs: may('IMPORT'), view: <ImportsPage /> },
    { key: 'rules', title: t.rules.title, needs: may('SETTING_EDIT'), view: <Rules /> },
    { key: 'system', title: t.set.system, needs: may('SETTING_EDIT'), view: <System /> },
    { key: 'audit', title: t.set.audit, needs: may('AUDIT_SEE'), view: <Audit /> },
  ]} />;
}
