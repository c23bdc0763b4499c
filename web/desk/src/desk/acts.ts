/* Keys of the desk act on the open talk, which says here what it can do now. */
export type Act = 'transfer' | 'close' | 'note' | 'take';
let acts: Partial<Record<Act, () => void>> = {};
export const deskActs = (now: typeof acts): void => { acts = now; };
export const deskAct = (act: Act): void => acts[act]?.();
