// The provider's settings, all from the environment. README.md lists them.
const text = (name, fallback) => process.env[name] ?? fallback;
const number = (name, fallback) => {
  const value = Number(text(name, fallback));
  if (!Number.isInteger(value) || value < 0) throw new Error(`${name} must be a whole number, not "${process.env[name]}"`);
  return value;
};
const choice = (name, values) => {
  const value = text(name, values[0]);
  if (!values.includes(value)) throw new Error(`${name} must be one of ${values.join(', ')}, not "${value}"`);
  return value;
};
const flag = (name) => text(name, '') === '1';

const accessTtl = number('OP_TTL_ACCESS', 300);

export const settings = {
  host: text('OP_HOST', '127.0.0.1'),
  port: number('OP_PORT', 9100), // 0: any free one
  issuer: text('OP_ISSUER', ''), // empty: http://host:port with the real port
  rotation: choice('OP_ROTATION', ['strict', 'none']),
  login: choice('OP_LOGIN', ['auto', 'forms']),
  grants: choice('OP_GRANTS', ['fresh', 'shared']), // one grant per sign-in, or one per browser session
  graceSeconds: number('OP_GRACE', 0), // a used refresh token stays good that long
  stateFile: text('OP_STATE_FILE', ''),
  user: text('OP_USER', 'alice'),
  expiresWithSession: flag('OP_EXPIRES_WITH_SESSION'),
  dpopNonce: flag('OP_DPOP_NONCE'),
  endsWithStdin: flag('OP_ENDS_WITH_STDIN'),
  logs: text('OP_LOG', '1') === '1',
  ttl: {
    AccessToken: accessTtl,
    AuthorizationCode: number('OP_TTL_CODE', 60),
    ClientCredentials: number('OP_TTL_CLIENT_CREDENTIALS', accessTtl),
    DeviceCode: number('OP_TTL_DEVICE', 120),
    Grant: number('OP_TTL_GRANT', 14 * 86400),
    IdToken: number('OP_TTL_ID', 300),
    Interaction: 600,
    RefreshToken: number('OP_TTL_REFRESH', 86400),
    Session: number('OP_TTL_SESSION', 86400),
  },
};
