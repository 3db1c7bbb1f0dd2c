/**
 * ESLint rule: who may import whom. The table is the architecture; a message names what is allowed, so that it teaches.
 * A layer may always import itself and `contract`.
 */
import path from 'node:path';

/**
 * Layer -> layers that it may import, besides itself and `contract`. `electron` is a layer of its own.
 * @type {Readonly<Record<string, readonly string[]>>}
 */
const ALLOWED = {
  contract: [],
  process: [],
  runtime: ['process'],
  datasets: [],
  model: [],
  runs: [],
  preload: ['electron'],
  graph: ['model'],
  tensorflow: ['graph', 'runtime'],
  decoder: ['datasets', 'tensorflow', 'process'],
  analyst: ['datasets', 'process'],
  trainer: ['datasets', 'model', 'graph', 'tensorflow', 'process'],
  comparison: [],
  sweeps: ['model', 'comparison/settings.ts', 'datasets/random.ts'],
  forecasts: ['model'],
  exchange: ['datasets', 'model', 'graph', 'tensorflow', 'trainer', 'runs'],
  inspection: ['inference', 'exchange', 'datasets', 'model', 'graph', 'tensorflow', 'trainer', 'process'],
  inference: ['exchange', 'datasets', 'model', 'graph', 'tensorflow', 'trainer', 'process'],
  experiments: ['runtime', 'sweeps', 'forecasts', 'datasets', 'model', 'runs', 'trainer', 'tensorflow', 'process'],
  ipc: [
    'runtime',
    'comparison',
    'exchange',
    'inference',
    'inspection',
    'datasets',
    'model',
    'runs',
    'experiments',
    'electron',
  ],
  desktop: ['electron'],
  cli: [
    'comparison',
    'exchange',
    'inference',
    'inspection',
    'experiments',
    'sweeps',
    'forecasts',
    'datasets',
    'model',
    'runs',
    'trainer',
    'decoder',
    'tensorflow',
    'process',
    'graph',
  ],
  root: [
    'runtime',
    'datasets',
    'analyst',
    'model',
    'runs',
    'trainer',
    'decoder',
    'tensorflow',
    'process',
    'graph',
    'experiments',
    'comparison',
    'exchange',
    'inspection',
    'ipc',
    'desktop',
    'cli',
    'electron',
  ],
  'renderer/app': ['renderer/bridge', 'renderer/state', 'renderer/features', 'renderer/ui', 'renderer/drawing'],
  'renderer/features': ['renderer/state', 'renderer/ui', 'renderer/drawing'],
  'renderer/state': ['renderer/bridge', 'renderer/drawing'],
  'renderer/bridge': [],
  'renderer/ui': ['renderer/drawing'],
  'renderer/drawing': [],
};

/**
 * Which layer a file belongs to, from its path relative to the project. Null for files outside both source trees.
 * @param {string} relative
 * @returns {string | null}
 */
function layerOf(relative) {
  const parts = relative.split(path.sep);
  if (parts[0] === 'src-main') return parts.length === 2 ? 'root' : (parts[1] ?? null);
  if (parts[0] === 'src-renderer') return parts.length === 2 ? 'renderer/app' : `renderer/${parts[1]}`;
  return null;
}

/**
 * What an import means; null for packages and for files outside both source trees.
 * @param {string} source
 * @param {string} file
 * @param {string} root
 */
function targetOf(source, file, root) {
  if (source === 'electron' || source.startsWith('electron/')) return { layer: 'electron', relative: source };
  if (!source.startsWith('.')) return null;
  const relative = path.relative(root, path.resolve(path.dirname(file), source));
  const layer = layerOf(relative);
  return layer === null ? null : { layer, relative };
}

/**
 * @param {string} from
 * @param {{ layer: string, relative: string }} target
 * @param {string} ownRelative
 */
function isAllowed(from, target, ownRelative) {
  if (target.layer === 'contract') return true;
  if (target.layer === from) {
    return from !== 'renderer/features' || featureOf(ownRelative) === featureOf(target.relative);
  }
  return (ALLOWED[from] ?? []).some((entry) => {
    const [layer, ...file] = from.startsWith('renderer') ? [entry] : entry.split('/');
    if (layer !== target.layer) return false;
    return file.length === 0 || target.relative.startsWith(path.join('src-main', entry));
  });
}

/**
 * Features never import one another; `features/shell` is the frame around them.
 * @param {string} relative
 */
function featureOf(relative) {
  const parts = relative.split(path.sep);
  return parts[1] === 'features' ? parts[2] : undefined;
}

/**
 * The literal that an import names.
 * @param {{ source?: unknown }} node
 */
function sourceOf(node) {
  const { source } = node;
  if (typeof source !== 'object' || source === null || !('value' in source)) return null;
  return typeof source.value === 'string' ? source.value : null;
}

/** @type {import('eslint').Rule.RuleModule} */
export const layers = {
  meta: {
    type: 'problem',
    docs: { description: 'imports follow the layers of the architecture' },
    schema: [],
    messages: {
      forbidden: '{{from}} may not import {{to}}. Allowed here: {{allowed}}. See README, "The tree in pipeline order".',
    },
  },
  create(context) {
    const own = path.relative(context.cwd, context.filename);
    const from = layerOf(own);
    if (from === null) return {};
    if (ALLOWED[from] === undefined) throw new Error(`layer ${from} of ${own} is not in tools/lint/layers.js`);
    /** @param {{ source?: unknown }} node */
    const check = (node) => {
      const source = sourceOf(node);
      if (source === null) return;
      const target = targetOf(source, context.filename, context.cwd);
      if (target === null || isAllowed(from, target, own)) return;
      const allowed = [from, 'contract', ...(ALLOWED[from] ?? [])].filter((name, i, all) => all.indexOf(name) === i);
      context.report({
        node: /** @type {import('estree').Node} */ (node),
        messageId: 'forbidden',
        data: { from, to: target.layer, allowed: allowed.join(', ') },
      });
    };
    return {
      ImportDeclaration: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
      ImportExpression: check,
    };
  },
};
