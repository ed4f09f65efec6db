// Runs in the page. Answers what is wrong with it, in one line each.
const problems = [];
const say = (what, element) =>
  problems.push(`${what}: <${element.tagName.toLowerCase()} class="${element.getAttribute('class') ?? ''}"> ${(element.ariaLabel || element.textContent || '').trim().slice(0, 60)}`);
const root = document.documentElement;
if (root.scrollWidth > innerWidth + 1 || document.body.scrollWidth > innerWidth + 1) problems.push('scrolls sideways');

// Of an open dialog, else of the page: what lies below a dialog is meant to be covered.
const dialogs = [...document.querySelectorAll('[role="dialog"], [role="alertdialog"]')];
const scope = dialogs.at(-1) ?? document.body;
// Below 1,100 px the details lie over the list.
const over = dialogs.length === 0 && innerWidth <= 1100 ? document.querySelector('[data-detail]') : null;

/** What of an element is in view: cut by the window and by every scroller around it. */
function inView(element) {
  const box = element.getBoundingClientRect();
  let { left, top, right, bottom } = box;
  for (let around = element.parentElement; around; around = around.parentElement) {
    const style = getComputedStyle(around);
    if (style.overflowX === 'visible' && style.overflowY === 'visible') continue;
    const edge = around.getBoundingClientRect();
    left = Math.max(left, edge.left);
    top = Math.max(top, edge.top);
    right = Math.min(right, edge.right);
    bottom = Math.min(bottom, edge.bottom);
  }
  return { left: Math.max(0, left), top: Math.max(0, top), right: Math.min(innerWidth, right), bottom: Math.min(innerHeight, bottom), box };
}
const hidden = (element) => element.closest('.vh, [aria-hidden="true"], [hidden]') !== null || getComputedStyle(element).visibility === 'hidden';

for (const element of scope.querySelectorAll('*')) {
  if (hidden(element) || element.closest('svg')) continue;
  const ownText = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim() !== '');
  const style = getComputedStyle(element);
  // Names and claims of others may be cut, and what has a tooltip can be read whole.
  const mayBeCut = element.closest('.foreign, [title], code, pre') !== null;
  if (ownText && style.overflowX !== 'visible' && element.scrollWidth > element.clientWidth + 1 && !mayBeCut) say('clipped', element);
  if (!element.matches('button, input, a, [role="button"], [role="tab"]')) continue;
  const { left, top, right, bottom, box } = inView(element);
  if (box.width === 0 || right - left < box.width - 1 || bottom - top < box.height - 1) continue;
  if (over && !over.contains(element)) continue;
  const hit = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
  const own = hit && (element.contains(hit) || hit.contains(element) || hit.closest('label')?.contains(element));
  if (!own && !hit?.closest('.toasts')) say(`covered by ${hit?.getAttribute('class') ?? hit?.tagName}`, element);
}
return problems;
