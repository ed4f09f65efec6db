/** The language of dates and numbers; the texts of `messages/` are in the same. */
export const LOCALE = 'en-GB';
