const what: Record<string, string> = {
  jwt: 'A signed token (JWT)',
  unsigned_jwt: 'An unsigned token (JWT, alg none)',
  jwe: 'An encrypted token (JWE)',
  opaque: 'An opaque token',
  token_answer: 'The answer of a token endpoint',
};

const kinds: Record<string, string> = {
  access: 'access token',
  refresh: 'refresh token',
  id: 'ID token',
};

const flags: Record<string, string> = {
  unsigned: 'It is unsigned: anyone could have written it.',
  expired: 'It has ended already.',
  no_expiry: 'It does not say when it ends.',
  not_yet_valid: 'It is not valid yet.',
  duplicate: 'A claim stands in it twice.',
  duplicate_claim: 'A claim stands in it twice.',
  milliseconds: 'Its times are in milliseconds; they should be in seconds.',
  future: 'It says that it was issued in the future.',
};

export const importing = {
  what: (code: string) => what[code] ?? 'A token',
  kind: (code: string) => kinds[code] ?? code,
  flag: (code: string) => flags[code] ?? code.replaceAll('_', ' '),

  titleClipboard: 'A token from the clipboard',
  titleFile: 'A token from a file',
  leadRead: 'Keyfob read it on its own side. Its value is not shown, here or anywhere.',
  readingClipboard: 'Reading the clipboard',
  readingFile: 'Waiting for you to choose a file',

  isA: 'What',
  holds: 'Holds',
  issuer: 'Issuer',
  client: 'Client',
  account: 'Account',
  scopes: 'Scopes',
  life: 'Life',
  notSaid: 'not said',
  endsIn: (left: string) => `${left} left`,
  ended: 'ended',
  lifeUnknown: 'no end known',
  name: 'Name',
  nameHint: 'How it is called in the list.',
  nameWrong: 'A name has 1 to 120 characters.',
  already: (name: string) => `This token is already in the vault, as ${name}.`,
  alreadySome: 'This token is already in the vault.',
  aSession: 'a session',
  usedUp: (name: string) =>
    `Keyfob has used up this refresh token, for ${name}. If you found it anywhere else, there is a copy. To use it again could end that session.`,
  watched: 'It will be watched: shown and counted down, but never refreshed, until you take it over.',
  commit: 'Add as watched',
  added: (name: string) => `${name} was added and is watched.`,
  show: 'Show it',
  retryClipboard: 'Read the clipboard again',
  retryFile: 'Choose another file',
  failed: 'Nothing was added',

  takeOver: {
    title: (name: string) => `Take over ${name}?`,
    lead: 'From then on Keyfob refreshes this session.',
    warnTitle: 'The program it came from may be signed out.',
    warn: 'Refresh tokens are often good for one use. After Keyfob has used this one, the copy in the other program is stale, and using it can end the session for both.',
    issuer: 'Issuer',
    issuerHint: 'Who gave the token, exactly as the provider writes it.',
    client: 'Client ID',
    clientHint: 'The client the token was made for, that of the other program.',
    noRefresh: 'This session has no refresh token; taking it over changes little.',
    confirm: 'Take over',
    done: (name: string) => `${name} was taken over and is kept fresh.`,
  },
} as const;
