import './css/base.css';
import './css/frame.css';
import './css/desk.css';
import './css/back.css';
import './css/imports.css';
import './css/report.css';
import { createRoot } from 'react-dom/client';
import { Root } from './root';

const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';
createRoot(document.getElementById('root')!).render(<Root nonce={nonce} />);
