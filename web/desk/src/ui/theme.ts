import { theme } from 'antd';
import type { ThemeConfig } from 'antd';
import { createStore } from '../lib/store';
import { prefRead, prefWrite } from '../lib/prefs';

export type Look = 'light' | 'dark' | 'system';
const media = window.matchMedia('(prefers-color-scheme: dark)');
const isDark = (look: Look): boolean => look === 'dark' || (look === 'system' && media.matches);
const first = prefRead<Look>('theme', 'system');
export const lookStore = createStore<{ look: Look; dark: boolean }>({ look: first, dark: isDark(first) });

const paint = (): void => { document.documentElement.dataset.theme = lookStore.get().dark ? 'dark' : 'light'; };
paint();

export function lookSet(look: Look): void {
  prefWrite('theme', look);
  lookStore.set({ look, dark: isDark(look) });
  paint();
}
media.addEventListener('change', () => lookSet(lookStore.get().look));

/* antd derives its tints from the accent, and from a dark one they come out grey: these are chosen. */
const shades = {
  light: {
    colorPrimaryBg: '#e2f1ef', colorPrimaryBgHover: '#d3eae7', colorPrimaryBorder: '#8ccbc3', colorPrimaryBorderHover: '#5fb3a9', colorPrimaryHover: '#12897f', colorPrimaryActive: '#0b5f58',
    colorInfoBg: '#eaf5f3', colorInfoBorder: '#b5ddd8', colorSuccessBg: '#e9f7ee', colorSuccessBorder: '#aedfc0', colorWarningBg: '#fff6e5', colorWarningBorder: '#f3d19c',
    colorErrorBg: '#fdf0f0', colorErrorBorder: '#f2b8b8', colorErrorHover: '#d33a3a', controlOutline: 'rgb(15 118 110 / 18%)', controlItemBgActive: '#e2f1ef', controlItemBgActiveHover: '#d3eae7',
    colorLinkHover: '#12897f', colorLinkActive: '#0b5f58',
  },
  dark: {
    colorPrimaryBg: '#17352f', colorPrimaryBgHover: '#1c423b', colorPrimaryBorder: '#236158', colorPrimaryBorderHover: '#2b786d', colorPrimaryHover: '#45bdb0', colorPrimaryActive: '#248a7f',
    colorInfoBg: '#16302c', colorInfoBorder: '#236158', colorSuccessBg: '#14301f', colorSuccessBorder: '#2a6140', colorWarningBg: '#33270f', colorWarningBorder: '#6b5120',
    colorErrorBg: '#3a1b1a', colorErrorBorder: '#77302c', controlOutline: 'rgb(47 168 155 / 25%)', controlItemBgActive: '#17352f', controlItemBgActiveHover: '#1c423b',
    colorLinkHover: '#7ad6cb', colorLinkActive: '#2fa89b',
  },
};

export function antTheme(dark: boolean): ThemeConfig {
  return {
    algorithm: dark ? theme.darkAlgorithm : theme.defaultAlgorithm,
    token: {
      colorPrimary: dark ? '#2fa89b' : '#0f766e', colorInfo: dark ? '#2fa89b' : '#0f766e', colorLink: dark ? '#5cc7bb' : '#0b5f58', colorError: dark ? '#e5605a' : '#bf1b1b',
      colorWarning: '#b86a00', colorSuccess: '#15803d', borderRadius: 6, fontSize: 14, controlHeight: 32, controlHeightSM: 26, motionDurationFast: '0.05s', motionDurationMid: '0.1s',
      motionDurationSlow: '0.14s', fontFamily: 'var(--font)', colorBgBase: dark ? '#182120' : '#ffffff', colorTextBase: dark ? '#e4ecea' : '#17211f',
      colorTextDescription: dark ? '#93a5a1' : '#5a6a67', colorTextPlaceholder: dark ? '#8496929c' : '#6d7c79', colorBorder: dark ? '#3a4946' : '#cdd7d4', colorBorderSecondary: dark ? '#2b3835' : '#e1e7e5',
      ...(dark ? shades.dark : shades.light),
      ...(dark ? { colorBgLayout: '#101716', colorBgContainer: '#182120', colorBgElevated: '#1f2a28' } : { colorBgLayout: '#f4f7f6' }),
    },
    components: { Form: { itemMarginBottom: 14, verticalLabelPadding: '0 0 4px' }, Button: { primaryShadow: 'none', defaultShadow: 'none', dangerShadow: 'none' }, Table: { cellPaddingBlockSM: 6, cellPaddingInlineSM: 10, headerBg: dark ? '#1d2725' : '#f7f9f8' }, Tabs: { horizontalMargin: '0 0 8px 0' } },
  };
}
