// The clients registered at the provider.
const DEVICE = 'urn:ietf:params:oauth:grant-type:device_code';

// RFC 8252: any port on loopback; path and query must match to the letter.
const native = {
  application_type: 'native',
  token_endpoint_auth_method: 'none',
  grant_types: ['authorization_code', 'refresh_token', DEVICE],
  response_types: ['code'],
  redirect_uris: ['http://127.0.0.1/callback', 'http://[::1]/callback', 'http://localhost/callback'],
  post_logout_redirect_uris: ['http://127.0.0.1/signed-out'],
};
const machine = { token_endpoint_auth_method: 'client_secret_basic', redirect_uris: [], response_types: [] };

export const clients = [
  { client_id: 'native', client_name: 'Keyfob', ...native },
  { client_id: 'native-dpop', client_name: 'Keyfob (DPoP)', ...native, dpop_bound_access_tokens: true },
  { client_id: 'native-par', client_name: 'Keyfob (PAR)', ...native, require_pushed_authorization_requests: true },
  { ...native, client_id: 'confidential', client_secret: 'confidential-secret', token_endpoint_auth_method: 'client_secret_basic' },
  { ...native, client_id: 'confidential-post', client_secret: 'confidential-secret', token_endpoint_auth_method: 'client_secret_post' },
  { ...machine, client_id: 'service', client_secret: 'service-secret', grant_types: ['client_credentials'] },
  { ...machine, client_id: 'resource-server', client_secret: 'rs-secret', grant_types: [] },
];
