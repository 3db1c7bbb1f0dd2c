/** Every option of the command line: one meaning each, whatever the command. */

/** How an option is typed and explained. */
export interface Option {
  readonly type: 'flag' | 'text' | 'whole' | 'number';
  /** Placeholder in the help; empty for a flag. */
  readonly value: string;
  readonly help: string;
  /** The only values it takes, where these are words. */
  readonly choices?: readonly string[];
  /** It may be given several times. */
  readonly repeats?: true;
}

/** All options by name. */
export const OPTIONS = {
  name: { type: 'text', value: 'NAME', help: 'Name to give; made from the source or the model when absent' },
  size: {
    type: 'text',
    value: 'N|HxW',
    help: 'Size of the stored images in pixels, 8 to 512 (default: their own, or 64)',
  },
  fit: {
    type: 'text',
    value: 'crop|pad|stretch',
    help: 'How images of other proportions fit: the middle (default), with a border, or distorted',
    choices: ['crop', 'pad', 'stretch'],
  },
  colour: {
    type: 'text',
    value: 'auto|grey|colour',
    help: 'Channels of the stored images (default auto: grey when every image is)',
    choices: ['auto', 'grey', 'colour'],
  },
  background: {
    type: 'text',
    value: '#RRGGBB',
    help: 'Colour under transparent pixels and beside padded images (default white)',
  },
  choose: { type: 'text', value: 'CHOICE', help: 'Which dataset of a source that holds several' },
  'dataset-version': {
    type: 'whole',
    value: 'N',
    help: 'Version of the dataset, also written --version N (default: the latest)',
  },
  input: { type: 'text', value: 'HxWxC', help: 'Size of the input (default 32x32x3)' },
  classes: { type: 'whole', value: 'N', help: 'Number of classes (default 10)' },
  dataset: { type: 'text', value: 'NAME', help: 'Dataset to train on, by name or id' },
  model: { type: 'text', value: 'MODEL', help: 'A name such as densenet-bc-40-12, or a JSON file of a model' },
  epochs: { type: 'whole', value: 'N', help: 'Passes over the train split (default 8)' },
  batch: { type: 'whole', value: 'N', help: 'Images per step (default 64)' },
  lr: {
    type: 'number',
    value: 'X',
    help: 'Learning rate that the schedule starts from, and its peak (default: that of the recipe)',
  },
  seed: { type: 'whole', value: 'N', help: 'Seed of everything random (default 1)' },
  recipe: {
    type: 'text',
    value: 'NAME|FILE',
    help: 'quick (default), cifar, svhn or imagenet, or a JSON file of a recipe; other options change it',
  },
  warmup: { type: 'number', value: 'EPOCHS', help: 'Raise the learning rate in a straight line over the first epochs' },
  schedule: {
    type: 'text',
    value: 'KIND',
    help: 'constant, step, cosine, one-cycle or plateau',
    choices: ['constant', 'step', 'cosine', 'one-cycle', 'plateau'],
  },
  optimizer: {
    type: 'text',
    value: 'sgd|adam|adamw',
    help: 'What turns gradients into steps; another than the recipe has brings a rate and a decay that suit it',
    choices: ['sgd', 'adam', 'adamw'],
  },
  'weight-decay': { type: 'number', value: 'X', help: 'L2 coefficient (default: that of the recipe)' },
  'decay-on': {
    type: 'text',
    value: 'all|weights',
    help: 'What decays: all parameters (default), or weights without gamma, beta and bias',
    choices: ['all', 'weights'],
  },
  'label-smoothing': { type: 'number', value: 'X', help: 'Share of each target that goes to all classes evenly' },
  'class-weights': { type: 'text', value: 'balanced|W,W,...', help: 'Weight of each class in the loss' },
  clip: { type: 'number', value: 'NORM', help: 'Scale gradients with a larger norm down to it' },
  accumulate: { type: 'whole', value: 'N', help: 'Compute each batch in N parts, for memory that does not hold it' },
  augment: {
    type: 'text',
    value: 'none|standard|LIST',
    help: 'Of mirror, shift:PIXELS, crop:AREA, colour:X, cutout:PIXELS, mixup:ALPHA (standard: mirror,shift:4)',
  },
  normalise: {
    type: 'text',
    value: 'channels|scale',
    help: 'Input by the mean and deviation of each channel (default), or divided by 255',
    choices: ['channels', 'scale'],
  },
  'early-stopping': { type: 'whole', value: 'N', help: 'End after N epochs without a gain, with the best weights' },
  precision: {
    type: 'text',
    value: 'float32|bfloat16|auto',
    help: 'What activations are computed in (default float32); bfloat16 has 8 bits: gradients differ by over 1%',
    choices: ['float32', 'bfloat16', 'auto'],
  },
  recompute: {
    type: 'text',
    value: 'on|off',
    help: 'Compute cheap layers again in the backward pass, to save memory (default: by depth)',
    choices: ['on', 'off'],
  },
  dropout: { type: 'number', value: 'RATE', help: 'Share of activations that dropout drops' },
  sweep: {
    type: 'text',
    value: 'KEY=VALUES',
    help: 'Vary a setting: growthRate=6,12 or lr=0.001..0.1:5log; may be given several times',
    repeats: true,
  },
  beside: { type: 'text', value: 'MODEL,...', help: 'Models to train beside those of a sweep, as they are' },
  seeds: { type: 'text', value: 'N,N,...', help: 'Train each combination with each of these seeds' },
  'dry-run': { type: 'flag', value: '', help: 'Say what it would come to, and queue nothing' },
  random: { type: 'whole', value: 'N', help: 'Draw N combinations of a sweep instead of all' },
  limit: { type: 'whole', value: 'N', help: 'Train on this many images only, drawn by the seed' },
  device: {
    type: 'text',
    value: 'cpu|gpu:N|auto',
    help: 'Device; auto takes the fastest (default auto; resume: the one of before)',
  },
  priority: {
    type: 'text',
    value: 'high|normal|low',
    help: 'Turn in the queue: those of high priority first (default normal)',
    choices: ['high', 'normal', 'low'],
  },
  before: { type: 'whole', value: 'ID', help: 'The waiting run to put it before' },
  force: {
    type: 'flag',
    value: '',
    help: 'Go on where device or software differ from before; replace what is at --out',
  },
  'checkpoint-steps': {
    type: 'whole',
    value: 'N',
    help: 'Keep a checkpoint every N steps too (default: every 5 minutes, and after each epoch)',
  },
  steps: { type: 'whole', value: 'N', help: 'Steps of the search at most (default 200)' },
  mean: { type: 'text', value: 'R,G,B', help: 'Mean of the channels that the input is normalised with, 0 to 1' },
  std: { type: 'text', value: 'R,G,B', help: 'Standard deviation of the channels, 0 to 1' },
  'class-names': { type: 'text', value: 'FILE', help: 'Names of the classes, one per line' },
  logits: { type: 'flag', value: '', help: 'Print the logits too' },
  checkpoint: { type: 'whole', value: 'N', help: 'The checkpoint of epoch N (default: the best by held-out accuracy)' },
  split: { type: 'text', value: 'SPLIT', help: 'train, validation or test (default test)' },
  format: { type: 'text', value: 'FORMAT', help: 'Form of what is written: savedmodel, csv, ..., as the command says' },
  out: { type: 'text', value: 'PATH', help: 'File to write, or folder for a SavedModel' },
  tags: { type: 'text', value: 'ROLE=TAG,...', help: 'Which series of a log is which, such as heldOutLoss=val_loss' },
  names: {
    type: 'text',
    value: 'torchvision|denselab',
    help: 'Names and layout in a safetensors file (default torchvision, which DenseNets alone have)',
    choices: ['torchvision', 'denselab'],
  },
  layers: { type: 'flag', value: '', help: 'List the layers of the network' },
  layer: { type: 'text', value: 'NAME', help: 'The layer, by a name that --layers lists' },
  gradients: { type: 'flag', value: '', help: 'Print how each epoch moved each layer, as recorded while training' },
  cut: {
    type: 'text',
    value: 'READER<-SOURCE',
    help: 'A connection to cut, such as "block1/layer5<-block1/layer2"; may be given several times',
    repeats: true,
  },
  drop: {
    type: 'text',
    value: 'UNIT',
    help: 'A layer of a dense block, or a residual unit, to do without; may be given several times',
    repeats: true,
  },
  bits: { type: 'whole', value: 'N', help: 'Round weights to so many bits, 2 to 16' },
  image: { type: 'text', value: 'FILE|N', help: 'An image file, or with --split the number of a stored image' },
  norm: {
    type: 'text',
    value: 'mean|l1',
    help: 'Mean |weight| (default), or sum of |weight| by the number of maps read',
    choices: ['mean', 'l1'],
  },
  csv: { type: 'flag', value: '', help: 'Print the table as CSV' },
  latex: { type: 'flag', value: '', help: 'Print the table for LaTeX (booktabs)' },
  html: { type: 'text', value: 'FILE', help: 'Write a report in one HTML file' },
  fresh: { type: 'flag', value: '', help: 'Check again what was checked before' },
  json: { type: 'flag', value: '', help: 'Print JSON: one object, or one per line while training' },
  home: { type: 'text', value: 'DIR', help: 'Data folder (default: $DENSELAB_HOME, else that of the app)' },
  help: { type: 'flag', value: '', help: 'Show this help' },
  version: { type: 'flag', value: '', help: 'Show the version' },
} as const satisfies Readonly<Record<string, Option>>;

/** Name of an option. */
export type OptionName = keyof typeof OPTIONS;

/** Options that every command takes. */
export const COMMON_OPTIONS: readonly OptionName[] = ['json', 'home', 'help'];

/** Whether a word is the name of an option. */
export function isOptionName(word: string): word is OptionName {
  return Object.hasOwn(OPTIONS, word);
}
