import { render, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it } from 'vitest';

import { axeFindings, calls, engine } from '../../dev/testing';
import { closing } from '../../domain/closing.svelte';
import { t } from '../../shared/messages/t';
import CloseQuestion from './CloseQuestion.svelte';

const user = userEvent.setup({ delay: null });
const words = t.frame.closing;

afterEach(() => (closing.asked = false));

describe('closing without a tray', () => {
  it.each([
    ['keep_running', words.keep],
    ['quit', words.quit],
    ['ask', t.common.close],
  ])('answers %s', async (answer, button) => {
    const state = engine();
    render(CloseQuestion);
    expect(await axeFindings()).toEqual([]);
    await user.click(await screen.findByRole('button', { name: button }));
    await waitFor(() => expect(calls(state, 'close_window')).toEqual([{ answer }]));
  });

  it('has the focus on what loses nothing', async () => {
    engine();
    render(CloseQuestion);
    await waitFor(() => expect(document.activeElement).toHaveTextContent(words.keep));
  });
});
