/** Labels as the user types them. */

/** Splits on commas; empty ones and doubles fall out, too long ones stay for the engine to refuse. */
export function parseLabels(text: string): string[] {
  return [...new Set(text.split(',').map((label) => label.trim().replace(/\s+/gu, ' ')))].filter(Boolean);
}
