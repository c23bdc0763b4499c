import type { MessageInstance } from 'antd/es/message/interface';
import type { useAppProps } from 'antd/es/app/context';
import { t } from '../i18n';

type Modals = useAppProps['modal'];
let message: MessageInstance | null = null;
let modal: Modals | null = null;
export const sayThrough = (m: MessageInstance, d: Modals): void => { message = m; modal = d; };

export const sayDone = (text: string): void => void message?.success(text, 2);
export const sayFailed = (e: unknown): void => void message?.error(e instanceof Error && e.message ? e.message : t().common.failed, 5);

/* Asks once, naming the thing. */
export function askOnce(title: string, content: string, ok: string, act: () => Promise<unknown>): void {
  modal?.confirm({
    title, content, okText: ok, cancelText: t().common.cancel, okButtonProps: { danger: true }, autoFocusButton: 'cancel',
    onOk: () => act().catch(sayFailed),
  });
}

export async function copyText(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const field = document.createElement('textarea');
    field.value = text;
    document.body.append(field);
    field.select();
    document.execCommand('copy');
    field.remove();
  }
  sayDone(t().common.copied);
}
