package org.palimpsest.evaluation;

/**
 * What an evaluation found.
 *
 * @param model path of the model
 * @param objective what damaged the text
 * @param seed of the noise
 * @param blocks held-out blocks that were looked at
 * @param utf8Bytes of their text
 * @param targetTokens target positions at which the loss counts, special tokens included
 * @param loss nats per counted target token
 * @param perplexity its exponential
 * @param natsPerByte loss of all counted text tokens, per UTF-8 byte of the blocks: comparable
 *     between tokenizers
 * @param damaged positions whose token the noise removed or replaced
 * @param kept positions whose token stands in the source at its place
 * @param moved positions whose token stands in the source at another place
 * @param unigram token frequencies of the training text, at the damaged positions
 * @param bigram a bigram model of the training text with the true left neighbour, at the damaged
 *     positions
 * @param seconds wall time
 */
public record EvaluationReport(
    String model,
    String objective,
    long seed,
    long blocks,
    long utf8Bytes,
    long targetTokens,
    double loss,
    double perplexity,
    double natsPerByte,
    PositionScore damaged,
    PositionScore kept,
    PositionScore moved,
    PositionScore unigram,
    PositionScore bigram,
    double seconds) {}
