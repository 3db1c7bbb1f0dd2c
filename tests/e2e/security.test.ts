/** Hazards A (1 to 12, 15): what a page can and cannot do, tried in the real window. */

import path from 'node:path';
import { expect, test } from '@playwright/test';
import { REQUEST_NAMES } from '../../src-main/contract/requests.ts';
import { dropPaths, openApp, removeHome, temporaryHome } from './support/app.ts';
import type { RunningApp } from './support/app.ts';

const PRELOAD = path.resolve(import.meta.dirname, '../../out/preload/index.cjs');

/** Code of the failure that a page gets for a request; `accepted` when there is none. */
function codeOfAnswer(name: string, payload: unknown): Promise<string> {
  return running.page.evaluate(
    async ([requested, input]) => {
      const request = Reflect.get(Reflect.get(window, 'denselab') ?? {}, 'request');
      const answer = await request(requested, input);
      return answer.ok ? 'accepted' : answer.error.code;
    },
    [name, payload] as const,
  );
}

let home: string;
let running: RunningApp;

test.beforeAll(async () => {
  home = temporaryHome();
  running = await openApp(home);
});

test.afterAll(async () => {
  await running.quit();
  removeHome(home);
});

test('hazard 1: every page is isolated, sandboxed and without Node', async () => {
  const preferences = await running.app.evaluate(({ webContents }) =>
    webContents.getAllWebContents().map((contents) => {
      const all = Reflect.get(contents, 'getLastWebPreferences').call(contents);
      const doors = [all.allowRunningInsecureContent, all.experimentalFeatures, all.enableBlinkFeatures];
      return [
        [all.sandbox, all.contextIsolation, all.nodeIntegration, all.webSecurity, all.webviewTag ?? false],
        doors.some(Boolean),
      ];
    }),
  );
  expect(preferences).toEqual([[[true, true, false, true, false], false]]);
  expect(await running.page.evaluate(() => [typeof require, typeof process])).toEqual(['undefined', 'undefined']);
});

test('hazard 11: the page gets three functions and nothing else', async () => {
  const surface = await running.page.evaluate(() => Object.keys(Reflect.get(window, 'denselab') ?? {}).sort());
  expect(surface).toEqual(['on', 'pathOf', 'request']);
});

test('hazard 3: injected scripts, eval and inline styles are refused', async () => {
  const outcome = await running.page.evaluate(async () => {
    const holder = document.createElement('div');
    let assigned = true;
    try {
      holder.innerHTML = '<img src=x onerror="window.hacked = 1">';
    } catch {
      assigned = false;
    }
    // In a task of its own: what DevTools itself evaluates may call eval.
    const evaluated = await new Promise((resolve) => {
      setTimeout(() => {
        try {
          (0, window.eval)('window.hacked = 1');
          resolve(true);
        } catch {
          resolve(false);
        }
      });
    });
    const script = document.createElement('script');
    let scripted = true;
    try {
      script.textContent = 'window.hacked = 1';
      document.body.append(script);
    } catch {
      scripted = false;
    }
    await new Promise((resolve) => setTimeout(resolve, 300));
    return { assigned, evaluated, scripted, hacked: 'hacked' in window };
  });
  expect(outcome).toEqual({ assigned: false, evaluated: false, scripted: false, hacked: false });
});

test('hazards 4 to 6: the page cannot leave, open windows or embed', async () => {
  const address = running.page.url();
  await running.page.evaluate(() => {
    location.href = 'https://example.com/';
  });
  expect(await running.page.evaluate(() => window.open('https://example.com/') === null)).toBe(true);
  await running.page.evaluate(() => {
    const link = document.createElement('a');
    link.href = 'https://example.com/';
    link.target = '_blank';
    document.body.append(link);
    link.click();
    link.remove();
    document.body.append(document.createElement('webview'));
  });
  await dropPaths(running.page, [path.resolve(import.meta.dirname, '../../src-renderer/index.html')], {
    x: 20,
    y: 500,
  });
  await running.page.waitForTimeout(500);
  expect(running.page.url()).toBe(address);
  expect(await running.app.evaluate(({ webContents }) => webContents.getAllWebContents().length)).toBe(1);
});

test('hazard 7: permissions are denied', async () => {
  const outcome = await running.page.evaluate(async () => {
    const media = await navigator.mediaDevices?.getUserMedia({ audio: true }).then(
      () => 'granted',
      () => 'denied',
    );
    const notification = await Notification.requestPermission();
    const place = await new Promise((resolve) =>
      navigator.geolocation.getCurrentPosition(
        () => resolve('granted'),
        () => resolve('denied'),
      ),
    );
    return [media, notification, place];
  });
  expect(outcome).toEqual(['denied', 'denied', 'denied']);
});

test('hazard 9: another page with the same preload is refused', async () => {
  const answer = await running.app.evaluate(async ({ BrowserWindow }, preload) => {
    const other = new BrowserWindow({ show: false, webPreferences: { preload, sandbox: true } });
    await other.loadURL('app://denselab/index.html');
    const result: unknown = await other.webContents.executeJavaScript("window.denselab.request('app/info', null)");
    other.destroy();
    return result;
  }, PRELOAD);
  expect(answer).toMatchObject({ ok: false, error: { code: 'sender-refused' } });
});

test('hazard 10: nonsense payloads get a typed error, and the app lives', async () => {
  const nonsense = [
    'text',
    7,
    [],
    { id: -1 },
    { id: '../../etc' },
    { __proto__: { id: 1 } },
    { extra: 'x'.repeat(100_000) },
  ];
  const codes: string[] = [];
  for (const name of [...REQUEST_NAMES, 'no/such']) {
    for (const payload of nonsense) codes.push(await codeOfAnswer(name, payload));
  }
  const typed = ['payload-invalid', 'model-invalid', 'recipe-invalid'];
  expect(codes.filter((code) => !typed.includes(code))).toEqual([]);
});

test('hazard 12: nothing outside the built page is served', async () => {
  const paths = ['/%2e%2e/%2e%2e/package.json', '/..%2f..%2fpackage.json', '/../main/index.cjs', '/nothing.html', '/'];
  const statuses = await running.page.evaluate(
    (list) => Promise.all(list.map(async (one) => (await fetch(`app://denselab${one}`)).status)),
    paths,
  );
  expect(statuses).toEqual([404, 404, 404, 404, 200]);
});

test('hazard 15: the page cannot reach the network', async () => {
  const outcome = await running.page.evaluate(() =>
    fetch('https://example.com/').then(
      () => 'reached',
      () => 'refused',
    ),
  );
  expect(outcome).toBe('refused');
});
