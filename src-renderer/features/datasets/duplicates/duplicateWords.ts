/** Duplicates in words. */

import type { DuplicateSummary, Likeness } from '../../../../src-main/contract/datasetVersion.ts';
import { formatCount, formatPlural } from '../../../ui/format.ts';

/** Images of one group that are shown; the others are counted. */
export const MOST_MEMBERS = 8;

/** What was found, in a sentence or two. */
export function duplicateSentence(summary: DuplicateSummary, likeness: Likeness): string {
  const { groups, surplus, acrossSplits, acrossClasses } = summary;
  const alike = likeness === 'exact' ? 'with the same pixels' : 'that look alike';
  if (groups === 0) return `No two images ${alike}.`;
  const warnings = [
    acrossSplits > 0 ? `${formatCount(acrossSplits)} lie in several splits, so that tests see what was trained on` : '',
    acrossClasses > 0 ? `${formatCount(acrossClasses)} lie in several classes` : '',
  ].filter((warning) => warning !== '');
  const more = warnings.length === 0 ? '' : ` ${warnings.join('; ')}.`;
  return `${formatPlural(groups, 'group')} ${alike}, ${formatCount(surplus)} of the images too many.${more}`;
}
