import type { EngineCheck, EngineReport } from '../../src-main/contract/engine.ts';
import type { RuntimeView } from '../../src-main/contract/runtime.ts';

/** One check of the engine, ready, with overrides. */
export function buildCheck(overrides: Partial<EngineCheck> = {}): EngineCheck {
  return {
    id: 'tensorflow',
    title: 'TensorFlow runtime',
    state: 'ready',
    found: 'CPU kernels with AVX-512 and oneDNN',
    version: '2.21.0',
    origin: 'PyPI wheel tensorflow-cpu',
    remedy: null,
    ...overrides,
  };
}

/** A machine that can train on its CPU, with overrides. */
export function buildEngineReport(overrides: Partial<EngineReport> = {}): EngineReport {
  return {
    ready: true,
    checks: [
      buildCheck({ id: 'node', title: 'Node.js', found: 'Node-API 9', version: '20.20.2', origin: null }),
      buildCheck(),
      buildCheck({
        id: 'kernels',
        title: 'Kernel self-test',
        state: 'limited',
        found: '36 of 41 shapes agree with the reference, 5 are replaced by own kernels',
        version: null,
        origin: null,
      }),
      buildCheck({ id: 'sqlite', title: 'Database', found: 'Opened and checked', version: '3.53.0', origin: null }),
    ],
    devices: [{ name: 'CPU:0', kind: 'CPU' }],
    nodeApi: 9,
    freeBytes: 212_000_000_000,
    home: '/home/ada/DenseLab',
    ...overrides,
  };
}

/** The runtime of an installed app before its first use, with overrides. */
export function buildRuntimeView(overrides: Partial<RuntimeView> = {}): RuntimeView {
  return {
    offer: {
      version: '2.21.0',
      file: 'tensorflow_cpu-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl',
      host: 'pypi.org',
      downloadBytes: 273_829_956,
      diskBytes: 1_300_000_000,
      licence: 'Apache License 2.0',
    },
    installable: true,
    installed: [],
    working: false,
    ...overrides,
  };
}
