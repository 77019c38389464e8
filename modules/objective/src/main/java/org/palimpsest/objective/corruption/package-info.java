/**
 * The working state of one corruption: {@link CorruptionContext} holds the tokens, the spans, and
 * the counter-based generator that the noise, source and target functions share.
 */
package org.palimpsest.objective.corruption;
