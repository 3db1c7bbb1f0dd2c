import { fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import { beforeEach, describe, expect, it } from 'vitest';
import type { RunDetail } from '../../src-main/contract/run.ts';
import RunsScreen from '../../src-renderer/features/runs/RunsScreen.svelte';
import type { AppState } from '../../src-renderer/state/app.svelte.ts';
import Markdown from '../../src-renderer/ui/Markdown.svelte';
import { buildRunDetail, type TrainedDetail } from '../support/buildRun.ts';
import { FakeBridge } from '../support/fakeBridge.ts';
import { renderScreen } from '../support/renderScreen.ts';

beforeEach(() => {
  localStorage.clear();
});

async function open(...runs: readonly RunDetail[]): Promise<{ bridge: FakeBridge; app: AppState }> {
  const bridge = new FakeBridge({ runs });
  return { bridge, app: await renderScreen(RunsScreen, bridge) };
}

async function openNotes(run: Partial<TrainedDetail>): Promise<{ bridge: FakeBridge; app: AppState }> {
  const opened = await open(buildRunDetail({ id: 1, ...run }));
  await fireEvent.click(screen.getByRole('tab', { name: 'Notes' }));
  return opened;
}

describe('notes of a run', () => {
  it('are written, kept, and drawn as Markdown', async () => {
    const { bridge } = await openNotes({});
    await fireEvent.click(await screen.findByRole('button', { name: 'Write' }));
    const field = screen.getByRole('textbox', { name: 'Notes in Markdown' });
    await fireEvent.input(field, { target: { value: '# Warm-up\nhelps **a lot**' } });
    await fireEvent.click(screen.getByRole('button', { name: 'Keep' }));
    expect(bridge.inputsOf('runs/annotate')).toEqual([{ id: 1, change: { notes: '# Warm-up\nhelps **a lot**' } }]);
    expect((await screen.findByRole('heading', { name: 'Warm-up' })).tagName).toBe('H4');
    expect(screen.getByText('a lot').tagName).toBe('B');
  });

  it('stay as they were on Escape', async () => {
    const { bridge } = await openNotes({ notes: 'as it was' });
    await fireEvent.click(await screen.findByRole('button', { name: 'Change' }));
    const field = screen.getByRole('textbox', { name: 'Notes in Markdown' });
    await fireEvent.input(field, { target: { value: 'other' } });
    await fireEvent.keyDown(field, { key: 'Escape' });
    screen.getByText('as it was');
    expect(bridge.inputsOf('runs/annotate')).toEqual([]);
  });
});

describe('tags of a run', () => {
  it('are added, are found by the filter, and are taken away', async () => {
    const { bridge } = await openNotes({ name: 'tagged' });
    const field = await screen.findByRole('textbox', { name: 'New tag' });
    await fireEvent.input(field, { target: { value: 'warm-up' } });
    await fireEvent.keyDown(field, { key: 'Enter' });
    await waitFor(() => expect(bridge.runs.get(1)?.tags).toEqual(['warm-up']));
    await fireEvent.input(screen.getByRole('searchbox'), { target: { value: 'warm-up' } });
    await waitFor(() => expect(screen.getAllByRole('row').some((row) => row.dataset['run'] === '1')).toBe(true));
    await fireEvent.click(screen.getByRole('button', { name: 'Take the tag warm-up away' }));
    await waitFor(() => expect(bridge.runs.get(1)?.tags).toEqual([]));
  });
});

describe('star and archive', () => {
  it('are done by key, and undone by the same', async () => {
    const { bridge, app } = await open(buildRunDetail({ id: 1 }));
    app.actions.run('run.star');
    await screen.findByRole('img', { name: 'Starred' });
    expect(app.actions.all.find(({ id }) => id === 'run.star')?.title).toBe('Take the star off the run');
    app.actions.run('run.star');
    await waitFor(() => expect(bridge.runs.get(1)?.starred).toBe(false));
  });

  it('take an archived run out of the list until it is asked for', async () => {
    const { app } = await open(buildRunDetail({ id: 1, name: 'old' }), buildRunDetail({ id: 2, name: 'new' }));
    app.runs.select(1);
    app.actions.run('run.archive');
    const table = within(screen.getByRole('grid', { name: 'Runs' }));
    await waitFor(() => expect(table.queryByText('old')).toBeNull());
    table.getByText('new');
  });
});

describe('Markdown', () => {
  it('never becomes HTML of the writer, and follows no link', () => {
    const { container } = render(Markdown, {
      text: '<img src=x onerror=alert(1)> and [here](javascript:alert(1)) with `a < b` & <b>raw</b>',
    });
    expect(container.querySelector('img, a, script')).toBeNull();
    expect(container.textContent).toContain('<img src=x onerror=alert(1)>');
    expect(container.textContent).toContain('a < b');
    expect(container.textContent).toContain('(javascript:alert(1))');
  });

  it('draws lists, tasks, quotes, code and tables', () => {
    const { container } = render(Markdown, {
      text: '1. one\n2. two\n\n- [x] done\n\n> said\n\n```\ncode < 1\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |',
    });
    expect(container.querySelectorAll('ol > li')).toHaveLength(2);
    expect(container.querySelector('blockquote')?.textContent.trim()).toBe('said');
    expect(container.querySelector('pre')?.textContent).toBe('code < 1');
    expect(container.querySelectorAll('table td')).toHaveLength(2);
    expect(container.textContent).toContain('☑');
  });
});
