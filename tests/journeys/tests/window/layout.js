// Runs in the page. Answers what is wrong with it, in one line each.
const problems = new Set();
const say = (what, element, text = element.ariaLabel || element.textContent || '') =>
  problems.add(`${what}: <${element.tagName.toLowerCase()} class="${element.getAttribute('class') ?? ''}"> ${text.trim().slice(0, 60)}`);
const root = document.documentElement;
if (root.scrollWidth > innerWidth + 1 || document.body.scrollWidth > innerWidth + 1) problems.add('scrolls sideways');

// Of an open dialog or menu, else of the page: what lies below one is meant to be covered.
const top = [...document.querySelectorAll('[role="dialog"], [role="alertdialog"], [role="menu"]')].at(-1);
const scope = top ?? document.body;
// Below 1,100 px the details lie over the list.
const over = !top && innerWidth <= 1100 ? document.querySelector('[data-detail]') : null;

const hidden = (element) => element.closest('.vh, [aria-hidden="true"], [hidden], svg') !== null || getComputedStyle(element).visibility === 'hidden' || getComputedStyle(element).clipPath === 'inset(50%)';
// What lies below a foot that sticks is scrolled up.
const sticks = (element) => element !== null && (getComputedStyle(element).position === 'sticky' || sticks(element.parentElement));
// Names and claims of others may be cut, and what has a tooltip can be read whole.
const mayBeCut = (element) => element.closest('.foreign, [title], code, pre') !== null;
const cuts = (overflow) => overflow === 'hidden' || overflow === 'clip';
const scrolls = (overflow) => overflow === 'auto' || overflow === 'scroll';

/** What of a box is in view: scrolled away is fine, cut without a way to see it is not. */
function inView(element, { left, top, right, bottom }, cut) {
  for (let around = element; around && around !== document.body; around = around.parentElement) {
    const { overflowX, overflowY } = getComputedStyle(around);
    if (overflowX === 'visible' && overflowY === 'visible') continue;
    const edge = around.getBoundingClientRect();
    if (cuts(overflowX) && (left < edge.left - 1.5 || right > edge.right + 1.5) && right > edge.left && left < edge.right) cut('sideways', around);
    if (cuts(overflowY) && (top < edge.top - 1.5 || bottom > edge.bottom + 1.5) && bottom > edge.top && top < edge.bottom) cut('in height', around);
    if (scrolls(overflowX) || cuts(overflowX)) [left, right] = [Math.max(left, edge.left), Math.min(right, edge.right)];
    if (scrolls(overflowY) || cuts(overflowY)) [top, bottom] = [Math.max(top, edge.top), Math.min(bottom, edge.bottom)];
    if (right - left < 1 || bottom - top < 1) return null;
  }
  if (left < -1.5 || right > innerWidth + 1.5 || top < -1.5 || bottom > innerHeight + 1.5) cut('by the window', root);
  return { x: (Math.max(0, left) + Math.min(innerWidth, right)) / 2, y: (Math.max(0, top) + Math.min(innerHeight, bottom)) / 2 };
}

function isCovered(element, { x, y }) {
  if (over && !over.contains(element)) return null;
  const hit = document.elementFromPoint(x, y);
  if (!hit || element.contains(hit) || hit.contains(element) || hit.closest('label')?.contains(element)) return null;
  // Passing messages, and what a pointer finds only on what lies below it.
  if (hit.closest('.toasts') || (sticks(hit) && !sticks(element)) || getComputedStyle(element).pointerEvents === 'none') return null;
  // A button's own parts lie over one another on purpose.
  const button = element.closest('button, [role="button"], [role="gridcell"], [role="row"], label');
  return button?.contains(hit) ? null : hit;
}

function look(element, box, text) {
  if (box.width < 1 || box.height < 1) return;
  const at = inView(element, box, (how, by) => {
    if (!(text && mayBeCut(element))) say(`cut ${how} by .${by.getAttribute('class') ?? by.tagName}`, element, text);
  });
  if (!at) return;
  const hit = isCovered(element, at);
  if (hit) say(`covered by .${hit.getAttribute('class') ?? hit.tagName} ${hit.textContent.trim().slice(0, 20)}`, element, text);
}

const texts = document.createTreeWalker(scope, NodeFilter.SHOW_TEXT);
for (let node = texts.nextNode(); node; node = texts.nextNode()) {
  const element = node.parentElement;
  if (node.textContent.trim() === '' || hidden(element) || !element.checkVisibility()) continue;
  const range = document.createRange();
  range.selectNodeContents(node);
  const box = range.getBoundingClientRect();
  look(element, box, node.textContent);
  const button = element.closest('button, [role="tab"], [role="menuitem"], .chip, .pill');
  if (!button || mayBeCut(element)) continue;
  const edge = button.getBoundingClientRect();
  if (box.left < edge.left - 1 || box.right > edge.right + 1 || box.top < edge.top - 1.5 || box.bottom > edge.bottom + 1.5) say('sticks out of its button', element);
}
for (const element of scope.querySelectorAll('button, input, a, [role="button"], [role="tab"], [role="combobox"]')) {
  if (!hidden(element) && element.checkVisibility()) look(element, element.getBoundingClientRect());
}
return [...problems];
