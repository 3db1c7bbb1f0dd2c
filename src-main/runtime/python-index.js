/** Finds a wheel in a Python package index (PyPI, or the mirror in PIP_INDEX_URL), without Python. */
import { SetupFailure, errorCode } from './failure.js';

/**
 * The index in use.
 * @param {NodeJS.ProcessEnv} [environment]
 */
export function indexUrl(environment = process.env) {
  return (environment.PIP_INDEX_URL || 'https://pypi.org/simple').replace(/\/+$/, '');
}

/**
 * The address of one file of a project.
 * @param {string} index
 * @param {string} project
 * @param {string} filename
 * @returns {Promise<string>}
 * @throws {SetupFailure} When the index cannot be read, or does not list the file.
 */
export async function findWheel(index, project, filename) {
  const page = `${index}/${project}/`;
  /** @type {Response} */
  let response;
  try {
    response = await fetch(page, {
      headers: { accept: 'application/vnd.pypi.simple.v1+json, text/html;q=0.5' },
      signal: AbortSignal.timeout(60_000),
    });
  } catch (error) {
    throw new SetupFailure(
      `The Python package index ${index} cannot be reached (${errorCode(error) ?? String(error)}).`,
      'Check the network, or name a mirror with PIP_INDEX_URL, then: npm run setup',
    );
  }
  if (!response.ok) {
    throw new SetupFailure(
      `The Python package index answered ${response.status} for ${page}.`,
      'Check PIP_INDEX_URL and the network, then: npm run setup',
    );
  }
  const text = await response.text();
  const isJson = (response.headers.get('content-type') ?? '').includes('json');
  const found = (isJson ? linksOfJson(text) : linksOfHtml(text)).find((link) => link.filename === filename);
  if (found === undefined) {
    throw new SetupFailure(`${page} does not list ${filename}.`, 'Choose an index that has it with PIP_INDEX_URL.');
  }
  return new URL(found.url, response.url).href;
}

/**
 * PEP 691.
 * @param {string} text
 * @returns {{ filename: string, url: string }[]}
 */
function linksOfJson(text) {
  return JSON.parse(text).files;
}

/**
 * PEP 503: anchors whose text is the file name.
 * @param {string} text
 */
function linksOfHtml(text) {
  return [...text.matchAll(/<a\s[^>]*href="([^"]+)"[^>]*>\s*([^<]+?)\s*<\/a>/gi)].map(
    ([, url = '', filename = '']) => ({
      filename,
      url: url.replaceAll('&amp;', '&'),
    }),
  );
}
