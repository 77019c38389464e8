/** How alike a written text and a wanted one are, by the published measures. */
package org.palimpsest.evaluation.metric;
