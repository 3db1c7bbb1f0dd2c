/** Groups that grow together (a forest with path halving; Tarjan and van Leeuwen 1984). */

/** Numbers from 0, each in a group of its own until it is joined with others. */
export class Groups {
  readonly #parents: Int32Array;

  constructor(count: number, parents: Int32Array = Int32Array.from({ length: count }, (_, index) => index)) {
    this.#parents = parents;
  }

  /** The same groups, which grow on their own from now on. */
  copy(): Groups {
    return new Groups(this.#parents.length, this.#parents.slice());
  }

  /** Makes one group of the two that hold these numbers. */
  join(one: number, other: number): void {
    const [left, right] = [this.#root(one), this.#root(other)];
    this.#parents[Math.max(left, right)] = Math.min(left, right);
  }

  /** Groups of two and more, each rising. */
  several(): number[][] {
    const members = new Map<number, number[]>();
    this.#parents.forEach((parent, index) => {
      if (parent === index) return;
      const root = this.#root(index);
      const group = members.get(root);
      if (group === undefined) members.set(root, [root, index]);
      else group.push(index);
    });
    return [...members.values()];
  }

  #root(index: number): number {
    let root = index;
    for (;;) {
      const parent = this.#parents[root] ?? root;
      if (parent === root) return root;
      this.#parents[root] = this.#parents[parent] ?? parent;
      root = parent;
    }
  }
}
