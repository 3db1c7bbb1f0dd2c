import { describe, expect, it } from 'vitest';

import { findWheel, indexUrl } from '../../../src-main/runtime/python-index.js';
import { serve } from '../../support/tools/serve.ts';

const WHEEL = 'tensorflow_cpu-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl';

describe('findWheel', () => {
  it('reads an index that answers in JSON', async () => {
    const base = await serve((request, response) => {
      expect(request.url).toBe('/simple/tensorflow-cpu/');
      response.setHeader('content-type', 'application/vnd.pypi.simple.v1+json');
      const files = [{ filename: 'other.whl', url: 'https://files/other.whl' }];
      response.end(JSON.stringify({ files: [...files, { filename: WHEEL, url: `https://files/x/${WHEEL}` }] }));
    });
    expect(await findWheel(`${base}/simple`, 'tensorflow-cpu', WHEEL)).toBe(`https://files/x/${WHEEL}`);
  });

  it('reads a mirror that knows HTML only, with links relative to the page', async () => {
    const base = await serve((_request, response) => {
      response.setHeader('content-type', 'text/html');
      response.end(
        `<body><a href="x.whl">x.whl</a>\n<a data-y="1" href="../../f/${WHEEL}?a=1&amp;b=2#sha256=0">${WHEEL}</a>`,
      );
    });
    const url = await findWheel(`${base}/simple`, 'tensorflow-cpu', WHEEL);
    expect(url).toBe(`${base}/f/${WHEEL}?a=1&b=2#sha256=0`);
  });

  it('says which page lacks which file', async () => {
    const base = await serve((_request, response) => response.end('<a href="x.whl">x.whl</a>'));
    const finding = findWheel(base, 'tensorflow-cpu', WHEEL);
    await expect(finding).rejects.toThrow(`${base}/tensorflow-cpu/ does not list ${WHEEL}.`);
  });

  it('says when the index cannot be reached', async () => {
    const finding = findWheel('http://127.0.0.1:1', 'tensorflow-cpu', WHEEL);
    await expect(finding).rejects.toThrow('The Python package index http://127.0.0.1:1 cannot be reached');
  });
});

describe('indexUrl', () => {
  it('is the mirror that pip uses, or PyPI', () => {
    expect(indexUrl({ PIP_INDEX_URL: 'https://mirror/simple/' })).toBe('https://mirror/simple');
    expect(indexUrl({})).toBe('https://pypi.org/simple');
  });
});
