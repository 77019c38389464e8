/**
 * How the workers of a segment run and exchange. {@link Segment} is the contract; the sub-packages
 * are the two transports.
 */
package org.palimpsest.training.transport;
