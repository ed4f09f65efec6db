// Exits 0 if the display of the environment, Wayland's or X's, takes a connection.
import { connect } from 'node:net';
import { resolve } from 'node:path';
import { env, exit } from 'node:process';

const places = [];
if (env.WAYLAND_DISPLAY) places.push({ path: resolve(env.XDG_RUNTIME_DIR ?? '', env.WAYLAND_DISPLAY) });
const [, host, number] = /^(.*):(\d+)(?:\.\d+)?$/.exec(env.DISPLAY ?? '') ?? [];
if (number && (host === '' || host === 'unix')) {
  const path = `/tmp/.X11-unix/X${number}`;
  places.push({ path }, { path: `\0${path}` }); // the file, and Linux's abstract name
} else if (number) {
  places.push({ host, port: 6000 + Number(number) });
}

const opens = (place) => new Promise((answer) => {
  const socket = connect({ ...place, timeout: 3000 }, () => answer(true));
  socket.on('timeout', () => answer(false)).on('error', () => answer(false));
});
exit((await Promise.all(places.map(opens))).includes(true) ? 0 : 1);
