import { CopyOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useState } from 'react';
import { api } from '../api/http';
import type { Shop, Widget } from '../api/types';
import { useT } from '../i18n';
import { useRemote } from '../lib/remote';
import { Loaded } from '../ui/parts';
import { askOnce, copyText, sayDone } from '../ui/say';

export const testPage = (key: string): string => `/shop/${encodeURIComponent(key)}`;

/* The line to paste, a page to try it on, and the key a shop signs its customers with. */
export function WidgetBox({ shop, short }: { shop: Pick<Shop, 'id' | 'key' | 'name'>; short?: boolean }) {
  const t = useT();
  const widget = useRemote(`widget ${shop.id}`, (signal) => api.get<Widget>(`/shops/${shop.id}/widget`, { base: location.origin }, signal));
  const [shown, setShown] = useState(false);
  const renew = () => askOnce(t.set.newKeyAsk(shop.name), t.set.newKeyHelp, t.set.newKey, async () => {
    await api.post(`/shops/${shop.id}/visitor-key`);
    sayDone(t.common.saved);
    widget.reload();
  });
  return (
    <Loaded from={widget} rows={3}>{(w) => (
      <div className="col">
        <p>{t.setup.widgetHelp}</p>
        <code className="code-line mono">{w.script}</code>
        <div className="row"><Button type="primary" icon={<CopyOutlined />} onClick={() => void copyText(w.script)}>{t.common.copy}</Button><a href={testPage(shop.key)} target="_blank" rel="noopener">{t.setup.openTest}</a></div>
        <p className="muted small">{t.setup.widgetNext}</p>
        {!short && <>
          <h2 style={{ marginTop: 12 }}>{t.set.visitorKey}</h2>
          <p className="muted small">{t.set.visitorKeyHelp}</p>
          <code className="code-line mono">{shown ? w.visitor_key : '••••••••••••••••••••'}</code>
          <div className="row"><Button size="small" onClick={() => setShown(!shown)}>{shown ? t.set.hide : t.set.show}</Button><Button size="small" onClick={() => void copyText(w.visitor_key)}>{t.common.copy}</Button><Button size="small" danger onClick={renew}>{t.set.newKey}</Button></div>
        </>}
      </div>
    )}</Loaded>
  );
}
