import { fireEvent, render, screen } from '@testing-library/svelte';
import { createRawSnippet } from 'svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ActionRegistry, shortcutKeys } from '../../src-renderer/state/actions.svelte.ts';
import { ToastState } from '../../src-renderer/state/toasts.svelte.ts';
import Dialog from '../../src-renderer/ui/Dialog.svelte';
import Field from '../../src-renderer/ui/Field.svelte';
import Menu from '../../src-renderer/ui/Menu.svelte';
import Progress from '../../src-renderer/ui/Progress.svelte';
import Segmented from '../../src-renderer/ui/Segmented.svelte';
import Slider from '../../src-renderer/ui/Slider.svelte';
import Switch from '../../src-renderer/ui/Switch.svelte';
import { listTarget, rovingTarget } from '../../src-renderer/ui/roving.ts';

const snippet = (html: string) => createRawSnippet(() => ({ render: () => html }));

describe('Segmented', () => {
  it('is one tab stop whose arrows choose, over what is disabled', async () => {
    const chosen: string[] = [];
    render(Segmented, {
      label: 'Axis',
      value: 'epoch',
      options: [
        { value: 'epoch', label: 'epoch' },
        { value: 'step', label: 'step', disabled: true },
        { value: 'time', label: 'time' },
      ],
      onchange: (value: string) => chosen.push(value),
    });
    const radios = screen.getAllByRole('radio');
    expect(radios.map((radio) => radio.tabIndex)).toEqual([0, -1, -1]);
    await fireEvent.keyDown(radios[0] ?? document.body, { key: 'ArrowRight' });
    expect(chosen).toEqual(['time']);
    expect(document.activeElement).toBe(radios[2]);
    expect(radios[2]?.getAttribute('aria-checked')).toBe('true');
  });
});

describe('Slider', () => {
  it('tells its value with the unit, and gives what is set', async () => {
    const set: number[] = [];
    render(Slider, {
      label: 'Depth',
      value: 40,
      min: 10,
      max: 250,
      step: 6,
      major: [10, 250],
      unit: 'layers',
      onchange: (value: number) => set.push(value),
    });
    const slider = screen.getByRole<HTMLInputElement>('slider', { name: 'Depth' });
    expect(slider.getAttribute('aria-valuetext')).toBe('40 layers');
    await fireEvent.input(slider, { target: { value: '46' } });
    expect(set).toEqual([46]);
    expect(slider.getAttribute('aria-valuetext')).toBe('46 layers');
  });

  it('moves by ratio on a log scale, to two significant digits', async () => {
    const set: number[] = [];
    render(Slider, {
      label: 'Rate',
      value: 0.1,
      min: 0.001,
      max: 1,
      log: true,
      major: [],
      onchange: (value: number) => set.push(value),
    });
    await fireEvent.input(screen.getByRole('slider'), { target: { value: '100' } });
    expect(set).toEqual([0.032]);
  });
});

describe('other controls', () => {
  it('switch with a press', async () => {
    render(Switch, { label: 'Bottleneck', checked: false });
    const control = screen.getByRole('switch', { name: 'Bottleneck' });
    await fireEvent.click(control);
    expect(control.getAttribute('aria-checked')).toBe('true');
  });

  it('tie a field to the sentence about what is wrong with it', () => {
    render(Field, { label: 'Batch', value: '9000', error: 'The train split has 600 images.' });
    const field = screen.getByRole('textbox', { name: 'Batch' });
    const note = document.getElementById(field.getAttribute('aria-describedby') ?? '');
    expect([field.getAttribute('aria-invalid'), note?.textContent]).toEqual([
      'true',
      'The train split has 600 images.',
    ]);
  });

  it('round progress down, so that 100 means done, and give none while it is unknown', async () => {
    const { rerender } = render(Progress, { label: 'Reading', value: 0.999 });
    expect(screen.getByRole('progressbar').getAttribute('aria-valuenow')).toBe('99');
    await rerender({ value: null });
    expect(screen.getByRole('progressbar').hasAttribute('aria-valuenow')).toBe(false);
  });
});

describe('Menu', () => {
  it('moves with arrows and letters over what is disabled, and closes before it acts', async () => {
    const log: string[] = [];
    render(Menu, {
      label: 'Run',
      x: 10,
      y: 10,
      onclose: () => log.push('closed'),
      items: [
        { title: 'Stop', disabled: true, run: () => log.push('stop') },
        { title: 'Rename', run: () => log.push('rename') },
        { title: 'Delete', run: () => log.push('delete') },
      ],
    });
    const items = screen.getAllByRole('menuitem');
    expect(document.activeElement).toBe(items[1]);
    await fireEvent.keyDown(items[1] ?? document.body, { key: 'ArrowDown' });
    expect(document.activeElement).toBe(items[2]);
    await fireEvent.keyDown(items[2] ?? document.body, { key: 'r' });
    expect(document.activeElement).toBe(items[1]);
    await fireEvent.click(items[1] ?? document.body);
    expect(log).toEqual(['closed', 'rename']);
  });
});

describe('Dialog', () => {
  it('keeps the focus, and closes on Escape', async () => {
    let closed = 0;
    render(Dialog, {
      title: 'Large image',
      onclose: () => (closed += 1),
      children: snippet('<button>first</button>'),
      actions: snippet('<button data-autofocus>last</button>'),
    });
    const last = screen.getByRole('button', { name: 'last' });
    expect(document.activeElement).toBe(last);
    expect(await fireEvent.keyDown(last, { key: 'Tab' })).toBe(false);
    expect(document.activeElement).toBe(screen.getByRole('button', { name: 'first' }));
    await fireEvent.keyDown(document.activeElement ?? document.body, { key: 'Tab', shiftKey: true });
    expect(document.activeElement).toBe(last);
    await fireEvent.keyDown(last, { key: 'Escape' });
    expect(closed).toBe(1);
  });
});

describe('keys in a group', () => {
  it('go around in a group and stop at the ends of a list', () => {
    expect([rovingTarget('ArrowRight', 2, 3), rovingTarget('ArrowLeft', 0, 3), rovingTarget('a', 0, 3)]).toEqual([
      0,
      2,
      null,
    ]);
    expect([listTarget('ArrowDown', 2, 3), listTarget('ArrowUp', 0, 3), listTarget('PageDown', 0, 30)]).toEqual([
      2, 0, 10,
    ]);
    expect(listTarget('ArrowDown', -1, 0)).toBeNull();
  });
});

describe('actions', () => {
  it('act only while they can, and only while they are registered', () => {
    const registry = new ActionRegistry();
    let runs = 0;
    let able = false;
    const unregister = registry.register([{ id: 'x', title: 'X', when: () => able, run: () => (runs += 1) }]);
    expect([registry.run('x'), runs]).toEqual([false, 0]);
    able = true;
    expect([registry.run('x'), runs]).toEqual([true, 1]);
    unregister();
    expect([registry.run('x'), runs]).toEqual([false, 1]);
  });

  it('write shortcuts as the platform does', () => {
    expect(shortcutKeys('$mod+k', false)).toEqual(['Ctrl', 'K']);
    expect(shortcutKeys('$mod+Enter', true)).toEqual(['⌘', 'Enter']);
    expect(shortcutKeys(undefined, false)).toEqual([]);
  });
});

describe('a toast', () => {
  afterEach(() => vi.useRealTimers());

  it('goes by itself, but not while it is held, and a new one takes its place', () => {
    vi.useFakeTimers();
    const toasts = new ToastState();
    toasts.show({ message: 'one' });
    toasts.show({ message: 'two' });
    vi.advanceTimersByTime(4000);
    expect([toasts.current?.message, Math.round(toasts.left * 10)]).toEqual(['two', 5]);
    toasts.hold(true);
    vi.advanceTimersByTime(60_000);
    expect(toasts.current?.message).toBe('two');
    toasts.hold(false);
    vi.advanceTimersByTime(4200);
    expect(toasts.current).toBeNull();
  });

  it('takes back once', () => {
    const toasts = new ToastState();
    let undone = 0;
    toasts.show({ message: 'deleted', undo: () => (undone += 1) });
    toasts.undo();
    toasts.undo();
    expect(undone).toBe(1);
  });
});
