/** What a failed sign-in is called, and what its one button does. */
import type { ErrorCode } from '../../shared/bridge/types.gen';
import type { Remedy, SignInFailure } from '../../shared/messages/en/signin';
import { t } from '../../shared/messages/t';

const isSignInFailure = (code: ErrorCode): code is SignInFailure => code in t.signin.failed;

export function failure(code: ErrorCode): { title: string; remedy: Remedy } {
  return isSignInFailure(code) ? t.signin.failed[code] : t.signin.failedElse;
}
