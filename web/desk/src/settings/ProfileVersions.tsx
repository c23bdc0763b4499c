import { Button, Select } from 'antd';
import { useState } from 'react';
import { api, everyRow } from '../api/http';
import type { RuleVersion, Shop } from '../api/types';
import { useT } from '../i18n';
import { useRemote } from '../lib/remote';
import { sayDone, sayFailed } from '../ui/say';
import { FromDay, todayText } from './FromDay';
import { Versions } from './Versions';

/* How the figures of a shop are counted, from which day on. */
export function ProfileVersions({ shop, saved }: { shop: Shop; saved: () => void }) {
  const t = useT();
  const versions = useRemote(`profile versions ${shop.id}`, (signal) => everyRow<RuleVersion>(`/shops/${shop.id}/profile-versions`, undefined, signal));
  const [profile, setProfile] = useState(shop.profile);
  const [from, setFrom] = useState(todayText);
  const [busy, setBusy] = useState(false);
  const names = Object.entries(t.rep.profiles).filter(([k]) => k && k !== 'mixed').map(([value, label]) => ({ value, label }));
  const send = () => {
    setBusy(true);
    void api.post(`/shops/${shop.id}/profile-versions`, { profile, from }).then(() => {
      sayDone(t.common.saved);
      versions.reload();
      saved();
    }, sayFailed).finally(() => setBusy(false));
  };
  return (
    <div className="col gap16">
      <p className="muted">{t.set.profileHelp} {t.rules.help}</p>
      <div className="row wrap">
        <Select value={profile} onChange={setProfile} options={names} aria-label={t.rep.profile} style={{ minWidth: 140 }} />
        <span>{t.rules.from}</span><FromDay value={from} onChange={setFrom} />
        <Button type="primary" loading={busy} onClick={send}>{t.common.save}</Button>
      </div>
      <Versions id="profile-versions" from={versions} what={() => t.rep.profile} text={(_, value) => t.rep.profiles[value] ?? value} path={(v) => `/shops/${shop.id}/profile-versions/${v.id}`} changed={saved} />
    </div>
  );
}
