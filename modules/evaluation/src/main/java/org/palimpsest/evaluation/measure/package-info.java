/**
 * What a study measures: a {@link org.palimpsest.evaluation.measure.Subject} enters, a trained
 * model or a baseline, and {@link org.palimpsest.evaluation.measure.Figure}s with intervals leave.
 */
package org.palimpsest.evaluation.measure;
