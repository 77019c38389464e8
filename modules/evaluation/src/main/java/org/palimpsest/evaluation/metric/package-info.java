/** Published measures of the similarity of a generated text to a reference. */
package org.palimpsest.evaluation.metric;
