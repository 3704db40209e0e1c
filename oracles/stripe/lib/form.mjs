// Decoding what travels: `metadata[a]=b&expand[0]=c`, as pairs and as a nested value.

/** Sorted [name, value] pairs: two requests are the same when these are. */
export function pairs(text) {
  return [...new URLSearchParams(text)].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}

/** The nested value; all leaves are strings. Lists are objects with keys 0, 1, … until the end. */
export function nested(text) {
  const root = {};
  for (const [name, value] of new URLSearchParams(text)) {
    const [head, ...rest] = name.split('[').map((part) => part.replace(/\]$/, ''));
    let place = root;
    let last = head;
    for (const part of rest) {
      if (typeof place[last] !== 'object') place[last] = {};
      place = place[last];
      last = part === '' ? String(Object.keys(place).length) : part;
    }
    place[last] = value;
  }
  return lists(root);
}

function lists(value) {
  if (typeof value !== 'object') return value;
  const names = Object.keys(value);
  const isList = names.length > 0 && names.every((name, index) => name === String(index));
  if (isList) return names.map((name) => lists(value[name]));
  return Object.fromEntries(names.map((name) => [name, lists(value[name])]));
}
