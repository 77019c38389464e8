package org.palimpsest.evaluation.bootstrap;

import java.io.Serializable;
import java.util.Optional;

/**
 * A mean over documents, and how sure it is.
 *
 * @param value over all documents
 * @param interval empty if there are fewer than two documents
 * @param sign the two-sided p-value of its sign: twice the share of samples in which the sign is
 *     the other one, at most 1
 */
public record Estimate(double value, Optional<Interval> interval, double sign)
    implements Serializable {}
