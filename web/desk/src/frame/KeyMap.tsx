import { Modal } from 'antd';
import { useT } from '../i18n';

export function KeyMap({ open, close }: { open: boolean; close: () => void }) {
  const t = useT();
  const k = t.keys;
  const parts: [string, [string, string][]][] = [
    [k.general, [['Ctrl K', k.palette], ['?', k.map], ['Esc', k.esc]]],
    [k.desk, [
      ['Alt J', k.oldest], ['Alt ↓', k.nextChat], ['Alt ↑', k.prevChat], ['Alt B', k.boxes], ['Enter', k.send], ['Shift Enter', k.newline], ['/', k.slash], ['Tab', k.suggestion],
      ['Alt 2–5', k.suggestionN], ['Alt C', k.composer], ['Alt T', k.transfer], ['Alt W', k.closeChat], ['Alt N', k.note], ['Alt A', k.take],
    ]],
  ];
  return (
    <Modal open={open} onCancel={close} footer={null} title={k.title} width={520} destroyOnHidden>
      {parts.map(([head, keys]) => (
        <div key={head}>
          <h2 style={{ margin: '12px 0 8px' }}>{head}</h2>
          <div className="keymap">{keys.map(([key, what]) => [
            <span key={key}>{key.split(' ').map((part) => <span key={part}><kbd className="kbd">{part}</kbd> </span>)}</span>, <span key={what}>{what}</span>,
          ])}</div>
        </div>
      ))}
    </Modal>
  );
}
