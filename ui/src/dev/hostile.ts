/** Two hundred texts that a provider or a token could hold to hurt whoever shows them. */

const MARKUP = [
  '<img src=x onerror="window.hit=1">', '<script>window.hit=1</script>', '<svg onload=window.hit=1>', '"><b>bold</b>',
  '<iframe srcdoc="<script>parent.hit=1</script>">', '<style>*{display:none}</style>', '<a href="javascript:window.hit=1">x</a>',
  '{@html "<b>x</b>"}', '{{constructor.constructor("window.hit=1")()}}', '${window.hit=1}', '<!--', ']]>', '&lt;b&gt;', '&#x202e;',
  'javascript:window.hit=1', 'data:text/html,<script>window.hit=1</script>', '=HYPERLINK("http://evil.example")', '\u0027; DROP TABLE session; --',
  '<details open ontoggle=window.hit=1>', '<math><mtext></form><img src=x onerror=window.hit=1>',
];
const BIDI = ['\u202E', '\u202D', '\u2066', '\u2067', '\u2068', '\u2069', '\u200F', '\u061C', '\u202B', '\u202A'];
const CONTROL = ['\u0000', '\u0007', '\u0008', '\u001B[31m', '\u007F', '\u0085', '\u2028', '\u2029', '\uFEFF', '\u200B', '\u00AD', '\u2060', '\r\n', '\t', '\uFFFE'];
const EMOJI = ['🏴‍☠️', '🇩🇪🇫🇷', '👨‍👩‍👧‍👦', '🏴󠁧󠁢󠁳󠁣󠁴󠁿', '👩🏽‍🚀', '\u{E0001}', '1️⃣', '🫥'];
const zalgo = (depth: number) => [...'revoked'].map((letter) => letter + '\u0300\u0336\u0489'.repeat(depth)).join('');

function all(): string[] {
  const texts = [
    ...MARKUP,
    ...MARKUP.map((text) => `${text}\u202Egnp.exe`),
    ...MARKUP.map((text) => text.toUpperCase()),
    ...BIDI.flatMap((mark) => [mark, `ana${mark}moc.elpmaxe@`, mark.repeat(500)]),
    ...CONTROL.flatMap((sign) => [sign, `ana${sign}@example.com`, sign.repeat(200)]),
    ...EMOJI.flatMap((sign) => [sign, sign.repeat(300)]),
    ...[1, 5, 20, 100].map(zalgo),
    ...[1_000, 10_000, 100_000].flatMap((length) => ['A'.repeat(length), 'ﷺ'.repeat(length), 'a '.repeat(length / 2)]),
    'constructor', '__proto__', 'toString', 'null', 'undefined', 'NaN', '', ' ', 'Active', 'Revoked', 'Keyfob',
  ];
  // Whatever is missing to two hundred: the markup again, behind a name.
  const more = [...MARKUP.map((text, index) => `session-${index} ${text}`), ...MARKUP.map((text) => ` ${text} `)];
  return [...new Set([...texts, ...more])].slice(0, 200);
}

export const HOSTILE: readonly string[] = all();
