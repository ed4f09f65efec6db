/**
 * Every text of the page, in English. One part per view, in `en/`; a text with a value in it is a
 * function of that value, so that another language can order its words.
 */
import { audit } from './en/audit';
import { common } from './en/common';
import { detail } from './en/detail';
import { errors } from './en/errors';
import { findings } from './en/findings';
import { frame } from './en/frame';
import { gate } from './en/gate';
import { importing } from './en/importing';
import { palette } from './en/palette';
import { revoke } from './en/revoke';
import { sessions } from './en/sessions';
import { settings } from './en/settings';
import { signin } from './en/signin';
import { states } from './en/states';
import { timeline } from './en/timeline';

export const en = {
  audit,
  common,
  detail,
  errors,
  findings,
  frame,
  gate,
  importing,
  palette,
  revoke,
  sessions,
  settings,
  signin,
  states,
  timeline,
} as const;
