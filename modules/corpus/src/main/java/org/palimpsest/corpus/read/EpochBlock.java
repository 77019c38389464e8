package org.palimpsest.corpus.read;

import org.palimpsest.objective.TokenBlock;

/**
 * A block at its place in the order of a run.
 *
 * @param epoch how often the part was gone through before, from 0; noise is a function of it
 * @param block the tokens; its id is its global index in the part, the same in every epoch
 * @param utf8Bytes length in UTF-8 bytes of the text that the tokens stand for, separators not
 *     counted
 */
public record EpochBlock(long epoch, TokenBlock block, int utf8Bytes) {}
