/**
 * How sure a score is: sums of losses by document enter, and the {@link
 * org.palimpsest.evaluation.bootstrap.Bootstrap} draws documents again to see how a mean over them
 * varies.
 */
package org.palimpsest.evaluation.bootstrap;
