/** The colours a state may have; each has a text, a background and a fill (`css/tokens.css`). */
export type Tone = 'ok' | 'warn' | 'danger' | 'info' | 'neutral' | 'relogin';
