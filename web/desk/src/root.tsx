import { App as AntApp, ConfigProvider } from 'antd';
import enUS from 'antd/es/locale/en_US';
import zhCN from 'antd/es/locale/zh_CN';
import dayjs from 'dayjs';
import 'dayjs/locale/zh-cn';
import { lazy, Suspense, useEffect } from 'react';
import { Frame } from './frame/Frame';
import { useLang } from './i18n';
import { engineStop } from './live/engine';
import { meRead, meStore } from './live/me';
import { usePath } from './lib/router';
import { MustChange, NoServer, Reset, SignIn } from './sign/Sign';
import { Guard } from './ui/Guard';
import { Bones } from './ui/parts';
import { sayThrough } from './ui/say';
import { antTheme, lookStore } from './ui/theme';

const Setup = lazy(() => import('./sign/Setup'));

export function Root({ nonce }: { nonce: string }) {
  const lang = useLang();
  const dark = lookStore.use((s) => s.dark);
  useEffect(() => void dayjs.locale(lang === 'zh' ? 'zh-cn' : 'en'), [lang]);
  return (
    <ConfigProvider locale={lang === 'zh' ? zhCN : enUS} theme={antTheme(dark)} csp={{ nonce }} button={{ autoInsertSpace: false }}>
      <AntApp style={{ height: '100%' }}><Voice /><Guard where=""><Gate /></Guard></AntApp>
    </ConfigProvider>
  );
}

function Voice() {
  const { message, modal } = AntApp.useApp();
  useEffect(() => sayThrough(message, modal), [message, modal]);
  return null;
}

function Gate() {
  const standing = meStore.use((s) => s.standing);
  const mustChange = meStore.use((s) => s.me?.must_change ?? false);
  const path = usePath();
  useEffect(() => void meRead(), []);
  useEffect(() => { if (standing === 'out' || standing === 'setup') engineStop(); }, [standing]);
  if (path === '/reset') return <Reset />;
  if (standing === 'unknown') return <Bones />;
  if (standing === 'lost') return <NoServer />;
  if (standing === 'out') return <SignIn />;
  if (standing === 'in' && mustChange) return <MustChange />;
  if (standing === 'setup' || path === '/setup') return <Suspense fallback={<Bones />}><Setup /></Suspense>;
  return <Frame />;
}
