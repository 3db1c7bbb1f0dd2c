/** Multinomial logistic regression, fitted by L-BFGS (Nocedal and Wright 2006, algorithm 7.4). */

/** Rows of numbers with a class each. */
export interface Examples {
  /** [rows, columns], row-major. */
  readonly features: Float32Array;
  readonly columns: number;
  readonly labels: Uint16Array;
  readonly classes: number;
}

/** A fitted classifier. */
export interface Classifier {
  /** The share of the examples whose class it finds; of equally probable classes the first counts. */
  accuracy(examples: Pick<Examples, 'features' | 'labels'>): number;
  /** What the objective came to. */
  readonly minimum: number;
}

/** Pairs of steps that the Hessian is estimated from. */
const MEMORY = 10;
const MOST_STEPS = 200;
/** The gradient's length at which it stops. */
const TOLERANCE = 1e-4;
/** Share of the promised decrease that a step must bring (Armijo). */
const DECREASE = 1e-4;

/**
 * Minimises mean cross-entropy + |W|² / 2n over n rows (C = 1 of scikit-learn) on columns that are standardised first; the bias
 * is free. A column that never changes is left out.
 * @param turn called before each step, to let others in; what it throws ends the fit
 */
export async function fitClassifier(examples: Examples, turn: () => Promise<void>): Promise<Classifier> {
  const scale = scaleOf(examples);
  const problem = new Problem({ ...examples, features: standardised(examples, scale) });
  const { weights, value: minimum } = await minimise(problem, turn);
  return {
    minimum,
    accuracy: ({ features, labels }) => {
      const rows = standardised({ ...examples, features }, scale);
      return new Problem({ ...examples, features: rows, labels }).accuracy(weights);
    },
  };
}

interface Scale {
  readonly mean: Float64Array;
  /** 1 / standard deviation; 0 where that is 0. */
  readonly factor: Float64Array;
}

function scaleOf({ features, columns }: Examples): Scale {
  const rows = features.length / columns;
  const mean = new Float64Array(columns);
  const variance = new Float64Array(columns);
  features.forEach((value, at) => (mean[at % columns] = (mean[at % columns] ?? 0) + value / rows));
  features.forEach((value, at) => {
    const column = at % columns;
    variance[column] = (variance[column] ?? 0) + (value - (mean[column] ?? 0)) ** 2 / rows;
  });
  // Below that, a variance is what rounding leaves of the difference.
  const factor = variance.map((each, column) => (each > 1e-12 * (mean[column] ?? 0) ** 2 ? 1 / Math.sqrt(each) : 0));
  return { mean, factor };
}

function standardised({ features, columns }: Examples, { mean, factor }: Scale): Float32Array {
  return features.map((value, at) => (value - (mean[at % columns] ?? 0)) * (factor[at % columns] ?? 0));
}

/** The objective as a function of the weights, [columns + 1, classes]; the last row is the bias. */
class Problem {
  readonly size: number;
  readonly #examples: Examples;
  readonly #rows: number;

  constructor(examples: Examples) {
    this.#examples = examples;
    this.#rows = examples.labels.length;
    this.size = (examples.columns + 1) * examples.classes;
  }

  /** Its value; its gradient goes into `gradient`. */
  evaluate(weights: Float64Array, gradient: Float64Array): number {
    const { features, columns, labels, classes } = this.#examples;
    const rows = this.#rows;
    const bias = columns * classes;
    const scores = new Float64Array(classes);
    gradient.fill(0);
    let loss = 0;
    for (let row = 0; row < rows; row++) {
      this.#score(row, weights, scores);
      loss += toErrors(scores, labels[row] ?? 0) / rows;
      for (let column = 0; column < columns; column++) {
        const value = (features[row * columns + column] ?? 0) / rows;
        const from = column * classes;
        if (value !== 0)
          for (let label = 0; label < classes; label++)
            gradient[from + label] = (gradient[from + label] ?? 0) + value * (scores[label] ?? 0);
      }
      scores.forEach((error, label) => (gradient[bias + label] = (gradient[bias + label] ?? 0) + error / rows));
    }
    for (let at = 0; at < bias; at++) {
      const weight = weights[at] ?? 0;
      loss += (weight * weight) / (2 * rows);
      gradient[at] = (gradient[at] ?? 0) + weight / rows;
    }
    return loss;
  }

  accuracy(weights: Float64Array): number {
    const { labels, classes } = this.#examples;
    const scores = new Float64Array(classes);
    let correct = 0;
    labels.forEach((label, row) => {
      this.#score(row, weights, scores);
      if (scores.indexOf(Math.max(...scores)) === label) correct++;
    });
    return correct / this.#rows;
  }

  #score(row: number, weights: Float64Array, scores: Float64Array): void {
    const { features, columns, classes } = this.#examples;
    for (let label = 0; label < classes; label++) scores[label] = weights[columns * classes + label] ?? 0;
    for (let column = 0; column < columns; column++) {
      const value = features[row * columns + column] ?? 0;
      const from = column * classes;
      if (value !== 0)
        for (let label = 0; label < classes; label++)
          scores[label] = (scores[label] ?? 0) + value * (weights[from + label] ?? 0);
    }
  }
}

/** Turns scores into probabilities, less 1 at the label. @returns the cross-entropy */
function toErrors(scores: Float64Array, label: number): number {
  const most = Math.max(...scores);
  const own = scores[label] ?? 0;
  let sum = 0;
  scores.forEach((score, at) => {
    const power = Math.exp(score - most);
    scores[at] = power;
    sum += power;
  });
  scores.forEach((power, at) => (scores[at] = power / sum - (at === label ? 1 : 0)));
  return Math.log(sum) + most - own;
}

interface Pair {
  readonly step: Float64Array;
  readonly change: Float64Array;
  readonly product: number;
}

async function minimise(
  problem: Problem,
  turn: () => Promise<void>,
): Promise<{ readonly weights: Float64Array; readonly value: number }> {
  let weights = new Float64Array(problem.size);
  let gradient = new Float64Array(problem.size);
  let value = problem.evaluate(weights, gradient);
  const pairs: Pair[] = [];
  for (let count = 0; count < MOST_STEPS && lengthOf(gradient) > TOLERANCE; count++) {
    await turn();
    const direction = directionOf(gradient, pairs);
    const found = search(problem, { weights, gradient, value, direction });
    if (found === null) break;
    const step = minus(found.weights, weights);
    const change = minus(found.gradient, gradient);
    const product = dot(step, change);
    if (product > 0) pairs.push({ step, change, product });
    if (pairs.length > MEMORY) pairs.shift();
    ({ weights, gradient, value } = found);
  }
  return { weights, value };
}

interface Place {
  readonly weights: Float64Array<ArrayBuffer>;
  readonly gradient: Float64Array<ArrayBuffer>;
  readonly value: number;
}

/** The first of ever shorter steps that decreases the value enough; null when none does. */
function search(problem: Problem, from: Place & { readonly direction: Float64Array }): Place | null {
  const slope = dot(from.gradient, from.direction);
  for (let length = 1; length > 1e-10; length /= 2) {
    const weights = from.weights.map((weight, at) => weight + length * (from.direction[at] ?? 0));
    const gradient = new Float64Array(problem.size);
    const value = problem.evaluate(weights, gradient);
    if (value <= from.value + DECREASE * length * slope) return { weights, gradient, value };
  }
  return null;
}

/** Minus the gradient, by the inverse Hessian that the pairs tell of. */
function directionOf(gradient: Float64Array, pairs: readonly Pair[]): Float64Array {
  const direction = gradient.map((each) => -each);
  const shares: number[] = [];
  for (const { step, change, product } of [...pairs].reverse()) {
    const share = dot(step, direction) / product;
    shares.push(share);
    direction.forEach((each, at) => (direction[at] = each - share * (change[at] ?? 0)));
  }
  const newest = pairs.at(-1);
  const scale =
    newest === undefined
      ? 1 / Math.max(1, lengthOf(gradient))
      : newest.product / Math.max(dot(newest.change, newest.change), Number.MIN_VALUE);
  direction.forEach((each, at) => (direction[at] = each * scale));
  for (const { step, change, product } of pairs) {
    const share = (shares.pop() ?? 0) - dot(change, direction) / product;
    direction.forEach((each, at) => (direction[at] = each + share * (step[at] ?? 0)));
  }
  return direction;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += (a[at] ?? 0) * (b[at] ?? 0);
  return sum;
}

function minus(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((each, at) => each - (b[at] ?? 0));
}

function lengthOf(vector: Float64Array): number {
  return Math.sqrt(dot(vector, vector));
}
