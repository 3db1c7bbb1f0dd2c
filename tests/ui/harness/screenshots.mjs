/**
 * Takes pictures of every scene in both themes and two sizes, and asks axe about each:
 * `node tests/ui/harness/screenshots.mjs DIRECTORY [SCENE...]`. CHROMIUM names the browser.
 */

import { mkdtemp, mkdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { chromium } from 'playwright';
import { serveHarness } from './serve.mjs';

const SIZES = [
  { width: 1280, height: 800 },
  { width: 1600, height: 1000 },
];

/**
 * @param {string} directory
 * @param {readonly string[]} names
 */
async function main(directory, names) {
  const built = await mkdtemp(path.join(os.tmpdir(), 'denselab-harness-'));
  const harness = await serveHarness(built);
  const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--force-device-scale-factor=1'] });
  await mkdir(directory, { recursive: true });
  let problems = 0;
  for (const scene of names) {
    for (const theme of ['light', 'dark']) {
      for (const viewport of SIZES) {
        const page = await (await browser.newContext({ viewport })).newPage();
        page.on('console', (message) => {
          if (message.type() === 'error' || message.type() === 'warning') console.log(scene, theme, message.text());
        });
        page.on('pageerror', (error) => console.log(scene, theme, String(error)));
        await page.goto(`${harness.url}?scene=${scene}&theme=${theme}`);
        await page.waitForTimeout(600);
        await page.screenshot({ path: path.join(directory, `${scene}-${theme}-${viewport.width}.png`) });
        if (viewport === SIZES[0]) {
          const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
          problems += violations.length;
          for (const { id, help, nodes } of violations) {
            console.log(
              scene,
              theme,
              id,
              help,
              nodes
                .slice(0, 4)
                .map(
                  (node) =>
                    `\n    ${node.html.slice(0, 160)}\n      ${node.failureSummary?.split('\n').slice(1, 2).join(' ')}`,
                )
                .join(''),
            );
          }
        }
        await page.context().close();
      }
    }
  }
  console.log(`${names.length} scenes, ${problems} findings of axe`);
  await browser.close();
  harness.close();
  await rm(built, { recursive: true });
}

const [directory, ...names] = process.argv.slice(2);
if (directory === undefined || names.length === 0) throw new Error('say where to, and which scenes');
await main(directory, names);
