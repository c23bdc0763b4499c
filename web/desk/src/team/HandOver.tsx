import { CopyOutlined } from '@ant-design/icons';
import { Button, Modal } from 'antd';
import { useT } from '../i18n';
import { copyText } from '../ui/say';

/* A one-time password or link, shown once, to be handed to its person. */
export interface Handed { name: string; link?: string; password?: string }

export function HandOver({ handed, close }: { handed: Handed | null; close: () => void }) {
  const t = useT();
  const link = handed?.link?.startsWith('/') ? location.origin + handed.link : handed?.link;
  const text = link ?? handed?.password ?? '';
  return (
    <Modal open={handed !== null} onCancel={close} title={handed ? t.team.handTitle(handed.name) : ''} footer={<Button type="primary" onClick={close}>{t.common.done}</Button>} mask={{ closable: false }}>
      <p>{link ? t.team.handLink : t.team.handPassword}</p>
      <div className="row top" style={{ marginTop: 12 }}><code className="code-line mono grow">{text}</code><Button icon={<CopyOutlined />} onClick={() => void copyText(text)}>{t.common.copy}</Button></div>
    </Modal>
  );
}
