export const revoke = {} as const;
