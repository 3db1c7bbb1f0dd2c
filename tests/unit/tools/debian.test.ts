import { describe, expect, it } from 'vitest';

import { installCommand, missingRequirements, sandboxObstacle } from '../../../tools/debian.js';

const FULL = { hasLibrary: () => true, hasProgram: () => true, hasFile: () => true };

describe('missingRequirements', () => {
  it('is empty where all is there', () => {
    expect(missingRequirements(['compiler', 'window', 'display', 'data'], FULL)).toEqual([]);
  });

  it('looks only at the groups that are asked for', () => {
    const bare = { hasLibrary: () => false, hasProgram: () => false, hasFile: () => false };
    const names = (groups: Parameters<typeof missingRequirements>[0]): (string | undefined)[] =>
      missingRequirements(groups, bare).map((requirement) => requirement.names.at(-1));
    expect(names(['compiler'])).toEqual(['g++']);
    expect(names(['display'])).toEqual(['xvfb', 'xauth']);
    expect(names(['data'])).toEqual(['dataset-fashion-mnist']);
    expect(names(['window'])).toContain('libgtk-3-0');
  });

  it('judges a library by what the linker knows, whatever the package is called', () => {
    const machine = { ...FULL, hasLibrary: (library: string) => library !== 'libasound.so.2' };
    const [missing, ...others] = missingRequirements(['window'], machine);
    expect(missing?.names).toEqual(['libasound2t64', 'libasound2']);
    expect(others).toEqual([]);
  });
});

describe('installCommand', () => {
  it('is one line for a shell', () => {
    expect(installCommand(['xvfb', 'g++'])).toBe(
      'sudo apt-get update && sudo apt-get install --no-install-recommends -y xvfb g++',
    );
  });
});

describe('sandboxObstacle', () => {
  it('names the command where the system keeps users from making a sandbox', () => {
    const obstacle = sandboxObstacle('/c/electron', (file) => (file.includes('apparmor_restrict') ? '1\n' : null));
    expect(obstacle?.action).toBe("sudo chown root:root '/c/chrome-sandbox' && sudo chmod 4755 '/c/chrome-sandbox'");
  });

  it('is silent where they may', () => {
    expect(sandboxObstacle('/c/electron', () => null)).toBeNull();
    expect(sandboxObstacle('/c/electron', (file) => (file.endsWith('userns_clone') ? '1\n' : '0\n'))).toBeNull();
  });
});
