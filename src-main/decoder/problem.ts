/** Why a file gives no image, in words for its owner. */

/** A file's defect. */
export class ImageProblem extends Error {
  /** What its owner can do. */
  readonly remedy: string;

  constructor(reason: string, remedy = 'Copy or export it again') {
    super(reason);
    this.name = 'ImageProblem';
    this.remedy = remedy;
  }
}
