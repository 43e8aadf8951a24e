// After the build: compresses what the gateway sends compressed, and refuses a first load that grew.
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const dist = new URL('../dist/', import.meta.url).pathname;
const most_first_load_bytes = 250 * 1024;
const worth_compressing = /\.(js|css|html|svg|json|webmanifest)$/;

function* files(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* files(path);
    else yield path;
  }
}

const compressed = new Map();
for (const path of files(dist)) {
  if (!worth_compressing.test(path) || statSync(path).size < 512) continue;
  const bytes = gzipSync(readFileSync(path), { level: 9 });
  writeFileSync(`${path}.gz`, bytes);
  compressed.set(path.slice(dist.length), bytes.length);
}

// What login and dashboard need: the entry, its static imports and the two pages with theirs.
const static_imports = (name, seen) => {
  if (seen.has(name)) return seen;
  seen.add(name);
  const text = readFileSync(join(dist, name), 'utf8');
  for (const match of text.matchAll(/(?:from|import)\s*"\.\/([^"]+\.js)"/g)) static_imports(`assets/${match[1]}`, seen);
  return seen;
};
const index = readFileSync(join(dist, 'index.html'), 'utf8');
const needed = new Set();
for (const match of index.matchAll(/(?:src|href)="\/(assets\/[^"]+\.js)"/g)) static_imports(match[1], needed);
for (const name of compressed.keys())
  if (/^assets\/(LoginPage|DashboardPage|Shell)-.*\.js$/.test(name)) static_imports(name, needed);
let sum = 0;
for (const name of needed) sum += compressed.get(name) ?? statSync(join(dist, name)).size;
const shown = (bytes) => `${(bytes / 1024).toFixed(1)} KiB`;
console.log(`First load (login and dashboard): ${shown(sum)} of compressed JavaScript in ${needed.size} files`);
if (needed.size < 3 || sum > most_first_load_bytes) {
  console.error(`That must be at most ${shown(most_first_load_bytes)}.`);
  process.exit(1);
}
