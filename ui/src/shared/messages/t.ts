/** The texts in the user's language. There is one language so far. */
import { en } from './en';

export const t = en;
