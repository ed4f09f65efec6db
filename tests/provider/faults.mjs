// Faults on demand: one rule per path, {path, when, status, delayMs, held, times, body, headers}.
//   when: "before"  the provider never sees the request
//         "after"   the provider has acted, but its answer is late
//         "drop"    the provider has acted, the connection dies without an answer
// With `held`, it waits until it is released instead of for `delayMs`.
const sleep = (ms) => new Promise((done) => { setTimeout(done, ms); });

export class Faults {
  #rules = [];
  #held = []; // how to let each of the waiting go on

  add(rule) {
    this.#rules.push({ when: 'before', delayMs: 0, times: 1, ...rule });
    return this.#rules;
  }

  clear() {
    this.#rules.length = 0;
    return this.#rules;
  }

  held() {
    return { held: this.#held.length };
  }

  release() {
    const released = this.#held.splice(0);
    for (const goOn of released) goOn();
    return { released: released.length };
  }

  #wait({ held, delayMs }) {
    return held ? new Promise((goOn) => { this.#held.push(goOn); }) : sleep(delayMs);
  }

  // Answers true where the fault was the whole answer.
  async meet(path, res) {
    const fault = this.#take(path);
    if (!fault) return false;
    if (fault.when === 'before') {
      await this.#wait(fault);
      if (!fault.status) return false;
      const body = fault.body ?? { error: 'temporarily_unavailable' };
      res.writeHead(fault.status, { 'content-type': 'application/json', ...fault.headers })
        .end(typeof body === 'string' ? body : JSON.stringify(body));
      return true;
    }
    const end = res.end.bind(res);
    res.end = (...args) => {
      this.#wait(fault).then(() => (fault.when === 'drop' ? res.destroy() : end(...args)));
      return res;
    };
    return false;
  }

  #take(path) {
    const index = this.#rules.findIndex((rule) => rule.path === path);
    if (index === -1) return undefined;
    const fault = this.#rules[index];
    fault.times -= 1;
    if (fault.times <= 0) this.#rules.splice(index, 1);
    return fault;
  }
}
