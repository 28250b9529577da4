// Reads a ScaledObject as JSON and writes what KEDA's published schema has against it, one line each.
//
// The published validators let unknown fields pass. But they look at every field that they know, so a field that was
// never looked at is unknown.
import { readFileSync } from 'node:fs';
import { ScaledObject } from '@kubernetes-models/keda/keda.sh/v1alpha1/ScaledObject';

const given = JSON.parse(readFileSync(0, 'utf8'));
const unseen = new Set();

function watched(value, path) {
  if (value === null || typeof value !== 'object') {
    return value;
  }
  const children = Array.isArray(value) ? [] : {};
  for (const key of Object.keys(value)) {
    children[key] = watched(value[key], `${path}/${key}`);
    unseen.add(`${path}/${key}`);
  }
  return new Proxy(children, {
    get(target, key) {
      unseen.delete(`${path}/${String(key)}`);
      return target[key];
    },
  });
}

try {
  ScaledObject.prototype.validate.call(watched(given, ''));
} catch (error) {
  error.errors.forEach(({ instancePath, message }) => console.log(`${instancePath} ${message}`));
}
// What is below an unknown field was not looked at either; the field itself is enough.
[...unseen]
  .filter((path) => !unseen.has(path.slice(0, path.lastIndexOf('/'))))
  .forEach((path) => console.log(`${path} is unknown`));
