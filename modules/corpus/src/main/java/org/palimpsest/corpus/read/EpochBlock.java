package org.palimpsest.corpus.read;

import org.palimpsest.objective.TokenBlock;

/**
 * A block at its position in the order of a run.
 *
 * @param epoch number of the epoch, from 0; the noise depends on it
 * @param block the tokens; its id is its index in the split, the same in every epoch
 * @param utf8Bytes length of the text that the tokens represent in UTF-8 bytes, without separators
 */
public record EpochBlock(long epoch, TokenBlock block, int utf8Bytes) {}
