import { createStore } from '../lib/store';
import { prefRead, prefWrite } from '../lib/prefs';

/* A customer waits: a short sound, the title, a desktop notice. None of them takes the focus. */
export const noticeStore = createStore({
  sound: prefRead('sound', true),
  desktop: typeof Notification !== 'undefined' ? Notification.permission : ('denied' as NotificationPermission),
});

export function soundSet(on: boolean): void {
  prefWrite('sound', on);
  noticeStore.set({ sound: on });
  if (on) beep();
}

export async function desktopAsk(): Promise<void> {
  if (typeof Notification === 'undefined') return;
  noticeStore.set({ desktop: await Notification.requestPermission() });
}

let audio: AudioContext | null = null;
let lastBeep = 0;

export function beep(): void {
  if (!noticeStore.get().sound || Date.now() - lastBeep < 1500 || navigator.userActivation?.hasBeenActive === false) return;
  lastBeep = Date.now();
  try {
    audio ??= new AudioContext();
    if (audio.state === 'suspended') void audio.resume();
    const start = audio.currentTime;
    for (const [i, pitch] of [660, 880].entries()) {
      const tone = audio.createOscillator();
      const gain = audio.createGain();
      tone.frequency.value = pitch;
      gain.gain.setValueAtTime(0, start + i * 0.12);
      gain.gain.linearRampToValueAtTime(0.12, start + i * 0.12 + 0.01);
      gain.gain.exponentialRampToValueAtTime(0.001, start + i * 0.12 + 0.11);
      tone.connect(gain).connect(audio.destination);
      tone.start(start + i * 0.12);
      tone.stop(start + i * 0.12 + 0.12);
    }
  } catch { /* no sound device */ }
}

let pageTitle = document.title;
let flashText = '';
let flashTimer = 0;

export function titleSet(text: string): void {
  pageTitle = text;
  if (!flashTimer) document.title = text;
}

function flash(text: string): void {
  flashText = text;
  if (flashTimer || document.visibilityState === 'visible') return;
  let on = false;
  flashTimer = window.setInterval(() => {
    on = !on;
    document.title = on ? flashText : pageTitle;
  }, 1000);
}

document.addEventListener('visibilitychange', () => {
  if (document.visibilityState !== 'visible') return;
  clearInterval(flashTimer);
  flashTimer = 0;
  document.title = pageTitle;
});

export function notice(title: string, body: string, tag: string, open: () => void): void {
  beep();
  if (document.visibilityState === 'visible' && document.hasFocus()) return;
  flash(title);
  if (noticeStore.get().desktop !== 'granted') return;
  try {
    const n = new Notification(title, { body, tag, icon: '/desk/icon.svg', silent: true });
    n.onclick = () => {
      window.focus();
      open();
      n.close();
    };
  } catch { /* some phones allow notices only from a worker */ }
}
