/** Random numbers that are the same on every machine: 32-bit integer arithmetic only. */

/** A stream of random numbers; two streams made from the same words give the same numbers. */
export interface Random {
  /** The next 32 random bits, an integer in [0, 2^32). */
  bits(): number;
  /** An unbiased integer in [0, bound); `bound` in [1, 2^32]. */
  below(bound: number): number;
  /** A number in [0, 1) with 32 random bits. */
  uniform(): number;
}

/**
 * A xoshiro128** generator (Blackman and Vigna, "Scrambled linear pseudorandom number generators", 2018). Its state is
 * filled by hashing all `words` with the finaliser of splitmix32, so that (1, 2) and (2, 1) are unrelated streams.
 */
export function createRandom(...words: readonly number[]): Random {
  let hash = 0x9e3779b9;
  for (const word of words) {
    hash = mix(hash ^ (word >>> 0));
    hash = mix(hash ^ (Math.floor(word / 2 ** 32) >>> 0));
  }
  const next = (): number => mix((hash = (hash + 0x9e3779b9) | 0));
  let s0 = next();
  let s1 = next();
  let s2 = next();
  let s3 = next();
  const bits = (): number => {
    const result = Math.imul(rotate(Math.imul(s1, 5), 7), 9) >>> 0;
    const shifted = s1 << 9;
    s2 ^= s0;
    s3 ^= s1;
    s1 ^= s2;
    s0 ^= s3;
    s2 ^= shifted;
    s3 = rotate(s3, 11);
    return result;
  };
  return { bits, below: (bound) => below(bits, bound), uniform: () => bits() / 2 ** 32 };
}

/** Rejects the incomplete last interval, which would favour small numbers. */
function below(bits: () => number, bound: number): number {
  const limit = 2 ** 32 - (2 ** 32 % bound);
  for (;;) {
    const drawn = bits();
    if (drawn < limit) return drawn % bound;
  }
}

function rotate(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by));
}

/** Finaliser of splitmix32: every input bit changes each output bit with a chance of one half. */
function mix(word: number): number {
  let z = word;
  z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
  z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
  return z ^ (z >>> 15);
}
